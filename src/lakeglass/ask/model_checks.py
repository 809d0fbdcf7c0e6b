"""Does the result of a fitted model hold: every row in one of both parts, figures within their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeglass.ask.model import Check
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.analyses import Metric
from lakeglass.ask.plan.naming import METRIC_NAMES, TEST_ROWS, TRAINING_ROWS
from lakeglass.ask.result import TableData

_BOUNDS: dict[Metric, tuple[float, float]] = {
    "r2": (float("-inf"), 1.0),
    "silhouette": (-1.0, 1.0),
    "accuracy": (0.0, 1.0),
    "precision": (0.0, 1.0),
    "recall": (0.0, 1.0),
    "f1": (0.0, 1.0),
    "auc": (0.0, 1.0),
}
_SLACK = 1e-9


def model_checks(statistic: Statistic, table: TableData, counts: Mapping[str, int]) -> Iterator[Check]:
    """Every check of a model's result."""
    model = statistic.model
    assert model is not None
    for metric in model.metrics:
        low, high = _BOUNDS.get(metric, (0.0, float("inf")))
        numbers = table.numbers(METRIC_NAMES[metric])
        inside = all(low - _SLACK <= n <= high + _SLACK for n in numbers)
        told = f"{METRIC_NAMES[metric]} = {numbers[0]:.6g}" if numbers else f"no {METRIC_NAMES[metric]}"
        yield Check(
            name=f"{METRIC_NAMES[metric]} within its bounds", passed=inside and bool(numbers), detail=told
        )
    used = counts.get("used")
    if model.task == "clusters":
        found = sum(table.numbers("rows"))
    else:
        found = sum(table.numbers(name)[0] for name in (TRAINING_ROWS, TEST_ROWS) if table.numbers(name))
    if used is not None:
        detail = f"{found:,.0f} rows in the result, {used:,} have every value"
        yield Check(name="no row lost or doubled", passed=found == used, detail=detail)
    if model.tells == "clusters":
        same = table.total == model.clusters
        yield Check(name="every cluster told", passed=same, detail=f"{table.total} of {model.clusters}")
