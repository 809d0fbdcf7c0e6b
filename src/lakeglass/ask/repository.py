"""Reading and writing conversations, always inside one tenant."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter
from sqlalchemy import func, select

from lakeglass.ask.model import (
    Answer,
    ArtifactView,
    Attempt,
    BuildOffer,
    CodeContract,
    PlanStep,
    SessionView,
    TurnView,
    Understanding,
)
from lakeglass.ask.tables import ArtifactRow, AttemptRow, SessionRow, TaughtWordRow, TurnRow
from lakeglass.core.errors import NotFound
from lakeglass.runs.model import Estimate, RunState, RunView
from lakeglass.store.base import Repository

_STEPS = TypeAdapter(tuple[PlanStep, ...])
_TURN_STATE: dict[RunState, str] = {"queued": "running"}
_OVER = {"pending": "skipped", "running": "interrupted"}
_ENDED: frozenset[RunState] = frozenset({"done", "failed", "cancelled"})


class AskRepository(Repository):
    """Sessions, turns, attempts and artifacts of one tenant."""

    def session_row(self, session_id: str) -> SessionRow:
        """The row; raises NotFound."""
        row = self.session.get(SessionRow, session_id)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound(
                "There is no such session; it may have been deleted. Open another one from the list."
            )
        return row

    def turn_row(self, turn_id: str) -> TurnRow:
        """The row; raises NotFound."""
        row = self.session.get(TurnRow, turn_id)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound("There is no such question in your sessions.")
        return row

    def attempt_row(self, attempt_id: str) -> AttemptRow:
        """The row; raises NotFound."""
        row = self.session.get(AttemptRow, attempt_id)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound("There is no such execution in your sessions.")
        return row

    def find_attempt(self, attempt_id: str) -> AttemptRow | None:
        """The row, None when there is none."""
        row = self.session.get(AttemptRow, attempt_id)
        return row if row is not None and row.tenant_id == self.tenant_id else None

    def artifact_row(self, artifact_id: str) -> ArtifactRow:
        """The row; raises NotFound."""
        row = self.session.get(ArtifactRow, artifact_id)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound("There is no such artifact in your sessions.")
        return row

    def taught_rows(self, dataset_ids: Sequence[str]) -> Sequence[TaughtWordRow]:
        """The words that were taught for these datasets, the oldest first."""
        query = (
            select(TaughtWordRow)
            .where(TaughtWordRow.tenant_id == self.tenant_id, TaughtWordRow.dataset_id.in_(dataset_ids))
            .order_by(TaughtWordRow.created_at, TaughtWordRow.id)
        )
        return self.session.execute(query).scalars().all()

    def sessions(self, *, search: str, archived: bool, limit: int) -> Sequence[SessionView]:
        """Newest first; `search` is looked for in the titles, ignoring case."""
        turns = (
            select(TurnRow.session_id, func.count().label("turns"))
            .where(TurnRow.tenant_id == self.tenant_id)
            .group_by(TurnRow.session_id)
            .subquery()
        )
        query = (
            select(SessionRow, func.coalesce(turns.c.turns, 0))
            .outerjoin(turns, turns.c.session_id == SessionRow.id)
            .where(SessionRow.tenant_id == self.tenant_id, SessionRow.archived == archived)
            .order_by(SessionRow.updated_at.desc())
            .limit(limit)
        )
        if search:
            query = query.where(SessionRow.title.icontains(search, autoescape=True))
        return [session_view(row, count) for row, count in self.session.execute(query)]

    def turn_count(self, session_id: str) -> int:
        """How many questions were asked in a session."""
        query = select(func.count()).where(
            TurnRow.tenant_id == self.tenant_id, TurnRow.session_id == session_id
        )
        return self.session.execute(query).scalar_one()

    def turn_rows(self, session_id: str) -> Sequence[TurnRow]:
        """The questions of a session in order."""
        query = (
            select(TurnRow)
            .where(TurnRow.tenant_id == self.tenant_id, TurnRow.session_id == session_id)
            .order_by(TurnRow.number)
        )
        return self.session.execute(query).scalars().all()

    def attempts(self, turn_ids: Sequence[str]) -> Sequence[AttemptRow]:
        """Every execution of these turns, in order."""
        query = (
            select(AttemptRow)
            .where(AttemptRow.tenant_id == self.tenant_id, AttemptRow.turn_id.in_(turn_ids))
            .order_by(AttemptRow.turn_id, AttemptRow.number)
        )
        return self.session.execute(query).scalars().all()

    def artifacts(self, attempt_ids: Sequence[str]) -> Sequence[ArtifactRow]:
        """Everything that these executions brought back, in order."""
        query = (
            select(ArtifactRow)
            .where(ArtifactRow.tenant_id == self.tenant_id, ArtifactRow.attempt_id.in_(attempt_ids))
            .order_by(ArtifactRow.attempt_id, ArtifactRow.position)
        )
        return self.session.execute(query).scalars().all()


def session_view(row: SessionRow, turns: int) -> SessionView:
    """A session as its owner sees it."""
    return SessionView(
        id=row.id,
        title=row.title,
        dataset_ids=tuple(row.dataset_ids),
        turns=turns,
        archived=row.archived,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def artifact_view(row: ArtifactRow) -> ArtifactView:
    """An artifact as its owner sees it."""
    return ArtifactView.model_validate(
        {
            "id": row.id,
            "execution_id": row.attempt_id,
            "kind": row.kind,
            "title": row.title,
            "mime": row.mime,
            "size_bytes": row.size_bytes,
            "rows": row.rows,
        }
    )


def attempt_view(row: AttemptRow, artifacts: Sequence[ArtifactRow], *, run_over: bool = False) -> Attempt:
    """An execution as its owner sees it; one whose run is over can't be running, or waiting to, any more."""
    state = _OVER.get(row.state, row.state) if run_over else row.state
    return Attempt.model_validate(
        {
            "id": row.id,
            "turn_id": row.turn_id,
            "run_id": row.run_id,
            "number": row.number,
            "origin": row.origin,
            "code": row.code,
            "state": state,
            "dataset_versions": tuple(row.dataset_versions),
            "started_at": row.started_at,
            "seconds": row.seconds,
            "error_name": row.error_name,
            "error_message": row.error_message,
            "error_line": row.error_line,
            "error_class": row.error_class,
            "corrects": row.corrects,
            "diff": row.diff,
            "why": row.why or "",
            "artifacts": tuple(artifact_view(a) for a in artifacts),
        }
    )


