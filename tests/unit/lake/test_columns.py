"""Rows of a file by their numbers are the same rows however the file is stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeglass.lake.statistics.columns import Columns

ROWS = 1_000
_DICE = np.random.default_rng(3)
_TABLE = pa.table(
    {
        "a.b": _DICE.integers(0, 9, ROWS),
        "a": _DICE.normal(size=ROWS),
        "word": [None if n % 7 == 0 else f"word {n % 11}" for n in range(ROWS)],
        "text": [f"text {n}" for n in range(ROWS)],
        "pair": [{"left": n, "right": None} for n in range(ROWS)],
        "list": [[n, None] if n % 3 else None for n in range(ROWS)],
    }
)


def _plain(table: pa.Table) -> dict[str, list[object]]:
    return {name: table.column(name).to_pylist() for name in table.column_names}


@pytest.mark.parametrize("size", [1, 7, 400, 5_000])
@pytest.mark.parametrize(
    "places", [[], [0], [ROWS - 1], [3, 4, 399, 400, 999], list(range(0, ROWS, 13)), list(range(ROWS))]
)
def test_rows_of_all_columns_are_found_by_their_numbers(tmp_path: Path, size: int, places: list[int]) -> None:
    file = tmp_path / "table.parquet"
    table = _TABLE if size > 1 else _TABLE.select(["a.b", "a", "word"])
    pq.write_table(table, file, row_group_size=size)
    found = Columns(file).at(np.array(places, dtype=np.int64))
    assert found.column_names == table.column_names
    assert _plain(found) == _plain(table.take(pa.array(places, pa.int64())))


def test_a_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "table.parquet"
    pq.write_table(_TABLE.slice(0, 0), file)
    found = Columns(file).at(np.empty(0, dtype=np.int64))
    assert (found.column_names, found.num_rows) == (_TABLE.column_names, 0)
