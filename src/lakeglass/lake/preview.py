"""The first rows of a table, and pages of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.cells import cell, kind_of, portable
from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.model import Cell, ColumnInfo, Preview

ROWS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a table."""

    columns: tuple[ColumnInfo, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def columns_of(connection: duckdb.DuckDBPyConnection, file: Path) -> tuple[ColumnInfo, ...]:
    """The columns of a Parquet file with the engine's types."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {parquet(file)}").fetchall()
    return tuple(ColumnInfo(name=name, dtype=dtype, kind=kind_of(dtype)) for name, dtype, *_ in described)


def preview(connection: duckdb.DuckDBPyConnection, file: Path, *, total_rows: int) -> Preview:
    """The first five rows as read, and how many of them have no value, column by column."""
    columns = columns_of(connection, file)
    rows = connection.execute(f"SELECT {_shown(columns)} FROM {parquet(file)} LIMIT {ROWS}").fetchall()
    return Preview(
        columns=columns,
        rows=tuple(tuple(cell(value) for value in row) for row in rows),
        null_counts=tuple(sum(row[index] is None for row in rows) for index in range(len(columns))),
        total_rows=total_rows,
    )


def page(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    *,
    offset: int,
    limit: int,
    sort: str | None,
    descending: bool,
) -> Page:
    """Rows `offset` to `offset + limit`, in file order or sorted (missing values last); raises InvalidInput."""
    columns = columns_of(connection, file)
    total = _count(connection, file)
    if sort is None:
        rows = connection.execute(
            f"SELECT {_shown(columns)} FROM {parquet(file)} LIMIT {limit} OFFSET {offset}"
        ).fetchall()
    else:
        if sort not in {column.name for column in columns}:
            raise InvalidInput(f"There is no column {sort!r} to sort by; see the dataset's columns.")
        direction = "DESC" if descending else "ASC"
        # Equal values keep the order of the file, so that pages never overlap.
        place = _free_name(columns)
        numbered = f"SELECT *, row_number() OVER () AS {place} FROM {parquet(file)}"
        rows = connection.execute(
            f"SELECT {_shown(columns)} FROM ({numbered}) "
            f"ORDER BY {quoted(sort)} {direction} NULLS LAST, {place} LIMIT {limit} OFFSET {offset}"
        ).fetchall()
    return Page(columns=columns, rows=tuple(tuple(cell(value) for value in row) for row in rows), total=total)


def _shown(columns: Sequence[ColumnInfo]) -> str:
    return ", ".join(portable(quoted(column.name), column.dtype) for column in columns)


def _free_name(columns: Sequence[ColumnInfo]) -> str:
    """A name that no column has."""
    taken = {column.name.casefold() for column in columns}
    return next(name for count in range(len(taken) + 1) if (name := f"place{count}") not in taken)


def _count(connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    counted = connection.execute(f"SELECT count(*) FROM {parquet(file)}").fetchone()
    return int(counted[0]) if counted else 0
