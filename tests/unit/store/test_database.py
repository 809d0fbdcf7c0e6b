"""Opening the database: private, and with errors that say what to do."""

from __future__ import annotations

import socket
import sqlite3
import stat
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from lakeglass.core.errors import ConfigurationError, StorageFull, Unavailable
from lakeglass.store.database import Database


def test_a_transaction_is_kept_or_undone_as_a_whole(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE thing (n INTEGER)"))
    with pytest.raises(ValueError, match="no"), database.transaction() as session:  # noqa: PT012
        session.execute(text("INSERT INTO thing VALUES (1)"))
        raise ValueError("no")
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM thing")).scalar_one() == 0


def test_the_database_tells_the_time(database: Database) -> None:
    from sqlalchemy import select

    with database.transaction() as session:
        told = session.execute(select(database.rules.clock())).scalar_one()
    assert abs(told - time.time()) < 5


def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    database = Database(f"sqlite:///{home / 'lakeglass.db'}")
    database.check()
    database.close()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="LAKEGLASS_HOME"):
        Database(f"sqlite:///{tmp_path / 'file' / 'lakeglass.db'}")


@pytest.mark.parametrize("url", ["mysql://u@h/d", "no url", "", "oracle+x://h"])
def test_a_url_that_we_cannot_use_says_what_is_expected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="postgresql://"):
        Database(url)


def test_an_unreachable_server_is_tried_four_times_and_its_password_is_not_shown() -> None:
    # req: A8
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        database = Database(f"postgresql+psycopg://me:hush@127.0.0.1:{taken.getsockname()[1]}/d")
        attempts = []
        original = database.transaction
        database.transaction = lambda: (attempts.append(1), original())[1]  # type: ignore[method-assign]
        with pytest.raises(Unavailable, match="LAKEGLASS_DATABASE_URL") as caught:
            database.check(pause_s=0)
    assert len(attempts) == 4
    assert "hush" not in caught.value.message
    assert caught.value.status == 503


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lakeglass.db"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable, match="not a readable SQLite database"):
        Database(f"sqlite:///{file}").check(pause_s=0)


def test_a_full_disk_is_named_and_the_file_stays_good(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'lakeglass.db'}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE thing (content BLOB)"))
    with pytest.raises(StorageFull), database.transaction() as session:  # noqa: PT012
        session.execute(text("PRAGMA max_page_count=10"))  # SQLite answers as on a full disk: SQLITE_FULL
        session.execute(text("INSERT INTO thing VALUES (zeroblob(1000000))"))
    database.close()
    with sqlite3.connect(tmp_path / "lakeglass.db") as plain:
        assert plain.execute("SELECT count(*) FROM thing").fetchone() == (0,)


@pytest.mark.postgres
def test_a_lost_connection_is_unavailable_and_the_next_one_works(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    with pytest.raises(Unavailable), database.transaction() as session:  # noqa: PT012
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.transaction() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        session.execute(text("SELECT 1"))
    database.check()
    database.close()
    other.close()
