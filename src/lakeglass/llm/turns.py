"""The root of a question's trace, once its run is over: looked up and told beside the work, never in its way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection
from queue import SimpleQueue

import structlog

from lakeglass.core.errors import LakeglassError
from lakeglass.llm.tracing import Tracing
from lakeglass.runs.service import Runs

_log = structlog.get_logger(__name__)


class TurnTraces:
    """Follows the runs of some kinds; one for a service."""

    def __init__(self, tracing: Tracing, runs: Runs, *, kinds: Collection[str]) -> None:
        self._tracing = tracing
        self._runs = runs
        self._kinds = frozenset(kinds)
        self._ended: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._follow, name="turn-traces", daemon=True)
        if tracing.rooted:
            runs.when_ended(lambda tenant_id, run_id: self._ended.put((tenant_id, run_id)))
            self._thread.start()

    async def aclose(self) -> None:
        """Tell of the runs that ended so far, and stop."""
        if self._thread.is_alive():
            self._ended.put(None)
            await asyncio.to_thread(self._thread.join)

    def _follow(self) -> None:
        while (ended := self._ended.get()) is not None:
            try:
                run = self._runs.get(*ended)
            except LakeglassError as error:  # its conversation was deleted, or the database is away
                _log.info("traces.skipped", run_id=ended[1], code=error.code)
                continue
            if run.kind in self._kinds:
                self._tracing.turn(run)
