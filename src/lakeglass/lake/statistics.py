"""A table in numbers, over every row: one pass for the figures, one grouped look at each column for its shape.

Quantiles interpolate linearly between ranks (R type 7), the deviation is that of a sample (n - 1).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.lake.cells import figure, portable
from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.model import ColumnInfo, ColumnStatistics, Statistics
from lakeglass.lake.preview import columns_of
from lakeglass.lake.shape import TOP, histogram, quantiles, top_values

# Distinct values are counted exactly in tables up to this many rows, in columns that seem to have no more of them
# than this, and in words.
_EXACT = 1_000_000
# Counted values pay when they are much fewer than the rows.
_WORTH = 4
# DuckDB plans many aggregates in quadratic time, and opening a wide file costs each query time for every column.
_GROUP = 100
_FIELDS = 8
_COUNTED = "lake_counted"
_PART = "lake_part"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Figures:
    """The first pass over one column; `distinct` is None where counting follows anyway."""

    present: int
    distinct: int | None
    low: object
    high: object
    mean: float | None
    deviation: float | None
    shortest: int | None
    longest: int | None


def compute(
    connection: duckdb.DuckDBPyConnection, file: Path, *, progress: Progress | None = None
) -> Statistics:
    """Statistics of a Parquet file; `progress` hears (columns done, columns in all)."""
    began = time.perf_counter()
    columns = columns_of(connection, file)
    counted = connection.execute(f"SELECT count(*) FROM {parquet(file)}").fetchone()
    rows = int(counted[0]) if counted else 0
    found: list[ColumnStatistics] = []
    for start in range(0, len(columns), _GROUP):
        group = columns[start : start + _GROUP]
        source = parquet(file)
        if len(columns) > _GROUP:
            names = ", ".join(quoted(column.name) for column in group)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {_PART} AS SELECT {names} FROM {source}")
            source = _PART
        for column, figures in zip(group, _first_pass(connection, source, group, rows=rows), strict=True):
            found.append(_column(connection, source, column, figures, rows=rows))
        if progress is not None:
            progress(len(found), len(columns))
    for table in (_COUNTED, _PART):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    return Statistics(
        rows=rows,
        columns=tuple(found),
        size_bytes=file.stat().st_size,
        seconds=time.perf_counter() - began,
    )


def _first_pass(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Sequence[ColumnInfo], *, rows: int
) -> list[_Figures]:
    selected = ", ".join(part for column in columns for part in _aggregates(column, rows=rows))
    values = connection.execute(f"SELECT {selected} FROM {source}").fetchone() or ()
    return [_Figures(*values[start : start + _FIELDS]) for start in range(0, len(values), _FIELDS)]


def _aggregates(column: ColumnInfo, *, rows: int) -> tuple[str, ...]:
    name = quoted(column.name)
    nothing = "NULL"
    present = f"count({name})"
    if not _countable(column):
        return (present, f"approx_count_distinct({name}::VARCHAR)", *(nothing,) * 6)
    distinct = nothing if _always_counted(column, rows) else f"approx_count_distinct({name})"
    match column.kind:
        case "integer" | "number":
            # Infinities and NaN are values, but no mean or deviation is left once they take part.
            finite = f"CASE WHEN isfinite({name}::DOUBLE) THEN {name}::DOUBLE END"
            # The square of a larger number is no number any more: such a column has no deviation.
            tame = f"CASE WHEN abs({name}::DOUBLE) < 1e150 THEN {name}::DOUBLE END"
            deviation = f"CASE WHEN max(abs({finite})) < 1e150 THEN stddev_samp({tame}) END"
            figures = (f"min({name})", f"max({name})", f"avg({finite})", deviation)
            return (present, distinct, *figures, nothing, nothing)
        case "date" | "datetime" | "time":
            bounds = (portable(f"min({name})", column.dtype), portable(f"max({name})", column.dtype))
            return (present, distinct, *bounds, *(nothing,) * 4)
        case "boolean":
            return (present, distinct, nothing, nothing, f"avg({name}::INTEGER)", *(nothing,) * 3)
        case _:
            lengths = (f"min(length({name}::VARCHAR))", f"max(length({name}::VARCHAR))")
            return (present, distinct, *(nothing,) * 4, *lengths)


def _column(
    connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo, figures: _Figures, *, rows: int
) -> ColumnStatistics:
    values = (
        f"(SELECT {quoted(column.name)} AS v, 1 AS n FROM {source} WHERE {quoted(column.name)} IS NOT NULL)"
    )
    distinct, exact, few = figures.distinct or 0, False, False
    if _countable(column) and (_always_counted(column, rows) or distinct <= _EXACT):
        distinct, exact = _count(connection, source, column), True
        few = distinct * _WORTH <= figures.present
        values = _COUNTED if few or column.kind in {"text", "boolean"} else values
    wordy = column.kind in {"text", "boolean"} or (column.kind in {"integer", "date"} and distinct <= TOP)
    measured = column.kind in {"integer", "number", "date", "datetime", "time"}
    return ColumnStatistics(
        name=column.name,
        dtype=column.dtype,
        kind=column.kind,
        nulls=rows - figures.present,
        null_share=(rows - figures.present) / rows if rows else 0.0,
        distinct=distinct,
        distinct_is_exact=exact,
        minimum=figure(figures.low),
        maximum=figure(figures.high),
        mean=_finite(figures.mean),
        deviation=_finite(figures.deviation),
        quantiles=quantiles(connection, values, column, counted=few) if measured else None,
        histogram=histogram(connection, values, column),
        top_values=top_values(connection, _COUNTED, column, present=figures.present)
        if wordy and exact
        else (),
        min_length=figures.shortest,
        max_length=figures.longest,
    )


def _countable(column: ColumnInfo) -> bool:
    """Whether equal values of the column mean something: not so for bytes and nested ones."""
    return column.kind != "nested" and not column.dtype.startswith("BLOB")


def _always_counted(column: ColumnInfo, rows: int) -> bool:
    return rows <= _EXACT or column.kind in {"text", "boolean"}


def _count(connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo) -> int:
    """Count the rows of every value; the connection keeps them until the next column."""
    name = quoted(column.name)
    counting = f"SELECT {name} AS v, count(*) AS n FROM {source} WHERE {name} IS NOT NULL GROUP BY 1"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_COUNTED} AS {counting}")
    row = connection.execute(f"SELECT count(*) FROM {_COUNTED}").fetchone()
    return int(row[0]) if row else 0


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
