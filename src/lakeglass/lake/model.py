"""The nouns of the lake."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.figures import Bin as Bin
from lakeglass.lake.figures import Cell as Cell
from lakeglass.lake.figures import ColumnStatistics as ColumnStatistics
from lakeglass.lake.figures import Kind as Kind
from lakeglass.lake.figures import Quantiles as Quantiles
from lakeglass.lake.figures import Statistics as Statistics
from lakeglass.lake.figures import TopValue as TopValue

DatasetState = Literal["profiling", "ready", "failed"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnInfo(_Frozen):
    """A column's name and type: `dtype` is the engine's own word, `kind` ours."""

    name: str
    dtype: str
    kind: Kind


class Preview(_Frozen):
    """The first rows, as read: the only cell values that a model may ever be shown (after scrubbing)."""

    columns: tuple[ColumnInfo, ...]
    rows: tuple[tuple[Cell, ...], ...]
    null_counts: tuple[int, ...]
    total_rows: int | None = None


class VersionView(_Frozen):
    """One immutable version of a dataset: a snapshot of its table beside the untouched original.

    `options` is what a person said about how to read it.
    """

    id: str
    dataset_id: str
    number: int
    snapshot_id: str
    rows: int
    size_bytes: int
    original_name: str
    original_bytes: int
    original_sha256: str
    decisions: tuple[ReadDecision, ...]
    options: ReadOptions
    created_at: datetime
    created_by_run: str | None


class DatasetView(_Frozen):
    """A dataset as its owner sees it. A ready one with a `failure` could not be read again as asked."""

    id: str
    name: str
    layer: Literal["bronze", "silver", "gold"]
    state: DatasetState
    failure: str | None = None
    rows: int | None = None
    columns: int | None = None
    size_bytes: int | None = None
    version: VersionView | None = None
    run_id: str | None = None
    created_at: datetime
    updated_at: datetime


class SourceNote(_Frozen):
    """Where shipped data comes from and under which licence; `dataset_id` once it is in the lake."""

    name: str
    title: str
    source: str
    licence: str
    questions: tuple[str, ...]
    dataset_id: str | None = None
