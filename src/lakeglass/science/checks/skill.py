"""How much of a target one column tells by itself, on rows that were not looked at while learning it.

A column becomes bins (levels, or quantiles of numbers); half of the rows tell the mean of the target, or the shares of
its classes, in each bin, and the other half are predicted from it; then the halves change places. The result is the
share of the error that the column takes away: 1 says everything, 0 no more than the target's own distribution does.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.random import default_rng

from lakeglass.science.checks.subject import standard
from lakeglass.science.table import Column, Floats, Levels, Rows

BINS = 64
_LEAST = 30


def skill(column: Column, answers: Floats, *, classes: int) -> float:
    """The share of the error that the column takes away, at most 1; 0 where fewer than 30 rows have a target.

    `classes` is the number of classes that `answers` are places of, 0 for numbers. Errors are Brier's and squared
    ones.
    """
    return skill_of_bins(bins_of(column), answers, classes=classes)


def skill_of_bins(bins: Rows, answers: Floats, *, classes: int) -> float:
    """The same of bins: whole numbers from 0."""
    known = np.isfinite(answers)
    bins, values = bins[known], answers[known]
    if values.size < _LEAST:
        return 0.0
    side = _halves(values.size)
    counts, sums, squares = _sums(bins, values, side, classes=classes)
    error = base = 0.0
    for learned, tested in ((0, 1), (1, 0)):
        mean = sums[:, learned].sum(axis=0) / counts[:, learned].sum()
        with np.errstate(invalid="ignore"):
            means = sums[:, learned] / counts[:, learned, None]
        means = np.where(counts[:, learned, None] > 0, means, mean)
        error += squares[tested] - 2 * float((means * sums[:, tested]).sum())
        error += float((counts[:, tested, None] * means**2).sum())
        base += squares[tested] - 2 * float((mean * sums[:, tested].sum(axis=0)).sum())
        base += float(counts[:, tested].sum() * np.square(mean).sum())
    return max(0.0, 1.0 - max(error, 0.0) / base) if base > 0 else 0.0


@lru_cache(maxsize=4)
def _halves(rows: int) -> Rows:
    """0 or 1 for each row, dealt by chance, always alike."""
    side = (default_rng(0).permutation(rows) % 2).astype(np.intp)
    side.setflags(write=False)
    return side


def _sums(
    bins: Rows, values: Floats, side: Rows, *, classes: int
) -> tuple[Floats, npt.NDArray[np.float64], Floats]:
    """Rows of each bin and half (bins, 2); sums of what is wanted (bins, 2, outputs); squares of each half (2).

    What is wanted are the standardised values, or a one for the class. Squared errors follow from these alone.
    """
    size, place = int(bins.max()) + 1, bins * 2 + side
    counts = np.bincount(place, minlength=2 * size).reshape(size, 2).astype(np.float64)
    if classes:
        each = np.bincount(place * classes + values.astype(np.intp), minlength=2 * size * classes)
        return counts, each.reshape(size, 2, classes).astype(np.float64), counts.sum(axis=0)
    values = standard(values)
    sums = np.bincount(place, weights=values, minlength=2 * size).astype(np.float64).reshape(size, 2, 1)
    return counts, sums, np.bincount(side, weights=np.square(values), minlength=2).astype(np.float64)


def bins_of(column: Column, *, most: int = BINS) -> Rows:
    """A bin for each row; missing values have one of their own."""
    if isinstance(column, Levels):
        return (column.codes + 1).astype(np.intp)
    different, places = column.order.different, column.order.places
    if different.size <= most:
        return (places + 1).astype(np.intp)
    # as np.quantile(…, method="lower") has them, by their places among the different values
    ends = np.cumsum(column.order.counts)
    cuts = np.floor(np.linspace(0, 1, most + 1)[1:-1] * (ends[-1] - 1)).astype(np.intp)
    bounds = np.unique(np.searchsorted(ends, cuts, side="right"))
    bins = 1 + np.searchsorted(bounds, np.arange(different.size), side="left")
    return np.append(bins, 0).astype(np.intp)[places]
