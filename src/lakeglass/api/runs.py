"""Durable work: what runs, what waits for a decision, what it took."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from lakeglass.api import model
from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.runs.model import Decision, RunView

router = APIRouter(tags=["runs"], max_body_size=MAX_JSON_BYTES)


@router.get("/runs", operation_id="listRuns")
def list_runs(
    rooms: Rooms, who: Who, subject: str | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> tuple[RunView, ...]:
    """Runs, newest first; `subject` narrows to one session or dataset."""
    return tuple(rooms.runs.list(who.tenant_id, subject=subject, limit=limit))


@router.get("/runs/{run_id}", operation_id="getRun")
def get_run(run_id: str, rooms: Rooms, who: Who) -> RunView:
    """One run with its timeline."""
    return rooms.runs.get(who.tenant_id, run_id)


@router.post("/runs/{run_id}/cancel", operation_id="cancelRun")
def cancel_run(run_id: str, rooms: Rooms, who: Who) -> RunView:
    """Stop a run; what it was doing is really killed."""
    return rooms.runs.cancel(who.tenant_id, run_id)


@router.post("/runs/{run_id}/decision", operation_id="decide")
def decide(run_id: str, verdict: model.Verdicts, rooms: Rooms, who: Who) -> RunView:
    """Answer a run that waits for approval."""
    decision = Decision(verdict=verdict.verdict, by=who.user_id, comment=verdict.comment)
    return rooms.runs.decide(who.tenant_id, run_id, verdict.approval_id, decision)
