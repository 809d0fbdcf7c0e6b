"""What the two databases do differently, as one small protocol; everything else is plain SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from lakeglass.core.errors import LakeglassError


class DialectRules(Protocol):
    """One database product."""

    @property
    def name(self) -> str:
        """`sqlite` or `postgresql`."""

    def create_engine(self, url: str) -> Engine:
        """An engine set up for this product; opens no connection yet."""

    def insert_if_absent(self, table: type[DeclarativeBase], values: Mapping[str, object]) -> Insert:
        """An INSERT that does nothing when a row with that key exists, also one of a concurrent writer."""

    def clock(self) -> ColumnElement[float]:
        """The database's own time in seconds since 1970: one clock for every machine that uses it."""

    def migrating(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction to change the schema in, all or nothing; no other process can do so meanwhile."""

    def translate(self, error: SQLAlchemyError) -> LakeglassError | None:
        """The error of our tree that this driver error means, None when it is none of the known ones."""
