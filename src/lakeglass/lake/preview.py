"""The first rows of a table, and pages of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.cells import cell, kind_of
from lakeglass.lake.engine import literal, quoted
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
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})").fetchall()
    return tuple(ColumnInfo(name=name, dtype=dtype, kind=kind_of(dtype)) for name, dtype, *_ in described)


def preview(connection: duckdb.DuckDBPyConnection, file: Path, *, total_rows: int) -> Preview:
    """The first five rows as read, and how many of them have no value, column by column."""
    columns = columns_of(connection, file)
    rows = connection.execute(f"SELECT * FROM read_parquet({literal(str(file))}) LIMIT {ROWS}").fetchall()
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
    source = f"read_parquet({literal(str(file))}, file_row_number=true)"
    order = "file_row_number"
    if sort is not None:
        if sort not in {column.name for column in columns}:
            raise InvalidInput(f"There is no column {sort!r} to sort by; see the dataset's columns.")
        order = f"{quoted(sort)} {'DESC' if descending else 'ASC'} NULLS LAST, file_row_number"
    names = ", ".join(quoted(column.name) for column in columns)
    rows = connection.execute(
        f"SELECT {names} FROM {source} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
    ).fetchall()
    total = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(file))})").fetchone()
    return Page(
        columns=columns,
        rows=tuple(tuple(cell(value) for value in row) for row in rows),
        total=int(total[0]) if total else 0,
    )
