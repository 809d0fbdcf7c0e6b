"""What an analysis and its predictions may take at most: places side by side, memory, room on the disk."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import BaseModel

from lakeglass.core.errors import TimedOut, TooLarge, Unavailable
from lakeglass.core.settings import AnalysisSettings
from lakeglass.runs.kinds import StageContext
from lakeglass.sandbox import programs
from lakeglass.science import entry
from lakeglass.science.jobs import processes
from lakeglass.science.jobs.ingest import take_in
from lakeglass.science.jobs.model import Wanted
from lakeglass.science.jobs.orders import Predictions, PredictWork, StageWork
from lakeglass.science.jobs.places import Places, size_of
from lakeglass.science.jobs.processes import Processes, Said, _Told
from lakeglass.science.jobs.stages import AnalysisStages
from lakeglass.science.pipeline import run

MB = 1 << 20
ROWS = PredictWork(rows=({"x": 1},))
# The worker as it is, except that its stage asks for as much memory as the whole process may have.
HUNGRY = """
import sys
from pathlib import Path
from lakeglass.science.jobs import worker
class Hungry:
    @classmethod
    def begun(cls, *folder, **more):
        return cls()
    def do(self, stage, answers):
        self.held = bytearray(int(sys.argv[2]) << 20)
worker.Analysis = Hungry
worker.main(Path(sys.argv[1]), int(sys.argv[2]))
"""


class Held(Processes):
    """Predictions that stay where they are until they are let go."""

    def __init__(self) -> None:
        super().__init__(memory_mb=512)
        self.inside: list[asyncio.Future[None]] = []

    async def _asked(self, module: str, folder: Path, asked: bytes, *more: str, timeout_s: float) -> _Told:
        leave = asyncio.get_running_loop().create_future()
        self.inside.append(leave)
        try:
            await leave
        finally:
            self.inside.remove(leave)
        return _Told(Predictions(predictions=(), missing=()).model_dump_json().encode(), b"", 0)


async def settled() -> None:
    """Whatever can go on without anything from outside has done so."""
    for _ in range(100):
        await asyncio.sleep(0)


def test_two_predictions_are_made_at_a_time_whatever_becomes_of_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        held = Held()
        asked = [asyncio.create_task(held.predict(tmp_path, ROWS, timeout_s=60)) for _ in range(6)]
        await settled()
        assert len(held.inside) == 2
        held.inside[0].set_result(None)
        held.inside[1].set_exception(TooLarge("too large"))
        await settled()
        assert [task.done() for task in asked] == [True, True, False, False, False, False]
        assert len(held.inside) == 2
        asked[2].cancel()  # one that is being made
        asked[5].cancel()  # and one that waits
        await settled()
        assert len(held.inside) == 2
        for one in list(held.inside):
            one.set_result(None)
        ends = await asyncio.gather(*asked, return_exceptions=True)
        kinds = [type(end) for end in ends]
        stopped = asyncio.CancelledError
        assert kinds == [Predictions, TooLarge, stopped, Predictions, Predictions, stopped]

    asyncio.run(scenario())


def test_no_more_than_six_predictions_wait_for_their_turn(tmp_path: Path) -> None:
    async def scenario() -> None:
        held = Held()
        asked = [asyncio.create_task(held.predict(tmp_path, ROWS, timeout_s=60)) for _ in range(8)]
        await settled()
        with pytest.raises(Unavailable, match="8 predictions are being made or wait already"):
            await held.predict(tmp_path, ROWS, timeout_s=60)
        asked[7].cancel()
        held.inside[0].set_result(None)
        await settled()
        # Each that ends, whatever way, leaves its place.
        asked += [asyncio.create_task(held.predict(tmp_path, ROWS, timeout_s=60)) for _ in range(2)]
        await settled()
        with pytest.raises(Unavailable):
            await held.predict(tmp_path, ROWS, timeout_s=60)
        while held.inside:
            held.inside[0].set_result(None)
            await settled()
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(end, Predictions) for end in ends) == 9

    asyncio.run(scenario())


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Processes run this, within the same walls, instead of their module."""
    original = programs.command

    def other(program: programs.Program) -> Sequence[str]:
        module = program.arguments.index("-m")
        arguments = [*program.arguments[:module], "-c", code, *program.arguments[module + 2 :]]
        return original(replace(program, arguments=arguments))

    monkeypatch.setattr(programs, "command", other)


def test_an_answer_without_end_is_cut_off_and_its_process_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "import sys\nwhile True: sys.stdout.write('x' * (1 << 20))")
    monkeypatch.setattr(processes, "MOST_ANSWER_BYTES", 3 * MB)
    with pytest.raises(TooLarge, match="more than 3 MB"):
        asyncio.run(Processes(memory_mb=512).predict(tmp_path, ROWS, timeout_s=60))


