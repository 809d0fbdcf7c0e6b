"""What running code prints, gathered into events: one event a batch, not one a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from lakeglass.ask.events import OutputWritten
from lakeglass.ask.model import OutputLine
from lakeglass.core.errors import Conflict
from lakeglass.runs.kinds import StageContext
from lakeglass.sandbox.base import OutputChunk, OutputSink

BATCH_S = 0.08
BATCH_CHARS = 16_384


class _Batches:
    """Gathers output and tells it in the order in which it came."""

    def __init__(self, context: StageContext, turn_id: str, attempt_id: str, nonce: str) -> None:
        self._context = context
        self._turn_id = turn_id
        self._attempt_id = attempt_id
        self._nonce = nonce
        self._pending: list[OutputLine] = []
        self._told = 0
        self._telling = asyncio.Lock()

    async def add(self, chunk: OutputChunk) -> None:
        last = self._pending[-1] if self._pending else None
        if last is not None and last.stream == chunk.stream and last.late == chunk.late:
            self._pending[-1] = last.model_copy(update={"text": last.text + chunk.text})
        else:
            self._pending.append(
                OutputLine(
                    execution_id=self._attempt_id, stream=chunk.stream, text=chunk.text, late=chunk.late
                )
            )
        if sum(len(line.text) for line in self._pending) > BATCH_CHARS:
            await self.flush()

    async def flush(self) -> None:
        # One at a time: a batch has its own key, and none overtakes the one before.
        async with self._telling:
            if not self._pending:
                return
            lines, self._pending = tuple(self._pending), []
            key = f"output:{self._attempt_id}:{self._nonce}:{self._told}"
            self._told += 1
            await self._context.emit(OutputWritten(turn_id=self._turn_id, lines=lines), key=key)

    async def flush_until(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), BATCH_S)
            await self.flush()


@asynccontextmanager
async def output_events(
    context: StageContext, turn_id: str, attempt_id: str, nonce: str
) -> AsyncIterator[OutputSink]:
    """A sink whose text becomes `output` events, at most one every 80 ms or 16 384 characters.

    All that the sink took has been told when the context ends. `nonce` tells this execution of the attempt
    from an earlier one that a crash cut short.
    """
    batches = _Batches(context, turn_id, attempt_id, nonce)
    over = asyncio.Event()
    ticking = asyncio.create_task(batches.flush_until(over))
    try:
        yield batches.add
    finally:
        # Never cancelled: a batch that is being told would be lost.
        over.set()
        # A cancelled run says nothing more, so its last words are refused.
        with suppress(Conflict):
            await ticking
            await batches.flush()
