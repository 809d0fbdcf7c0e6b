"""How far numbers lie from their mean, and to which side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lakeglass.lake.statistics.arrays import Number, Numbers
from lakeglass.lake.statistics.ordered import Part
from lakeglass.lake.statistics.sums import as_float

_INT64 = 2**63
# Distances beyond these powers of two are brought into the middle of the range of doubles, where none is lost.
_FAR = 900


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a sample: the deviation (n - 1), the adjusted skewness G1 and excess kurtosis G2.

    Source: D. Joanes and C. Gill, 'Comparing measures of sample skewness and kurtosis' (1998).
    """

    deviation: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


class Moments:
    """Sums of powers of the distances from the mean, which is known already.

    Distances are measured in the widest one, so that no power of them leaves the range of doubles.
    """

    def __init__(self, mean: Fraction, *, low: Number, high: Number) -> None:
        self._mean = mean
        self._widest = max(Fraction(high) - mean, mean - Fraction(low))
        self._count = 0
        self._sums = np.zeros(4)

    def add(self, part: Part) -> None:
        """Take in values."""
        self._count += part.rows
        if not self._widest:
            return
        shares = distances(part.values, self._mean, widest=self._widest)
        squares = shares * shares
        # No products of vectors by BLAS: its threads would compete with those that look at other columns.
        sums = [shares.sum(), squares.sum()]
        shares *= squares
        squares *= squares
        sums += [shares.sum(), squares.sum()]
        self._sums += np.array(sums) * (part.rows if part.is_run else 1)

    def spread(self) -> Spread:
        """What the sums say; nothing for too few values, and no shape where all are the same."""
        n = self._count
        if n < 2:
            return Spread()
        if not self._widest:
            return Spread(deviation=0.0)
        first, second, third, fourth = (float(total) / n for total in self._sums)
        square = second - first * first
        deviation = as_float(Fraction(math.sqrt(square * n / (n - 1))) * self._widest)
        skewness = math.sqrt(n * (n - 1)) / (n - 2) * third / square**1.5 if n > 2 else None
        if n < 4:
            return Spread(deviation, skewness)
        kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / square**2 - 3) + 6)
        return Spread(deviation, skewness, kurtosis)


def distances(values: Numbers, middle: Fraction, *, widest: Fraction) -> NDArray[np.float64]:
    """How far each value lies from `middle`, as a share of `widest`, the largest distance there is."""
    if values.dtype.kind == "f":
        power = widest.numerator.bit_length() - widest.denominator.bit_length()
        if abs(power) > _FAR:
            values = np.ldexp(values, -power)
            middle, widest = middle / Fraction(2) ** power, widest / Fraction(2) ** power
    elif values.dtype.kind == "i" and widest + 1 >= _INT64:
        values = values.astype(object)
    base: Number = float(middle) if values.dtype.kind == "f" else math.floor(middle)
    shares: NDArray[np.float64] = (values - base).astype(np.float64, copy=False)
    if rest := middle - Fraction(base):
        shares -= float(rest)
    shares /= float(widest)
    return shares
