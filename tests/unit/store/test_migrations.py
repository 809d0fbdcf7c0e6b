"""Models and migrations agree, upgrades are safe, and the engine's tables are never touched."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import lakeglass
from lakeglass.store import migrate
from lakeglass.store.autogenerate import is_ours
from lakeglass.store.base import Base
from lakeglass.store.database import Database


@pytest.fixture(autouse=True)
def every_room() -> None:
    """The tables of all rooms, not only of those that this test session happened to import."""
    rooms = list(Path(lakeglass.__file__).parent.glob("*/tables.py"))
    assert len(rooms) >= 4
    for room in rooms:
        import_module(f"lakeglass.{room.parent.name}.tables")


@pytest.fixture
def empty(database_url: str) -> Database:
    return Database(database_url)


def revision(database: Database) -> str:
    with database.transaction() as session:
        return session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def head() -> str | None:
    return ScriptDirectory.from_config(migrate.configuration()).get_current_head()


def test_models_and_migrations_agree(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    assert revision(empty) == head()
    empty.close()


def test_upgrading_again_changes_nothing_and_keeps_what_is_there(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.transaction() as session:
        session.execute(text("INSERT INTO event_cursor VALUES ('t1', 7)"))
        session.execute(text("CREATE TABLE workflow_status (n INTEGER)"))  # the durable engine's, on SQLite
    migrate.upgrade(empty)
    with empty.transaction() as session:
        assert session.execute(text("SELECT last_seq FROM event_cursor")).scalar_one() == 7
    assert "workflow_status" in inspect(empty.engine).get_table_names()
    empty.close()


def test_several_processes_may_upgrade_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    start = threading.Barrier(len(databases))
    upgraded: list[Database] = []

    def begin(database: Database) -> None:
        start.wait()
        migrate.upgrade(database)
        upgraded.append(database)

    threads = [threading.Thread(target=begin, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(upgraded) == len(databases)
    assert revision(databases[0]) == head()
    for database in databases:
        database.close()


def test_a_failed_upgrade_leaves_nothing_half_made(empty: Database) -> None:
    with empty.transaction() as session:
        session.execute(text("CREATE TABLE run_lease (n INTEGER)"))  # stands in the migration's way
    before = inspect(empty.engine).get_table_names()
    with pytest.raises(Exception, match="run_lease"):
        migrate.upgrade(empty)
    assert inspect(empty.engine).get_table_names() == before
    empty.close()


def test_a_database_of_a_newer_version_is_left_as_it_is(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrate.upgrade(empty)
    assert revision(empty) == "9999"
    empty.close()
