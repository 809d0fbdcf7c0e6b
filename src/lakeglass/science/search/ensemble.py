"""Greedy ensembles: models are added one by one, with replacement, as long as the mean gets better.

Caruana et al., 'Ensemble selection from libraries of models', 2004.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lakeglass.science.metrics import Measure, loss
from lakeglass.science.table import Floats

_ROUNDS = 40
_ROWS = 20_000
_GAIN = 1e-6


def greedy_weights(
    predictions: Mapping[str, Floats], truth: Floats, measure: Measure, *, seed: int, most: int = 25
) -> dict[str, float]:
    """Weights (sum 1) of the models whose mean has the least loss.

    `predictions` are of the same rows, none of them seen by the model that predicts it. At most `most` models, the best
    alone, take part; above 20,000 rows a sample of them decides.
    """
    rows = np.arange(truth.size)
    if truth.size > _ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(truth.size, _ROWS, replace=False))
    truth = truth[rows]
    sampled = {name: one[rows] for name, one in predictions.items()}
    alone = {name: loss(measure, truth, one) for name, one in sampled.items()}
    ranked = sorted(alone, key=lambda name: (alone[name], name))[:most]
    if not ranked:
        return {}
    chosen = [ranked[0]]
    total, best = sampled[ranked[0]].copy(), alone[ranked[0]]
    best_length = 1
    for size in range(2, _ROUNDS + 1):
        tried = {name: loss(measure, truth, (total + sampled[name]) / size) for name in ranked}
        name = min(ranked, key=lambda one: (tried[one], one))
        chosen.append(name)
        total += sampled[name]
        if tried[name] < best - _GAIN * abs(best):
            best, best_length = tried[name], size
        elif size - best_length >= 5:
            break
    kept = chosen[:best_length]
    return {name: kept.count(name) / len(kept) for name in dict.fromkeys(kept)}
