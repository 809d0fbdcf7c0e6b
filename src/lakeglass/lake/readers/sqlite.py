"""SQLite files: one table, each column under the type that all its values have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import EmptyFile, InvalidInput, UnprocessableFile
from lakeglass.lake.decisions import Alternative, ReadDecision
from lakeglass.lake.engine import quoted
from lakeglass.lake.readers.arrays import written
from lakeglass.lake.readers.base import BROKEN, EMPTY, Capabilities, Reading, ReadResult

_MAGIC = b"SQLite format 3\x00"
_BATCH = 20_000
_EXACT = 1 << 53
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid LIMIT 500"
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column with the storage classes of its values (https://www.sqlite.org/datatype3.html)."""

    name: str
    declared: str
    classes: frozenset[str]
    low: int
    high: int

    @property
    def dtype(self) -> pa.DataType:
        """What all its values fit."""
        if self.classes == {"integer"}:
            flag = "BOOL" in self.declared.upper() and self.low >= 0 and self.high <= 1
            return pa.bool_() if flag else pa.int64()
        if self.classes == {"real"} or (
            self.classes == {"integer", "real"} and max(abs(self.low), abs(self.high)) <= _EXACT
        ):
            return pa.float64()
        return pa.string()


class SqliteReader:
    """A database file of SQLite (https://www.sqlite.org/fileformat2.html); only tables are read, never views."""

    capabilities = Capabilities(
        name="sqlite", label="SQLite", suffixes=(".sqlite", ".sqlite3", ".db", ".db3"), options=("table",)
    )

    def recognises(self, head: bytes) -> bool:
        """By the magic bytes."""
        return head.startswith(_MAGIC)

    def check(self, source: Path) -> None:
        """Look for a table; raises EmptyFile, UnprocessableFile."""
        with _opened(source) as database:
            if not database.execute(_TABLES).fetchone():
                raise EmptyFile(f"{EMPTY} The database has no tables.")

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write one table; raises UnprocessableFile, InvalidInput for a table that is not there."""
        between = reading.scratch / "rows.parquet"
        with _opened(source) as database:
            table, decision = _chosen(database, reading.options.table)
            columns = _columns(database, table)
            if not columns:
                raise EmptyFile(f"{EMPTY} The table has no columns.")
            _copy(database, table, columns, between, reading)
        blobs = [column.name for column in columns if "blob" in column.classes]
        told = [decision]
        if blobs:
            note = "binary values, as hexadecimal digits"
            told.append(ReadDecision(what="binary columns", value=", ".join(blobs[:5]), note=note))
        return written(between, [column.name for column in columns], target, reading, told=told)


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    """The database, unchangeable and without trust in what its schema says; damage is told."""
    address = f"file:{quote(str(source.absolute()))}?mode=ro&immutable=1"
    try:
        database = sqlite3.connect(address, uri=True)
        try:
            database.text_factory = _text
            for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
                database.execute(f"PRAGMA {pragma}")
            yield database
        finally:
            database.close()
    except (
        sqlite3.Error,
        OverflowError,
        UnicodeError,
    ) as error:  # its complaints quote bytes of a damaged schema
        raise UnprocessableFile(f"{BROKEN} The SQLite database is damaged or incomplete.") from error


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").replace("\x00", "")


def _chosen(database: sqlite3.Connection, wanted: str | None) -> tuple[str, ReadDecision]:
    names = [str(name) for (name,) in database.execute(_TABLES)]
    if wanted is not None and wanted not in names:
        raise InvalidInput(f"There is no table {wanted!r}; there are {', '.join(map(repr, names[:20]))}.")
    sizes = {
        name: int(database.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]) for name in names
    }
    table = wanted if wanted is not None else max(names, key=lambda name: sizes[name])
    others = sorted((name for name in names if name != table), key=lambda name: -sizes[name])
    return table, ReadDecision(
        what="table",
        value=table,
        note="as you chose" if wanted else "the one with the most rows" if others else "",
        option="table",
        chosen=table,
        confidence="likely" if others and not wanted else "certain",
        alternatives=tuple(
            Alternative(value=name, label=f"{name} ({sizes[name]:,} rows)") for name in others
        ),
    )


def _columns(database: sqlite3.Connection, table: str) -> list[_Column]:
    described = database.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall()
    columns = []
    for _, name, declared, *_, hidden in described:
        if hidden == 1:
            continue
        # Under the table's name: SQLite takes a quoted name that it does not find for a text.
        column = f"t.{quoted(str(name))}"
        found = database.execute(
            f"SELECT typeof({column}), min({column}), max({column}) FROM {quoted(table)} AS t "
            f"WHERE {column} IS NOT NULL GROUP BY 1"
        ).fetchall()
        low, high = next(((int(low), int(high)) for kind, low, high in found if kind == "integer"), (0, 0))
        classes = frozenset(str(kind) for kind, *_ in found)
        columns.append(_Column(str(name), str(declared), classes, low, high))
    return columns


def _copy(
    database: sqlite3.Connection, table: str, columns: Sequence[_Column], target: Path, reading: Reading
) -> None:
    schema = pa.schema([(f"c{place}", column.dtype) for place, column in enumerate(columns)])
    selected = ", ".join(f"t.{quoted(column.name)}" for column in columns)
    rows = database.execute(f"SELECT {selected} FROM {quoted(table)} AS t")
    done = 0
    with pq.ParquetWriter(target, schema) as writer:
        while batch := rows.fetchmany(_BATCH):
            arrays = [
                _array(values, field.type)
                for values, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            done += len(batch)
            reading.progress("read", done, 0)


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array[pa.Scalar[pa.DataType]]:
    if pa.types.is_string(kind):
        return pa.array([_shown(value) for value in values], kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else value == 1 for value in values], kind)
    return pa.array(values, kind)


def _shown(value: object) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else str(value)
