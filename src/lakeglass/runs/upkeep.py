"""What a worker does beside its work: keep its slot, take over from dead workers, mend and tidy up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select

from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError
from lakeglass.runs.engine import Engine
from lakeglass.runs.journal import Journal
from lakeglass.runs.lease import Lease
from lakeglass.runs.model import Failure
from lakeglass.runs.tables import RunRow
from lakeglass.runs.timeline import order_of
from lakeglass.store.database import Database

_log = structlog.get_logger(__name__)
_MEND_EVERY_S = 30.0
_TIDY_EVERY_S = 3600.0
_KEEP_ENDED = timedelta(days=1)
_GRACE = timedelta(seconds=30)
_BATCH = 500


class Upkeep:
    """One thread; it goes on when the event loop is busy, so that a busy worker is not taken for a dead one."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        journal: Journal,
        *,
        lease: Lease,
        stop_work: Callable[[], None],
    ) -> None:
        self._database = database
        self._engine = engine
        self._journal = journal
        self._lease = lease
        self._stop_work = stop_work
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="runs-upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, and leave the slot to others."""
        self._ended.set()
        self._thread.join()
        self._lease.release()

    def _loop(self) -> None:
        duties: list[tuple[Callable[[], None], float]] = [
            (self.renew, self._lease.ttl_s / 3),
            (self.adopt, self._lease.ttl_s / 3),
            (self.mend, _MEND_EVERY_S),
            (self.tidy, _TIDY_EVERY_S),
        ]
        due = [0.0 for _ in duties]
        while not self._ended.is_set():
            for number, (duty, every_s) in enumerate(duties):
                if time.monotonic() < due[number]:
                    continue
                due[number] = time.monotonic() + every_s
                try:
                    duty()
                except Exception as error:  # noqa: BLE001  a lost database must not end the upkeep: try again
                    _log.warning("runs.upkeep_failed", duty=duty.__name__, error=type(error).__name__)
            self._ended.wait(max(0.05, min(due) - time.monotonic()))

    def renew(self) -> None:
        """Keep the slot; without it this process must not work on."""
        state = self._lease.renew()
        if state == "held":
            return
        _log.error("runs.slot_lost", slot=self._lease.slot, state=state)
        self._stop_work()  # others have these runs now
        if state == "lost":
            os.kill(os.getpid(), signal.SIGTERM)

    def adopt(self) -> None:
        """Take over from dead workers."""
        for slot in self._lease.adopt(self._engine.recover):
            _log.warning("runs.adopted", slot=slot)

    def mend(self) -> None:
        """End the runs that the engine gave up without their last step: nobody waits for them for ever."""
        with self._database.transaction() as session:
            query = (
                select(RunRow)
                .where(RunRow.outcome.is_(None), RunRow.created_at < now() - _GRACE)
                .order_by(RunRow.created_at)
                .limit(_BATCH)
            )
            rows = {row.id: row for row in session.execute(query).scalars()}
        for run_id in self._engine.given_up(list(rows)):
            message = (
                "This run was given up: the server stopped again and again while it worked on it, or its progress "
                "was lost. Start it anew."
            )
            failure = Failure(code=LakeglassError.code, message=message)
            self._journal.ended(order_of(rows[run_id]), "failed", failure=failure)
            _log.error("runs.given_up", run_id=run_id)

    def tidy(self) -> None:
        """Forget the engine's rows of runs that ended a while ago; what people see is kept elsewhere."""
        while self._engine.forget(before=now() - _KEEP_ENDED, limit=_BATCH) == _BATCH:
            if self._ended.wait(0.1):
                return
