"""Columns that know the answer: copies of the target, what it was computed from, what was written down after it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.correlation import Measured, correlation
from lakeglass.science.checks.skill import BINS, bins_of, skill, skill_of_bins
from lakeglass.science.checks.subject import Subject, named, standard
from lakeglass.science.figures import share_shown
from lakeglass.science.table import Floats, Levels, Numbers

_ROWS = 50
_COPY = 0.99
_SUSPICIOUS = 0.95
_SUSPICIOUS_CLASSES = 0.85
_TWO = 2
_ROWS_PARTED, _LEAST_OF_A_CLASS, _PARTED = 200, 20, 0.9995
_EXACT = 0.9999
_MOST_PARTS = 40
_MOST_LEVELS_SHARE = 0.2
_GAPS = 0.9
_AFTER = re.compile(
    r"(?:^|_|\W)(?:outcome|result|resolution|resolved|closed|closing|cancel\w*|refund\w*|recover(?:y|ies|ed)|settle\w*"
    r"|discharge\w*|chargeback|churn\w*|exit|termination|terminated|final|after|post|actual|paid|payout|verdict|decision"
    r"|approved|rejected|left|end_?date|last_?payment|arrival|delay)(?:$|_|\W)",
    re.IGNORECASE,
)
_AFTER_SKILL = 0.5


class _OfTheTarget:
    """What every check for leaks needs."""

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a target with enough rows."""
        if subject.choice is None or subject.choice.target is None:
            return "no target was named"
        if np.isfinite(subject.answers).sum() < _ROWS:
            return f"fewer than {_ROWS} rows have a target"
        return None


