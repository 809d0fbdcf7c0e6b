"""Worker processes that a test may kill, and what it may ask them afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from pydantic import JsonValue
from tests.journeys.crash_worker import kinds

from lakeglass.core.settings import RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.runs.model import RunView
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

SCRIPT = Path(__file__).with_name("crash_worker.py")
TENANT = "t1"


def eventually(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Return once the condition holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Crew:
    """The workers of one test, seen from a process that is no worker itself."""

    def __init__(self, url: str, folder: Path, *, stages: str = "light", ttl_s: float = 15) -> None:
        self.url, self.folder, self.stages, self.ttl_s = url, folder, stages, ttl_s
        self.workers: list[subprocess.Popen[str]] = []
        self.database = Database(url)
        self.events = EventLog(self.database)
        self.runs = Runs(self.database, self.events, RunsSettings(), kinds(heavy=stages == "heavy"))

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.communicate()
        self.database.close()

    def hire(self) -> subprocess.Popen[str]:
        """Start a worker and wait until it works."""
        root = SCRIPT.parents[2]
        worker = subprocess.Popen(
            [sys.executable, str(SCRIPT), self.url, str(self.ttl_s), self.stages],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}"},
        )
        self.workers.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        return worker

    def kill(self, worker: subprocess.Popen[str]) -> None:
        """kill -9."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def freeze(self, worker: subprocess.Popen[str]) -> None:
        """Put it to sleep, as a closed laptop does."""
        worker.send_signal(signal.SIGSTOP)

    def thaw(self, worker: subprocess.Popen[str]) -> None:
        """Wake it up."""
        worker.send_signal(signal.SIGCONT)

    def submit(self, **payload: JsonValue) -> str:
        """A run of the kind `three`."""
        content = {"folder": str(self.folder), **payload}
        return self.runs.submit(TENANT, "three", title="Three", subject="s1", payload=content).id

    def view(self, run_id: str) -> RunView:
        return self.runs.get(TENANT, run_id)

    def until(self, run_id: str, state: str) -> None:
        """Wait for a state of the run."""
        eventually(lambda: self.view(run_id).state == state)

    def until_started(self, run_id: str, stage: str, *, times: int = 1) -> None:
        """Wait until a stage was started that often."""
        eventually(lambda: self.starts(run_id)[stage] >= times)

    def allow(self) -> None:
        """Let the stage `second` come to its end."""
        (self.folder / "go").touch()

    def marks(self) -> list[tuple[int, str, str, str]]:
        """(pid, run, stage, start or end) in order."""
        file = self.folder / "marks"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(int(pid), run, stage, what) for pid, run, stage, what in map(str.split, lines)]

    def starts(self, run_id: str) -> Counter[str]:
        """How often each stage of a run was started."""
        return Counter(stage for _, run, stage, what in self.marks() if (run, what) == (run_id, "start"))

    def working_on(self, run_id: str, stage: str) -> subprocess.Popen[str]:
        """The worker that started a stage last."""
        pid = [pid for pid, run, at, what in self.marks() if (run, at, what) == (run_id, stage, "start")][-1]
        return next(worker for worker in self.workers if worker.pid == pid)

    def told(self, run_id: str) -> list[tuple[JsonValue, ...]]:
        """Everything that the log says about a run, in order."""
        lines = self.events.read(TENANT, run_id=run_id)
        keys = ("type", "name", "text", "state")
        return [tuple(line.body[key] for key in keys if key in line.body) for line in lines]


WHOLE_STORY = [
    ("run", "queued"),
    ("run", "running"),
    ("stage", "first", "running"),
    ("said", "first"),
    ("stage", "first", "done"),
    ("stage", "second", "running"),
    ("said", "second"),
    ("stage", "second", "done"),
    ("stage", "third", "running"),
    ("said", "third"),
    ("stage", "third", "done"),
    ("run", "done"),
]
