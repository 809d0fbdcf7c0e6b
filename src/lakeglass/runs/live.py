"""The runs that this process is carrying out, so that a cancelled one stops at once and closing waits for all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

Work = tuple[asyncio.AbstractEventLoop, "asyncio.Task[object]"]


class LiveTasks:
    """Tasks by run; cancelling works from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, set[Work]] = {}
        self._closed = False

    def open(self) -> None:
        """Let work begin (again)."""
        self._closed = False

    @contextmanager
    def holding(self, run_id: str) -> Iterator[None]:
        """The current task is known as live while the block runs; none begins any more after `close`."""
        task = asyncio.current_task()
        if self._closed or task is None:
            raise asyncio.CancelledError
        work = (asyncio.get_running_loop(), task)
        with self._lock:
            self._tasks.setdefault(run_id, set()).add(work)
        try:
            yield
        finally:
            with self._lock:
                self._tasks[run_id].discard(work)
                if not self._tasks[run_id]:
                    del self._tasks[run_id]

    def cancel(self, run_id: str) -> None:
        """Stop what this process does for a run; another process notices by the engine, within a second."""
        with self._lock:
            found = list(self._tasks.get(run_id, ()))
        for loop, task in found:
            loop.call_soon_threadsafe(task.cancel)

    async def close(self) -> None:
        """Stop everything and wait for its clean-up. The runs stay unfinished: they go on after the next start."""
        self._closed = True
        with self._lock:
            tasks = [task for found in self._tasks.values() for _, task in found]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
