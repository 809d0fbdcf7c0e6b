"""What a server and the process of an analysis say to each other: one line of JSON each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from lakeglass.science.pipeline.model import QuestionName, StageName


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageWork(_Frozen):
    """Do this stage; `answers` are a person's, for `clarify`."""

    stage: StageName
    answers: dict[QuestionName, str] | None = None


class Line(_Frozen):
    """What comes back: words on the way, and in the end that it is done, or why not."""

    kind: Literal["said", "done", "refused"]
    stage: StageName
    text: str = ""
    code: str = ""
    details: dict[str, JsonValue] = {}


class PredictWork(_Frozen):
    """Rows to predict: values by the names of columns; a column that is left out is missing."""

    rows: tuple[dict[str, str | int | float | bool | None], ...] = Field(min_length=1, max_length=1000)


class PredictedRow(_Frozen):
    """A class with the chances of all, or an amount with the interval that holds 90 of 100 like it."""

    value: str | float
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    low: float | None = None
    high: float | None = None


class Predictions(_Frozen):
    """A prediction a row; `missing` are columns that the model learned from and some row lacks."""

    predictions: tuple[PredictedRow, ...]
    missing: tuple[str, ...]


class Refusal(_Frozen):
    """Why there are none."""

    code: str
    message: str
