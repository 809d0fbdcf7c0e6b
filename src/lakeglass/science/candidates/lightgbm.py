"""Gradient boosting by LightGBM, stopped early by the judging rows and by the clock. One thread for each fit.

https://lightgbm.readthedocs.io/en/latest/Parameters.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from lakeglass.core.errors import UnprocessableFile
from lakeglass.science.candidates.base import (
    EVERY,
    Capabilities,
    Examples,
    Fit,
    Problem,
    Setting,
    Settings,
    Stop,
    near,
    number,
)
from lakeglass.science.features.preparation import Style
from lakeglass.science.table import Floats

if TYPE_CHECKING:
    import lightgbm

_OBJECTIVES = {
    "binary": ("binary", "binary_logloss"),
    "multiclass": ("multiclass", "multi_logloss"),
    "count": ("poisson", "poisson"),
    "regression": ("regression", "rmse"),
    "forecast": ("regression", "rmse"),
}
_DEFAULTS: dict[str, Setting] = {
    "categories": "codes", "rate": 0.1, "leaves": 31, "least": 20, "columns": 0.8, "rows": 0.8, "l1": 0.0, "l2": 1.0,
    "random_cuts": False, "bins": 255, "log": False, "rounds": 3000,
}  # fmt: skip
Categories = Literal["native", "codes", "means", "columns"]


@dataclass(frozen=True)
class BoostedCore:
    """A booster; `binary` says that it predicts one chance, `log` that it learned the logarithm of the amount."""

    booster: lightgbm.Booster
    binary: bool
    log: bool

    def predict(self, matrix: Floats) -> Floats:
        """Amounts or probabilities."""
        raw = np.asarray(self.booster.predict(matrix, num_threads=1), dtype=np.float64)
        if self.binary:
            return np.stack([1 - raw, raw], axis=1)
        return np.exp(np.clip(raw, -700, 700)) if self.log else raw

    def contributions(self, matrix: Floats) -> Floats | None:
        """LightGBM's own (TreeSHAP): parts of the margin, the base last."""
        parts = np.asarray(self.booster.predict(matrix, pred_contrib=True, num_threads=1), dtype=np.float64)
        classes = self.booster.num_model_per_iteration()
        if classes == 1:
            return parts
        return np.moveaxis(parts.reshape(matrix.shape[0], classes, matrix.shape[1] + 1), 1, 2)

    def save(self, folder: Path) -> None:
        """LightGBM's text and a line of JSON."""
        (folder / "boosted.txt").write_text(self.booster.model_to_string(), encoding="utf-8")
        text = json.dumps({"binary": self.binary, "log": self.log})
        (folder / "boosted.json").write_text(text, encoding="utf-8")


