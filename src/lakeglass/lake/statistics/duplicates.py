"""Rows that are equal to an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.figures import ColumnStatistics

# DuckDB plans many arguments in quadratic time.
_GROUP = 100
_FIRST = 4
_MIX = np.uint64(0x9E3779B97F4A7C15)


def duplicate_rows(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    columns: Sequence[ColumnStatistics],
    *,
    rows: int,
    most: int,
) -> int:
    """How many rows equal an earlier one in every column; none at once where a column tells all rows apart."""
    if rows < 2 or not columns:
        return max(0, rows - 1) if not columns else 0
    if any(column.distinct_is_exact and column.distinct + min(column.nulls, 1) == rows for column in columns):
        return 0
    names = [column.name for column in sorted(columns, key=lambda each: -each.distinct)]
    if rows > most:
        return _counted(connection, file, names)
    if len(names) > 2 * _FIRST and not _repeated(_hashes(connection, file, names[:_FIRST])):
        return 0
    return _repeated(_hashes(connection, file, names))


def _hashes(connection: duckdb.DuckDBPyConnection, file: Path, names: Sequence[str]) -> NDArray[np.uint64]:
    """One hash for each row, in file order."""
    total: NDArray[np.uint64] | None = None
    for start in range(0, len(names), _GROUP):
        listed = ", ".join(quoted(name) for name in names[start : start + _GROUP])
        found = connection.execute(f"SELECT hash({listed}) AS h FROM {parquet(file)}").fetchnumpy()["h"]
        part = np.asarray(found, dtype=np.uint64)
        total = part if total is None else total * _MIX + part
    assert total is not None
    return total


def _repeated(hashes: NDArray[np.uint64]) -> int:
    hashes.sort()
    return int(np.count_nonzero(hashes[1:] == hashes[:-1]))


def _counted(connection: duckdb.DuckDBPyConnection, file: Path, names: Sequence[str]) -> int:
    """By the engine, which spills to disk; of very wide tables the columns with the most values decide."""
    listed = ", ".join(quoted(name) for name in names[:_GROUP])
    row = connection.execute(
        f"SELECT count(*) - count(DISTINCT h) FROM (SELECT hash({listed}) AS h FROM {parquet(file)})"
    ).fetchone()
    return int(row[0]) if row else 0
