"""Columns of numbers, dates and times: everything that their order tells."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lakeglass.lake.cells import figure
from lakeglass.lake.figures import Bin, NumberFigures, Quantiles, TimeFigures, TopValue
from lakeglass.lake.statistics.arrays import Number, Scale
from lakeglass.lake.statistics.bars import edges_of
from lakeglass.lake.statistics.gaps import Gaps
from lakeglass.lake.statistics.ordered import Part, Pieces, Survey, plain
from lakeglass.lake.statistics.spread import Moments, Spread
from lakeglass.lake.statistics.sums import as_float
from lakeglass.lake.statistics.tally import Tally

# A column of at most this many different whole numbers or dates is shown value by value, others by a few.
FEW = 200
_TOP = 10
_PERCENT = (1, 5, 25, 50, 75, 95, 99)
_FENCE = 1.5
# Far more than what adding doubles rounds away, as a share of them.
_ROUNDED = 1e-14

Between = Callable[[int], Number]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a column of numbers, dates or times; NaN and each infinity are values of their own."""

    distinct: int
    minimum: float | str | None = None
    maximum: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: Quantiles | None = None
    histogram: tuple[Bin, ...] = ()
    top_values: tuple[TopValue, ...] = ()
    numbers: NumberFigures | None = None
    times: TimeFigures | None = None


def measure(pieces: Pieces, scale: Scale, *, rows: int, most: int, top: int = FEW) -> Measured:
    """Look at every present value of a column of at most `rows` rows; at most `most` are held at once.

    A column of at most `top` different values is told value by value.
    """
    survey = Survey(rows=rows, most=most)
    for piece in pieces():
        survey.see(piece)
    if survey.low is None or survey.high is None:
        return _nothing_finite(survey, scale)
    low, high, count = survey.low, survey.high, survey.count
    quantile = _Quantile(count, scale)
    edges = edges_of(low, high, scale)
    tally = Tally(top=top, ranks=quantile.ranks, edges=edges, scale=scale)
    # A sum that had to be rounded once would make a mean that no value of a constant column has.
    mean = survey.total / count if low != high else Fraction(low)
    moments = Moments(mean, low=low, high=high)
    gaps = Gaps(scale, first=low, last=high)
    whole: Part | None = None
    for part in survey.in_order(pieces):
        tally.add(part)
        if scale.is_number:
            moments.add(part)
        else:
            gaps.add(part)
        whole = part if part.rows == count else None
    shown = quantile.shown(tally)
    return Measured(
        distinct=tally.distinct + survey.odd_ones,
        minimum=scale.show(low),
        maximum=scale.show(high),
        mean=as_float(mean / 10**scale.digits) if scale.is_number else None,
        deviation=_scaled(moments.spread().deviation, scale) if scale.is_number else None,
        quantiles=shown,
        histogram=_histogram(edges, tally, scale),
        top_values=_top_values(tally, scale, present=count + survey.nans + survey.infinities, most=top),
        numbers=_numbers(survey, tally, moments.spread(), quantile, scale, whole, pieces)
        if scale.is_number
        else None,
        times=None if scale.is_number else gaps.figures(survey.order),
    )


