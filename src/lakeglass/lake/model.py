"""The nouns of the lake."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.lake.decisions import ReadDecision

DatasetState = Literal["profiling", "ready", "failed"]
Kind = Literal["integer", "number", "boolean", "date", "datetime", "time", "text", "nested"]
Cell = str | int | float | bool | None


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnInfo(_Frozen):
    """A column's name and type: `dtype` is the engine's own word, `kind` ours."""

    name: str
    dtype: str
    kind: Kind


class Bin(_Frozen):
    """A histogram bar over [low, high), the last one closed. Dates are ISO text."""

    low: float | str
    high: float | str
    count: int


class TopValue(_Frozen):
    """A frequent value, how often it occurs and its share of the non-null rows (0..1)."""

    value: Cell
    count: int
    share: float


class Quantiles(_Frozen):
    """The five-number summary's inner part."""

    p05: float | str | None = None
    p25: float | str | None = None
    p50: float | str | None = None
    p75: float | str | None = None
    p95: float | str | None = None


class ColumnStatistics(_Frozen):
    """What the whole table says about one column. Numbers are exact unless a flag says otherwise.

    `top_values` holds up to 200 values of a text, boolean or low-cardinality column, most frequent first.
    `minimum`/`maximum`/`quantiles` are numbers, or ISO text for dates; text columns carry lengths instead.
    """

    name: str
    dtype: str
    kind: Kind
    nulls: int
    null_share: float
    distinct: int
    distinct_is_exact: bool
    minimum: float | str | None = None
    maximum: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: Quantiles | None = None
    histogram: tuple[Bin, ...] = ()
    top_values: tuple[TopValue, ...] = ()
    min_length: int | None = None
    max_length: int | None = None


class Statistics(_Frozen):
    """A table in numbers: computed over every row, once a version."""

    rows: int
    columns: tuple[ColumnStatistics, ...]
    size_bytes: int
    seconds: float


class Preview(_Frozen):
    """The first rows, as read: the only cell values that a model may ever be shown (after scrubbing)."""

    columns: tuple[ColumnInfo, ...]
    rows: tuple[tuple[Cell, ...], ...]
    null_counts: tuple[int, ...]
    total_rows: int | None = None


class VersionView(_Frozen):
    """One immutable version of a dataset: a snapshot of its table beside the untouched original."""

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
    created_at: datetime
    created_by_run: str | None


class DatasetView(_Frozen):
    """A dataset as its owner sees it."""

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
