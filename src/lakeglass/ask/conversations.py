"""Conversations: open, list, restore, change, end."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.events import SessionChanged
from lakeglass.ask.model import SessionDetail, SessionView, TurnView
from lakeglass.ask.repository import AskRepository, attempt_view, is_over, session_view, turn_view
from lakeglass.ask.tables import SessionRow, TurnRow
from lakeglass.core.clock import now
from lakeglass.core.ids import new_id
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.llm.ledger import forget
from lakeglass.runs.service import Runs
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

UNTITLED = "New conversation"


class Conversations:
    """The sessions of a tenant."""

    def __init__(
        self, database: Database, events: EventLog, runs: Runs, lake: Lake, *, sandbox: SandboxService
    ) -> None:
        self._database = database
        self._events = events
        self._runs = runs
        self._lake = lake
        self._sandbox = sandbox

    def create(self, who: Principal, *, title: str | None, dataset_ids: Sequence[str]) -> SessionView:
        """Open a conversation; raises NotFound for a dataset that is not there."""
        self._require(who, dataset_ids)
        with self._database.transaction() as session:
            row = new_session(who, title or UNTITLED, dataset_ids)
            session.add(row)
            self._events.append(who.tenant_id, row.id, SessionChanged(session_id=row.id), session=session)
            return session_view(row, 0)

    def list(self, who: Principal, *, search: str, archived: bool, limit: int) -> Sequence[SessionView]:
        """The latest used first."""
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            return repository.sessions(search=search, archived=archived, limit=limit)

    def get(self, who: Principal, session_id: str) -> SessionView:
        """One conversation without its turns; raises NotFound."""
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            return session_view(repository.session_row(session_id), repository.turn_count(session_id))

    def detail(self, who: Principal, session_id: str) -> SessionDetail:
        """A whole conversation, and where its stream goes on.

        `last_seq` is read first, and lies before everything of a run that is not over: what such a run has said,
        an approval it waits for or output so far, comes again. An event may be seen twice, none is missed.
        """
        last_seq = self._events.last_seq(who.tenant_id, subject=session_id)
        runs = {run.id: run for run in self._runs.list(who.tenant_id, subject=session_id, limit=10_000)}
        for run in runs.values():
            if not is_over(run):
                first = self._events.read(who.tenant_id, run_id=run.id, limit=1)
                last_seq = min([last_seq, *(event.seq - 1 for event in first)])
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            row = repository.session_row(session_id)
            turns = repository.turn_rows(session_id)
            attempts = repository.attempts([turn.id for turn in turns])
            artifacts = repository.artifacts([attempt.id for attempt in attempts])
        views = [
            attempt_view(
                attempt,
                [item for item in artifacts if item.attempt_id == attempt.id],
                run_over=is_over(runs.get(attempt.run_id)),
            )
            for attempt in attempts
        ]

        def whole(turn: TurnRow) -> TurnView:
            return turn_view(turn, runs.get(turn.run_id), [view for view in views if view.turn_id == turn.id])

        return SessionDetail(
            session=session_view(row, len(turns)),
            turns=tuple(whole(turn) for turn in turns),
            last_seq=last_seq,
        )

    def restore(self, who: Principal, session_id: str) -> SessionDetail:
        """Bring a conversation back from the archive."""
        self.update(who, session_id, archived=False)
        return self.detail(who, session_id)

    def update(
        self,
        who: Principal,
        session_id: str,
        *,
        title: str | None = None,
        archived: bool | None = None,
        dataset_ids: Sequence[str] | None = None,
    ) -> SessionView:
        """Change what is given; raises NotFound."""
        self._require(who, dataset_ids or ())
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            row = repository.session_row(session_id)
            row.title = title if title is not None else row.title
            row.archived = archived if archived is not None else row.archived
            row.dataset_ids = [*dataset_ids] if dataset_ids is not None else row.dataset_ids
            row.updated_at = now()
            self._events.append(who.tenant_id, row.id, SessionChanged(session_id=row.id), session=session)
            return session_view(row, repository.turn_count(session_id))

    async def delete(self, who: Principal, session_id: str) -> None:
        """Cancel what runs, end the sandbox, forget the conversation; raises NotFound."""
        self.get(who, session_id)
        for run in self._runs.list(who.tenant_id, subject=session_id, limit=500):
            if not is_over(run):
                self._runs.cancel(who.tenant_id, run.id)
        await self._sandbox.end(who.tenant_id, session_id)
        with self._database.transaction() as session:
            session.delete(AskRepository(session, who.tenant_id).session_row(session_id))
            forget(session, who.tenant_id, session_id)
            gone = SessionChanged(session_id=session_id, change="deleted")
            self._events.append(who.tenant_id, session_id, gone, session=session)

    def _require(self, who: Principal, dataset_ids: Sequence[str]) -> None:
        for dataset_id in dataset_ids:
            self._lake.get(who.tenant_id, dataset_id)


def new_session(who: Principal, title: str, dataset_ids: Sequence[str]) -> SessionRow:
    """A conversation that nobody has spoken in yet."""
    return SessionRow(
        id=new_id("ses"),
        tenant_id=who.tenant_id,
        user_id=who.user_id,
        title=title,
        dataset_ids=[*dataset_ids],
        archived=False,
        created_at=now(),
        updated_at=now(),
    )
