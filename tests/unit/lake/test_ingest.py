"""Reading that is cancelled, interrupted, repeated, or loses its dataset: no half state, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
import pytest
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.ask.contexts import wait_until_read
from lakeglass.core.errors import Conflict, NotFound, StorageFull
from lakeglass.core.settings import LakeSettings, RunsSettings
from lakeglass.lake import ingest
from lakeglass.lake.engine import Engine
from lakeglass.lake.model import DatasetView
from lakeglass.lake.readers.base import Reading
from lakeglass.lake.uploads import Uploads
from lakeglass.runs.service import Runs

CSV = b"a,b\n1,x\n2,y\n"
_FOR_EVER = "SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 7"


@asynccontextmanager
async def working(harbour: Harbour) -> AsyncIterator[Runs]:
    """The engine of runs, at work."""
    kind = harbour.kinds.kind()
    runs = Runs(harbour.database, harbour.events, RunsSettings(poll_s=0.02), {kind.name: kind})
    await runs.start()
    try:
        yield runs
    finally:
        await runs.close()


def add(harbour: Harbour, runs: Runs, content: bytes = CSV) -> DatasetView:
    with harbour.lake.intake(TENANT) as intake:
        intake.write(content)
        received = intake.finish("a.csv")
    return Uploads(harbour.database, harbour.lake, runs).add(TENANT, received)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Reading takes for ever; the event says that it has begun."""
    begun = threading.Event()

    def converted(source: Path, target: Path, reading: Reading) -> object:
        target.write_bytes(b"half of a table")
        begun.set()
        reading.connection.execute(_FOR_EVER)
        raise AssertionError("the query was not interrupted")

    monkeypatch.setattr(ingest, "_converted", converted)
    return begun


def test_a_cancelled_reading_stops_its_query_and_leaves_no_half_table(
    harbour: Harbour, slow: threading.Event
) -> None:
    async def go() -> tuple[DatasetView, float]:
        async with working(harbour) as runs:
            view = add(harbour, runs)
            assert view.run_id is not None
            assert await asyncio.to_thread(slow.wait, 30)
            began = time.monotonic()
            runs.cancel(TENANT, view.run_id)
        return harbour.lake.get(TENANT, view.id), time.monotonic() - began

    view, seconds = asyncio.run(go())
    assert (view.state, view.version) == ("failed", None)
    assert (
        view.failure == "Reading was stopped before it ended. Delete this dataset, or upload the file again."
    )
    assert seconds < 10
    assert not any("partial" in name or name.endswith(".parquet") for name in harbour.files())
    with pytest.raises(Conflict, match="could not be read: Reading was stopped"):
        harbour.lake.preview(TENANT, view.id)
    harbour.lake.delete(TENANT, view.id)
    assert harbour.files() == set()


def test_a_run_that_is_cancelled_before_it_begins_does_not_leave_its_dataset_waiting(
    harbour: Harbour,
) -> None:
    async def prepared() -> None:
        async with working(harbour):
            """The first start makes the tables of the engine."""

    asyncio.run(prepared())
    kind = harbour.kinds.kind()
    runs = Runs(harbour.database, harbour.events, RunsSettings(), {kind.name: kind})  # nobody works
    view = add(harbour, runs)
    assert view.run_id is not None
    assert harbour.lake.get(TENANT, view.id).state == "profiling"
    runs.cancel(TENANT, view.run_id)
    assert [found.state for found in harbour.lake.list(TENANT)] == ["failed"]
    # The same file again is not the failed dataset, but a new one.
    assert add(harbour, runs).id != view.id


def test_a_question_does_not_wait_for_a_reading_that_was_cancelled(harbour: Harbour) -> None:
    async def go() -> None:
        async with working(harbour) as runs:
            view = add(harbour, runs, b"a,b\n" + b"1,2\n" * 200_000)
            waiting = asyncio.create_task(wait_until_read(harbour.lake, harbour.events, TENANT, [view.id]))
            await asyncio.sleep(0)
            assert view.run_id is not None
            runs.cancel(TENANT, view.run_id)
            await asyncio.wait_for(waiting, 20)

    asyncio.run(go())


def test_what_a_crash_left_is_swept_and_nothing_else(harbour: Harbour) -> None:
    old, new = harbour.home / "spill" / "old", harbour.home / "spill" / "new"
    incoming = harbour.home / "blobs" / TENANT / "incoming"
    for folder in (old, new, incoming):
        folder.mkdir(parents=True)
    half = incoming / "half"
    half.write_bytes(b"x")
    before = time.time() - 2 * 24 * 3600
    for path in (old, half):
        os.utime(path, (before, before))
    with harbour.lake.intake(TENANT) as intake:
        intake.write(CSV)
        harbour.lake.warm()
        assert intake.finish("a.csv").size == len(CSV)
    assert (old.exists(), half.exists(), new.exists()) == (False, False, True)


