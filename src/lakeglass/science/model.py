"""What modeling takes (`ModelingRequest`) and gives: `modeling.json` (`Modeling`), `model.json` (`SavedModel`)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lakeglass.science.assess.calibration import Calibration, Calibrator
from lakeglass.science.assess.intervals import Coverage, Intervals
from lakeglass.science.candidates.base import Setting
from lakeglass.science.features.preparation import Style
from lakeglass.science.metrics import MeasuredValue
from lakeglass.science.repairs.steps import Step
from lakeglass.science.roles import ColumnRole
from lakeglass.science.splits import SplitChoice
from lakeglass.science.tasks import Task, TaskChoice


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Budget(_Frozen):
    """How long to search: `seconds` from import to saved model, or `fits` of folds (the same result every time)."""

    seconds: float | None = Field(default=None, gt=0)
    fits: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.seconds is None) == (self.fits is None):
            raise ValueError("expected either seconds or fits")
        return self


class ModelingRequest(_Frozen):
    """A search: a Parquet file in, artifacts into `folder`. Names of columns are those of the file.

    `repairs` are done to the table after it is read, before anything else; the file stays as it is.
    """

    table: str
    folder: str
    target: str
    budget: Budget
    task: Task | None = None
    group: str | None = None
    time: str | None = None
    leave_out: tuple[str, ...] = ()
    repairs: tuple[Step, ...] = ()
    candidates: tuple[str, ...] = ()
    folds: int = Field(default=5, ge=2, le=20)
    holdout: float = Field(default=0.2, ge=0, le=0.5)
    threads: int = Field(default=1, ge=1, le=64)
    seed: int = Field(default=0, ge=0)


class FoldRecord(_Frozen):
    """One configuration fitted on one fold. `loss` points down; `cut` says that the clock ended the fit."""

    key: str
    candidate: str
    settings: dict[str, Setting]
    repeat: int
    fold: int
    loss: float
    steps: int
    cut: bool
    seconds: float
    elapsed: float
    style: Style
    preparation: str


class Standing(_Frozen):
    """A configuration on the leaderboard. `loss` is the mean over folds with its standard error; lower is better."""

    key: str
    candidate: str
    settings: dict[str, Setting]
    state: Literal["finished", "dropped", "unfinished"]
    folds: int
    loss: float
    error: float
    fold_losses: tuple[float, ...]
    weight: float
    cut_folds: int


class Decision(_Frozen):
    """What was decided and why, in plain words."""

    step: int
    text: str


class Timing(_Frozen):
    """Seconds since the start; the only part of the artifact that differs between equal runs."""

    first_model: float
    total: float
    fits: dict[str, float]


class Modeling(_Frozen):
    """The artifact `modeling.json`."""

    version: Literal[1] = 1
    state: Literal["provisional", "complete"]
    task: TaskChoice
    measure: str
    roles: tuple[ColumnRole, ...]
    skipped: tuple[tuple[str, str], ...]
    split: SplitChoice
    budget: Budget
    seed: int
    threads: int
    versions: dict[str, str]
    rows: int
    fits: int
    leaderboard: tuple[Standing, ...]
    ensemble: dict[str, float]
    out_of_fold: tuple[MeasuredValue, ...]
    holdout: tuple[MeasuredValue, ...]
    baseline: tuple[MeasuredValue, ...]
    baseline_holdout: tuple[MeasuredValue, ...]
    calibration: Calibration | None
    coverage: tuple[Coverage, ...]
    declined: dict[str, str]
    decisions: tuple[Decision, ...]
    timing: Timing


class Member(_Frozen):
    """A saved fit of the ensemble: its folder and preparation beside `model.json`, and its weight."""

    fit: str = Field(pattern=r"^fits/[a-z]+-[0-9a-f]{12}\.\d+\.\d+$")
    candidate: str
    preparation: str = Field(pattern=r"^preparations/[0-9a-f]{24}\.json$")
    weight: float


class SavedModel(_Frozen):
    """The file `model.json`: members whose weighted mean, corrected, is the prediction. Weights sum to 1."""

    version: Literal[1] = 1
    task: Task
    target: str
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    members: tuple[Member, ...]
    calibrator: Calibrator | None = None
    intervals: Intervals | None = None
