"""SQLite: one file, many readers beside one writer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Insert,
    create_engine,
    event,
    literal_column,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from lakeglass.core.errors import LakeglassError, StorageFull, Unavailable
from lakeglass.store.folder import make_private_folder

_BUSY_S = 30
# WAL: readers never wait for the writer, and the durable engine is 2-10 times faster. Safe with synchronous=normal:
# a power cut may lose the last commits, never the file.
_PRAGMAS = (f"busy_timeout={_BUSY_S * 1000}", "synchronous=normal", "foreign_keys=on")


class SqliteRules:
    """See `DialectRules`."""

    name: Literal["sqlite"] = "sqlite"

    def create_engine(self, url: str) -> Engine:
        """An engine on the file; its folder is made, readable by its owner only."""
        self._file = make_url(url).database or ":memory:"
        if self._file != ":memory:":
            make_private_folder(Path(self._file).parent)
        engine = create_engine(url, pool_size=10, max_overflow=20)
        event.listen(engine, "connect", _on_connect)
        return engine

    def insert_if_absent(self, table: type[DeclarativeBase], values: Mapping[str, object]) -> Insert:
        """See `DialectRules.insert_if_absent`."""
        return insert(table).values(values).on_conflict_do_nothing()

    def clock(self) -> ColumnElement[float]:
        """See `DialectRules.clock`; julianday is exact to the millisecond and known to every version."""
        return literal_column("(julianday('now') - 2440587.5) * 86400.0", Float)

    @contextmanager
    def migrating(self, engine: Engine) -> Iterator[Connection]:
        """See `DialectRules.migrating`: the write lock of the file, taken before the first look at the schema."""
        with engine.connect() as connection:
            # A table that is rebuilt is dropped on the way, which must not delete the rows that refer to it.
            connection.exec_driver_sql("PRAGMA foreign_keys=off")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA foreign_keys=on")

    def translate(self, error: SQLAlchemyError) -> LakeglassError | None:
        """See `DialectRules.translate`."""
        code = getattr(error.orig, "sqlite_errorname", "") if isinstance(error, DBAPIError) else ""
        if code.startswith("SQLITE_FULL"):
            return StorageFull(
                f"The disk that holds {self._file} has no room left. Free some space there and try again; "
                "nothing half-written was kept."
            )
        if code.startswith("SQLITE_BUSY"):
            return Unavailable(
                "The database was busy for 30 seconds. Another process holds it: end that one, or use PostgreSQL "
                "(LAKEGLASS_DATABASE_URL) for many writers."
            )
        if code.startswith(
            ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH")
        ):
            return Unavailable(
                f"The database file {self._file} can't be opened for writing. Check that its folder exists, belongs "
                "to you and lies on a healthy disk, or choose another one with LAKEGLASS_HOME."
            )
        if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            return Unavailable(
                f"{self._file} is not a readable SQLite database. Restore it from a backup, or move it away and "
                "start anew."
            )
        return None


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = "IMMEDIATE"  # a writer waits for its turn instead of failing half-way
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    """Once in a file's life, and the only statement that doesn't wait for others by itself."""
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
