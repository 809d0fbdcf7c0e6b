"""How strongly two columns of numbers go together, in a straight line or by their ranks."""

from __future__ import annotations

import numpy as np

from lakeglass.science.checks.subject import standard
from lakeglass.science.table import Floats


def correlation(one: Floats, other: Floats) -> float:
    """Pearson's correlation of finite values or Spearman's, whichever is stronger; 0 where a side does not vary."""
    return max(_pearson(one, other), _pearson(_ranks(one), _ranks(other)), key=abs)


def _pearson(one: Floats, other: Floats) -> float:
    one, other = standard(one), standard(other)
    scale = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return float(one @ other) / scale if scale > 0 else 0.0


def _ranks(values: Floats) -> Floats:
    """Places from 0, of equal values their mean."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts + 1) / 2)[codes])
