"""How much of a target one column tells by itself, on rows that were not looked at while learning it.

A column becomes bins (levels, or quantiles of numbers); half of the rows tell the mean of the target, or the shares of
its classes, in each bin, and the other half are predicted from it; then the halves change places. The result is the
share of the error that the column takes away: 1 says everything, 0 no more than the target's own distribution does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
    wanted = np.eye(classes)[values.astype(np.intp)] if classes else standard(values)[:, None]
    half = np.random.default_rng(0).permutation(values.size) % 2 == 0
    error = base = 0.0
    for learned, tested in ((half, ~half), (~half, half)):
        mean = wanted[learned].mean(axis=0)
        means = _means(bins[learned], wanted[learned], int(bins.max()) + 1, mean)
        error += float(np.square(wanted[tested] - means[bins[tested]]).sum())
        base += float(np.square(wanted[tested] - mean).sum())
    return max(0.0, 1.0 - error / base) if base > 0 else 0.0


def bins_of(column: Column, *, most: int = BINS) -> Rows:
    """A bin for each row; missing values have one of their own."""
    if isinstance(column, Levels):
        return (column.codes + 1).astype(np.intp)
    values = column.values
    present = ~np.isnan(values)
    bins = np.zeros(values.size, dtype=np.intp)
    if not present.any():
        return bins
    different = np.unique(values[present])
    if different.size > most:
        different = np.unique(np.quantile(values[present], np.linspace(0, 1, most + 1)[1:-1], method="lower"))
        bins[present] = 1 + np.searchsorted(different, values[present], side="left")
    else:
        bins[present] = 1 + np.searchsorted(different, values[present])
    return bins


def _means(
    bins: Rows, wanted: npt.NDArray[np.float64], size: int, overall: Floats
) -> npt.NDArray[np.float64]:
    counts = np.bincount(bins, minlength=size).astype(np.float64)
    sums = np.stack([np.bincount(bins, weights=each, minlength=size) for each in wanted.T], axis=1)
    with np.errstate(invalid="ignore"):
        means = sums / counts[:, None]
    return np.where(counts[:, None] > 0, means, overall[None, :])