class _Quantile:
    """Which ranks tell the quantiles, and what they are once those are known."""

    def __init__(self, count: int, scale: Scale) -> None:
        self._scale = scale
        # Whole numbers all the way: a share as a double would sometimes miss its rank.
        if scale.is_number:
            self._places = [divmod((count - 1) * percent, 100) for percent in _PERCENT]
        else:
            self._places = [(max(-(-count * percent // 100) - 1, 0), 0) for percent in _PERCENT]
        self.ranks = [rank + step for rank, rest in self._places for step in ((0, 1) if rest else (0,))]
        self._middle = divmod(count - 1, 2)
        self.ranks += [self._middle[0], sum(self._middle)]

    def values(self, tally: Tally) -> list[Number]:
        """The quantiles as numbers of the column."""
        return [_between(tally.at[rank], tally.at[rank + bool(rest)], rest) for rank, rest in self._places]

    def shown(self, tally: Tally) -> Quantiles:
        """The quantiles as a profile shows them."""
        scale = self._scale
        p01, p05, p25, p50, p75, p95, p99 = (_show_between(value, scale) for value in self.values(tally))
        return Quantiles(p01=p01, p05=p05, p25=p25, p50=p50, p75=p75, p95=p95, p99=p99)


def _between(low: Number, high: Number, percent: int) -> Number:
    if not percent or low == high:
        return low
    if isinstance(low, float):
        return low * (1 - percent / 100) + high * (percent / 100)
    exact = Fraction(low * (100 - percent) + int(high) * percent, 100)
    return exact.numerator if exact.denominator == 1 else float(exact)


def _show_between(value: Number, scale: Scale) -> float | str | None:
    if isinstance(value, float) and scale.digits:
        return value / 10.0**scale.digits
    return scale.show(value)


def _nothing_finite(survey: Survey, scale: Scale) -> Measured:
    numbers = NumberFigures(nans=survey.nans, infinities=survey.infinities) if scale.is_number else None
    return Measured(
        distinct=survey.odd_ones, numbers=numbers, times=None if scale.is_number else TimeFigures()
    )


def _scaled(value: float | None, scale: Scale) -> float | None:
    return value if value is None or not scale.digits else value / 10.0**scale.digits


def _histogram(edges: list[Number], tally: Tally, scale: Scale) -> tuple[Bin, ...]:
    """Edges of decimals are what is shown already."""
    texts = [figure(edge) if scale.is_number else scale.show(edge) for edge in edges]
    return tuple(
        Bin(low=low, high=high, count=int(count))
        for low, high, count in zip(texts[:-1], texts[1:], tally.bars, strict=True)
        if low is not None and high is not None
    )


def _top_values(tally: Tally, scale: Scale, *, present: int, most: int) -> tuple[TopValue, ...]:
    few = (scale.whole and tally.distinct <= most) or (tally.distinct <= _TOP)
    if not few and tally.frequent[0].rows == 1:
        return ()
    return tuple(
        TopValue(value=scale.show(value), count=count, share=count / present)
        for value, count in tally.frequent[: most if few else _TOP]
    )


def _numbers(
    survey: Survey,
    tally: Tally,
    spread: Spread,
    quantile: _Quantile,
    scale: Scale,
    whole: Part | None,
    pieces: Pieces,
) -> NumberFigures:
    _, _, lower, median, upper, _, _ = quantile.values(tally)
    low, high = _fences(lower, upper)
    below, above = _beyond(low, high, whole, pieces)
    return NumberFigures(
        sum=as_float(survey.total / 10**scale.digits),
        skewness=spread.skewness,
        kurtosis=spread.kurtosis,
        mad=_scaled(_mad(whole, median), scale),
        zeros=tally.zeros,
        negatives=tally.negatives,
        infinities=survey.infinities,
        nans=survey.nans,
        lower_fence=_scaled(low, scale),
        upper_fence=_scaled(high, scale),
        below_fence=below,
        above_fence=above,
        lowest=tuple(shown for value in tally.lowest if (shown := scale.show(value)) is not None),
        highest=tuple(shown for value in tally.highest if (shown := scale.show(value)) is not None),
        order=survey.order,
    )


def _fences(lower: Number, upper: Number) -> tuple[float | None, float | None]:
    """Tukey's fences; none where half of the values are the same, for then everything else would be outside."""
    width = _FENCE * (float(upper) - float(lower))
    low, high = float(lower) - width, float(upper) + width
    if not width or not (math.isfinite(low) and math.isfinite(high)):
        return None, None
    return low, high


def _beyond(low: float | None, high: float | None, whole: Part | None, pieces: Pieces) -> tuple[int, int]:
    if low is None or high is None:
        return 0, 0
    if whole is not None:
        return whole.upto(low, side="left"), whole.rows - whole.upto(high, side="right")
    below = above = 0
    for piece in pieces():
        finite = piece[np.isfinite(piece)] if piece.dtype.kind == "f" else piece
        below += int(np.count_nonzero(finite < low))
        above += int(np.count_nonzero(finite > high))
    return below, above


def _mad(whole: Part | None, median: Number) -> float | None:
    """The median distance from the median; left out where the values don't fit into memory."""
    if whole is None:
        return None
    if whole.is_run:
        return 0.0
    count = whole.rows
    ranks = ((count - 1) // 2, count // 2)
    first = _distance_at(whole, median, ranks[0])
    second = first if ranks[0] == ranks[1] else _distance_at(whole, median, ranks[1])
    return as_float((first + second) / 2)


def _distance_at(whole: Part, median: Number, rank: int) -> Fraction:
    """The distance from the median that has this rank: by halving, in the sorted ones below and above."""
    values = whole.values
    above = whole.upto(median, side="left")
    low, high = max(0, rank + 1 - (values.size - above)), min(above, rank + 1)
    while low < high:
        taken = (low + high) // 2
        # With `taken` from below the middle, the rest of the rank + 1 nearest come from above it.
        if _nearer_below(plain(values[above - 1 - taken]), median, plain(values[above + rank - taken])):
            low = taken + 1
        else:
            high = taken
    nearest, middle = [], Fraction(median)
    if low:
        nearest.append(middle - Fraction(plain(values[above - low])))
    if rank + 1 - low:
        nearest.append(Fraction(plain(values[above + rank - low])) - middle)
    return max(nearest)


def _nearer_below(below: Number, middle: Number, above: Number) -> bool:
    """True when `below` is nearer to the middle than `above`; exact, and in fractions only where doubles can't tell."""
    both, twice = float(below) + float(above), 2.0 * float(middle)
    if abs(both - twice) > _ROUNDED * (abs(float(below)) + abs(float(above)) + abs(twice)):
        return twice < both
    return 2 * Fraction(middle) < Fraction(below) + Fraction(above)
