"""The process of an analysis begins while the figures of its table are still being computed, within the same walls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lakeglass.core.errors import Conflict, InvalidInput, TooLarge
from lakeglass.core.settings import AnalysisSettings
from lakeglass.runs.kinds import StageContext
from lakeglass.science.jobs import stages as jobs
from lakeglass.science.jobs.ingest import take_ahead
from lakeglass.science.jobs.places import Places, link
from lakeglass.science.jobs.processes import Processes
from lakeglass.science.jobs.stages import AnalysisStages

ARGS: dict[str, Any] = {"wanted": {"dataset_id": "d1"}, "version_id": None}
PREVIEW = {"type": "profile", "part": "preview"}
READY = {"type": "dataset"}


class Lake:
    """Versions that lie in a folder; those in `computed` have their figures."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = "profiling"
        self.computed: set[str] = set()
        self.blobs = SimpleNamespace(path=lambda *_: folder / "given.csv")
        (folder / "given.csv").write_text("x\n1\n")

    def write(self, version_id: str) -> None:
        (self.folder / version_id).write_text(version_id)

    def get(self, *_: str) -> SimpleNamespace:
        return SimpleNamespace(state=self.state)

    def version_statistics(self, _: str, version_id: str) -> None:
        if version_id not in self.computed:
            raise Conflict("not yet")

    def find_version(self, _: str, version_id: str) -> tuple[None, SimpleNamespace] | None:
        if not (self.folder / version_id).exists():
            return None
        version = SimpleNamespace(
            size_bytes=5, original_bytes=5, original_sha256="a", original_name="given.csv"
        )
        return None, version

    def data_file(self, _: str, version_id: str) -> Path:
        return self.folder / version_id


class Begun(Processes):
    """What is begun and put away, with the table that its walls would guard."""

    def __init__(self) -> None:
        super().__init__(memory_mb=512)
        self.told: list[str] = []

    async def begin(self, job_id: str, folder: Path) -> None:
        table = folder / "table.parquet"
        self.told.append(f"begun with {table.read_text() if table.exists() else 'nothing'}")

    def discard(self, job_id: str) -> None:
        self.told.append("put away")


def stages_of(
    tmp_path: Path, lake: Lake, events: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, *, taken: str
) -> tuple[AnalysisStages, Begun]:
    """Stages that hear these events; `taken` is the version that is taken in the end, or why none is."""

    async def subscribe(*_: str, subject: str) -> AsyncIterator[SimpleNamespace]:
        assert subject == "d1"
        for body in events:
            if body == READY:
                lake.state = "ready"
            yield SimpleNamespace(body=body)

    def take_in(*_: object, **__: object) -> str:
        if taken == "refused":
            raise InvalidInput("refused")
        return taken

    monkeypatch.setattr(jobs, "take_in", take_in)
    monkeypatch.setattr(jobs, "keep", lambda *_: None)
    processes = Begun()
    made = AnalysisStages(
        cast("Any", None),
        cast("Any", SimpleNamespace(subscribe=subscribe)),
        cast("Any", lake),
        places=Places(tmp_path),
        processes=processes,
        settings=AnalysisSettings(),
        access=cast("Any", None),
    )
    return made, processes


def ingested(stages: AnalysisStages) -> None:
    context = cast("StageContext", SimpleNamespace(run_id="run_1", tenant_id="t1", stage="ingest"))
    asyncio.run(stages.ingest(context, ARGS))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    (tmp_path / "lake").mkdir()
    return Lake(tmp_path / "lake")


# req: D1
def test_the_process_begins_when_the_rows_are_there(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.write("v1")
    heard = [PREVIEW | {"version_id": "v1"}, READY]
    stages, processes = stages_of(tmp_path, lake, heard, monkeypatch, taken="v1")
    ingested(stages)
    assert processes.told == ["put away", "begun with v1", "begun with v1"]


def test_a_process_never_works_behind_walls_that_guard_another_table(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.write("v1")
    stages, processes = stages_of(
        tmp_path, lake, [PREVIEW | {"version_id": "v1"}, READY], monkeypatch, taken="v2"
    )
    ingested(stages)
    assert processes.told[:3] == ["put away", "begun with v1", "put away"]
    assert len(processes.told) == 4


def test_the_version_of_an_earlier_reading_is_not_begun_with(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version_id in ("v1", "v2"):
        lake.write(version_id)
    lake.computed.add("v1")
    heard = [PREVIEW | {"version_id": "v1"}, PREVIEW | {"version_id": "v2"}, READY]
    stages, processes = stages_of(tmp_path, lake, heard, monkeypatch, taken="v2")
    ingested(stages)
    assert processes.told == ["put away", "begun with v2", "begun with v2"]


def test_what_is_refused_in_the_end_leaves_no_process(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.write("v1")
    heard = [PREVIEW | {"version_id": "v1"}, READY]
    stages, processes = stages_of(tmp_path, lake, heard, monkeypatch, taken="refused")
    with pytest.raises(InvalidInput):
        ingested(stages)
    assert processes.told == ["put away", "begun with v1", "put away"]


def test_a_table_that_is_too_large_is_refused_before_it_is_linked(tmp_path: Path, lake: Lake) -> None:
    lake.write("v1")
    with pytest.raises(TooLarge):
        take_ahead(cast("Any", lake), "t1", "v1", folder=tmp_path / "job", limit_mb=0)
    assert not (tmp_path / "job").exists()


def test_a_deleted_version_is_not_taken(tmp_path: Path, lake: Lake) -> None:
    assert not take_ahead(cast("Any", lake), "t1", "v9", folder=tmp_path / "job", limit_mb=9)
    assert not (tmp_path / "job").exists()


# req: D1
def test_a_link_that_is_there_is_left_alone(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "job" / "table.parquet"
    source.write_text("kept")
    link(source, target)
    before = target.stat()
    link(source, target)
    after = target.stat()
    assert (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)
    other = tmp_path / "other"
    other.write_text("newer")
    link(other, target)
    assert target.read_text() == "newer"
