"""Numbers in rising order within bounded memory: sorted at once when they fit, else range after range.

Beyond the bound the column is read once for each range of values that does fit, so that every figure stays exact. A
value that fills a range on its own is counted instead of kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from lakeglass.lake.figures import Order
from lakeglass.lake.statistics.arrays import Number, Numbers
from lakeglass.lake.statistics.sums import exact_sum

# The present values of a column, piece by piece in file order; may be called again.
Pieces = Callable[[], Iterator[Numbers]]
# How many values tell where to divide a column, and into how many more ranges than would just fit.
_SAMPLE = 1 << 16
_SPARE = 2
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Part:
    """Values in rising order: `values` with repetitions, or a single one that `rows` rows have.

    `distinct` are the different ones, `counts` how many rows have each.
    """

    values: Numbers
    distinct: Numbers
    counts: NDArray[np.int64]
    rows: int

    @property
    def is_run(self) -> bool:
        """True when a single value stands for all rows."""
        return self.values.size != self.rows

    def upto(self, bound: Number, *, side: Literal["left", "right"]) -> int:
        """How many rows lie below `bound` (left), or at or below it (right)."""
        values, size = self.values, self.values.size
        if values.dtype.kind == "i":
            # Whole numbers are compared as such: as doubles, large ones would be rounded first.
            exact = math.ceil(bound) if side == "left" else math.floor(bound)
            if not -_INT64 <= exact < _INT64:
                return self.rows if exact > 0 else 0
            bound = exact
        place = int(np.searchsorted(values, np.array(bound, dtype=values.dtype), side))
        return self.rows if place == size else place


class Survey:
    """A first look at a column in file order: what can be told without sorting. Only finite values are kept."""

    def __init__(self, *, rows: int, most: int) -> None:
        self.count = self.nans = self.infinities = 0
        self.low: Number | None = None
        self.high: Number | None = None
        self.total = Fraction(0)
        self._odd: set[float | None] = set()
        self._direction = _Direction()
        self._most = most
        self._stride = max(1, rows // _SAMPLE)
        self._kept: list[Numbers] = []
        self._sample: list[Numbers] = []

    @property
    def order(self) -> Order | None:
        """How the values follow each other; none for fewer than two and where NaN is among them."""
        return None if self.nans else self._direction.order

    @property
    def odd_ones(self) -> int:
        """How many of NaN, infinity and its negative occur: each is a value, but none to count with."""
        return len(self._odd)

    def see(self, piece: Numbers) -> None:
        """Take in the next present values."""
        self._direction.see(piece)
        values = self._finite(piece)
        if not values.size:
            return
        low, high = plain(values.min()), plain(values.max())
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        self.total += exact_sum(values)
        self.count += values.size
        self._sample.append(values[:: self._stride])
        if self.count <= self._most:
            self._kept.append(values)
        else:
            self._kept.clear()

    def in_order(self, pieces: Pieces) -> Iterator[Part]:
        """The finite values in rising order, in one part or in several that share no value; call it once."""
        if not self.count:
            return
        if self.count <= self._most:
            yield _part(_sorted(self._kept))
            return
        for low, high in self._ranges():
            if low == high:
                yield _run(low, pieces)
                continue
            inside = [values for piece in pieces() if (values := _within(piece, low, high)).size]
            if inside:
                yield _part(_sorted(inside))

    def _finite(self, piece: Numbers) -> Numbers:
        if piece.dtype.kind != "f":
            return piece
        finite = np.isfinite(piece)
        if finite.all():
            return piece
        others = piece[~finite]
        endless = others[~np.isnan(others)]
        self.nans += others.size - endless.size
        self.infinities += endless.size
        self._odd |= {*np.unique(endless).tolist(), *([None] if self.nans else [])}
        kept: Numbers = piece[finite]
        return kept

    def _ranges(self) -> Iterator[tuple[Number, Number]]:
        """Ranges [low, high) of about as many values as fit; [v, v] for a value that is frequent by itself.

        The last range ends above the largest value.
        """
        sample = _sorted(self._sample)
        many = _SPARE * -(-self.count // self._most) + 1
        places = [sample.size * part // many for part in range(1, many)]
        chosen = [plain(sample[place]) for place in places]
        frequent = {value for value, other in pairwise(chosen) if value == other}
        assert self.low is not None
        assert self.high is not None
        edges = sorted({self.low, *chosen})
        for edge, high in pairwise([*edges, following(self.high)]):
            if edge in frequent:
                yield edge, edge
            low = following(edge) if edge in frequent else edge
            if low < high:
                yield low, high


class _Direction:
    """Watches neighbours go up or down."""

    def __init__(self) -> None:
        self._last: Number | None = None
        self._seen = 0
        self._up = self._down = self._equal = False

    def see(self, piece: Numbers) -> None:
        if not piece.size:
            return
        if not (self._up and self._down):
            joined = (
                piece if self._last is None else np.concatenate((np.array([self._last], piece.dtype), piece))
            )
            before, after = joined[:-1], joined[1:]
            self._up = self._up or bool((before < after).any())
            self._down = self._down or bool((before > after).any())
            self._equal = self._equal or bool((before == after).any())
        self._last = plain(piece[-1])
        self._seen += piece.size

    @property
    def order(self) -> Order | None:
        if self._seen < 2 or self._up == self._down:
            return None
        if self._up:
            return "rising" if self._equal else "strictly rising"
        return "falling" if self._equal else "strictly falling"


def plain(value: object) -> Number:
    """A number as Python's own."""
    return cast("Number", value.item() if isinstance(value, np.generic) else value)


def following(value: Number) -> Number:
    """The next larger number of the same kind."""
    return float(np.nextafter(value, np.inf)) if isinstance(value, float) else value + 1


def _part(values: Numbers) -> Part:
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    return Part(values, values[starts], np.diff(np.append(starts, values.size)), values.size)


def _run(value: Number, pieces: Pieces) -> Part:
    counts = [(piece.dtype, int(np.count_nonzero(piece == value))) for piece in pieces()]
    rows = sum(count for _, count in counts)
    one = np.array([value], dtype=counts[0][0])
    return Part(one, one, np.array([rows]), rows)


def _within(piece: Numbers, low: Number, high: Number) -> Numbers:
    inside: Numbers = piece[(piece >= low) & (piece < high)]
    return inside


def _sorted(pieces: list[Numbers]) -> Numbers:
    """One array in rising order; the list is emptied, so that the values exist once."""
    joined = np.concatenate(pieces) if len(pieces) > 1 else pieces[0].copy()
    pieces.clear()
    joined.sort()
    return joined
