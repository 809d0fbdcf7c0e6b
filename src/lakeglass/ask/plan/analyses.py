"""Analyses with settings of their own: models that are fitted, and series in time."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ModelKind = Literal["linear", "logistic", "tree", "forest", "k-means"]
Task = Literal["numbers", "classes", "clusters"]
Metric = Literal[
    "r2", "rmse", "mse", "mae", "accuracy", "precision", "recall", "f1", "auc", "inertia", "silhouette",
]  # fmt: skip
Averaging = Literal["one", "weighted", "macro", "micro"]

METRICS: dict[Task, tuple[Metric, ...]] = {
    "numbers": ("r2", "rmse", "mae", "mse"),
    "classes": ("accuracy", "precision", "recall", "f1", "auc"),
    "clusters": ("inertia", "silhouette"),
}
TASKS: dict[ModelKind, frozenset[Task]] = {
    "linear": frozenset({"numbers"}),
    "logistic": frozenset({"classes"}),
    "tree": frozenset({"numbers", "classes"}),
    "forest": frozenset({"numbers", "classes"}),
    "k-means": frozenset({"clusters"}),
}


class Model(BaseModel):
    """A model that is fitted, and how it is judged.

    It predicts 'numbers' or 'classes' on a share of the rows that it has not seen (`test_share`, drawn with `seed`), or
    finds `clusters`. `metrics` are told in their order; `tells` 'features' tells coefficients or importances as well,
    'clusters' the clusters themselves. Precision, recall and F1 are those of the last of two classes ('one'), or
    averages over all classes. `scaling` is learnt from the training rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    kind: ModelKind
    task: Task
    metrics: tuple[Metric, ...] = Field(min_length=1)
    tells: Literal["metrics", "features", "clusters"] = "metrics"
    test_share: float = Field(default=0.2, gt=0, lt=1)
    seed: int = Field(default=42, ge=0, le=2**32 - 1)
    clusters: int | None = Field(default=None, ge=2, le=100)
    trees: int | None = Field(default=None, ge=1, le=2_000)
    depth: int | None = Field(default=None, ge=1, le=100)
    scaling: Literal["none", "z", "minmax"] = "none"
    averaging: Averaging = "one"

    @model_validator(mode="after")
    def _complete(self) -> Model:
        if self.task not in TASKS[self.kind]:
            raise ValueError(f"a model of the kind {self.kind!r} has no task {self.task!r}")
        wrong = [m for m in self.metrics if m not in METRICS[self.task]]
        if wrong:
            raise ValueError(f"{wrong[0]!r} does not judge {self.task}; {', '.join(METRICS[self.task])} do")
        if (self.task == "clusters") != (self.clusters is not None):
            raise ValueError("`clusters` belongs to k-means, which needs it")
        if (self.tells == "clusters") and self.task != "clusters":
            raise ValueError("only k-means tells clusters")
        if self.tells == "features" and self.task == "clusters":
            raise ValueError("clusters have no coefficients")
        if self.trees is not None and self.kind != "forest":
            raise ValueError("`trees` belongs to a forest")
        if self.depth is not None and self.kind not in {"tree", "forest"}:
            raise ValueError("`depth` belongs to trees and forests")
        return self


SeriesGrain = Literal["year", "quarter", "month", "week", "day"]
SeriesAggregate = Literal["count", "distinct", "sum", "mean", "median", "min", "max"]
Outlook = Literal["holt-winters", "line", "seasonal naive"]
SEASONS: dict[SeriesGrain, int] = {"day": 7, "week": 52, "month": 12, "quarter": 4}


class Timeline(BaseModel):
    """A column (or the rows) taken together by period, and what is asked of the series.

    A forecast looks `ahead` that many periods with an interval of `certainty`; `season` is the length of a season in
    periods, where there is one. Periods without rows count 0 in sums and counts ('zero') or lie on the line between
    their neighbours ('between'). `until` is the day on which the data end before their last period is over:
    a forecast leaves that period out, and begins after it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    grain: SeriesGrain
    aggregate: SeriesAggregate
    season: int | None = Field(default=None, ge=2, le=400)
    ahead: int | None = Field(default=None, ge=1, le=400)
    method: Outlook | None = None
    certainty: float = Field(default=0.95, gt=0, lt=1)
    gaps: Literal["zero", "between"] = "between"
    until: str | None = Field(default=None, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")

    @model_validator(mode="after")
    def _complete(self) -> Timeline:
        if (self.ahead is None) != (self.method is None):
            raise ValueError("a forecast needs `ahead` and `method`; nothing else has them")
        if self.until is not None and self.ahead is None:
            raise ValueError("only a forecast leaves out the last period")
        if self.method == "seasonal naive" and self.season is None:
            raise ValueError("a seasonal naive forecast needs `season`")
        return self
