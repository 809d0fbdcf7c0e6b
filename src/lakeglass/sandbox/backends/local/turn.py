"""One execution as the host sees it: what came in, how much of it was kept, and why it ended."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Literal

from lakeglass.sandbox.backends.local import frames
from lakeglass.sandbox.backends.local.jail import protocol
from lakeglass.sandbox.base import (
    Execution,
    ExecutionStatus,
    Limits,
    OutputChunk,
    OutputSink,
    RichResult,
)

StopReason = Literal["timeout", "interrupted"]
_Source = tuple[Literal["stdout", "stderr"], bool]


class Turn:
    """Bookkeeping of one execution; the status is decided here, never by the session."""

    def __init__(self, token: bytes, limits: Limits, collect: Sequence[str], sink: OutputSink | None) -> None:
        self.token = token
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.stopped_by: StopReason | None = None
        self.drops_frames = False
        self._late_room = limits.stream_bytes
        self._wanted = frozenset(collect)
        self._results: list[RichResult] = []
        self._result_room = limits.results_bytes
        self._result_places = limits.max_results
        self._dropped = 0
        self._done = frames.Done(error=None, variables=None)
        self._started = time.monotonic()
        self._output = _Emitter(sink)

    def receive(self, frame: frames.Frame) -> None:
        """Take a frame of the session. Raises ProtocolViolation."""
        if frame.kind == protocol.LATE:  # of whatever execution: it waited for somebody to listen
            self._take_late(frame)
        elif frame.token != self.token or self.finished.done():
            self._drop_frame(frame)  # an earlier execution's, or forged: worth nothing
        elif frame.kind == protocol.RESULT:
            self._take_result(frame)
        else:
            self._done = frames.read_done(frame.payload)
            self.finished.set_result(None)

    def emit(self, stream: Literal["stdout", "stderr"], text: str, *, late: bool = False) -> None:
        """Pass text on to the sink, in order."""
        if text:
            self._output.put((stream, late), text)

    def drop(self, count: int) -> None:
        """Count bytes that were not kept."""
        self._dropped += count

    def end(self) -> None:
        """The session is gone: there is nothing to wait for."""
        if not self.finished.done():
            self.finished.set_result(None)

    async def deliver(self) -> None:
        """Wait until the sink has had everything; raises what the sink raised."""
        await self._output.close()

    def abandon(self) -> None:
        """Nobody listens any more."""
        self._output.cancel()

    def outcome(self, *, alive: bool, out_of_memory: bool) -> Execution:
        """The execution as the caller gets it."""
        status: ExecutionStatus
        if not alive and out_of_memory:
            status = "memory"
        elif self.stopped_by is not None:
            status = self.stopped_by
        elif not alive:
            status = "died"
        else:
            status = "ok" if self._done.error is None else "error"
        return Execution(
            status=status,
            seconds=time.monotonic() - self._started,
            results=tuple(self._results),
            error=self._done.error if status == "error" else None,
            dropped_bytes=self._dropped,
            state_lost=not alive,
            variables=self._done.variables if alive else None,
        )

    def _take_result(self, frame: frames.Frame) -> None:
        if frame.size > self._result_room or self._result_places <= 0:
            self._drop_frame(frame)
            return
        # also for what turns out to be nonsense: to look at it costs everybody's time
        self._result_room -= frame.size
        self._result_places -= 1
        result = frames.read_result(frame.payload, wanted=self._wanted)
        if result is None:
            self._drop_frame(frame)
            return
        self._results.append(result)

    def _take_late(self, frame: frames.Frame) -> None:
        if frame.size > self._late_room:
            self._drop_frame(frame)
            return
        self._late_room -= frame.size
        late = frames.read_late(frame.payload)
        if late is None:
            self._drop_frame(frame)
            return
        self.emit(late.stream, late.text, late=True)

    def _drop_frame(self, frame: frames.Frame) -> None:
        self.drop(frame.size)
        self.drops_frames = True


class _Emitter:
    """Awaits the sink one chunk after the other, joining what came in meanwhile."""

    def __init__(self, sink: OutputSink | None) -> None:
        self._sink = sink
        self._waiting: deque[tuple[_Source, list[str]]] = (
            deque()
        )  # pieces: text that grows is copied each time
        self._task: asyncio.Task[None] | None = None

    def put(self, source: _Source, text: str) -> None:
        if self._sink is None or self._failed():
            return
        if self._waiting and self._waiting[-1][0] == source:
            self._waiting[-1][1].append(text)
        else:
            self._waiting.append((source, [text]))
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run(self._sink))

    async def close(self) -> None:
        if self._task is not None:
            await self._task

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _failed(self) -> bool:
        """Whether the sink has raised; its error waits in the task for `close`."""
        done = self._task is not None and self._task.done()
        return (
            done and self._task is not None and (self._task.cancelled() or self._task.exception() is not None)
        )

    async def _run(self, sink: OutputSink) -> None:
        while self._waiting:
            (stream, late), pieces = self._waiting.popleft()
            await sink(OutputChunk(stream=stream, text="".join(pieces), late=late))
