"""Explainable boosting by interpret-core: one curve for each column and a few pairs, read off as they are.

Slow for its size, so it declines all but small tables. https://interpret.ml/docs/ebm.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lakeglass.core.errors import UnprocessableFile
from lakeglass.science.candidates.base import (
    Capabilities,
    Examples,
    Fit,
    Problem,
    Settings,
    Stop,
    near,
    number,
)
from lakeglass.science.candidates.files import read_numbers, write_numbers
from lakeglass.science.features.preparation import Style
from lakeglass.science.table import Floats


@dataclass(frozen=True)
class Term:
    """One column's curve or two columns' surface: `scores` over bins, bin 0 for missing."""

    features: tuple[int, ...]
    cuts: tuple[Floats, ...]
    scores: Floats


@dataclass(frozen=True)
class AdditiveCore:
    """A base and terms that add up; `logistic` says that the sum is a log-odds, `log` that it is a logarithm."""

    base: float
    terms: tuple[Term, ...]
    logistic: bool
    log: bool

    def predict(self, matrix: Floats) -> Floats:
        """Amounts or the probabilities of two classes."""
        margin = self.base + sum((self._of(term, matrix) for term in self.terms), np.zeros(matrix.shape[0]))
        if self.logistic:
            chance = 1 / (1 + np.exp(-np.clip(margin, -35, 35)))
            return np.stack([1 - chance, chance], axis=1)
        return np.exp(margin) if self.log else margin

    def contributions(self, matrix: Floats) -> Floats | None:
        """Each term's score; a pair's is shared evenly between its two columns."""
        parts = np.zeros((matrix.shape[0], matrix.shape[1] + 1))
        parts[:, -1] = self.base
        for term in self.terms:
            for feature in term.features:
                parts[:, feature] += self._of(term, matrix) / len(term.features)
        return parts

    def save(self, folder: Path) -> None:
        """Curves as arrays."""
        arrays: dict[str, npt.NDArray[np.float64]] = {}
        for place, term in enumerate(self.terms):
            arrays[f"scores{place}"] = term.scores
            for axis, cut in enumerate(term.cuts):
                arrays[f"cuts{place}_{axis}"] = cut
        write_numbers(folder / "terms.npz", **arrays)
        features = [list(term.features) for term in self.terms]
        text = json.dumps(
            {"base": self.base, "features": features, "logistic": self.logistic, "log": self.log}
        )
        (folder / "terms.json").write_text(text, encoding="utf-8")

    def _of(self, term: Term, matrix: Floats) -> Floats:
        places = []
        for feature, cuts in zip(term.features, term.cuts, strict=True):
            values = matrix[:, feature]
            found = np.searchsorted(cuts, values, side="right") + 1
            places.append(np.where(np.isnan(values), 0, found))
        return np.asarray(term.scores[tuple(places)])


class ExplainableBoosting:
    """Curves and pairs for two classes or amounts."""

    name = "ebm"
    capabilities = Capabilities(
        tasks=frozenset({"binary", "regression", "forecast"}),
        most_rows=8_000,
        most_cells=250_000,
        contributions=True,
        package="interpret",
        extra="ebm",
    )

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """One with as many pairs as half the columns."""
        log = problem.log_target()
        return ({"rate": 0.04, "pairs": 0.5, "bins": 128, "least": 4, "log": log},)

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """Another rate and number of pairs."""
        rate = near(number(settings, "rate"), draw, low=0.005, high=0.1)
        return {**settings, "rate": rate, "pairs": float(draw.choice([0.0, 0.5, 0.9]))}

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Boost the curves in one process; the clock is asked after every round by the library's callback."""
        from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

        style = Style(shape="trees", categories="means")
        _, matrix, _ = examples.prepared(style)
        logistic, log = examples.problem.task == "binary", bool(settings["log"])
        kind = ExplainableBoostingClassifier if logistic else ExplainableBoostingRegressor
        asked: list[bool] = []

        def ended(*_: object) -> bool:
            asked.append(stop.expired())
            return asked[-1]

        model = kind(
            feature_types=["continuous"] * matrix.shape[1], learning_rate=number(settings, "rate"), outer_bags=2,
            max_rounds=1500,
            max_bins=int(settings["bins"]), min_samples_leaf=int(settings["least"]), n_jobs=1,
            interactions=number(settings, "pairs"), random_state=examples.seed, callback=ended,
        )  # fmt: skip
        target = np.log(examples.target) if log else examples.target
        model.fit(matrix, target.astype(np.int64) if logistic else target)
        core = AdditiveCore(float(np.ravel(model.intercept_)[0]), _terms(model), logistic, log)
        return Fit(style=style, core=core, steps=len(asked), cut=any(asked))

    def load(self, folder: Path) -> AdditiveCore:
        """Base and curves."""
        try:
            stored: dict[str, Any] = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
            features = [tuple(int(f) for f in one) for one in stored["features"]]
            base, logistic, log = float(stored["base"]), bool(stored["logistic"]), bool(stored["log"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnprocessableFile(
                "terms.json is not the file that was saved; fit the model again"
            ) from error
        names = [f"cuts{p}_{a}" for p, one in enumerate(features) for a in range(len(one))]
        arrays = read_numbers(folder / "terms.npz", *names, *(f"scores{p}" for p in range(len(features))))
        terms = tuple(
            Term(one, tuple(arrays[f"cuts{p}_{a}"] for a in range(len(one))), arrays[f"scores{p}"])
            for p, one in enumerate(features)
        )
        return AdditiveCore(base, terms, logistic, log)


def _terms(model: Any) -> tuple[Term, ...]:
    """The curves of a fitted model; pairs may have coarser cuts; the last bin (unseen) is dropped."""
    found: list[Term] = []
    for features, scores in zip(model.term_features_, model.term_scores_, strict=True):
        cuts = []
        for feature in features:
            levels = model.bins_[feature]
            cuts.append(np.asarray(levels[min(len(features), len(levels)) - 1], dtype=np.float64))
        kept = tuple(slice(0, cut.size + 2) for cut in cuts)
        found.append(
            Term(tuple(int(f) for f in features), tuple(cuts), np.asarray(scores, dtype=np.float64)[kept])
        )
    return tuple(found)
