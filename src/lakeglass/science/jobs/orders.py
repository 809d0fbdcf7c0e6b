"""What a server and the process of an analysis say to each other: one line of JSON each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from lakeglass.lake.model import Cell
from lakeglass.science.pipeline.model import QuestionName, StageName

MOST_ANSWER_BYTES = 256 << 20
"""What a process that predicts may answer at most; the server holds an answer in memory."""


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


class FileWork(_Frozen):
    """A table to predict, whose bytes follow the line that this is on; `name` is what to call it."""

    name: str
    size: int


class FilePredictions(_Frozen):
    """A whole file with its predictions: `columns` are the file's own and, behind them, those in `predicted`.

    `preview` holds the first rows, `csv` all of them; `empty` counts, for columns that the model learned from, the rows
    with nothing in them, which it took for missing values.
    """

    rows: int
    columns: tuple[str, ...]
    predicted: tuple[str, ...]
    preview: tuple[tuple[Cell, ...], ...]
    empty: dict[str, int]
    csv: str


class Refusal(_Frozen):
    """Why there are none."""

    code: str
    message: str
