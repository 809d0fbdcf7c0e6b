"""The first rows of a table, and pages of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.cells import cell, kind_of, portable
from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.filters import Condition, where
from lakeglass.lake.model import Cell, ColumnInfo, Preview

ROWS = 5
# What a page shows of one cell: some files have whole books in theirs.
CELL_SIGNS = 10_000


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
    rows = connection.execute(f"SELECT {shown(columns)} FROM {parquet(file)} LIMIT {ROWS}").fetchall()
    return Preview(
        columns=columns,
        rows=tuple(tuple(cell(value) for value in row) for row in rows),
        null_counts=tuple(sum(row[index] is None for row in rows) for index in range(len(columns))),
        total_rows=total_rows,
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table, and in which order: that of the file, or sorted with missing values last."""

    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    descending: bool = False


EVERYTHING = Selection()


def page(
    connection: duckdb.DuckDBPyConnection, file: Path, selection: Selection, *, offset: int, limit: int
) -> Page:
    """Rows `offset` to `offset + limit` of a selection; raises InvalidInput."""
    columns = columns_of(connection, file)
    chosen, parameters = selected(connection, file, columns, selection, shown=shown(columns))
    counted = connection.execute(
        f"SELECT count(*) FROM {parquet(file)}{(found := where(connection, columns, selection.conditions)).sql}",
        found.parameters,
    ).fetchone()
    rows = connection.execute(f"{chosen} LIMIT {limit} OFFSET {offset}", parameters).fetchall()
    return Page(
        columns=columns,
        rows=tuple(tuple(cell(value) for value in row) for row in rows),
        total=int(counted[0]) if counted else 0,
    )


def selected(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    columns: Sequence[ColumnInfo],
    selection: Selection,
    *,
    shown: str,
) -> tuple[str, tuple[str, ...]]:
    """A query for what `shown` says of the selected rows, with its parameters; raises InvalidInput."""
    found = where(connection, columns, selection.conditions)
    if selection.sort is None:
        return f"SELECT {shown} FROM {parquet(file)}{found.sql}", found.parameters
    if selection.sort not in {column.name for column in columns}:
        raise InvalidInput(f"There is no column {selection.sort!r} to sort by; see the dataset's columns.")
    direction = "DESC" if selection.descending else "ASC"
    # Equal values keep the order of the file, so that pages never overlap.
    place = _free_name(columns)
    numbered = f"SELECT *, row_number() OVER () AS {place} FROM {parquet(file)}{found.sql}"
    ordered = f"ORDER BY {quoted(selection.sort)} {direction} NULLS LAST, {place}"
    return f"SELECT {shown} FROM ({numbered}) {ordered}", found.parameters


def shown(columns: Sequence[ColumnInfo]) -> str:
    """The columns as JSON can say them, as SQL; text of more than `CELL_SIGNS` characters is cut and ends in '…'."""
    return ", ".join(_cut(portable(quoted(column.name), column.dtype), column) for column in columns)


def _cut(value: str, column: ColumnInfo) -> str:
    if column.dtype != "VARCHAR" and column.kind != "nested":
        return value
    return (
        f"CASE WHEN strlen({value}) > {CELL_SIGNS} THEN left({value}, {CELL_SIGNS}) || '…' ELSE {value} END"
    )


def _free_name(columns: Sequence[ColumnInfo]) -> str:
    """A name that no column has."""
    taken = {column.name.casefold() for column in columns}
    return next(name for count in range(len(taken) + 1) if (name := f"place{count}") not in taken)
