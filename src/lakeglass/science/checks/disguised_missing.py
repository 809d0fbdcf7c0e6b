"""Values that stand for 'no value': -999, 9999, 'unknown', '?', 1900-01-01."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import numpy as np

from lakeglass.lake.model import ColumnStatistics
from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Floats, Levels, Numbers

_WORDS = re.compile(
    r"\?+|-+|\.+|n/?a|none|null|nil|nan|unknown|unk|missing|not (?:available|known|applicable|specified|provided|given)"
    r"|no (?:data|value|answer)|tba|tbd|undefined|unbekannt|keine angabe|k\.?a\.?|\(blank\)|#n/a|xxx+|inconnu"
    r"|desconocido",
    re.IGNORECASE,
)
# -1, nines, and the eights of questionnaires.
_NINES = re.compile(r"-1|-?9{2,}|-9|-888+")
_FAR_BELOW = -99.0
_MARKS = 3
_VARIED = 20
_USUAL, _WAYS = 0.5, 5.0
_LEAST = 3
# A code lies away from what is measured: by this many times the width of all the other values.
_AWAY = 0.5
_DATES = tuple(
    datetime(year, month, day, tzinfo=UTC).timestamp()
    for year, month, day in (
        (1900, 1, 1),
        (1970, 1, 1),
        (1899, 12, 30),
        (1901, 1, 1),
        (9999, 12, 31),
        (2099, 12, 31),
    )
)


class DisguisedMissing:
    """Values that look like a mark for 'missing' and not like a measurement."""

    about = About(
        code="disguised-missing",
        name="Values that stand for 'missing'",
        area="completeness",
        why="They are taken for real values: means, ranges and models follow them.",
        fix="Read them as missing.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Applies to every table with rows."""
        return None if subject.rows else "the table has no rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for each such value of a column."""
        for column, figures in subject.pairs():
            if isinstance(column, Levels):
                yield from _words(subject, column, figures)
            elif column.moment:
                yield from _dates(subject, column)
            else:
                yield from _codes(subject, column)


def _words(subject: Subject, column: Levels, figures: ColumnStatistics) -> Iterator[Seen]:
    present = subject.rows - figures.nulls
    for top in figures.top_values:
        if isinstance(top.value, str) and top.count >= _LEAST and _WORDS.fullmatch(top.value.strip()):
            if figures.distinct <= 2:
                continue  # 'none' beside one other value is an answer
            yield Seen(
                "low"
                if top.value.strip().casefold() == "none"
                else "medium",  # which may as well be an answer
                (column.name,),
                f"{top.count:,} of {present:,} values say {top.value.strip()!r}.",
                {"value": top.value.strip(), "rows": top.count, "share": top.share},
            )


def _dates(subject: Subject, column: Numbers) -> Iterator[Seen]:
    for moment in _DATES:
        rows = int(np.sum(column.values == moment))
        others = column.values[~np.isnan(column.values) & (column.values != moment)]
        if rows >= _LEAST and others.size and _is_away(moment, others):
            day = datetime.fromtimestamp(moment, UTC).date().isoformat()
            yield Seen(
                "medium",
                (column.name,),
                f"{_about(subject, rows)} values are {day}, far from all others.",
                {"value": day, "rows_looked_at": rows, "share": rows / column.values.size},
            )


def _codes(subject: Subject, column: Numbers) -> Iterator[Seen]:
    present = column.values[np.isfinite(column.values)]
    rest = present
    for _ in range(_MARKS):
        if rest.size and (code := _code_at_an_end(rest)) is not None:
            others = rest[rest != code]
            rows = rest.size - others.size
            yield Seen(
                "low" if code == 0 else "medium",  # zero may as well be an answer
                (column.name,),
                f"{_about(subject, rows)} values are {code:.15g}, which looks like a mark and not like a measurement.",
                {"value": code, "rows_looked_at": rows, "share": rows / present.size},
            )
            rest = others


def _code_at_an_end(values: Floats) -> float | None:
    """A mark lies at an end of the values: all nines, the only negative number, or a zero far below the others."""
    for code in (float(values.min()), float(values.max())):
        others = values[values != code]
        rows = values.size - others.size
        if rows >= _LEAST and others.size >= rows and _is_code(code, others):
            return code
    return None


def _is_code(code: float, others: Floats) -> bool:
    if code == 0:
        return _is_hollow(others)
    if not _NINES.fullmatch(f"{code:.15g}"):
        return False
    if code < 0:
        # The only negative number below a column that has no other, or a large one far below them.
        varied = np.unique(others).size >= _VARIED
        alone = bool(others.min() >= 0) and (code != -1.0 or bool(others.min() > 0) or varied)
        return alone or (code <= _FAR_BELOW and _is_away(code, others))
    return _is_away(code, others) and bool(others.max() < code)


def _is_hollow(others: Floats) -> bool:
    """Whether zero can't be one of these measurements: they vary, and keep away from it."""
    low, high = (float(each) for each in np.quantile(others, [0.01, 0.99]))
    different = np.unique(others)
    if different.size < _VARIED or different[0] <= 0:
        return False
    usual = different[: max(2, round(_USUAL * different.size))]
    # Far below all of them, or below a way that is many times as wide as any between the lower ones.
    return low - _AWAY * (high - low) > 0 or bool(different[0] > _WAYS * np.diff(usual).max())


def _is_away(value: float, others: Floats) -> bool:
    low, high = float(others.min()), float(others.max())
    width = high - low
    return not low - _AWAY * width <= value <= high + _AWAY * width


def _about(subject: Subject, rows: int) -> str:
    return f"{rows:,} of {subject.table.rows:,} looked at:" if subject.is_sampled else f"{rows:,}"
