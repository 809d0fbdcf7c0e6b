"""The metadata database: one engine, transactions committed at the edge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lakeglass.core.errors import ConfigurationError, Unavailable
from lakeglass.store.dialect import DialectRules
from lakeglass.store.postgres import PostgresRules
from lakeglass.store.sqlite import SqliteRules

_RULES: dict[str, Callable[[], DialectRules]] = {"sqlite": SqliteRules, "postgresql": PostgresRules}
_ATTEMPTS = 4  # the first one and three more (error catalogue: "retry 3 times with 1s delay, then 503")
_PAUSE_S = 1.0


class Database:
    """SQLite (WAL) or PostgreSQL by URL; one instance a process, shared with the durable engine."""

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened yet. Raises ConfigurationError for a URL that we can't use."""
        self.url = url
        self.rules = _rules_for(url)
        self.engine: Engine = self.rules.create_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.rules.name

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block and rolls back on any error.

        Raises Unavailable when the database can't be reached, StorageFull when it has no room.
        """
        with self.translating(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def translating(self) -> Iterator[None]:
        """What the driver raises inside the block becomes an error of our tree, where it is a known one.

        Raises Unavailable when the database can't be reached, StorageFull when it has no room.
        """
        try:
            yield
        except SQLAlchemyError as error:
            known = self.rules.translate(error)
            if known is None:
                raise
            raise known from error

    def check(self, *, pause_s: float = _PAUSE_S) -> None:
        """Reach the database, trying three times more after `pause_s` seconds each; raises Unavailable."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.transaction() as session:
                    session.execute(text("SELECT 1"))
            except Unavailable:
                if attempt == _ATTEMPTS:
                    raise
                time.sleep(pause_s)
            else:
                return

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _rules_for(url: str) -> DialectRules:
    try:
        name = make_url(url).get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        message = "LAKEGLASS_DATABASE_URL is not a URL. Expected postgresql://user:password@host/database."
        raise ConfigurationError(message) from error
    if name not in _RULES:
        message = (
            f"There is no support for {name} as database. Expected postgresql:// or, by default, SQLite."
        )
        raise ConfigurationError(message)
    return _RULES[name]()
