"""Linear models: ridge for amounts, logistic for classes, Poisson for counts, over filled, scaled and bent columns."""

from __future__ import annotations

import json
import warnings
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
    Settings,
    Stop,
    near,
    number,
)
from lakeglass.science.candidates.files import read_numbers, write_numbers
from lakeglass.science.features.preparation import Style
from lakeglass.science.table import Floats

Link = Literal["identity", "log", "logistic", "softmax"]


@dataclass(frozen=True)
class LinearCore:
    """`matrix @ weights + offset` through a link; weights are (outputs, 1) or (outputs, classes)."""

    weights: Floats
    offset: Floats
    middle: Floats
    link: Link
    low: float
    high: float

    def margin(self, matrix: Floats) -> Floats:
        """(rows, 1) or (rows, classes) before the link."""
        return np.asarray(matrix @ self.weights + self.offset)

    def predict(self, matrix: Floats) -> Floats:
        """Amounts within the range seen (a line must not run off), or probabilities."""
        margin = self.margin(matrix)
        if self.link == "logistic":
            chance = 1 / (1 + np.exp(-np.clip(margin[:, 0], -35, 35)))
            return np.stack([1 - chance, chance], axis=1)
        if self.link == "softmax":
            power = np.exp(margin - margin.max(axis=1, keepdims=True))
            return np.asarray(power / power.sum(axis=1, keepdims=True))
        amount = np.exp(np.clip(margin[:, 0], -700, 700)) if self.link == "log" else margin[:, 0]
        return np.clip(amount, self.low, self.high)

    def contributions(self, matrix: Floats) -> Floats | None:
        """Each output's weight times its distance from the mean of the training rows; exact for a linear model."""
        parts = (matrix - self.middle)[:, :, None] * self.weights[None, :, :]
        base = np.broadcast_to(
            self.middle @ self.weights + self.offset, (matrix.shape[0], 1, self.offset.size)
        )
        joined = np.concatenate([parts, base], axis=1)
        return np.asarray(joined[:, :, 0] if self.offset.size == 1 else joined)

    def save(self, folder: Path) -> None:
        """Weights as arrays, the link as JSON."""
        write_numbers(folder / "linear.npz", weights=self.weights, offset=self.offset, middle=self.middle)
        text = json.dumps({"link": self.link, "low": self.low, "high": self.high})
        (folder / "linear.json").write_text(text, encoding="utf-8")


class Linear:
    """Ridge, logistic or Poisson regression."""

    name = "linear"
    capabilities = Capabilities(tasks=EVERY, most_rows=2_000_000, most_cells=100_000_000, contributions=True)

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """A strongly and a weakly held one, and one without bends."""
        log = problem.log_target()
        first: dict[str, bool | float | int | str] = {"penalty": 3.0, "bends": 5, "log": log}
        return (first, {**first, "penalty": 30.0, "bends": 9}, {**first, "penalty": 10.0, "bends": 0})

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """Another penalty and number of bends."""
        penalty = near(number(settings, "penalty"), draw, low=0.01, high=3000, by=4)
        return {**settings, "penalty": penalty, "bends": int(draw.choice([0, 4, 5, 7, 9, 13]))}

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Solve for the weights; the judging rows take no part."""
        most = 50 if examples.problem.rows < 100_000 else 20
        style = Style(shape="linear", categories="columns", bends=int(settings["bends"]), most_levels=most)
        _, matrix, _ = examples.prepared(style)
        problem, target = examples.problem, examples.target
        penalty = number(settings, "penalty")
        low, high = _range(target)
        match problem.task:
            case "binary" | "multiclass":
                weights, offset = _logistic(matrix, target, penalty, problem.classes)
                link: Link = "logistic" if weights.shape[1] == 1 else "softmax"
            case "count":
                weights, offset = _poisson(matrix, target, penalty)
                link = "log"
            case _:
                log = bool(settings["log"])
                weights, offset = _ridge(matrix, np.log(target) if log else target, penalty)
                link = "log" if log else "identity"
        core = LinearCore(weights, offset, matrix.mean(axis=0), link, low, high)
        return Fit(style=style, core=core, steps=1, cut=False)

    def load(self, folder: Path) -> LinearCore:
        """Weights and link."""
        arrays = read_numbers(folder / "linear.npz", "weights", "offset", "middle")
        try:
            stored = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
            link, low, high = str(stored["link"]), float(stored["low"]), float(stored["high"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnprocessableFile(
                "linear.json is not the file that was saved; fit the model again"
            ) from error
        return LinearCore(**arrays, link=cast("Link", link), low=low, high=high)


def _range(target: Floats) -> tuple[float, float]:
    low, high = float(target.min()), float(target.max())
    margin = 0.1 * (high - low)
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin


def _ridge(matrix: Floats, target: Floats, penalty: float) -> tuple[Floats, Floats]:
    middle, level = matrix.mean(axis=0), float(target.mean())
    centered = matrix - middle
    square = centered.T @ centered
    square[np.diag_indices_from(square)] += penalty
    weights = np.linalg.solve(square, centered.T @ (target - level))
    return weights[:, None], np.array([level - middle @ weights])


def _logistic(matrix: Floats, target: Floats, penalty: float, classes: int) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    seen = np.unique(target).astype(np.intp)
    if seen.size == 1:
        only = np.full(classes, -12.0)
        only[seen[0]] = 12.0
        if classes == 2:
            return np.zeros((matrix.shape[1], 1)), np.array([only[1]])
        return np.zeros((matrix.shape[1], classes)), only
    wide = matrix.shape[1] * max(1, classes if classes > 2 else 1) > 1500
    solver = LogisticRegression(
        C=1 / penalty, solver="lbfgs" if wide else "newton-cholesky", max_iter=100, tol=1e-4
    )
    with warnings.catch_warnings():
        # a fit that has not quite settled is judged by its predictions like any other
        warnings.simplefilter("ignore")
        solver.fit(matrix, target)
    if classes == 2:
        return np.asarray(solver.coef_.T), np.asarray(solver.intercept_)
    weights, offset = np.zeros((matrix.shape[1], classes)), np.full(classes, -12.0)
    if seen.size == 2:
        weights[:, seen[1]], offset[seen[0]], offset[seen[1]] = solver.coef_[0], 0.0, solver.intercept_[0]
    else:
        weights[:, seen], offset[seen] = solver.coef_.T, solver.intercept_
    return weights, offset


def _poisson(matrix: Floats, target: Floats, penalty: float) -> tuple[Floats, Floats]:
    from sklearn.linear_model import PoissonRegressor

    solver = PoissonRegressor(alpha=penalty / matrix.shape[0], solver="newton-cholesky", max_iter=100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver.fit(matrix, target)
    return np.asarray(solver.coef_)[:, None], np.array([float(solver.intercept_)])
