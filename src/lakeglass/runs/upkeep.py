"""What a worker does beside its work: keep its slot, take over from dead workers, mend and tidy up."""

from __future__ import annotations

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
_KEEP_STOPPING = timedelta(hours=3)  # longer than a stage may last, unless somebody set it so
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
        begin_anew: Callable[[], None],
    ) -> None:
        self._database = database
        self._engine = engine
        self._journal = journal
        self._lease = lease
        self._begin_anew = begin_anew
        self._renewed = time.monotonic()
        self._patient_until = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="runs-upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, and leave what is unfinished to others."""
        self._ended.set()
        self._thread.join()
        self._lease.release()

    def _loop(self) -> None:
        duties: list[tuple[Callable[[], None], float]] = [
            (self.renew, self._lease.ttl_s / 3),
            (self.adopt, self._lease.ttl_s / 3),
            (self.gather, _MEND_EVERY_S),
            (self.mend, _MEND_EVERY_S),
            (self.stop, _MEND_EVERY_S),
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
        """Keep the name; without it nothing that was begun may go on here, and this process begins anew."""
        if not self._lease.renew():
            _log.error("runs.lease_lost", worker=self._lease.slot)
            self._begin_anew()
            _log.warning("runs.begun_anew", worker=self._lease.slot)
            self.gather()  # under the old name there may be work that was taken up after the others had looked
        # Whoever was late himself, for want of a database or of time, can't tell who else is only late.
        if time.monotonic() - self._renewed > self._lease.ttl_s:
            self._patient_until = time.monotonic() + self._lease.ttl_s
        self._renewed = time.monotonic()

    def adopt(self) -> None:
        """Take over from dead workers."""
        patience_s = self._lease.ttl_s if time.monotonic() < self._patient_until else 0.0
        for worker in self._lease.adopt(self._engine.recover, patience_s=patience_s):
            _log.warning("runs.adopted", worker=worker)

    def gather(self) -> None:
        """Take over what somebody began after others had taken him for dead, and before he noticed."""
        having = self._engine.workers()
        known = self._lease.known()  # asked second: a new worker's name is there before its work is
        for worker in having - known - {self._lease.slot}:
            self._engine.recover(worker)
            _log.warning("runs.gathered", worker=worker)

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

    def stop(self) -> None:
        """End the work of runs that somebody cancelled who died before the engine knew."""
        with self._database.transaction() as session:
            query = (
                select(RunRow.id)
                .where(RunRow.outcome == "cancelled", RunRow.ended_at > now() - _KEEP_STOPPING)
                .order_by(RunRow.ended_at.desc())
                .limit(_BATCH)
            )
            run_ids = list(session.execute(query).scalars())
        for run_id in self._engine.unfinished(run_ids):
            self._engine.cancel(run_id)
            _log.warning("runs.stopped", run_id=run_id)

    def tidy(self) -> None:
        """Forget the engine's rows of runs that ended a while ago; what people see is kept elsewhere."""
        while self._engine.forget(before=now() - _KEEP_ENDED, limit=_BATCH) == _BATCH:
            if self._ended.wait(0.1):
                return
