"""What is counted while numbers pass in rising order, part after part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lakeglass.lake.statistics.arrays import Number, Scale, as_doubles
from lakeglass.lake.statistics.ordered import Part, plain

_EXTREMES = 5


class Counted(NamedTuple):
    """A value and the number of rows that have it."""

    value: Number
    rows: int


class Tally:
    """Distinct values, the most frequent ones, those at some ranks, and how many rows lie between some edges."""

    def __init__(self, *, top: int, ranks: Sequence[int], edges: Sequence[Number], scale: Scale) -> None:
        self.count = self.distinct = self.zeros = self.negatives = 0
        self.frequent: list[Counted] = []
        self.at: dict[int, Number] = {}
        self.bars = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
        self.lowest: list[Number] = []
        self.highest: list[Number] = []
        self._top = top
        self._ranks = sorted(set(ranks))
        self._edges = edges
        self._scale = scale

    def add(self, part: Part) -> None:
        """Take in the next part, whose values are all above the former ones."""
        for rank in self._ranks:
            if self.count <= rank < self.count + part.rows:
                self.at[rank] = plain(part.values[0 if part.is_run else rank - self.count])
        below, upto = part.upto(0, side="left"), part.upto(0, side="right")
        self.negatives += below
        self.zeros += upto - below
        self._fill_bars(part)
        self._rank_values(part)
        if (lack := _EXTREMES - len(self.lowest)) > 0:
            self.lowest += map(plain, part.distinct[:lack])
        self.highest = [*self.highest, *map(plain, part.distinct[-_EXTREMES:])][-_EXTREMES:]
        self.distinct += part.distinct.size
        self.count += part.rows

    def _fill_bars(self, part: Part) -> None:
        """A bar holds [low, high), the last one also its end."""
        if not self.bars.size:
            return
        if self._scale.digits:
            doubles = as_doubles(part.distinct, self._scale)
            ends = np.concatenate(([0], np.cumsum(part.counts)))
            places = [int(ends[place]) for place in np.searchsorted(doubles, self._edges[1:-1], "left")]
        else:
            places = [part.upto(edge, side="left") for edge in self._edges[1:-1]]
        self.bars += np.diff([0, *places, part.rows])

    def _rank_values(self, part: Part) -> None:
        """The most frequent values so far; of equally frequent ones the smallest come first."""
        counts = part.counts
        chosen = np.arange(counts.size)
        if counts.size > self._top:
            least = np.partition(counts, -self._top)[-self._top]
            above = np.flatnonzero(counts > least)
            chosen = np.concatenate((above, np.flatnonzero(counts == least)[: self._top - above.size]))
            chosen.sort()
        found = [Counted(plain(part.distinct[place]), int(counts[place])) for place in chosen]
        self.frequent = sorted([*self.frequent, *found], key=lambda each: -each.rows)[: self._top]
