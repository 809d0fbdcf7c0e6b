"""The log itself: append, read, and subscribe from a cursor."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import nullcontext

from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.events.model import EventBody, StoredEvent
from lakeglass.events.signal import Signal
from lakeglass.events.tables import EventCursorRow, EventRow
from lakeglass.store.database import Database

PAGE = 500


class EventLog:
    """One numbered, append-only log a tenant; one instance a process.

    Numbers rise by one without gaps in the order of the commits, so a reader who remembers the last number
    that it saw misses nothing. `poll_s` is the pause, in seconds, between two looks for what other processes
    wrote; what this process writes wakes its subscribers at once.
    """

    def __init__(self, database: Database, *, poll_s: float = 0.25) -> None:
        self._database = database
        self._poll_s = poll_s
        self._signal = Signal()

    def append(
        self,
        tenant_id: str,
        subject: str,
        body: EventBody,
        *,
        run_id: str | None = None,
        key: str | None = None,
        session: Session | None = None,
    ) -> int:
        """Add a line and return its number.

        `key` names the fact within the tenant: adding the same key again adds nothing and returns the old
        number. With `session` the line joins the caller's transaction, which then holds the tenant's place in
        the order until it commits: append last, commit soon.
        """
        scope = self._database.transaction() if session is None else nullcontext(session)
        with scope as active:
            seq = self._next(active, tenant_id)
            if key is not None and (old := self.find(tenant_id, key, session=active)) is not None:
                _give_back(active, tenant_id)
                return old
            active.add(
                EventRow(
                    tenant_id=tenant_id,
                    seq=seq,
                    at=now(),
                    subject=subject,
                    run_id=run_id,
                    key=key,
                    type=str(getattr(body, "type", type(body).__name__)),
                    body=json.loads(body.model_dump_json()),
                )
            )
            active.flush()
            event.listen(active, "after_commit", lambda _session: self._signal.ring(tenant_id), once=True)
        return seq

    def find(self, tenant_id: str, key: str, *, session: Session) -> int | None:
        """The number of the line with this key, None when there is none."""
        query = select(EventRow.seq).where(EventRow.tenant_id == tenant_id, EventRow.key == key)
        return session.execute(query).scalar_one_or_none()

    def read(
        self,
        tenant_id: str,
        *,
        after: int = 0,
        subject: str | None = None,
        run_id: str | None = None,
        limit: int = 1000,
    ) -> list[StoredEvent]:
        """Up to `limit` lines with a number above `after`, oldest first."""
        query = select(EventRow).where(EventRow.tenant_id == tenant_id, EventRow.seq > after)
        if subject is not None:
            query = query.where(EventRow.subject == subject)
        if run_id is not None:
            query = query.where(EventRow.run_id == run_id)
        with self._database.transaction() as session:
            rows = session.execute(query.order_by(EventRow.seq).limit(limit)).scalars().all()
        return [stored(row) for row in rows]

    def of_runs(
        self, tenant_id: str, type_: str, *, run_ids: Sequence[str], session: Session
    ) -> list[StoredEvent]:
        """Every line of one type that these runs wrote, oldest first."""
        query = (
            select(EventRow)
            .where(EventRow.tenant_id == tenant_id, EventRow.run_id.in_(run_ids), EventRow.type == type_)
            .order_by(EventRow.seq)
        )
        return [stored(row) for row in session.execute(query).scalars()]

    def last_seq(self, tenant_id: str, *, subject: str | None = None) -> int:
        """The highest number so far, 0 for an empty log."""
        if subject is None:
            query = select(EventCursorRow.last_seq).where(EventCursorRow.tenant_id == tenant_id)
        else:
            query = select(func.max(EventRow.seq)).where(
                EventRow.tenant_id == tenant_id, EventRow.subject == subject
            )
        with self._database.transaction() as session:
            return session.execute(query).scalar_one_or_none() or 0

    async def subscribe(
        self, tenant_id: str, *, after: int = 0, subject: str | None = None, run_id: str | None = None
    ) -> AsyncGenerator[StoredEvent, None]:
        """Every line above `after`, then every new one as it is committed; never ends by itself.

        No database session is held between two pages, and a slow reader holds at most one page in memory.
        """
        cursor, seen = after, -1
        while True:
            ticket = self._signal.ticket(tenant_id)
            try:
                newest = await asyncio.to_thread(self.last_seq, tenant_id)
                if newest == seen:
                    await ticket.wait(self._poll_s)
                    continue
            finally:
                self._signal.drop(tenant_id, ticket)
            page = await asyncio.to_thread(
                self.read, tenant_id, after=cursor, subject=subject, run_id=run_id, limit=PAGE
            )
            for line in page:
                yield line
                cursor = line.seq
            if len(page) < PAGE:
                seen = newest

    def _next(self, session: Session, tenant_id: str) -> int:
        """The next number; from here to the commit nobody else can take one of this tenant."""
        taken = (
            update(EventCursorRow)
            .where(EventCursorRow.tenant_id == tenant_id)
            .values(last_seq=EventCursorRow.last_seq + 1)
            .returning(EventCursorRow.last_seq)
        )
        seq = session.execute(taken).scalar_one_or_none()
        if seq is None:
            absent = {"tenant_id": tenant_id, "last_seq": 0}
            session.execute(self._database.rules.insert_if_absent(EventCursorRow, absent))
            seq = session.execute(taken).scalar_one()
        return seq


def _give_back(session: Session, tenant_id: str) -> None:
    """Undo `_next`, whose lock still keeps everybody else out."""
    session.execute(
        update(EventCursorRow)
        .where(EventCursorRow.tenant_id == tenant_id)
        .values(last_seq=EventCursorRow.last_seq - 1)
    )


def stored(row: EventRow) -> StoredEvent:
    """A row as readers see it."""
    return StoredEvent(seq=row.seq, at=row.at, subject=row.subject, run_id=row.run_id, body=row.body)
