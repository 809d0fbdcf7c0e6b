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

from lakeglass.lake.cells import cell, figure
from lakeglass.lake.engine import literal, quoted
from lakeglass.lake.model import ColumnInfo, ColumnStatistics, Quantiles, Statistics, TopValue
from lakeglass.lake.preview import columns_of
from lakeglass.lake.shape import histogram

_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
# Distinct values are counted exactly in tables up to this many rows, and in columns that seem to have few.
_EXACT_ROWS = 1_000_000
_FEW = 10_000
_TOP = 200
# DuckDB plans many aggregates in quadratic time.
_GROUP = 100
_FIELDS = 9

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Figures:
    """The first pass over one column."""

    present: int
    distinct: int
    low: object
    high: object
    mean: float | None
    deviation: float | None
    quantiles: Sequence[object]
    shortest: int | None
    longest: int | None


def compute(
    connection: duckdb.DuckDBPyConnection, file: Path, *, progress: Progress | None = None
) -> Statistics:
    """Statistics of a Parquet file; `progress` hears (columns done, columns in all)."""
    began = time.perf_counter()
    source = f"read_parquet({literal(str(file))})"
    columns = columns_of(connection, file)
    counted = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    rows = int(counted[0]) if counted else 0
    found: list[ColumnStatistics] = []
    for start in range(0, len(columns), _GROUP):
        group = columns[start : start + _GROUP]
        for column, figures in zip(group, _first_pass(connection, source, group, rows=rows), strict=True):
            found.append(_column(connection, source, column, figures, rows=rows))
        if progress is not None:
            progress(len(found), len(columns))
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
    counting = f"count(DISTINCT {name})" if rows <= _EXACT_ROWS else f"approx_count_distinct({name})"
    empty = "NULL"
    match column.kind:
        case "integer" | "number":
            # Infinities and NaN are values, but no mean or deviation is left once they take part.
            finite = f"CASE WHEN isfinite({name}::DOUBLE) THEN {name}::DOUBLE END"
            quantile = f"quantile_cont({finite}, {list(_SHARES)})"
            # The square of a larger number is no number any more: such a column has no deviation.
            tame = f"CASE WHEN abs({name}::DOUBLE) < 1e150 THEN {name}::DOUBLE END"
            deviation = f"CASE WHEN max(abs({finite})) < 1e150 THEN stddev_samp({tame}) END"
            figures = (f"min({name})", f"max({name})", f"avg({finite})", deviation, quantile)
            return (f"count({name})", counting, *figures, empty, empty)
        case "date" | "datetime" | "time":
            quantile = f"quantile_disc({name}, {list(_SHARES)})"
            return (
                f"count({name})",
                counting,
                f"min({name})",
                f"max({name})",
                empty,
                empty,
                quantile,
                empty,
                empty,
            )
        case "boolean":
            mean = f"avg({name}::INTEGER)"
            return (f"count({name})", counting, empty, empty, mean, empty, empty, empty, empty)
        case "text" if not column.dtype.startswith("BLOB"):
            lengths = (f"min(length({name}::VARCHAR))", f"max(length({name}::VARCHAR))")
            return (f"count({name})", counting, empty, empty, empty, empty, empty, *lengths)
        case _:
            return (f"count({name})", f"approx_count_distinct({name}::VARCHAR)", *(empty,) * 7)


def _column(
    connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo, figures: _Figures, *, rows: int
) -> ColumnStatistics:
    distinct, exact = figures.distinct, rows <= _EXACT_ROWS and column.kind != "nested"
    top: tuple[TopValue, ...] = ()
    wordy = column.kind in {"text", "boolean"} and not column.dtype.startswith("BLOB")
    if wordy or (column.kind in {"integer", "date"} and distinct <= _TOP):
        if not exact and distinct <= _FEW:
            distinct, exact = _count_distinct(connection, source, column), True
        top = _top_values(connection, source, column, present=figures.present)
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
        quantiles=_quantiles(figures.quantiles),
        histogram=histogram(connection, source, column),
        top_values=top,
        min_length=figures.shortest,
        max_length=figures.longest,
    )


def _count_distinct(connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo) -> int:
    row = connection.execute(f"SELECT count(DISTINCT {quoted(column.name)}) FROM {source}").fetchone()
    return int(row[0]) if row else 0


def _top_values(
    connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo, *, present: int
) -> tuple[TopValue, ...]:
    """The most frequent values; equally frequent ones in their own order, so that two looks agree."""
    name = quoted(column.name)
    counted = f"SELECT {name}, count(*) AS n FROM {source} WHERE {name} IS NOT NULL GROUP BY 1"
    query = f"{counted} ORDER BY n DESC, 1 LIMIT {_TOP}"
    found = connection.execute(query).fetchall()
    return tuple(TopValue(value=cell(value), count=count, share=count / present) for value, count in found)


def _quantiles(values: Sequence[object] | None) -> Quantiles | None:
    if not values:
        return None
    p05, p25, p50, p75, p95 = (figure(value) for value in values)
    return Quantiles(p05=p05, p25=p25, p50=p50, p75=p75, p95=p95)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
