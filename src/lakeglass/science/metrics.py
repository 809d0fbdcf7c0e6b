"""How good predictions are: measures by name, each with its direction, and intervals by resampling rows.

Shapes: `truth` (n,); `predicted` (n,) for amounts, (n, classes) of probabilities for classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import Floats
from lakeglass.science.tasks import CLASSES, Task

Direction = Literal["higher", "lower"]
_TINY = 1e-15
_DRAWS = 200
_RESAMPLED = 30_000
"""Rows that are resampled for intervals; of larger tables a sample stands for all."""
_WORST = 1e300


@dataclass(frozen=True)
class Measure:
    """A measure of predictions. `of(truth, predicted, weight)` takes a weight for each row (resampled counts)."""

    name: str
    better: Direction
    of: Callable[[Floats, Floats, Floats], float]


class MeasuredValue(BaseModel):
    """A measure's value with its interval (2.5 and 97.5 % of resampled rows) and standard error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str
    better: Direction
    value: float
    low: float
    high: float
    error: float
    rows: int


def area_under_curve(truth: Floats, score: Floats, weight: Floats) -> float:
    """Area under the ROC curve, ties counted half; NaN when one class is absent."""
    order = np.argsort(score, kind="stable")
    ordered, ones = score[order], (truth[order] > 0.5) * weight[order]
    zeros = (truth[order] <= 0.5) * weight[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ones, zeros = np.add.reduceat(ones, starts), np.add.reduceat(zeros, starts)
    pairs = ones.sum() * zeros.sum()
    below = np.cumsum(zeros) - zeros
    return float(np.sum(ones * (below + zeros / 2)) / pairs) if pairs > 0 else float("nan")


def _average(values: Floats, weight: Floats) -> float:
    return float(np.sum(values * weight) / np.sum(weight))


def _auc(truth: Floats, predicted: Floats, weight: Floats) -> float:
    if predicted.shape[1] == 2:
        return area_under_curve(truth, predicted[:, 1], weight)
    each = [area_under_curve((truth == c) * 1.0, predicted[:, c], weight) for c in range(predicted.shape[1])]
    known = [one for one in each if not np.isnan(one)]
    return float(np.mean(known)) if known else float("nan")


def _log_loss(truth: Floats, predicted: Floats, weight: Floats) -> float:
    mine = predicted[np.arange(truth.size), truth.astype(np.intp)]
    return _average(-np.log(np.clip(mine, _TINY, 1.0)), weight)


def _accuracy(truth: Floats, predicted: Floats, weight: Floats) -> float:
    return _average((predicted.argmax(axis=1) == truth) * 1.0, weight)


def _balanced_accuracy(truth: Floats, predicted: Floats, weight: Floats) -> float:
    right = (predicted.argmax(axis=1) == truth) * 1.0
    present = [truth == one for one in np.unique(truth[weight > 0])]
    return float(np.mean([_average(right[rows], weight[rows]) for rows in present]))


def _brier(truth: Floats, predicted: Floats, weight: Floats) -> float:
    wanted = np.zeros_like(predicted)
    wanted[np.arange(truth.size), truth.astype(np.intp)] = 1.0
    return _average(((predicted - wanted) ** 2).sum(axis=1) / 2, weight)


def _average_precision(truth: Floats, predicted: Floats, weight: Floats) -> float:
    order = np.argsort(-predicted[:, 1], kind="stable")
    ones, all_rows = (truth[order] * weight[order]), weight[order]
    last = np.flatnonzero(np.r_[np.diff(predicted[order, 1]) != 0, True])
    found, taken = np.cumsum(ones)[last], np.cumsum(all_rows)[last]
    gained = np.diff(np.r_[0.0, found])
    return float(np.sum(gained * found / np.maximum(taken, _TINY)) / max(float(ones.sum()), _TINY))


def _rmse(truth: Floats, predicted: Floats, weight: Floats) -> float:
    return float(np.sqrt(_average((truth - predicted) ** 2, weight)))


def _mae(truth: Floats, predicted: Floats, weight: Floats) -> float:
    return _average(np.abs(truth - predicted), weight)


def _r2(truth: Floats, predicted: Floats, weight: Floats) -> float:
    spread = _average((truth - _average(truth, weight)) ** 2, weight)
    return 1.0 - _average((truth - predicted) ** 2, weight) / max(spread, _TINY)


def _poisson_deviance(truth: Floats, predicted: Floats, weight: Floats) -> float:
    expected = np.clip(predicted, 1e-9, None)
    ratio = np.where(truth > 0, truth * np.log(np.where(truth > 0, truth, 1.0) / expected), 0.0)
    return _average(2 * (ratio - truth + expected), weight)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("roc_auc", "higher", _auc),
        Measure("log_loss", "lower", _log_loss),
        Measure("average_precision", "higher", _average_precision),
        Measure("accuracy", "higher", _accuracy),
        Measure("balanced_accuracy", "higher", _balanced_accuracy),
        Measure("brier", "lower", _brier),
        Measure("rmse", "lower", _rmse),
        Measure("mae", "lower", _mae),
        Measure("r2", "higher", _r2),
        Measure("poisson_deviance", "lower", _poisson_deviance),
    )
}
_BY_TASK: dict[Task, tuple[str, ...]] = {
    "binary": ("roc_auc", "log_loss", "average_precision", "accuracy", "balanced_accuracy", "brier"),
    "multiclass": ("log_loss", "accuracy", "balanced_accuracy", "roc_auc", "brier"),
    "regression": ("rmse", "mae", "r2"),
    "forecast": ("rmse", "mae", "r2"),
    "count": ("poisson_deviance", "rmse", "mae", "r2"),
}