def turn_view(row: TurnRow, run: RunView | None, attempts: Sequence[Attempt]) -> TurnView:
    """A turn with the state of its run."""
    state = "failed" if run is None else _TURN_STATE.get(run.state, run.state)
    return TurnView.model_validate(
        {
            "id": row.id,
            "run_id": row.run_id,
            "question": row.question,
            "state": state,
            "created_at": row.created_at,
            "planner": row.planner,
            "understanding": row.understanding and Understanding.model_validate(row.understanding),
            "plan_json": row.plan_json,
            "steps": plan_steps(row),
            "estimate": row.estimate and Estimate.model_validate(row.estimate),
            "answer": row.answer and Answer.model_validate(row.answer),
            "message": row.message,
            "reason": row.reason,
            "contract": row.contract and CodeContract.model_validate(row.contract),
            "near_questions": tuple(row.near_questions),
            "offer": row.offer and BuildOffer.model_validate(row.offer),
            "failure": run.failure if run else None,
            "attempts": tuple(attempts),
        }
    )


def plan_steps(row: TurnRow) -> tuple[PlanStep, ...]:
    """The steps of a turn's plan; none before it is planned."""
    return _STEPS.validate_python(row.steps)


def is_over(run: RunView | None) -> bool:
    """True when nothing more will come of this run."""
    return run is None or run.state in _ENDED
