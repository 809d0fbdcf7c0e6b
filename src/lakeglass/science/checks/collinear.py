"""Columns that repeat what others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.correlation import Measured, correlation
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Codes, Levels, Numbers, Rows

_STRONG = 0.95
_ROWS = 20
_MOST = 150
_MOST_LEVELS = 200
_POINTS = 200
_GLANCE, _PROMISING = 1_000, 0.9


class Collinear:
    """Pairs of columns of which one follows from the other."""

    about = About(
        code="collinear",
        name="Says the same as another column",
        area="relations",
        why="Coefficients and importances are shared out between the two at random; one of them adds nothing.",
        fix="Keep one of the two, or their difference or ratio.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs two columns that vary."""
        if subject.rows < _ROWS:
            return f"fewer than {_ROWS} rows"
        return (
            None if len(subject.numbers()) + len(subject.levels()) > 1 else "fewer than two columns that vary"
        )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """Pairs of numbers by Pearson's and Spearman's correlation, then pairs of categories by their levels."""
        measured = [column for column in subject.numbers() if column.name != subject.target][:_MOST]
        yield from _numbers(measured)
        named = [column for column in subject.levels() if column.name != subject.target]
        yield from _levels([column for column in named if len(column.levels) <= _MOST_LEVELS][:40])


def _numbers(columns: list[Numbers]) -> Iterator[Seen]:
    """All pairs at once over a few rows; over all rows only those that seem to go together."""
    few = [
        Measured(Numbers(column.name, column.values[:: max(1, column.values.size // _GLANCE)]))
        for column in columns
    ]
    whole = [Measured(column) for column in columns]
    for place, left in enumerate(columns):
        for other_place, right in enumerate(columns[place + 1 :], place + 1):
            if not _seem_alike(few[place], few[other_place]):
                continue
            both = whole[place].finite & whole[other_place].finite
            if both.sum() < _ROWS:
                continue
            strength = correlation(whole[place], whole[other_place], both)
            if abs(strength) < _STRONG:
                continue
            one, other = left.values[both], right.values[both]
            shown = np.linspace(0, one.size - 1, min(one.size, _POINTS)).astype(np.intp)
            yield Seen(
                "medium" if abs(strength) >= 0.999 else "low",
                (left.name, right.name),
                f"{left.name} and {right.name} go together almost perfectly (correlation {strength:.3f}).",
                {"correlation": strength, "rows_looked_at": int(both.sum())},
                Figure(
                    kind="points",
                    title=f"{right.name} over {left.name}",
                    x_title=left.name,
                    y_title=right.name,
                    x=tuple(map(float, one[shown])),
                    y=tuple(map(float, other[shown])),
                ),
            )


def _seem_alike(one: Measured, other: Measured) -> bool:
    both = one.finite & other.finite
    return both.sum() < _ROWS or abs(correlation(one, other, both)) >= _PROMISING


def _levels(columns: list[Levels]) -> Iterator[Seen]:
    for place, left in enumerate(columns):
        for right in columns[place + 1 :]:
            both = (left.codes >= 0) & (right.codes >= 0)
            if both.sum() < _ROWS:
                continue
            one, other = left.codes[both].astype(np.int64), right.codes[both]
            pairs = _different(one * len(right.levels) + other)
            counts = _different(one), _different(other)
            if pairs == counts[0] == counts[1] and pairs > 1 and both.sum() >= 3 * pairs:
                yield Seen(
                    "medium",
                    (left.name, right.name),
                    f"Each of the {pairs} levels of {left.name} goes with one of {right.name}, and the other way "
                    "round.",
                    {"levels": pairs, "rows_looked_at": int(both.sum())},
                )


def _different(codes: Codes | Rows) -> int:
    return int(np.count_nonzero(np.bincount(codes)))
