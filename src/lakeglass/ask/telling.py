"""What a turn tells on its way, kept in its row and sent as events."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lakeglass.ask.events import Answered, NotAnswered, Planned, StepChanged, Understood
from lakeglass.ask.model import Answer, BuildOffer, StepState, StopReason
from lakeglass.ask.planners.base import Coded, NotPlanned
from lakeglass.ask.planners.base import Planned as PlannedOutcome
from lakeglass.ask.repository import AskRepository
from lakeglass.runs.kinds import StageContext
from lakeglass.store.database import Database


class Telling:
    """The words of turns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, context: StageContext, turn_id: str, planned: PlannedOutcome | Coded, plan_json: str | None
    ) -> None:
        """What was understood, and the steps that follow from it."""
        understood = Understood(turn_id=turn_id, understanding=planned.understanding)
        await context.emit(understood, key="understanding")
        body = Planned(
            turn_id=turn_id,
            steps=planned.steps,
            estimate=planned.estimate,
            plan_json=plan_json,
            contract=planned.contract if isinstance(planned, Coded) else None,
        )
        await context.emit(body, key="plan")

    async def steps(
        self, context: StageContext, turn_id: str, step_ids: Sequence[str], state: StepState
    ) -> None:
        """Steps begin, end or fail."""
        for step_id in step_ids:
            body = StepChanged(turn_id=turn_id, step_id=step_id, state=state)
            await context.emit(body, key=f"step:{step_id}:{state}")

    async def not_planned(
        self, context: StageContext, turn_id: str, outcome: NotPlanned, offer: BuildOffer | None = None
    ) -> None:
        """Why there is no plan; an answer that needs none is an answer."""
        if outcome.answer is not None:
            await self.answered(context, turn_id, outcome.answer)
            return
        with self._database.transaction() as session:
            turn = AskRepository(session, context.tenant_id).turn_row(turn_id)
            if outcome.understanding is not None:
                turn.understanding = outcome.understanding.model_dump(mode="json")
            turn.message, turn.reason = outcome.message, outcome.reason
            turn.near_questions = list(outcome.near_questions)
            turn.offer = None if offer is None else offer.model_dump(mode="json")
        if outcome.understanding is not None:
            await context.emit(
                Understood(turn_id=turn_id, understanding=outcome.understanding), key="understanding"
            )
        body = NotAnswered(
            turn_id=turn_id,
            message=outcome.message,
            reason=outcome.reason,
            near_questions=outcome.near_questions,
            offer=offer,
        )
        await context.emit(body, key="not_answered")

    async def not_answered(
        self, context: StageContext, turn_id: str, message: str, *, reason: StopReason
    ) -> None:
        """Why there is no answer."""
        with self._database.transaction() as session:
            turn = AskRepository(session, context.tenant_id).turn_row(turn_id)
            turn.message, turn.reason = message, reason
        body = NotAnswered(turn_id=turn_id, message=message, reason=reason)
        await context.emit(body, key="not_answered")

    async def answered(self, context: StageContext, turn_id: str, answer: Answer) -> None:
        """The answer, kept and told."""
        with self._database.transaction() as session:
            turn = AskRepository(session, context.tenant_id).turn_row(turn_id)
            turn.answer = json.loads(answer.model_dump_json())
        await context.emit(Answered(turn_id=turn_id, answer=answer), key="answer")
