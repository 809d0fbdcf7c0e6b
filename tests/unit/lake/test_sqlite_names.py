"""Names in a SQLite file that are no UTF-8."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.local import profile


# req: E1
@pytest.mark.parametrize("damage", [b"caf\xe9", b"\xff\xff\xff\xff"])
def test_a_column_that_can_not_be_named_is_refused_and_never_a_column_of_its_name(
    tmp_path: Path, damage: bytes
) -> None:
    """SQLite takes a quoted name that it does not find for a text: every row would hold it."""
    path = tmp_path / "t.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (id, cafe)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(1, "a"), (2, "b")])
    database.close()
    path.write_bytes(path.read_bytes().replace(b"cafe", damage))
    with pytest.raises(UnprocessableFile, match="SQLite database is damaged"):
        profile(path)
