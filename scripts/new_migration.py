"""Writes the next migration: `python scripts/new_migration.py "Add a colour to datasets"`.

Compares every room's `tables.py` with what the migrations so far make of an empty SQLite database. Read the
result before you commit it: later versions only add.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

import lakeglass
from lakeglass.store import migrate
from lakeglass.store.database import Database


def main(message: str) -> None:
    """Write the migration that brings the schema to the models."""
    for room in Path(lakeglass.__file__).parent.glob("*/tables.py"):
        import_module(f"lakeglass.{room.parent.name}.tables")
    count = len(list(ScriptDirectory.from_config(migrate.configuration()).walk_revisions()))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/lakeglass.db")
        migrate.upgrade(database)
        with database.rules.migrating(database.engine) as connection:
            command.revision(
                migrate.configuration(connection), message, autogenerate=True, rev_id=f"{count + 1:04d}"
            )
        database.close()


if __name__ == "__main__":
    main(sys.argv[1])
