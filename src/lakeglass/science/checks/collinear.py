"""Columns that repeat what others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    """Columns of which one follows from the other."""

    about = About(
        code="collinear",
        name="Says the same as another column",
        area="relations",
        why="Coefficients and importances are shared out between them at random; all but one add nothing.",
        fix="Keep one of them, or their differences or ratios.",
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


@dataclass(frozen=True)
class _Pair:
    """Two columns that go together, by their places among those compared."""

    left: int
    right: int
    strength: float
    rows: int


def _numbers(columns: list[Numbers]) -> Iterator[Seen]:
    """Pairs that go together, or one finding for several columns that hang together by such pairs."""
    pairs = list(_pairs(columns))
    for members in _together(len(columns), [(pair.left, pair.right) for pair in pairs]):
        mine = [pair for pair in pairs if pair.left in members]
        best = max(mine, key=lambda pair: abs(pair.strength))
        left, right = columns[best.left], columns[best.right]
        names = tuple(columns[place].name for place in members)
        if len(members) == 2:
            told = f"{left.name} and {right.name} go together almost perfectly (correlation {best.strength:.3f})."
        else:
            told = (
                f"Each of these {len(members)} columns goes together almost perfectly with another of them, most of "
                f"all {left.name} and {right.name} (correlation {best.strength:.3f}); {len(mine):,} pairs do."
            )
        yield Seen(
            "medium" if abs(best.strength) >= 0.999 else "low",
            names,
            told,
            {"correlation": best.strength, "rows_looked_at": best.rows, "pairs": len(mine)},
            _figure(left, right),
        )


def _pairs(columns: list[Numbers]) -> Iterator[_Pair]:
    """All pairs at once over a few rows; over all rows only those that seem to go together."""
    few = [
        Measured(Numbers(column.name, column.values[:: max(1, column.values.size // _GLANCE)]))
        for column in columns
    ]
    whole = [Measured(column) for column in columns]
    for left in range(len(columns)):
        for right in range(left + 1, len(columns)):
            if not _seem_alike(few[left], few[right]):
                continue
            both = whole[left].finite & whole[right].finite
            if both.sum() < _ROWS:
                continue
            strength = correlation(whole[left], whole[right], both)
            if abs(strength) >= _STRONG:
                yield _Pair(left, right, strength, int(both.sum()))


def _together(columns: int, pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Places that hang together by pairs, each group in order; places in no pair are in none."""
    group = list(range(columns))
    for left, right in pairs:
        old, new = group[right], group[left]
        group = [new if each == old else each for each in group]
    members: dict[int, list[int]] = {}
    for place, each in enumerate(group):
        members.setdefault(each, []).append(place)
    return [each for each in members.values() if len(each) > 1]


def _figure(left: Numbers, right: Numbers) -> Figure:
    rows = np.isfinite(left.values) & np.isfinite(right.values)
    one, other = left.values[rows], right.values[rows]
    shown = np.linspace(0, one.size - 1, min(one.size, _POINTS)).astype(np.intp)
    return Figure(
        kind="points",
        title=f"{right.name} over {left.name}",
        x_title=left.name,
        y_title=right.name,
        x=tuple(map(float, one[shown])),
        y=tuple(map(float, other[shown])),
    )


def _seem_alike(one: Measured, other: Measured) -> bool:
    both = one.finite & other.finite
    return both.sum() < _ROWS or abs(correlation(one, other, both)) >= _PROMISING


def _levels(columns: list[Levels]) -> Iterator[Seen]:
    pairs = list(_same_levels(columns))
    for members in _together(len(columns), [(left, right) for left, right, _, _ in pairs]):
        _, _, levels, rows = next(pair for pair in pairs if pair[0] in members)
        names = tuple(columns[place].name for place in members)
        if len(members) == 2:
            told = f"Each of the {levels} levels of {names[0]} goes with one of {names[1]}, and the other way round."
        else:
            told = f"Each level of one of these {len(members)} columns goes with one level of each of the others."
        yield Seen("medium", names, told, {"levels": levels, "rows_looked_at": rows})


def _same_levels(columns: list[Levels]) -> Iterator[tuple[int, int, int, int]]:
    """Places of two columns whose levels go with each other, how many levels, and over how many rows."""
    for place, left in enumerate(columns):
        for other_place, right in enumerate(columns[place + 1 :], place + 1):
            both = (left.codes >= 0) & (right.codes >= 0)
            if both.sum() < _ROWS:
                continue
            one, other = left.codes[both].astype(np.int64), right.codes[both]
            pairs = _different(one * len(right.levels) + other)
            counts = _different(one), _different(other)
            if pairs == counts[0] == counts[1] and pairs > 1 and both.sum() >= 3 * pairs:
                yield place, other_place, pairs, int(both.sum())


def _different(codes: Codes | Rows) -> int:
    return int(np.count_nonzero(np.bincount(codes)))
