"""Forests of deep trees by scikit-learn: extremely random ones, or bootstrapped ones with the best cut.

https://scikit-learn.org/stable/modules/ensemble.html#forest
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

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
from lakeglass.science.candidates.trees import Grove, grove_of, read_grove, write_grove
from lakeglass.science.features.preparation import Style
from lakeglass.science.table import Floats
from lakeglass.science.tasks import CLASSES

_STEP = 20
"""Trees grown between two looks at the clock."""
Categories = Literal["native", "codes", "means", "columns"]


@dataclass(frozen=True)
class ForestCore:
    """The mean of the trees' leaves. Gaps were filled with `fill`, as when the forest grew."""

    grove: Grove
    fill: Floats
    log: bool

    def predict(self, matrix: Floats) -> Floats:
        """Amounts or probabilities."""
        found = self.grove.predict(_filled(matrix, self.fill))
        if self.grove.classes:
            return found
        return np.exp(found[:, 0]) if self.log else found[:, 0]

    def contributions(self, matrix: Floats) -> Floats | None:
        """Not told: forests here are judged by permutation."""
        return None

    def save(self, folder: Path) -> None:
        """The trees as arrays."""
        write_grove(folder / "forest.npz", self.grove, fill=self.fill)
        text = json.dumps({"log": self.log})
        (folder / "forest.json").write_text(text, encoding="utf-8")


class Forest:
    """Extremely random trees or a random forest."""

    name = "forest"
    capabilities = Capabilities(tasks=EVERY, most_rows=200_000, most_cells=10_000_000, contributions=False)

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """Random cuts with many columns a cut, then the best cut of few."""
        least = max(2, problem.rows // 4_000)
        base: dict[str, Setting] = {
            "cuts": "random", "least": least, "columns": 0.5, "categories": "codes",
            "trees": 200 if problem.rows < 10_000 else 100,
            "log": problem.log_target(),
        }  # fmt: skip
        return (base, {**base, "cuts": "best", "columns": 0.3})

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """Other leaf sizes, columns a cut, and categories."""
        varied = dict(settings)
        varied["least"] = max(1, round(near(number(settings, "least"), draw, low=1, high=60, by=2.5)))
        varied["columns"] = near(number(settings, "columns"), draw, low=0.08, high=1.0, by=2.0)
        varied["cuts"] = str(draw.choice(["random", "random", "best"]))
        if problem.has("category"):
            varied["categories"] = str(draw.choice(["codes", "means"]))
        return varied

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Grow trees, twenty at a time, until there are enough or the clock says stop."""
        from sklearn import ensemble

        problem = examples.problem
        style = Style(shape="trees", categories=cast("Categories", settings["categories"]))
        _, matrix, _ = examples.prepared(style)
        fill = np.array(
            [float(np.median(c[~np.isnan(c)])) if not np.isnan(c).all() else 0.0 for c in matrix.T]
        )
        filled = _filled(matrix, fill)
        log = bool(settings["log"])
        target = np.log(examples.target) if log else examples.target
        kind = ("ExtraTrees" if settings["cuts"] == "random" else "RandomForest") + (
            "Classifier" if problem.task in CLASSES else "Regressor"
        )
        model = getattr(ensemble, kind)(
            n_estimators=0, warm_start=True, n_jobs=1, random_state=examples.seed,
            min_samples_leaf=int(settings["least"]), max_features=number(settings, "columns"),
        )  # fmt: skip
        wanted = int(settings["trees"])
        while model.n_estimators < wanted:
            model.n_estimators += min(_STEP, wanted - model.n_estimators)
            model.fit(filled, target)
            if stop.expired():
                break
        classes = problem.classes if problem.task in CLASSES else 0
        grove = grove_of(model, classes)
        core = ForestCore(grove=grove, fill=fill, log=log)
        return Fit(style=style, core=core, steps=int(model.n_estimators), cut=model.n_estimators < wanted)

    def load(self, folder: Path) -> ForestCore:
        """Trees, fill and what they predict."""
        grove, fill = read_grove(folder / "forest.npz")
        try:
            stored = json.loads((folder / "forest.json").read_text(encoding="utf-8"))
            return ForestCore(grove=grove, fill=fill, log=bool(stored["log"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnprocessableFile(
                "forest.json is not the file that was saved; fit the model again"
            ) from error


def _filled(matrix: Floats, fill: Floats) -> Floats:
    """Gaps take the median of the training rows."""
    return np.where(np.isnan(matrix), fill, matrix)
