"""A lake in a folder of its own, with the run that reads files carried out in place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lakeglass.core.settings import LakeSettings, RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.decisions import ReadOptions
from lakeglass.lake.ingest import Ingest
from lakeglass.lake.model import DatasetView
from lakeglass.lake.service import Lake
from lakeglass.lake.uploads import Uploads
from lakeglass.runs.service import Runs
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database
from lakeglass.tenants.local import ensure_local_owner

TENANT = "local"


@dataclass
class Harbour:
    """The lake and what it needs, with verbs for tests."""

    home: Path
    database: Database
    events: EventLog
    lake: Lake
    kinds: Ingest

    def upload(self, name: str, content: bytes, *, piece: int = 1 << 16) -> DatasetView:
        """Through the same door as a user's file, until the dataset is read or failed."""

        async def go() -> DatasetView:
            kind = self.kinds.kind()
            runs = Runs(self.database, self.events, RunsSettings(poll_s=0.02), {kind.name: kind})
            await runs.start()
            try:
                with self.lake.intake(TENANT) as intake:
                    for start in range(0, len(content), piece):
                        intake.write(content[start : start + piece])
                    received = intake.finish(name)
                view = Uploads(self.database, self.lake, runs).add(TENANT, received)
                if view.run_id is not None and view.state == "profiling":
                    await runs.wait(TENANT, view.run_id, timeout_s=60)
            finally:
                await runs.close()
            return self.lake.get(TENANT, view.id)

        return asyncio.run(go())

    def read_again(self, dataset_id: str, options: ReadOptions) -> DatasetView:
        """As a person does, until that has ended."""

        async def go() -> DatasetView:
            kind = self.kinds.kind()
            runs = Runs(self.database, self.events, RunsSettings(poll_s=0.02), {kind.name: kind})
            await runs.start()
            try:
                view = Uploads(self.database, self.lake, runs).read_again(TENANT, dataset_id, options)
                assert view.run_id is not None
                await runs.wait(TENANT, view.run_id, timeout_s=60)
            finally:
                await runs.close()
            return self.lake.get(TENANT, dataset_id)

        return asyncio.run(go())

    def files(self) -> set[str]:
        """Every stored file but the database's own."""
        return {
            str(path.relative_to(self.home))
            for path in self.home.rglob("*")
            if path.is_file() and not path.name.startswith("lakeglass.db")
        }


@pytest.fixture
def open_harbour(tmp_path: Path) -> Iterator[Callable[..., Harbour]]:
    """Open a lake on a database; `max_upload_mb` may be small."""
    opened: list[Database] = []

    def begin(database: Database | None = None, **settings: int) -> Harbour:
        from lakeglass.store.migrate import upgrade

        if database is None:
            database = Database(f"sqlite:///{tmp_path / 'home' / 'lakeglass.db'}")
            opened.append(database)
        upgrade(database)
        ensure_local_owner(database)
        events = EventLog(database)
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        lake = Lake(database, BlobStore(home / "blobs"), events, LakeSettings(**settings), home=home)
        return Harbour(home, database, events, lake, Ingest(database, lake))

    yield begin
    for database in opened:
        database.close()


@pytest.fixture
def harbour(open_harbour: Callable[..., Harbour]) -> Harbour:
    """A lake on SQLite."""
    return open_harbour()