def test_a_prediction_that_says_much_and_does_not_end_is_stopped_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It never reads what it is asked, and fills both of its pipes before it hangs.
    instead(
        monkeypatch,
        "import sys, time\nsys.stdout.write('x' * (9 << 20))\nsys.stderr.write('x' * (9 << 20))\ntime.sleep(600)",
    )
    rows = PredictWork(rows=tuple({"x": "y" * 1000} for _ in range(1000)))
    with pytest.raises(TimedOut):
        asyncio.run(Processes(memory_mb=512).predict(tmp_path, rows, timeout_s=3))


def test_an_answer_that_is_too_large_says_so_before_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(
        monkeypatch,
        "from lakeglass.science.jobs import predictions\n"
        "from lakeglass.science.jobs.orders import Predictions\n"
        "predictions.MOST_ANSWER_BYTES = 8\n"
        "predictions.answer(lambda: Predictions(predictions=(), missing=()), 2000)",
    )
    with pytest.raises(TooLarge, match="predict the rows in parts"):
        asyncio.run(Processes(memory_mb=2000).predict(tmp_path, ROWS, timeout_s=60))


async def unsaid(stage: str, text: str) -> None:
    """Nobody listens."""


def test_a_stage_that_needs_more_memory_than_its_process_may_have_is_refused_and_the_process_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, HUNGRY)

    async def scenario() -> None:
        kept = Processes(memory_mb=2000)
        pids = set()
        for _ in range(2):
            with pytest.raises(TooLarge, match=r"2,000 MB.*LAKEGLASS_ANALYSIS__MEMORY_MB") as refused:
                await kept.do("job", tmp_path, StageWork(stage="eda"), said=unsaid)
            assert refused.value.details == {"limit_mb": 2000}
            pids.add(kept._idle["job"].process.pid)
        assert len(pids) == 1
        await kept.aclose()

    asyncio.run(scenario())


def test_a_search_that_runs_out_of_memory_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Nothing(BaseModel):
        pass

    request = tmp_path / "request.json"
    request.write_text("{}")
    assert entry.answer(str(request), Nothing, lambda _: bytearray(1 << 62)) == 2
    assert '"code": "TOO_LARGE"' in capsys.readouterr().err


def test_what_the_process_of_a_search_said_of_its_memory_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\necho \'{"code": "TOO_LARGE", "message": "too much"}\' >&2\nexit 2\n')
    stand_in.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    with pytest.raises(TooLarge, match="too much"):
        run._apart("train", tmp_path / "request.json", seconds=None)


class Writing(Processes):
    """A process whose stage leaves so much in its folder."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(memory_mb=512)
        self._size_bytes = size_bytes

    async def do(self, job_id: str, folder: Path, work: StageWork, *, said: Said) -> None:
        (folder / "plots").mkdir(parents=True)
        with (folder / "plots" / "wide.png").open("wb") as file:
            file.truncate(self._size_bytes)


def stage_that_writes(home: Path, size_bytes: int, *, folder_mb: int) -> None:
    nothing = cast("Any", None)
    stages = AnalysisStages(
        nothing,
        nothing,
        nothing,
        places=Places(home),
        processes=Writing(size_bytes),
        settings=AnalysisSettings(folder_mb=folder_mb),
        access=nothing,
    )
    context = cast("StageContext", SimpleNamespace(run_id="run_1", tenant_id="t1", stage="explain"))
    asyncio.run(stages.work(context, {}))


def test_a_folder_may_grow_to_its_limit_and_no_further(tmp_path: Path) -> None:
    stage_that_writes(tmp_path / "fits", 3 * MB, folder_mb=3)
    with pytest.raises(TooLarge, match=r"3\.0 MB.*3 MB.*LAKEGLASS_ANALYSIS__FOLDER_MB") as refused:
        stage_that_writes(tmp_path / "grows", 3 * MB + 1, folder_mb=3)
    assert (refused.value.status, refused.value.details["size_bytes"]) == (413, 3 * MB + 1)


def test_a_table_that_alone_is_too_large_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    version = SimpleNamespace(id="v1", size_bytes=MB, original_bytes=MB + 1)
    dataset = SimpleNamespace(state="ready", version=version, name="wide.csv")
    lake = SimpleNamespace(get=lambda *_: dataset, find_version=lambda *_: (dataset, version))
    folder = tmp_path / "job"
    with pytest.raises(TooLarge, match="LAKEGLASS_ANALYSIS__FOLDER_MB"):
        take_in(cast("Any", lake), "t1", Wanted(dataset_id="d1"), folder=folder, version_id=None, limit_mb=2)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_size_of_a_folder_is_that_of_its_files_and_of_no_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(bytes(10 * MB))
    folder = tmp_path / "job"
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "deeper" / "file").write_bytes(bytes(1000))
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "linked").symlink_to(tmp_path)
    assert 1000 <= size_of(folder) < 2000
    assert size_of(tmp_path / "missing") == 0