_TITLES = {
    "roc_auc": "ROC AUC",
    "r2": "R²",
    "rmse": "RMSE",
    "mae": "MAE",
    "brier": "Brier score",
    "poisson_deviance": "Poisson deviance",
}


def title_of(measure: str) -> str:
    """A measure as the head of a line."""
    return _TITLES.get(measure, measure.replace("_", " "))


def measures_of(task: Task) -> tuple[Measure, ...]:
    """The measures told for a task; the first is the one models are chosen by. None for clustering."""
    return tuple(MEASURES[name] for name in _BY_TASK.get(task, ()))


def loss(measure: Measure, truth: Floats, predicted: Floats) -> float:
    """The measure turned so that lower is better: 1 - x where higher is better; the worst where undefined."""
    value = measure.of(truth, predicted, np.ones(truth.size))
    turned = 1.0 - value if measure.better == "higher" else value
    return turned if np.isfinite(turned) else (1.0 if measure.better == "higher" else _WORST)


def measured(
    task: Task, truth: Floats, predicted: Floats, *, seed: int = 0, draws: int = _DRAWS
) -> tuple[MeasuredValue, ...]:
    """Every measure of the task with intervals from `draws` resamplings of the rows, fewer of a large table.

    A measure that these rows leave undefined (a curve of one class) is left out.
    """
    draws = min(draws, max(40, 2_000_000 // max(1, truth.size)))
    if predicted.ndim == 2 and predicted.shape[1] == 2:
        # sorted once, so that ranking each resampling is quick
        order = np.argsort(predicted[:, 1], kind="stable")
        truth, predicted = truth[order], predicted[order]
    draw = np.random.default_rng(seed)
    sample = np.arange(truth.size)
    if truth.size > _RESAMPLED:
        sample = np.sort(draw.choice(truth.size, _RESAMPLED, replace=False))
    counts = draw.multinomial(sample.size, np.full(sample.size, 1 / sample.size), size=draws)
    narrower = (sample.size / truth.size) ** 0.5
    found: list[MeasuredValue] = []
    for measure in measures_of(task):
        value = measure.of(truth, predicted, np.ones(truth.size))
        if not np.isfinite(value):
            continue  # such as a ranking of rows of one class
        drawn = np.array(
            [measure.of(truth[sample], predicted[sample], row.astype(np.float64)) for row in counts]
        )
        drawn = drawn[np.isfinite(drawn)]
        if narrower < 1 and drawn.size:
            # as many rows as there are vary less than the sample of them
            drawn = value + (drawn - drawn.mean()) * narrower
        low, high = (float(x) for x in np.quantile(drawn, [0.025, 0.975])) if drawn.size else (value, value)
        error = float(np.std(drawn)) if drawn.size else 0.0
        found.append(
            MeasuredValue(
                measure=measure.name,
                better=measure.better,
                value=value,
                low=low,
                high=high,
                error=error,
                rows=truth.size,
            )
        )
    return tuple(found)


def as_probabilities(task: Task, predicted: Floats) -> Floats:
    """Predictions of classes clipped into [0, 1] with rows summing to 1; amounts as they are."""
    if task not in CLASSES:
        return predicted
    clipped = np.clip(predicted, _TINY, 1.0)
    return np.asarray(clipped / clipped.sum(axis=1, keepdims=True))
