"""The turns of a conversation that a new question can refer to."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.model import Answer, Understanding
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import Exchange
from lakeglass.ask.planners.conversation import is_undo
from lakeglass.ask.repository import AskRepository
from lakeglass.ask.result import TableData
from lakeglass.ask.tables import TurnRow
from lakeglass.sandbox.base import TABLE_MIME
from lakeglass.store.blobs import BlobStore

_REMEMBERED = 20
_WITH_RESULT = 2


def standing(turns: Sequence[TurnRow]) -> list[TurnRow]:
    """The turns that still count, in order: 'undo' takes the one before it away, and itself leaves no trace."""
    kept: list[TurnRow] = []
    for turn in turns:
        if is_undo(turn.question):
            if turn.plan_json and kept:
                kept.pop()
        elif turn.plan_json or turn.message:
            kept.append(turn)
    return kept


def exchanges(repository: AskRepository, blobs: BlobStore, turns: Sequence[TurnRow]) -> tuple[Exchange, ...]:
    """What was asked and answered in these turns; the last ones with their result tables."""
    kept = standing(turns)[-_REMEMBERED:]
    planned = [turn.id for turn in kept if turn.plan_json][-_WITH_RESULT:]
    found: list[Exchange] = []
    for turn in kept:
        answer = Answer.model_validate(turn.answer) if turn.answer else None
        understood = Understanding.model_validate(turn.understanding) if turn.understanding else None
        found.append(
            Exchange(
                question=turn.question,
                plan=AnalysisPlan.model_validate_json(turn.plan_json) if turn.plan_json else None,
                understanding=understood,
                answer=answer,
                message=turn.message or "",
                result=_result(repository, blobs, turn) if turn.id in planned else None,
                near_questions=tuple(turn.near_questions),
            )
        )
    return tuple(found)


def _result(repository: AskRepository, blobs: BlobStore, turn: TurnRow) -> TableData | None:
    """The table of the question's own run; code that was edited later is not what was asked."""
    own = [a.id for a in repository.attempts([turn.id]) if a.run_id == turn.run_id and a.state == "ok"]
    tables = [row for row in repository.artifacts(own) if row.mime == TABLE_MIME]
    if not tables:
        return None
    return TableData.model_validate_json(blobs.read(repository.tenant_id, tables[-1].sha256))
