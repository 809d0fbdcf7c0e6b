"""Brings the schema to this version, with Alembic (https://alembic.sqlalchemy.org).

Later versions only add: a table, a column that may be empty or has a default. So a process of the previous
version goes on working on an upgraded database, and may even start on it.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lakeglass.store.database import Database

FOLDER = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Create or change what is missing; safe when several processes start at once.

    A database that a newer version has upgraded already is left as it is.
    Raises Unavailable when the database can't be reached, StorageFull when it has no room.
    """
    with database.translating(), database.rules.migrating(database.engine) as connection:
        if _is_known(connection):
            command.upgrade(configuration(connection), "head")


def current(database: Database) -> str | None:
    """The revision that the schema is at, None before the first upgrade; raises Unavailable."""
    with database.translating(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's own, without a file: our folder of migrations, and the connection to work on."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_known(connection: Connection) -> bool:
    """False when the schema is at a revision that this version has never heard of."""
    script = ScriptDirectory.from_config(configuration())
    known = {revision.revision for revision in script.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    return all(revision in known for revision in current)
