"""Brings the schema to this version."""

from __future__ import annotations

from lakeglass.store.base import Base
from lakeglass.store.database import Database


def upgrade(database: Database) -> None:
    """Create what is missing; safe when several processes start at once."""
    with database.engine.begin() as connection, database.rules.migration_lock(connection):
        Base.metadata.create_all(connection)
