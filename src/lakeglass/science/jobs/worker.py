"""The process that an analysis works in: `python -m lakeglass.science.jobs.worker folder memory_mb`.

Stages come as lines on standard input, one at a time; what it says goes out as lines. It may be killed at any moment,
and ends by itself when standard input does: then whoever started it is gone.
"""

from __future__ import annotations

from lakeglass.science.threads import limit_threads

limit_threads()

import os  # noqa: E402
import queue  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TextIO  # noqa: E402

from lakeglass.core.errors import Conflict, LakeglassError  # noqa: E402
from lakeglass.core.settings import LakeSettings  # noqa: E402
from lakeglass.science.jobs.orders import Line, StageWork  # noqa: E402
from lakeglass.science.jobs.worker_files import HEARTBEAT  # noqa: E402
from lakeglass.science.memory import too_large  # noqa: E402
from lakeglass.science.pipeline.folder import JobFolder  # noqa: E402
from lakeglass.science.pipeline.model import StageName  # noqa: E402
from lakeglass.science.pipeline.run import Analysis  # noqa: E402

_BEAT_S = 1.0
# A predecessor that was killed is gone at once; one on another machine ends when its lease does.
_WAIT_S, _PAUSE_S = 60.0, 0.05
Orders = queue.SimpleQueue[StageWork]


class Desk:
    """One folder, one stage after the other."""

    def __init__(self, folder: Path, out: TextIO) -> None:
        self._folder = folder
        self._out = out

    def work(self, order: StageWork) -> None:
        """Do a stage and say how it ended."""
        try:
            try:
                self._do(order)
            except MemoryError as error:
                raise too_large() from error
        except LakeglassError as error:
            self._say(
                Line(
                    kind="refused",
                    stage=order.stage,
                    text=error.message,
                    code=error.code,
                    details=error.details,
                )
            )
            return
        self._say(Line(kind="done", stage=order.stage))

    def _do(self, order: StageWork) -> None:
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                with JobFolder(self._folder).alone():
                    break
            except Conflict:
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)
        analysis = Analysis.begun(self._folder, settings=LakeSettings(), tell=self._tell)
        analysis.do(order.stage, order.answers)

    def _tell(self, stage: StageName, text: str) -> None:
        JobFolder(self._folder).tell("said", stage=stage, text=text)
        self._say(Line(kind="said", stage=stage, text=text))

    def _say(self, line: Line) -> None:
        self._out.write(line.model_dump_json() + "\n")
        self._out.flush()


def _listen(orders: Orders) -> None:
    """Take orders until whoever gives them is gone; then nothing that was begun goes on."""
    waiting = b""
    # Not by sys.stdin: a thread that waits in it would hold its lock while the interpreter ends.
    while piece := os.read(0, 1 << 16):
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            orders.put(StageWork.model_validate_json(line))
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _beat(folder: Path) -> None:
    while True:
        (folder / HEARTBEAT).touch()
        time.sleep(_BEAT_S)


def main(folder: Path, memory_mb: int) -> None:
    """Work until the end of standard input."""
    limit = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whatever a library prints must not come between our lines.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: Orders = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True, name="orders").start()
    threading.Thread(target=_beat, args=(folder,), daemon=True, name="heartbeat").start()
    desk = Desk(folder, out)
    while True:
        desk.work(orders.get())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
