"""One execution in a hosted sandbox as this side sees it; status and seconds are decided here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Literal

import pydantic_core
from e2b_code_interpreter.models import ExecutionError, OutputMessage, Result
from pydantic import JsonValue

from lakeglass.sandbox.backends.e2b.envelope import DONE, FRAME_MIME, LATE, RESULT
from lakeglass.sandbox.backends.e2b.wire import Meter
from lakeglass.sandbox.backends.local import frames
from lakeglass.sandbox.base import (
    Execution,
    ExecutionStatus,
    Limits,
    OutputChunk,
    OutputSink,
    RichResult,
    Variables,
)

StopReason = Literal["timeout", "interrupted", "lost", "died"]
_MIMES = {
    "text": "text/plain",
    "html": "text/html",
    "markdown": "text/markdown",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "latex": "text/latex",
    "json": "application/json",
}


class HostedTurn:
    """What came in from one execution, and why it ended."""

    def __init__(self, token: str, limits: Limits, collect: Sequence[str], sink: OutputSink | None) -> None:
        self.token = token
        self.meter = Meter(limits)
        self.answer: bytes | None = None
        self.stopped_by: StopReason | None = None
        self.variables: Variables | None = None
        self.state_lost = False
        self.sink_error: BaseException | None = None
        self.call: asyncio.Future[None] | None = None
        self._wanted = frozenset(collect)
        self._sink = sink
        self._results: list[RichResult] = []
        self._failure: str | None = None
        self._started = time.monotonic()
        self._ended: float | None = None

    @property
    def failed(self) -> bool:
        """Whether the kernel itself reported an error, which the code alone can't cause."""
        return self._failure is not None

    async def on_output(self, message: OutputMessage) -> None:
        """A piece of stdout or stderr."""
        await self._emit("stderr" if message.error else "stdout", message.line, late=False)

    async def on_result(self, result: Result) -> None:
        """A frame of ours, or what the code showed through IPython itself."""
        extra = result.extra if isinstance(result.extra, dict) else {}
        frame = extra.get(FRAME_MIME)
        if isinstance(frame, dict):
            await self._on_frame(frame)
            return
        data = _bundle(result, extra)
        if data:
            self._results.append(RichResult(data=data))

    def on_error(self, error: ExecutionError) -> None:
        """What the kernel itself says: our interpreter reports the errors of the code in its own frame."""
        self._failure = error.name

    def stop_clock(self) -> None:
        """The execution ends now, whatever still has to be put in order."""
        self._ended = self._ended or time.monotonic()

    def stop(self, reason: StopReason) -> None:
        """Hang up, which interrupts the code over there; nothing happens when it has ended."""
        if self.stopped_by is None and self.answer is None:
            self.stopped_by = reason
            self.hang_up()

    def hang_up(self) -> None:
        """Leave the call, if one is open."""
        if self.call is not None:
            self.call.cancel()

    def outcome(self, *, alive: bool, renewed: bool) -> Execution:
        """The execution as the caller gets it."""
        self.stop_clock()
        done = self._done()
        status: ExecutionStatus = self.stopped_by or ("ok" if done.error is None else "error")
        told = done.variables or self.variables
        return Execution(
            status=status,
            seconds=(self._ended or time.monotonic()) - self._started,
            results=tuple(self._results),
            error=done.error if status == "error" else None,
            dropped_bytes=self.meter.dropped,
            state_lost=self.state_lost or not alive,
            renewed=renewed,
            variables=told if alive else None,
        )

    def _done(self) -> frames.Done:
        nothing = frames.Done(error=None, variables=None)
        if self.answer is None:
            return nothing
        try:
            return frames.read_done(self.answer)
        except frames.ProtocolViolation:
            return nothing

    async def _on_frame(self, frame: dict[str, Any]) -> None:
        kind, payload = frame.get("kind"), frame.get("payload")
        if frame.get("token") != self.token or not isinstance(payload, str) or self.answer is not None:
            return  # an earlier execution's, or forged: worth nothing
        content = payload.encode("utf-8", "replace")
        if kind == RESULT:
            result = frames.read_result(content, wanted=self._wanted)
            if result is None:
                self.meter.refuse(len(content))
            else:
                self._results.append(result)
        elif kind == LATE:
            late = frames.read_late(content)
            if late is not None:
                await self._emit(late.stream, late.text, late=True)
        elif kind == DONE:
            self.answer = content

    async def _emit(self, stream: Literal["stdout", "stderr"], text: str, *, late: bool) -> None:
        if not text or self._sink is None:
            return
        # a task of its own, so that what the sink raised can't be taken for a failure of the line
        told = asyncio.ensure_future(self._sink(OutputChunk(stream=stream, text=text, late=late)))
        try:
            await asyncio.wait({told})
        finally:
            told.cancel()
        self.sink_error = told.exception()
        if self.sink_error is not None:
            raise self.sink_error


def _bundle(result: Result, extra: dict[str, Any]) -> dict[str, JsonValue]:
    """A result of IPython as MIME bundle; what is no plain JSON is left out."""
    found = {mime: getattr(result, field) for field, mime in _MIMES.items()}
    found |= {str(mime): value for mime, value in extra.items() if "/" in str(mime)}
    try:
        plain = pydantic_core.from_json(pydantic_core.to_json(found), allow_inf_nan=False)
    except ValueError:
        return {}
    return {mime: value for mime, value in plain.items() if value not in (None, "")}