class TargetCopy(_OfTheTarget):
    """A column that predicts the target (nearly) without error by itself."""

    about = About(
        code="leak-copy",
        name="Knows the answer",
        area="target",
        why="A model will lean on it, look perfect in every test, and fail where the answer is not known yet.",
        fix="Ask whether it is known before the target is. If not, leave it out.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column; strong ones that may be honest are told as such."""
        choice = subject.choice
        classes = len(choice.classes) if choice else 0
        answers = Measured(Numbers(subject.target or "", subject.answers))
        for column in subject.features():
            if subject.roles[column.name].role == "identifier" or _is_too_fine(column, subject):
                continue
            found = skill(column, subject.answers, classes=classes)
            if isinstance(column, Numbers) and not classes:
                found = max(found, _straight(Measured(column), answers))
            if isinstance(column, Numbers) and classes == _TWO and _parts(column, subject.answers):
                found = max(found, _COPY)
            if found >= (_SUSPICIOUS_CLASSES if classes else _SUSPICIOUS):
                yield Seen(
                    "high" if found >= _COPY else "medium",
                    (column.name,),
                    f"{column.name} alone predicts {subject.target} and takes away {share_shown(found)} of the error.",
                    {"skill": found},
                    _along(subject, column.name, bins_of(column)),
                )


def _parts(column: Numbers, answers: Floats) -> bool:
    """Whether one threshold parts the two classes, but for one pair of rows in two thousand."""
    known = np.isfinite(column.values) & np.isfinite(answers)
    of, rows = answers[known] > 0, int(known.sum())
    yes = int(of.sum())
    if rows < _ROWS_PARTED or min(yes, rows - yes) < _LEAST_OF_A_CLASS:
        return False
    ranks = column.order.ranks(known) + 1
    area = (float(ranks[of].sum()) - yes * (yes + 1) / 2) / (yes * (rows - yes))
    return max(area, 1 - area) >= _PARTED


class TargetSum(_OfTheTarget):
    """Columns of numbers of which the target is made."""

    about = About(
        code="leak-parts",
        name="The target is made of these columns",
        area="target",
        why="A model only learns the formula again, and needs values that come with the answer.",
        fix="Leave the parts out, or predict them one by one.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a target of numbers."""
        if (reason := super().obstacle(subject)) is not None:
            return reason
        return "the target is no number" if subject.choice is not None and subject.choice.classes else None

    def look(self, subject: Subject) -> Iterable[Seen]:
        """At most one finding: the fewest columns of which a weighted sum, or a product, is the target."""
        parts = [
            column
            for column in subject.numbers()
            if column.name != subject.target and not np.isnan(column.values).all()
        ][:_MOST_PARTS]
        answers = subject.answers
        for made, values, wanted in (
            ("sum", [column.values for column in parts], answers),
            ("product", *_logs([column.values for column in parts], answers)),
        ):
            usable = [place for place, each in enumerate(values) if np.isfinite(each).mean() > 0.9]
            chosen = _formula([values[place] for place in usable], wanted)
            if len(chosen) > 1:
                names = tuple(parts[usable[place]].name for place in chosen)
                yield Seen(
                    "high",
                    names,
                    f"{subject.target} is a weighted {made} of {named(names)}, to within a hundredth of a percent of "
                    "its variance.",
                    {"columns": len(names), "made_as": made},
                )
                return


class LeakByGaps(_OfTheTarget):
    """Columns that are filled in only once the answer is known."""

    about = About(
        code="leak-gaps",
        name="Filled in once the answer is known",
        area="target",
        why="Whether it has a value gives the answer away; at the time of a prediction it is always empty.",
        fix="Leave it out of models, together with whatever else is written down at that moment.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column: its gaps, or its name and what it tells, point behind the target."""
        classes = len(subject.choice.classes) if subject.choice else 0
        for column in subject.features():
            gaps = column.missing()
            if 0 < gaps.sum() < gaps.size:
                found = skill_of_bins(gaps.astype(np.intp), subject.answers, classes=classes)
                if found >= _GAPS:
                    yield Seen(
                        "high",
                        (column.name,),
                        f"Whether {column.name} has a value predicts {subject.target} and takes away "
                        f"{share_shown(found)} of the error.",
                        {"skill": found, "missing": float(gaps.mean())},
                        _along(subject, column.name, gaps.astype(np.intp)),
                    )
                    continue
            if _AFTER.search(column.name) and not _is_too_fine(column, subject):
                found = skill(column, subject.answers, classes=classes)
                if _AFTER_SKILL <= found < _SUSPICIOUS:
                    yield Seen(
                        "medium",
                        (column.name,),
                        f"Its name says that it is known after {subject.target}, and it takes away "
                        f"{share_shown(found)} of the error.",
                        {"skill": found},
                        _along(subject, column.name, bins_of(column)),
                    )


class OrderLeak(_OfTheTarget):
    """Rows that are put in order by the target, and identifiers that carry that order."""

    about = About(
        code="leak-order",
        name="The order of the rows knows the answer",
        area="target",
        why="Row numbers and identifiers predict the target, and splits by position see one kind of rows only.",
        fix="Shuffle before splitting; keep row numbers and identifiers out of models.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the rows' order, and one for each identifier in which it is not the row's number."""
        classes = len(subject.choice.classes) if subject.choice else 0
        if subject.choice is not None and subject.choice.task == "forecast":
            return
        order = Numbers("", subject.places.astype(np.float64))
        found = skill(order, subject.answers, classes=classes)
        if found >= _AFTER_SKILL:
            yield Seen(
                "medium",
                (),
                f"The row's number alone predicts {subject.target} and takes away {share_shown(found)} of the error.",
                {"skill": found},
                _along(subject, "the row's number", bins_of(order)),
            )
            return
        for column in subject.table.columns:
            if isinstance(column, Numbers) and subject.roles[column.name].role == "identifier":
                told = skill(column, subject.answers, classes=classes)
                if told >= _AFTER_SKILL:
                    yield Seen(
                        "high",
                        (column.name,),
                        f"The identifier {column.name} predicts {subject.target} and takes away {share_shown(told)} "
                        "of the error.",
                        {"skill": told},
                        _along(subject, column.name, bins_of(column)),
                    )


def _is_too_fine(column: Numbers | Levels, subject: Subject) -> bool:
    """Levels with hardly more than a row each say nothing that could be tested."""
    return isinstance(column, Levels) and column.distinct() > _MOST_LEVELS_SHARE * subject.table.rows


def _straight(column: Measured, answers: Measured) -> float:
    """The squared correlation of values or of ranks, whichever is larger."""
    both = column.finite & answers.finite
    return correlation(column, answers, both) ** 2 if both.sum() >= _ROWS else 0.0


def _logs(values: list[Floats], answers: Floats) -> tuple[list[Floats], Floats]:
    """Logarithms, with NaN where there is none: a product becomes a sum."""
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = [np.where(each > 0, np.log(each), np.nan) for each in values]
        return logs, np.where(answers > 0, np.log(answers), np.nan)


def _formula(values: list[Floats], answers: Floats) -> list[int]:
    """The columns that a least-squares fit needs for the target; none where they do not make it up."""
    if len(values) < 2:
        return []
    known = np.isfinite(answers) & np.all(np.isfinite(values), axis=0)
    if known.sum() < _ROWS or known.sum() < 0.5 * np.isfinite(answers).sum():
        return []
    matrix = np.stack([standard(each[known]) for each in values], axis=1)
    chosen = [int(place) for place in np.flatnonzero(matrix.std(axis=0) > 0)]
    wanted = standard(answers[known])
    if known.sum() < 5 * len(chosen) or _unexplained(matrix[:, chosen], wanted) > 1 - _EXACT:
        return []
    for place in tuple(chosen):  # whatever can be spared goes
        fewer = [other for other in chosen if other != place]
        if fewer and _unexplained(matrix[:, fewer], wanted) <= 1 - _EXACT:
            chosen = fewer
    return chosen


def _unexplained(matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], wanted: Floats) -> float:
    weights, *_ = np.linalg.lstsq(matrix, wanted, rcond=None)
    return float(np.square(wanted - matrix @ weights).sum() / np.square(wanted).sum())


def _along(subject: Subject, name: str, bins: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Figure | None:
    """The mean of the target (of the class looked for: its share) in each bin."""
    answers = subject.answers
    known = np.isfinite(answers)
    choice = subject.choice
    if choice is None or int(bins.max(initial=0)) > 3 * BINS:
        return None
    values = (answers == len(choice.classes) - 1).astype(np.float64) if choice.classes else answers
    counts = np.bincount(bins[known])
    sums = np.bincount(bins[known], weights=values[known])
    used = np.flatnonzero(counts)
    return Figure(
        kind="bars",
        title=f"{choice.target} along {name}",
        x_title=f"{name}, from low to high or by its levels",
        y_title=f"share of {choice.classes[-1]}" if choice.classes else f"mean of {choice.target}",
        x=tuple(range(1, used.size + 1)),
        y=tuple(map(float, sums[used] / counts[used])),
    )
