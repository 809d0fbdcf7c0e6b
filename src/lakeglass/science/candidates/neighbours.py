"""Nearest neighbours: the mean of the most alike training rows, near ones counting more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

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
from lakeglass.science.tasks import CLASSES

_AT_ONCE = 500


@dataclass(frozen=True)
class NeighbourCore:
    """Training rows with their targets (rows, outputs); distances are Euclidean after scaling by `weights`."""

    rows: Floats
    targets: Floats
    weights: Floats
    nearest: int
    classes: int

    def predict(self, matrix: Floats) -> Floats:
        """Means over the nearest rows, weighed by 1 / distance."""
        found = np.empty((matrix.shape[0], self.targets.shape[1]))
        own = (self.rows * self.weights).astype(np.float32)
        lengths = (own**2).sum(axis=1)
        for start in range(0, matrix.shape[0], _AT_ONCE):
            asked = (matrix[start : start + _AT_ONCE] * self.weights).astype(np.float32)
            squares = lengths[None, :] - 2 * asked @ own.T + (asked**2).sum(axis=1)[:, None]
            nearest = np.argpartition(squares, self.nearest - 1, axis=1)[:, : self.nearest]
            apart = np.sqrt(np.maximum(np.take_along_axis(squares, nearest, axis=1), 0)).astype(np.float64)
            weight = 1 / (apart + 0.1 * apart.mean(axis=1, keepdims=True) + 1e-6)
            mean = (self.targets[nearest] * weight[:, :, None]).sum(axis=1) / weight.sum(
                axis=1, keepdims=True
            )
            found[start : start + _AT_ONCE] = mean
        return found if self.classes else found[:, 0]

    def contributions(self, matrix: Floats) -> Floats | None:
        """Neighbours have no parts that add up."""
        return None

    def save(self, folder: Path) -> None:
        """The training rows in prepared form, and how many are asked."""
        write_numbers(folder / "rows.npz", rows=self.rows, targets=self.targets, weights=self.weights)
        text = json.dumps({"nearest": self.nearest, "classes": self.classes})
        (folder / "neighbours.json").write_text(text, encoding="utf-8")


class Neighbours:
    """The k nearest rows."""

    name = "neighbours"
    capabilities = Capabilities(tasks=EVERY, most_rows=20_000, most_cells=600_000, contributions=False)

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """One, with columns weighed by how strongly they go along with the target."""
        return ({"nearest": max(5, min(40, round(problem.rows**0.5 / 2))), "weighing": 1.0},)

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """More or fewer neighbours, stronger or weaker weighing."""
        nearest = max(3, round(near(number(settings, "nearest"), draw, low=3, high=200, by=2)))
        return {"nearest": nearest, "weighing": float(draw.choice([0.0, 0.5, 1.0, 1.5]))}

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Keep the rows; weigh each output by its correlation with the target."""
        problem = examples.problem
        style = Style(shape="linear", categories="columns", bends=0, most_levels=20)
        _, matrix, _ = examples.prepared(style)
        classes = problem.classes if problem.task in CLASSES else 0
        targets = np.eye(classes)[examples.target.astype(np.intp)] if classes else examples.target[:, None]
        weights = _correlation(matrix, targets) ** number(settings, "weighing")
        nearest = min(int(settings["nearest"]), matrix.shape[0])
        core = NeighbourCore(rows=matrix, targets=targets, weights=weights, nearest=nearest, classes=classes)
        return Fit(style=style, core=core, steps=1, cut=False)

    def load(self, folder: Path) -> NeighbourCore:
        """Rows, targets and how many are asked."""
        arrays = read_numbers(folder / "rows.npz", "rows", "targets", "weights")
        try:
            stored = json.loads((folder / "neighbours.json").read_text(encoding="utf-8"))
            return NeighbourCore(**arrays, nearest=int(stored["nearest"]), classes=int(stored["classes"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnprocessableFile(
                "neighbours.json is not the file that was saved; fit the model again"
            ) from error


def _correlation(matrix: Floats, targets: Floats) -> Floats:
    """The strongest absolute correlation of each output with the targets, at least 0.01."""
    one = (matrix - matrix.mean(axis=0)) / np.maximum(matrix.std(axis=0), 1e-9)
    two = (targets - targets.mean(axis=0)) / np.maximum(targets.std(axis=0), 1e-9)
    return np.asarray(np.maximum(np.abs(one.T @ two / matrix.shape[0]).max(axis=1), 0.01))