class LightGBM:
    """Boosted trees."""

    name = "lightgbm"
    capabilities = Capabilities(
        tasks=EVERY,
        most_rows=10**9,
        most_cells=10**10,
        contributions=True,
        package="lightgbm",
        extra="science",
    )

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """From plain to unlike: medium trees, additive stumps, small and slow, random cuts, large, other categories."""
        base = {**_DEFAULTS, "log": problem.log_target()}
        levels = [role.distinct for role in problem.features() if role.role == "category"]
        slow = 0.03 if problem.rows < 20_000 else 0.06
        small = problem.rows < 3_000
        settings: list[Settings] = [
            base if not small else {**base, "rate": 0.06, "leaves": 12, "least": 10, "columns": 0.6},
            {**base, "rate": 0.1, "leaves": 3, "least": 10, "columns": 0.5, "l2": 3.0},
            {**base, "rate": slow, "leaves": 10, "least": 8, "columns": 0.4, "rows": 0.7, "l2": 5.0},
            {**base, "rate": slow, "leaves": 40, "random_cuts": True, "columns": 0.8, "least": 5},
            {**base, "rate": slow, "leaves": 90, "least": 30, "columns": 0.5, "rows": 0.7, "l2": 8.0},
        ]
        if levels and max(levels) > 5:
            settings.append({**base, "rate": slow, "leaves": 24, "categories": "means", "columns": 0.6})
            settings.append({**base, "rate": slow, "leaves": 24, "categories": "native", "columns": 0.6})
        return tuple(settings)

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """Move every number a little; now and then change how categories are taken and how cuts are drawn."""
        slowest = 0.008 if problem.rows < 20_000 else 0.02
        varied: dict[str, Setting] = {
            **settings,
            "rate": near(number(settings, "rate"), draw, low=slowest, high=0.3, by=2.0),
            "leaves": round(near(number(settings, "leaves"), draw, low=2, high=400, by=2.2)),
            "least": round(near(number(settings, "least"), draw, low=1, high=300, by=2.2)),
            "columns": near(number(settings, "columns"), draw, low=0.08, high=1.0, by=1.7),
            "rows": near(number(settings, "rows"), draw, low=0.4, high=1.0, by=1.3),
            "l1": float(draw.choice([0.0, 0.0, 0.1, 1.0])),
            "l2": near(max(number(settings, "l2"), 0.1), draw, low=0.01, high=100, by=4.0),
        }
        if draw.random() < 0.2:
            varied["random_cuts"] = not settings["random_cuts"]
        if problem.has("category") and draw.random() < 0.25:
            varied["categories"] = str(draw.choice(["codes", "means", "native"]))
        return varied

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Boost until the judging rows gain nothing for a while, or the clock says stop."""
        import lightgbm

        style = Style(shape="trees", categories=cast("Categories", settings["categories"]))
        made, matrix, judge = examples.prepared(style)
        log = bool(settings["log"])
        target, judged = (np.log(t) if log else t for t in (examples.target, examples.judged))
        native = list(made.native())
        given: dict[str, Any] = {"categorical_feature": native, "free_raw_data": False}
        data = lightgbm.Dataset(matrix, target, params=self._parameters(settings, examples), **given)
        patience = round(20 + 2.5 / number(settings, "rate"))
        watch = _Watch(stop, patience)
        booster = lightgbm.train(
            self._parameters(settings, examples),
            data,
            num_boost_round=int(settings["rounds"]),
            valid_sets=[lightgbm.Dataset(judge, judged, reference=data)],
            valid_names=["judge"],
            callbacks=[watch],
        )
        best = watch.best_round + 1
        if best < booster.current_iteration():
            booster = lightgbm.Booster(model_str=booster.model_to_string(num_iteration=best))
        return Fit(
            style=style,
            core=BoostedCore(booster, binary=examples.problem.task == "binary", log=log),
            steps=best,
            cut=watch.cut,
        )

    def load(self, folder: Path) -> BoostedCore:
        """The booster of LightGBM's text."""
        import lightgbm

        try:
            text = (folder / "boosted.txt").read_text(encoding="utf-8")
            stored = json.loads((folder / "boosted.json").read_text(encoding="utf-8"))
            booster = lightgbm.Booster(model_str=text)
            return BoostedCore(booster, binary=bool(stored["binary"]), log=bool(stored["log"]))
        except (OSError, ValueError, KeyError, lightgbm.basic.LightGBMError) as error:
            raise UnprocessableFile(
                "boosted.txt is not the file that was saved; fit the model again"
            ) from error

    def _parameters(self, settings: Settings, examples: Examples) -> dict[str, Setting]:
        problem = examples.problem
        objective, metric = _OBJECTIVES[problem.task]
        least = min(int(settings["least"]), max(1, examples.target.size // 10))
        parameters: dict[str, Setting] = {
            "objective": objective, "metric": metric, "verbosity": -1, "num_threads": 1, "deterministic": True,
            "force_row_wise": True, "seed": examples.seed, "feature_pre_filter": False,
            "learning_rate": settings["rate"], "num_leaves": settings["leaves"], "min_data_in_leaf": least,
            "feature_fraction": settings["columns"], "bagging_fraction": settings["rows"], "bagging_freq": 1,
            "lambda_l1": settings["l1"], "lambda_l2": settings["l2"], "extra_trees": settings["random_cuts"],
            "max_bin": settings["bins"], "cat_smooth": 10.0, "max_cat_threshold": 64,
        }  # fmt: skip
        if objective == "multiclass":
            parameters["num_class"] = problem.classes
        return parameters


class _Watch:
    """LightGBM callback: remembers the best round; ends when patience or time is over."""

    order = 30
    before_iteration = False

    def __init__(self, stop: Stop, patience: int) -> None:
        self.stop = stop
        self.patience = patience
        self.best_round = 0
        self.best_loss = float("inf")
        self.cut = False

    def __call__(self, env: lightgbm.callback.CallbackEnv) -> None:
        from lightgbm.callback import EarlyStopException

        results = env.evaluation_result_list or []
        found = float(results[0][2])
        if found < self.best_loss:
            self.best_loss, self.best_round = found, env.iteration
        self.cut = self.stop.expired()
        if self.cut or env.iteration - self.best_round >= self.patience:
            raise EarlyStopException(self.best_round, results)
