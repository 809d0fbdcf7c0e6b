"""What a candidate is: a kind of model that names its first configurations, varies them, and fits one on one fold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.features.preparation import Preparation, Style, prepare
from lakeglass.science.packages import lacking
from lakeglass.science.roles import USED, ColumnRole
from lakeglass.science.table import Floats, Table
from lakeglass.science.tasks import CLASSES, Task

Setting = bool | int | float | str
Settings = Mapping[str, Setting]
_TELLING = (
    "penalty",
    "bends",
    "rate",
    "leaves",
    "categories",
    "random_cuts",
    "cuts",
    "least",
    "nearest",
    "pairs",
)


class Configuration(BaseModel):
    """A candidate with its settings; `key` names both and nothing else, on any machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidate: str
    settings: dict[str, Setting]

    @property
    def key(self) -> str:
        """`candidate-` and twelve digits of the settings' hash."""
        text = json.dumps(self.settings, sort_keys=True)
        return f"{self.candidate}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def title(self) -> str:
        """For people: the candidate, its first settings that tell it from others, and the start of its key."""
        told = [f"{name} {value}" for name, value in self.settings.items() if name in _TELLING]
        return f"{self.candidate} {self.key.rpartition('-')[2][:4]}" + (
            f" ({', '.join(told)})" if told else ""
        )


@dataclass(frozen=True)
class Capabilities:
    """What a candidate can do. `most_cells` bounds rows x columns; `contributions` says it explains its own rows.

    `package` is what it imports beyond the default install, `extra` the name it is installed by.
    """

    tasks: frozenset[Task]
    most_rows: int
    most_cells: int
    contributions: bool
    package: str | None = None
    extra: str | None = None


@dataclass(frozen=True)
class Problem:
    """What is to be learned, as far as candidates need to know. `low` and `high` are the range of the target."""

    task: Task
    classes: int
    rows: int
    roles: tuple[ColumnRole, ...]
    low: float
    high: float
    skew: float
    seed: int

    def features(self) -> tuple[ColumnRole, ...]:
        """The columns that models learn from."""
        return tuple(role for role in self.roles if role.role in USED)

    def log_target(self) -> bool:
        """Whether an amount is positive and so skewed that its logarithm is easier to learn."""
        return self.task in ("regression", "forecast") and self.low > 0 and self.skew > 1

    def has(self, *names: str) -> bool:
        """Whether a feature has one of these roles."""
        return any(role.role in names for role in self.features())


def problem_of(
    task: Task, classes: int, target: Floats, *, roles: tuple[ColumnRole, ...], seed: int
) -> Problem:
    """The problem of learning `target` (known values only)."""
    spread = float(target.std())
    skew = float(np.mean(((target - target.mean()) / spread) ** 3)) if spread > 0 else 0.0
    return Problem(
        task=task, classes=classes, rows=target.size, roles=roles, low=float(target.min()), high=float(target.max()),
        skew=skew, seed=seed,
    )  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """When a fit must end: asked between steps of its work. Without a limit of time it never asks the clock."""

    expired: Callable[[], bool]


NEVER = Stop(expired=lambda: False)


@dataclass
class Examples:
    """Rows to fit on and rows to judge by, prepared once for each style however many fits ask for it."""

    problem: Problem
    train: Table
    target: Floats
    judge: Table
    judged: Floats
    seed: int
    _prepared: dict[str, tuple[Preparation, Floats, Floats]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def prepared(self, style: Style) -> tuple[Preparation, Floats, Floats]:
        """The preparation fitted on the training rows, their matrix, and that of the judging rows."""
        with self._lock:
            key = style.model_dump_json()
            if key not in self._prepared:
                wanted = outputs_wanted(self.problem, self.target)
                made, matrix = prepare(self.train, self.problem.roles, style, wanted=wanted, seed=self.seed)
                self._prepared[key] = (made, matrix, made.transform(self.judge))
            return self._prepared[key]


def outputs_wanted(problem: Problem, target: Floats) -> Floats:
    """(rows, outputs): a 0/1 column for each class but the first, or the amount itself (its logarithm if skewed)."""
    if problem.task in CLASSES:
        return np.asarray((target[:, None] == np.arange(1, problem.classes)) * 1.0)
    return (np.log(target) if problem.log_target() else target)[:, None]


class Core(Protocol):
    """A fitted model of matrices. Predicts (rows,) amounts or (rows, classes) probabilities."""

    def predict(self, matrix: Floats) -> Floats:
        """Predictions for prepared rows."""
        ...

    def contributions(self, matrix: Floats) -> Floats | None:
        """(rows, outputs + 1[, classes]) parts that sum to the margin, the base last; None if unknown."""
        ...

    def save(self, folder: Path) -> None:
        """Write files that hold data only, nothing that runs when read."""
        ...


@dataclass(frozen=True)
class Fit:
    """A fitted core, how many steps it took, and whether the clock cut it short."""

    style: Style
    core: Core
    steps: int
    cut: bool


class Candidate(Protocol):
    """A kind of model. One file, one line in the registry."""

    name: str
    capabilities: Capabilities

    def portfolio(self, problem: Problem) -> tuple[Settings, ...]:
        """Settings worth trying first, the most useful first; different from each other."""
        ...

    def vary(self, settings: Settings, problem: Problem, draw: np.random.Generator) -> Settings:
        """Settings near these; the same draw gives the same settings."""
        ...

    def fit(self, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        """Fit on the training rows; the judging rows may only say when to stop."""
        ...

    def load(self, folder: Path) -> Core:
        """What `Core.save` wrote. Raises UnprocessableFile when the files are damaged."""
        ...


def declined(capabilities: Capabilities, problem: Problem) -> str | None:
    """Why a candidate is not for this problem or this machine, or None."""
    if problem.task not in capabilities.tasks:
        return f"does not do {problem.task}"
    if problem.rows > capabilities.most_rows:
        return f"{problem.rows:,} rows, takes at most {capabilities.most_rows:,}"
    cells = problem.rows * len(problem.features())
    if cells > capabilities.most_cells:
        return f"{cells:,} cells, takes at most {capabilities.most_cells:,}"
    if capabilities.package is None:
        return None
    return lacking(capabilities.package, extra=capabilities.extra or "")


def number(settings: Settings, name: str) -> float:
    """A setting that is a number."""
    return float(settings[name])


def near(value: float, draw: np.random.Generator, *, low: float, high: float, by: float = 2.0) -> float:
    """A value at most `by` times larger or smaller, within bounds, rounded to three digits."""
    moved = float(np.clip(value * np.exp(draw.uniform(-np.log(by), np.log(by))), low, high))
    return float(f"{moved:.3g}")


AMOUNTS: frozenset[Task] = frozenset({"regression", "count", "forecast"})
EVERY: frozenset[Task] = AMOUNTS | CLASSES
