"""What explaining gives: `explain.json` (`Explanation`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.science.assess.threshold import Costs, Threshold
from lakeglass.science.model import ModelingRequest


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExplainRequest(_Frozen):
    """What to explain: the request that made the model, how long it may take, prices of errors, rows to explain.

    `sensitive` is a column whose groups are compared.
    """

    modeling: ModelingRequest
    seconds: float = Field(default=10, gt=0)
    costs: Costs | None = None
    rows: tuple[int, ...] = Field(default=(), max_length=100)
    sensitive: str | None = None


class Importance(_Frozen):
    """How much worse unseen rows are predicted when a column is shuffled: loss added, with standard error."""

    column: str
    loss_added: float
    error: float


class Share(_Frozen):
    """Mean absolute contribution of a column, in the unit of the margin, with its standard error by sampling."""

    column: str
    mean: float
    error: float
    share: float


class Contributions(_Frozen):
    """Contributions over sampled unseen rows, from the members that tell their own (`covered`: their weight)."""

    unit: Literal["log-odds", "log of the amount", "amount"]
    rows: int
    covered: float
    seed: int
    columns: tuple[Share, ...]
    note: str


class Point(_Frozen):
    """A mean prediction at a value of a column; `rows` of the table lie nearest to it, `error` is over the sample."""

    value: str
    number: float | None
    prediction: float
    error: float
    rows: int


class Dependence(_Frozen):
    """Mean predictions while one column is set to each value in turn, other columns as they are."""

    column: str
    of: str
    points: tuple[Point, ...]
    sample: int
    note: str


class Part(_Frozen):
    """What a column added to one row's margin, and the value that it had."""

    column: str
    value: str
    added: float


class RowExplanation(_Frozen):
    """A row's prediction, and how its margin comes about: base, parts of columns, and the `rest` of the columns."""

    row: int
    prediction: tuple[float, ...]
    base: float
    parts: tuple[Part, ...]
    rest: float
    margin: float


class Check(_Frozen):
    """A check with its verdict, what it found in plain words, and the numbers behind it."""

    name: Literal["leak", "luck", "overfit", "learning curve"]
    verdict: Literal["pass", "warn", "fail", "not run"]
    text: str
    numbers: dict[str, float] = {}


class Rate(_Frozen):
    """A share or a mean of a group with its interval of 95 % and standard error."""

    name: str
    about: str
    value: float
    low: float
    high: float
    error: float


class GroupSlice(_Frozen):
    """A group's rows that no fit had seen; `truth` is the share of yes or the mean, `small`: it can't be judged."""

    group: str
    rows: int
    truth: float | None
    rates: tuple[Rate, ...]
    small: bool


class Gap(_Frozen):
    """The largest difference of a rate between groups; `sure` when chance does not give it, all pairs considered."""

    name: str
    about: str
    lowest: str
    highest: str
    value: float
    low: float
    high: float
    sure: bool
    ratio: float | None


class Slices(_Frozen):
    """A model for each group of a sensitive column; `threshold` is from where on a chance is a yes."""

    column: str
    kind: str
    threshold: float | None
    groups: tuple[GroupSlice, ...]
    gaps: tuple[Gap, ...]
    note: str


class Absence(_Frozen):
    """The loss when a column is empty at prediction, beside the loss with it."""

    column: str
    loss: float
    loss_with: float
    rows: int


class Explanation(_Frozen):
    """The artifact `explain.json`."""

    version: Literal[1] = 1
    measure: str
    importance: tuple[Importance, ...]
    importance_rows: int
    contributions: Contributions | None
    dependence: tuple[Dependence, ...]
    rows: tuple[RowExplanation, ...]
    checks: tuple[Check, ...]
    threshold: Threshold | None
    slices: Slices | None = None
    absences: tuple[Absence, ...] = ()
    seconds: float
