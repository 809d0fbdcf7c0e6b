"""The door to durable work: submit, look, decide, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, aclosing, nullcontext

from pydantic import JsonValue
from sqlalchemy.orm import Session

from lakeglass.core.errors import Conflict, InvalidInput, TimedOut
from lakeglass.core.ids import new_id
from lakeglass.core.settings import RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.runs.engine import Engine
from lakeglass.runs.execution import Execution, in_thread
from lakeglass.runs.journal import Journal
from lakeglass.runs.kinds import RunKind
from lakeglass.runs.lease import Lease
from lakeglass.runs.live import LiveTasks
from lakeglass.runs.model import Decision, RunView
from lakeglass.runs.order import Order
from lakeglass.runs.tables import RunRow
from lakeglass.runs.timeline import RunRepository, order_of
from lakeglass.runs.upkeep import Upkeep
from lakeglass.store.database import Database

ENDED = frozenset({"done", "failed", "cancelled"})


class Runs:
    """Durable work of every tenant; one started instance a process."""

    def __init__(
        self, database: Database, events: EventLog, settings: RunsSettings, kinds: Mapping[str, RunKind]
    ) -> None:
        self._database = database
        self._events = events
        self._kinds = dict(kinds)
        self._settings = settings
        self._upkeep: Upkeep | None = None
        self._live = LiveTasks()
        self._turning = asyncio.Lock()
        self._closed = False
        self._journal = Journal(database, events)
        self._engine = Engine(database, settings)
        self._execution = Execution(
            self._engine, self._journal, self._kinds, live=self._live, timeout_s=settings.stage_timeout_s
        )

    def when_ended(self, call: Callable[[str, str], None]) -> None:
        """Have `call` told tenant and id of every run that ends here, once that can't be lost; it must be quick."""
        self._journal.followers.append(call)

    async def start(self) -> None:
        """Begin to work, on this event loop: the schema must be there. Unfinished runs go on at once.

        Raises ConfigurationError when this process works already.
        """
        lease = Lease(self._database, self._settings.lease_ttl_s)
        self._closed = False
        await self._begin(lease)
        loop = asyncio.get_running_loop()
        self._upkeep = Upkeep(
            self._database,
            self._engine,
            self._journal,
            lease=lease,
            begin_anew=lambda: asyncio.run_coroutine_threadsafe(self._begin_anew(lease), loop).result(),
        )
        self._upkeep.start()

    async def _begin(self, lease: Lease) -> None:
        name = await asyncio.to_thread(lease.acquire)
        with ExitStack() as undo:
            undo.callback(lease.release)
            self._live.open()
            await self._engine.start(self._execution, worker=name)
            undo.pop_all()

    async def _begin_anew(self, lease: Lease) -> None:
        """Others have our runs: put everything down, and go on as a new worker."""
        async with self._turning:
            if self._closed:
                return
            await self._live.close()
            await self._engine.close()
            await self._begin(lease)

    async def close(self) -> None:
        """Stop working. Unfinished runs go on after the next start, or on another worker now."""
        if self._upkeep is None:
            return
        async with self._turning:
            self._closed = True
            await self._live.close()
            await self._engine.close()
        await asyncio.to_thread(self._upkeep.close)
        self._upkeep = None

    def submit(
        self,
        tenant_id: str,
        kind: str,
        *,
        title: str,
        subject: str,
        payload: Mapping[str, JsonValue],
        session: Session | None = None,
        run_id: str | None = None,
    ) -> RunView:
        """Hand over a new run. With `session` it joins the caller's transaction and starts after its commit.

        Submitting a `run_id` again changes nothing and gives back the run as it is.
        Raises InvalidInput for a kind that is not known, Conflict when the id is another tenant's or kind's.
        """
        if kind not in self._kinds:
            raise InvalidInput(f"Got the kind {kind!r}; expected one of {', '.join(sorted(self._kinds))}.")
        order = Order(
            run_id=run_id or new_id("run"), tenant_id=tenant_id, kind=kind, title=title[:300], subject=subject
        )
        with self._database.transaction() if session is None else nullcontext(session) as active:
            if self._journal.queued(active, order):
                self._engine.enqueue(active, order, dict(payload))
            row = active.get_one(RunRow, order.run_id, populate_existing=True)
            if (row.tenant_id, row.kind) != (tenant_id, kind):
                raise Conflict("This run id is taken by something else; leave it out to get a fresh one.")
            return self._views(active, tenant_id, [row])[0]

    def get(self, tenant_id: str, run_id: str) -> RunView:
        """A run with its timeline; raises NotFound."""
        with self._database.transaction() as session:
            return self._views(session, tenant_id, [RunRepository(session, tenant_id).row(run_id)])[0]

    def several(self, tenant_id: str, run_ids: Sequence[str]) -> Mapping[str, RunView]:
        """Those of these runs that exist, by their ids."""
        with self._database.transaction() as session:
            rows = RunRepository(session, tenant_id).these(run_ids)
            return {view.id: view for view in self._views(session, tenant_id, rows)}

    def list(self, tenant_id: str, *, subject: str | None = None, limit: int = 100) -> Sequence[RunView]:
        """The tenant's runs, newest first."""
        with self._database.transaction() as session:
            rows = RunRepository(session, tenant_id).rows(subject=subject, limit=limit)
            return self._views(session, tenant_id, rows)

    def cancel(self, tenant_id: str, run_id: str) -> RunView:
        """End a run: what it executes is stopped. A run that is over stays as it ended. Raises NotFound."""
        with self._database.transaction() as session:
            row = RunRepository(session, tenant_id).row(run_id)
            ended = self._journal.end(session, order_of(row), "cancelled")
            stop = ended or row.outcome == "cancelled"  # also the one whose canceller died half-way
        if stop:
            self._engine.cancel(run_id)
            self._live.cancel(run_id)
        return self.get(tenant_id, run_id)

    def decide(
        self,
        tenant_id: str,
        run_id: str,
        approval_id: str,
        decision: Decision,
        *,
        session: Session | None = None,
    ) -> RunView:
        """Answer a waiting run; with `session` in the caller's transaction.

        Raises NotFound, or Conflict when it waits for no such decision (any more).
        """
        with self._database.transaction() if session is None else nullcontext(session) as active:
            row = RunRepository(active, tenant_id).row(run_id)
            order = order_of(row)
            if not self._journal.decided(active, order, approval_id=approval_id, decision=decision):
                raise Conflict("This run does not wait for that decision (any more); look at its state.")
            self._engine.send(active, run_id, approval_id, decision.model_dump(mode="json"))
            active.flush()
            return self._views(active, tenant_id, [row])[0]

    def answer(
        self,
        tenant_id: str,
        run_id: str,
        question_id: str,
        answer: Mapping[str, JsonValue],
        *,
        session: Session,
    ) -> None:
        """Answer a run that consults somebody, in the caller's transaction.

        Raises NotFound, or Conflict when it waits for no such answer (any more).
        """
        row = RunRepository(session, tenant_id).row(run_id)
        if not self._journal.answered(session, order_of(row), question_id=question_id):
            raise Conflict("This run does not wait for that answer (any more); look at its state.")
        self._engine.send(session, run_id, question_id, dict(answer))
        session.flush()

    async def wait(self, tenant_id: str, run_id: str, *, timeout_s: float) -> RunView:
        """The run once it is over; raises NotFound, or TimedOut after `timeout_s` seconds."""
        try:
            async with asyncio.timeout(timeout_s):
                cursor = await asyncio.to_thread(self._events.last_seq, tenant_id)
                view = await in_thread(self.get, tenant_id, run_id)
                stream = self._events.subscribe(tenant_id, after=cursor, run_id=run_id)
                async with aclosing(stream):
                    while view.state not in ENDED:
                        await anext(stream)
                        view = await in_thread(self.get, tenant_id, run_id)
                return view
        except TimeoutError as error:
            message = f"The run is not over after {timeout_s:g} seconds; it goes on. Ask again later."
            raise TimedOut(message) from error

    def _views(self, session: Session, tenant_id: str, rows: Sequence[RunRow]) -> Sequence[RunView]:
        repository = RunRepository(session, tenant_id)
        return repository.views(rows, events=self._events, kinds=self._kinds)
