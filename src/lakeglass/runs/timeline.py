"""A run as its owner sees it: the row's facts, and the timeline folded from what the stages told the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from lakeglass.core.errors import NotFound
from lakeglass.events.log import EventLog
from lakeglass.events.model import StoredEvent
from lakeglass.runs.events import StageChanged
from lakeglass.runs.kinds import RunKind
from lakeglass.runs.model import Estimate, Failure, RunState, RunView, StageView
from lakeglass.runs.order import Order
from lakeglass.runs.tables import RunRow
from lakeglass.store.base import Repository

_OUTCOMES: Mapping[str, RunState] = {"done": "done", "failed": "failed", "cancelled": "cancelled"}


class RunRepository(Repository):
    """The runs of one tenant."""

    def row(self, run_id: str) -> RunRow:
        """The row; raises NotFound, also for another tenant's run."""
        row = self.session.get(RunRow, run_id, populate_existing=True)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound("There is no such run. Look at the list of runs for those that exist.")
        return row

    def rows(self, *, subject: str | None, limit: int) -> Sequence[RunRow]:
        """Newest first."""
        query = select(RunRow).where(RunRow.tenant_id == self.tenant_id)
        if subject is not None:
            query = query.where(RunRow.subject == subject)
        newest = query.order_by(RunRow.created_at.desc(), RunRow.id.desc()).limit(limit)
        return self.session.execute(newest).scalars().all()

    def these(self, run_ids: Sequence[str]) -> Sequence[RunRow]:
        """Those of these runs that exist."""
        query = select(RunRow).where(RunRow.tenant_id == self.tenant_id, RunRow.id.in_(run_ids))
        return self.session.execute(query).scalars().all()

    def views(
        self, rows: Sequence[RunRow], *, events: EventLog, kinds: Mapping[str, RunKind]
    ) -> list[RunView]:
        """These runs with their timelines: two queries, however many they are."""
        lines: dict[str, list[StoredEvent]] = {row.id: [] for row in rows}
        for line in events.of_runs(self.tenant_id, "stage", run_ids=list(lines), session=self.session):
            lines[line.run_id or ""].append(line)
        return [
            run_view(row, stages(lines[row.id], kinds.get(row.kind), over=bool(row.outcome))) for row in rows
        ]


def order_of(row: RunRow) -> Order:
    """The identity of a stored run."""
    return Order(run_id=row.id, tenant_id=row.tenant_id, kind=row.kind, title=row.title, subject=row.subject)


def state_of(row: RunRow) -> RunState:
    """The state that follows from the facts."""
    if row.outcome is not None:
        return _OUTCOMES[row.outcome]
    if row.waiting_for is not None:
        return "waiting"
    return "queued" if row.started_at is None else "running"


def run_view(row: RunRow, timeline: tuple[StageView, ...]) -> RunView:
    """A row and its timeline together."""
    return RunView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        subject=row.subject,
        state=state_of(row),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        stages=timeline,
        estimate=None if row.estimate is None else Estimate.model_validate(row.estimate),
        cost=row.cost,
        currency=row.currency,
        failure=None if row.failure is None else Failure.model_validate(row.failure),
    )


def stages(lines: Iterable[StoredEvent], kind: RunKind | None, *, over: bool) -> tuple[StageView, ...]:
    """The stations in the kind's order, each with its first start, its last end and its latest state.

    Stations that were never called are pending while the run goes on and skipped once it is over.
    """
    timeline = {
        stage.name: StageView(name=stage.name, title=stage.title, state="skipped" if over else "pending")
        for stage in (kind.stages if kind else ())
        if not stage.optional
    }
    for line in lines:
        change = StageChanged.model_validate(line.body)
        before = timeline.get(change.name)
        timeline[change.name] = StageView(
            name=change.name,
            title=change.title,
            state=change.state,
            started_at=(before and before.started_at) or line.at,
            ended_at=None if change.state == "running" else line.at,
        )
    return tuple(timeline.values())