def test_closing_the_service_while_a_file_is_read_goes_on_after_the_next_start(
    harbour: Harbour, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted() -> DatasetView:
        async with working(harbour) as runs:
            view = add(harbour, runs)
            assert await asyncio.to_thread(slow.wait, 30)
        return view

    async def resumed(run_id: str) -> None:
        async with working(harbour) as runs:
            await runs.wait(TENANT, run_id, timeout_s=60)

    view = asyncio.run(interrupted())
    assert harbour.lake.get(TENANT, view.id).state == "profiling"
    monkeypatch.undo()
    assert view.run_id is not None
    asyncio.run(resumed(view.run_id))
    after = harbour.lake.get(TENANT, view.id)
    assert (after.state, after.rows) == ("ready", 2)
    assert len([name for name in harbour.files() if name.endswith(".parquet")]) == 1


def test_a_dataset_deleted_while_it_is_read_leaves_nothing(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    original: Callable[..., object] = ingest._converted

    def converted(source: Path, target: Path, reading: Reading) -> object:
        begun.set()
        assert go_on.wait(30)
        return original(source, target, reading)

    monkeypatch.setattr(ingest, "_converted", converted)

    async def go() -> DatasetView:
        async with working(harbour) as runs:
            view = add(harbour, runs)
            assert await asyncio.to_thread(begun.wait, 30)
            # Its original stays, as if another dataset had it too; only the table is still to come.
            keep = harbour.lake.blobs.read(TENANT, original_of(harbour))
            harbour.lake.delete(TENANT, view.id)
            harbour.lake.blobs.put(TENANT, keep)
            go_on.set()
            assert view.run_id is not None
            assert (await runs.wait(TENANT, view.run_id, timeout_s=60)).state == "failed"
        return view

    view = asyncio.run(go())
    assert not any(name.startswith("warehouse") for name in harbour.files())
    with pytest.raises(NotFound):
        harbour.lake.get(TENANT, view.id)


def test_a_dataset_that_is_removed_while_it_is_read_is_no_failure_of_ours(
    harbour: Harbour, slow: threading.Event
) -> None:
    async def go() -> str:
        async with working(harbour) as runs:
            view = add(harbour, runs)
            assert view.run_id is not None
            assert await asyncio.to_thread(slow.wait, 30)
            uploads = Uploads(harbour.database, harbour.lake, runs)
            await asyncio.to_thread(uploads.remove, TENANT, view.id)
            return (await runs.wait(TENANT, view.run_id, timeout_s=60)).state

    assert asyncio.run(go()) == "cancelled"
    assert harbour.files() == set()
    last = harbour.events.read(TENANT)[-1].body
    assert (last["type"], last["state"]) == ("dataset", "deleted")


def original_of(harbour: Harbour) -> str:
    """The original's name in the blob store."""
    return next(path.name for path in (harbour.home / "blobs" / TENANT).glob("??/*"))


def test_a_stage_carried_out_twice_makes_one_version(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Context:
        run_id, tenant_id, subject, stage = "run_1", TENANT, "", "read"

        async def emit(self, body: object, *, key: str) -> None:
            del body, key

    with harbour.lake.intake(TENANT) as intake:
        intake.write(CSV)
        kept = intake.finish("a.csv")
    with harbour.database.transaction() as session:
        view = harbour.lake.create(TENANT, kept, run_id="run_1", session=session)
    arguments = {"dataset_id": view.id}
    asyncio.run(harbour.kinds.read(Context(), arguments))
    before = {name: (harbour.home / name).stat().st_mtime_ns for name in harbour.files()}
    asyncio.run(harbour.kinds.read(Context(), arguments))
    assert {name: (harbour.home / name).stat().st_mtime_ns for name in harbour.files()} == before
    assert [version.number for version in harbour.lake.versions(TENANT, view.id)] == [1]


def test_an_unclassified_failure_does_not_leave_the_dataset_waiting(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    def converted(source: Path, target: Path, reading: Reading) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(ingest, "_converted", converted)
    view = harbour.upload("a.csv", CSV)
    assert view.state == "failed"
    assert view.failure


def test_a_full_disk_while_reading_is_told(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    def converted(source: Path, target: Path, reading: Reading) -> object:
        target.write_bytes(b"half")
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(ingest, "_converted", converted)
    view = harbour.upload("a.csv", CSV)
    assert view.state == "failed"
    assert view.failure == "The disk has no room left for this table. Free some space and try again."
    assert {name.split("/")[0] for name in harbour.files()} == {"blobs"}


def test_connections_never_share_a_spill_folder_and_clean_up(tmp_path: Path) -> None:
    engine = Engine(LakeSettings(), spill=tmp_path / "spill")
    with engine.connection() as first, engine.connection() as second:
        asked = "SELECT current_setting('temp_directory')"
        assert first.execute(asked).fetchone() != second.execute(asked).fetchone()
    assert list((tmp_path / "spill").iterdir()) == []


def test_errors_of_the_machine_are_ours(tmp_path: Path) -> None:
    engine = Engine(LakeSettings(), spill=tmp_path / "spill")
    with pytest.raises(StorageFull), engine.connection():
        raise duckdb.IOException("No space left on device")
