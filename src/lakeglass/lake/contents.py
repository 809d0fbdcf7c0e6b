"""Every distinct text of a version, found by its words: a file beside the version, made in the background.

The statistics keep the frequent values only. This holds the others of the columns that have more, up to bounds, in a
SQLite file that is read a page at a time: a look-up takes microseconds and keeps `CACHE_KB` in memory.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.model import Statistics

SUFFIX = ".values"
CACHE_KB = 2048
MOST_VALUES = 3_000_000
MOST_WORDS = 8
_LONGEST = 100
_BUILD_CACHE_KB = 16_384
_BATCH = 20_000
_WORD = re.compile(r"[^\W_]+")
_SCHEMA = """
CREATE TABLE field (id INTEGER PRIMARY KEY, name TEXT NOT NULL, complete INTEGER NOT NULL);
CREATE TABLE entry (key TEXT NOT NULL, field INTEGER NOT NULL, value TEXT, occurrences INTEGER NOT NULL);
"""


def value_key(text: str) -> str:
    """How a cell's text is looked up: its words in lower case, one form of each accented letter."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text[:200]).casefold()))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A value as the column holds it, and in how many rows."""

    column: str
    value: str
    rows: int


def build(connection: duckdb.DuckDBPyConnection, data: Path, target: Path, *, statistics: Statistics) -> int:
    """Write the index of `data` (a Parquet file) to `target` in one step; returns how many values it holds.

    Only columns whose frequent values are not all of them; nothing is written, and 0 returned, when there are none.
    """
    columns = [c for c in statistics.columns if c.kind == "text" and c.distinct > len(c.top_values)]
    if not columns:
        return 0
    partial = target.with_suffix(SUFFIX + "-partial")
    partial.unlink(missing_ok=True)
    held = 0
    try:
        with closing(sqlite3.connect(partial, isolation_level=None)) as index:
            index.execute("PRAGMA journal_mode = OFF")
            index.execute("PRAGMA synchronous = OFF")
            index.execute(f"PRAGMA cache_size = -{_BUILD_CACHE_KB}")
            index.executescript(_SCHEMA)
            index.execute("BEGIN")
            for number, column in enumerate(columns):
                room = (MOST_VALUES - held) // (len(columns) - number)
                added = 0
                for batch in _distinct(connection, data, column.name, most=room):
                    index.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", _rows(batch, number))
                    added += len(batch)
                held += added
                index.execute("INSERT INTO field VALUES (?, ?, ?)", (number, column.name, added < room))
            index.execute("COMMIT")
            index.execute("CREATE INDEX entry_key ON entry (key)")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return held


def _distinct(
    connection: duckdb.DuckDBPyConnection, data: Path, name: str, *, most: int
) -> Iterator[list[tuple[str, int]]]:
    """The column's values that a question could name, with their number of rows; the frequent ones first."""
    column = quoted(name)
    cursor = connection.execute(
        f"SELECT {column}, count(*) AS n FROM {parquet(data)} "
        f"WHERE {column} IS NOT NULL AND length({column}) BETWEEN 1 AND {_LONGEST} "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {most}"
    )
    while batch := cursor.fetchmany(_BATCH):
        yield [(str(value), int(rows)) for value, rows in batch]


def _rows(batch: Sequence[tuple[str, int]], field: int) -> Iterator[tuple[str, int, str | None, int]]:
    for value, rows in batch:
        key = value_key(value)
        if key and key.count(" ") < MOST_WORDS:
            yield key, field, None if key == value else value, rows


class Contents:
    """An index that was built, open for look-ups from any thread."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raises sqlite3.Error when it is no such file."""
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        self._lock = threading.Lock()

    def find(self, keys: Sequence[str], *, most: int = 20) -> tuple[Occurrence, ...]:
        """Values with one of these keys (see `value_key`), the most frequent first."""
        wanted = list(dict.fromkeys(k for k in keys if k))
        if not wanted:
            return ()
        marks = ", ".join("?" * len(wanted))
        query = (
            "SELECT field.name, coalesce(value, key), occurrences FROM entry JOIN field ON field.id = entry.field "
            f"WHERE key IN ({marks}) ORDER BY occurrences DESC, 1, 2 LIMIT ?"
        )
        with self._lock:
            found = self._connection.execute(query, (*wanted, most)).fetchall()
        return tuple(Occurrence(str(column), str(value), int(rows)) for column, value, rows in found)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
