"""PostgreSQL: many workers on many machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Engine, Float, Insert, create_engine, literal_column, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from lakeglass.core.errors import LakeglassError, StorageFull, Unavailable

_CONNECT_TIMEOUT_S = 5
_MIGRATION_LOCK = 0x6C616B65676C6173  # "lakeglas": an advisory lock number of our own


class PostgresRules:
    """See `DialectRules`."""

    name: Literal["postgresql"] = "postgresql"

    def create_engine(self, url: str) -> Engine:
        """An engine whose connections are checked before use: a restarted server is survived."""
        parsed = make_url(url)
        self._shown = parsed.render_as_string(hide_password=True)
        return create_engine(
            parsed,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "lakeglass"},
        )

    def insert_if_absent(self, table: type[DeclarativeBase], values: Mapping[str, object]) -> Insert:
        """See `DialectRules.insert_if_absent`."""
        return insert(table).values(values).on_conflict_do_nothing()

    def clock(self) -> ColumnElement[float]:
        """See `DialectRules.clock`; `now()` would stand still inside a transaction."""
        return literal_column("extract(epoch from clock_timestamp())::float8", Float)

    @contextmanager
    def migrating(self, engine: Engine) -> Iterator[Connection]:
        """See `DialectRules.migrating`: an advisory lock goes with its transaction, even when the process dies."""
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
            yield connection

    def translate(self, error: SQLAlchemyError) -> LakeglassError | None:
        """See `DialectRules.translate`; codes: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
        if not isinstance(error, DBAPIError):
            return None
        state = getattr(error.orig, "sqlstate", None) or ""
        if state == "53100":  # disk_full
            return StorageFull(
                "The database server's disk has no room left. Free some space there and try again."
            )
        if (
            error.connection_invalidated
            or state[:2] in {"08", "28", "3D", "53", "57"}
            or _not_connected(error)
        ):
            return Unavailable(
                f"The database {self._shown} can't be reached. Check that the server runs, accepts connections from "
                "here and knows this user and password (LAKEGLASS_DATABASE_URL)."
            )
        return None


def _not_connected(error: DBAPIError) -> bool:
    """A connection that was never made carries no state; psycopg says so by OperationalError alone."""
    return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"} and error.statement is None
