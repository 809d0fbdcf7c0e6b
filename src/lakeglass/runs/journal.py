"""Writes what happens to a run: a fact on its row and the event that tells it, in one transaction.

Every method may be called again with the same arguments (after a crash, or by two workers): the second call
changes nothing. Row first, log second, in every method, so that two writers can't lock each other out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import JsonValue
from sqlalchemy import CursorResult, Result, event, update
from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.runs.events import ApprovalAsked, ApprovalDecided, RunChanged, StageChanged
from lakeglass.runs.model import ApprovalRequest, Decision, Failure, RunState
from lakeglass.runs.order import Order
from lakeglass.runs.tables import RunRow
from lakeglass.store.database import Database
from lakeglass.tenants.audit import record
from lakeglass.tenants.model import Principal

Outcome = Literal["done", "failed", "cancelled"]


class Journal:
    """The only writer of run rows and run events."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database = database
        self._events = events
        self.followers: list[Callable[[str, str], None]] = []

    def queued(self, session: Session, order: Order) -> bool:
        """A new run, in the caller's transaction; False when a run of that id is there already."""
        values = {**order.model_dump(exclude={"run_id"}), "id": order.run_id, "created_at": now()}
        insert = self._database.rules.insert_if_absent(RunRow, values).returning(RunRow.id)
        if session.execute(insert).scalar_one_or_none() is None:
            return False
        self._tell_run(session, order, state="queued")
        return True

    def begun(self, order: Order) -> bool:
        """A worker took the run up; False when it is over already and nothing is to be done."""
        with self._database.transaction() as session:
            session.execute(
                update(RunRow)
                .where(RunRow.id == order.run_id, RunRow.started_at.is_(None), RunRow.outcome.is_(None))
                .values(started_at=now())
            )
            row = session.get(RunRow, order.run_id)
            if row is None or row.outcome is not None:
                return False
            self._tell_run(session, order, state="running")
            return True

    def stage(self, order: Order, body: StageChanged, *, call: int) -> None:
        """A station changed; `call` numbers the calls of the orchestration."""
        self.tell(order, body, key=f"stage:{call}:{body.state}")

    def tell(self, order: Order, body: EventBody, *, key: str) -> None:
        """Any event of a run; raises Conflict once the run is over."""
        with self._database.transaction() as session:
            self._append(session, order, body, key=key)
            row = session.get(RunRow, order.run_id)
            if row is None or row.outcome is not None:
                raise Conflict("This run is over; nothing more can happen in it. Start a new one.")

    def waiting(self, order: Order, *, approval_id: str, request: ApprovalRequest) -> None:
        """The run needs a decision; asked again by a replay after the decision, it does not wait anew."""
        with self._database.transaction() as session:
            if self._events.find(order.tenant_id, f"{order.run_id}:{approval_id}:asked", session=session):
                return
            changed = session.execute(
                update(RunRow)
                .where(RunRow.id == order.run_id, RunRow.outcome.is_(None))
                .values(waiting_for=approval_id, estimate=request.estimate.model_dump(mode="json"))
            )
            if not _hit(changed):
                return
            body = ApprovalAsked(approval_id=approval_id, request=request)
            self._append(session, order, body, key=f"{approval_id}:asked")
            self._tell_run(session, order, state="waiting", nth=approval_id)

    def asking(self, order: Order, *, question_id: str, body: EventBody) -> None:
        """The run waits for an answer; asked again by a replay after it, it does not wait anew."""
        with self._database.transaction() as session:
            if self._events.find(order.tenant_id, f"{order.run_id}:{question_id}:asked", session=session):
                return
            changed = session.execute(
                update(RunRow)
                .where(RunRow.id == order.run_id, RunRow.outcome.is_(None))
                .values(waiting_for=question_id)
            )
            if _hit(changed):
                self._append(session, order, body, key=f"{question_id}:asked")
                self._tell_run(session, order, state="waiting", nth=question_id)

    def answered(self, session: Session, order: Order, *, question_id: str, nth: str = "") -> bool:
        """Somebody answered, in the caller's transaction; False when the run does not wait for that (any more)."""
        changed = session.execute(
            update(RunRow)
            .where(RunRow.id == order.run_id, RunRow.waiting_for == question_id, RunRow.outcome.is_(None))
            .values(waiting_for=None)
        )
        if _hit(changed):
            self._tell_run(session, order, state="running", nth=nth or question_id)
            return True
        return False

    def unanswered(self, order: Order, *, question_id: str) -> bool:
        """Nobody answered in time; False when somebody did after all. A replay gets the same answer."""
        nth = f"{question_id}:unanswered"
        with self._database.transaction() as session:
            if self.answered(session, order, question_id=question_id, nth=nth):
                return True
            key = f"{order.run_id}:run:running:{nth}"
            return self._events.find(order.tenant_id, key, session=session) is not None

    def decided(self, session: Session, order: Order, *, approval_id: str, decision: Decision) -> bool:
        """Somebody decided, in the caller's transaction; False when the run does not wait for that (any more)."""
        changed = session.execute(
            update(RunRow)
            .where(RunRow.id == order.run_id, RunRow.waiting_for == approval_id, RunRow.outcome.is_(None))
            .values(waiting_for=None)
        )
        if not _hit(changed):
            return False
        body = ApprovalDecided(approval_id=approval_id, verdict=decision.verdict, by=decision.by)
        self._append(session, order, body, key=f"{approval_id}:decided")
        self._audit(session, order, decision, approval_id=approval_id)
        self._tell_run(session, order, state="running", nth=approval_id)
        return True

    def _audit(self, session: Session, order: Order, decision: Decision, *, approval_id: str) -> None:
        """Who allowed or declined what, in the transaction that makes it so."""
        lines = self._events.of_runs(order.tenant_id, "approval", run_ids=[order.run_id], session=session)
        asked = [ApprovalAsked.model_validate(line.body) for line in lines]
        packages: list[JsonValue] = [
            package.model_dump(mode="json", exclude={"why"})
            for one in asked
            if one.approval_id == approval_id
            for package in one.request.packages
        ]
        record(
            session,
            Principal(tenant_id=order.tenant_id, user_id=decision.by),
            action=f"run.{decision.verdict}",
            subject=order.run_id,
            details={"approval": approval_id, "kind": order.kind, "packages": packages},
        )

    def expired(self, order: Order, *, approval_id: str, decision: Decision) -> bool:
        """Nobody decided in time; False when somebody else did after all. A replay gets the same answer."""
        with self._database.transaction() as session:
            if self.decided(session, order, approval_id=approval_id, decision=decision):
                return True
            lines = self._events.of_runs(
                order.tenant_id, "approval_decided", run_ids=[order.run_id], session=session
            )
            made = [ApprovalDecided.model_validate(line.body) for line in lines]
            return any((one.approval_id, one.by) == (approval_id, decision.by) for one in made)

    def ended(self, order: Order, outcome: Outcome, *, failure: Failure | None = None) -> bool:
        """The run is over; False when it had ended before, and that end stands."""
        with self._database.transaction() as session:
            return self.end(session, order, outcome, failure=failure)

    def end(
        self, session: Session, order: Order, outcome: Outcome, *, failure: Failure | None = None
    ) -> bool:
        """Like `ended`, in the caller's transaction."""
        changed = session.execute(
            update(RunRow)
            .where(RunRow.id == order.run_id, RunRow.outcome.is_(None))
            .values(
                outcome=outcome,
                ended_at=now(),
                waiting_for=None,
                failure=failure and failure.model_dump(mode="json"),
            )
        )
        if not _hit(changed):
            return False
        self._close_stages(session, order, "cancelled" if outcome == "cancelled" else "failed")
        self._tell_run(session, order, state=outcome, failure=failure)
        event.listen(session, "after_commit", lambda _session: self._follow(order), once=True)
        return True

    def _follow(self, order: Order) -> None:
        for follower in self.followers:
            follower(order.tenant_id, order.run_id)

    def _close_stages(self, session: Session, order: Order, state: Literal["failed", "cancelled"]) -> None:
        """A run that is over has no running station."""
        last: dict[str, StageChanged] = {}
        for line in self._events.of_runs(order.tenant_id, "stage", run_ids=[order.run_id], session=session):
            change = StageChanged.model_validate(line.body)
            last[change.name] = change
        for change in last.values():
            if change.state == "running":
                body = change.model_copy(update={"state": state})
                self._append(session, order, body, key=f"stage:{change.name}:end")

    def _tell_run(
        self,
        session: Session,
        order: Order,
        *,
        state: RunState,
        nth: str = "",
        failure: Failure | None = None,
    ) -> None:
        body = RunChanged(kind=order.kind, title=order.title, state=state, failure=failure)
        self._append(session, order, body, key=f"run:{state}:{nth}")

    def _append(self, session: Session, order: Order, body: EventBody, *, key: str) -> None:
        self._events.append(
            order.tenant_id,
            order.subject,
            body,
            run_id=order.run_id,
            key=f"{order.run_id}:{key}",
            session=session,
        )


def _hit(result: Result[tuple[object, ...]]) -> bool:
    """True when an UPDATE found its row."""
    return isinstance(result, CursorResult) and result.rowcount > 0
