"""The least a model must beat: the mean, or the shares of the classes, whatever the row says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lakeglass.science.candidates.base import EVERY, Capabilities, Examples, Fit, Problem, Settings, Stop
from lakeglass.science.candidates.files import read_numbers, write_numbers
from lakeglass.science.features.preparation import Style
from lakeglass.science.table import Floats
from lakeglass.science.tasks import CLASSES


@dataclass(frozen=True)
class Always:
    """Predicts the same for every row."""

    value: Floats

    def predict(self, matrix: Floats) -> Floats:
        """The value, once for each row."""
        rows = matrix.shape[0]
        return np.tile(self.value, (rows, 1)) if self.value.size > 1 else np.full(rows, self.value[0])

    def contributions(self, matrix: Floats) -> Floats | None:
        """Nothing contributes."""
        return None

    def save(self, folder: Path) -> None:
        """One small file."""
        write_numbers(folder / "always.npz", value=self.value)


class Baseline:
    """The mean or the shares of the classes."""

    name = "baseline"
    capabilities = Capabilities(tasks=EVERY, most_rows=10**9, most_cells=10**12, contributions=False)

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """One."""
        return ({},)

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """There is nothing to vary."""
        return settings

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Count or average the target."""
        problem, target = examples.problem, examples.target
        if problem.task in CLASSES:
            counts = np.bincount(target.astype(np.intp), minlength=problem.classes).astype(np.float64)
            value = (counts + 1e-3) / (counts + 1e-3).sum()
        else:
            value = np.array([target.mean()])
        return Fit(style=Style(shape="none"), core=Always(value), steps=1, cut=False)

    def load(self, folder: Path) -> Always:
        """The value."""
        return Always(read_numbers(folder / "always.npz", "value")["value"])
