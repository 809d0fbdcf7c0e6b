"""Intervals that hold the truth as often as they say: residuals of unseen rows, taken where predictions are alike.

Conformal prediction from out-of-fold residuals (Barber et al., 'Predictive inference with the jackknife+', 2021).
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import Floats

_LEVELS = (0.5, 0.8, 0.9, 0.95)
_FEWEST = 60
_MOST_BANDS = 12


class Intervals(BaseModel):
    """Distances below and above a prediction. `edges` part the predictions into bands of alike ones.

    `below[level][band]` and `above[level][band]` are in the unit of the target; `lowest` bounds the intervals (counts).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    levels: tuple[float, ...]
    edges: tuple[float, ...]
    below: tuple[tuple[float, ...], ...]
    above: tuple[tuple[float, ...], ...]
    lowest: float | None = None

    def of(self, predicted: Floats, level: float) -> tuple[Floats, Floats]:
        """Lower and upper ends that hold the truth in `level` of rows like those learned from."""
        place = self.levels.index(level)
        band = np.searchsorted(np.array(self.edges), predicted, side="right")
        low = predicted - np.array(self.below[place])[band]
        high = predicted + np.array(self.above[place])[band]
        return (low if self.lowest is None else np.maximum(low, self.lowest)), high


class Coverage(BaseModel):
    """How often intervals held the truth of rows that they were not learned from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float
    held: float
    mean_width: float
    rows: int


def intervals_of(predicted: Floats, truth: Floats, *, lowest: float | None = None) -> Intervals:
    """Intervals from predictions of rows that no model had seen."""
    bands = int(np.clip(truth.size // _FEWEST, 1, _MOST_BANDS))
    edges = (
        np.unique(np.quantile(predicted, np.linspace(0, 1, bands + 1)[1:-1])) if bands > 1 else np.zeros(0)
    )
    band = np.searchsorted(edges, predicted, side="right")
    residual = truth - predicted
    below, above = [], []
    for level in _LEVELS:
        ends = [_ends(residual[band == number], residual, level) for number in range(edges.size + 1)]
        below.append(tuple(end[0] for end in ends))
        above.append(tuple(end[1] for end in ends))
    return Intervals(
        levels=_LEVELS,
        edges=tuple(float(e) for e in edges),
        below=tuple(below),
        above=tuple(above),
        lowest=lowest,
    )


def coverage_of(intervals: Intervals, predicted: Floats, truth: Floats) -> tuple[Coverage, ...]:
    """How often each level held."""
    found = []
    for level in intervals.levels:
        low, high = intervals.of(predicted, level)
        held = float(np.mean((truth >= low) & (truth <= high)))
        found.append(Coverage(level=level, held=held, mean_width=float(np.mean(high - low)), rows=truth.size))
    return tuple(found)


def crossed_coverage(
    predicted: Floats, truth: Floats, *, seed: int, lowest: float | None = None
) -> tuple[Coverage, ...]:
    """Coverage when the intervals of each fifth are learned from the other rows."""
    part = np.random.default_rng(seed).permutation(truth.size) % 5
    low_high = {level: np.zeros((2, truth.size)) for level in _LEVELS}
    for number in range(5):
        others = part != number
        made = intervals_of(predicted[others], truth[others], lowest=lowest)
        for level in _LEVELS:
            low_high[level][:, ~others] = made.of(predicted[~others], level)
    return tuple(
        Coverage(
            level=level, held=float(np.mean((truth >= low) & (truth <= high))), mean_width=float(np.mean(high - low)),
            rows=truth.size,
        )
        for level, (low, high) in low_high.items()
    )  # fmt: skip


def _ends(residual: Floats, every: Floats, level: float) -> tuple[float, float]:
    """Distances below and above, each at its share of n + 1 rows; all residuals where a band is too small."""
    used = np.sort(residual if residual.size >= 20 else every)
    tail = (1 - level) / 2
    low = int(np.floor(tail * (used.size + 1))) - 1
    high = int(np.ceil((1 - tail) * (used.size + 1))) - 1
    lower = used[max(low, 0)]
    upper = used[min(high, used.size - 1)]
    return float(max(0.0, -lower)), float(max(0.0, upper))
