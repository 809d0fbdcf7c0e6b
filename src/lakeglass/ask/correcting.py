"""A failed attempt and its correction: what is told to the model, what is kept, and when it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue

from lakeglass.ask.contexts import session_tables
from lakeglass.ask.events import CodeWritten
from lakeglass.ask.execution import Executor
from lakeglass.ask.faults import Fault
from lakeglass.ask.mending import Broken, mend
from lakeglass.ask.model import CodeContract
from lakeglass.ask.repository import AskRepository, attempt_view
from lakeglass.ask.tables import AttemptRow, TurnRow
from lakeglass.ask.writer import Failed, Mended
from lakeglass.core.clock import now
from lakeglass.core.settings import AskSettings
from lakeglass.lake.service import Lake
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.replies import Asker
from lakeglass.runs.kinds import StageContext
from lakeglass.runs.model import ApprovalRequest, Estimate
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_WHY = "This session reviews every piece of code before it runs; this one corrects the one that failed."


class CorrectArgs(BaseModel):
    """What the correct stage needs: the attempt that failed, and why."""

    turn_id: str
    attempt_id: str
    dataset_ids: tuple[str, ...]
    fault: Fault
    printed: str = ""
    review: bool = False


@dataclass(frozen=True, slots=True)
class _Chain:
    """A turn and the attempts that led to the one that failed, oldest first."""

    question: str
    asker: Asker
    contract: CodeContract | None
    estimate: Estimate
    attempts: tuple[AttemptRow, ...]


class Corrections:
    """Mends code that failed, while there is a model to do it."""

    def __init__(
        self,
        database: Database,
        lake: Lake,
        *,
        executor: Executor,
        access: ModelAccess | None,
        settings: AskSettings,
    ) -> None:
        self._database = database
        self._lake = lake
        self._executor = executor
        self._access = access
        self._settings = settings

    @property
    def possible(self) -> bool:
        """Whether a model is configured; without one, a failure is told as it is."""
        return self._access is not None and self._access.configured

    async def correct(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """One correction: a new attempt that differs, or why there is none."""
        wanted = CorrectArgs.model_validate(args)
        chain = await asyncio.to_thread(self._chain, context, wanted)
        tables = tuple(
            one.context for one in session_tables(self._lake, context.tenant_id, wanted.dataset_ids)
        )
        mended = await mend(
            self._access,
            chain.asker,
            Broken(chain.question, tables, chain.contract, _tried(chain.attempts, wanted)),
        )
        if isinstance(mended, str):
            return {"attempt_id": None, "message": mended}
        return await self._keep(context, wanted, chain, mended)

    async def _keep(
        self, context: StageContext, wanted: CorrectArgs, chain: _Chain, mended: Mended
    ) -> JsonValue:
        """Store the corrected attempt and tell it, diff and all; it waits where its session reviews code."""
        last = chain.attempts[-1]
        with self._database.transaction() as session:
            repository = AskRepository(session, context.tenant_id)
            # The id follows from the one that it corrects, so that a repeated stage finds it again.
            known = repository.find_attempt(f"{chain.attempts[0].id}_{len(chain.attempts) + 1}")
            row = known or AttemptRow(
                id=f"{chain.attempts[0].id}_{len(chain.attempts) + 1}",
                tenant_id=context.tenant_id,
                turn_id=wanted.turn_id,
                run_id=context.run_id,
                number=len(repository.attempts([wanted.turn_id])) + 1,
                created_at=now(),
            )
            row.origin, row.code, row.state = "model", mended.code, "pending"
            row.corrects, row.diff, row.why = last.id, mended.diff, mended.why
            row.dataset_versions = list(last.dataset_versions)
            session.add(row)
            session.flush()
            view = attempt_view(row, ())
        await context.emit(CodeWritten(turn_id=wanted.turn_id, attempt=view), key=f"code:{view.id}")
        if mended.fault is not None:
            message = f"The corrected code was not run: {mended.fault.message}."
            await self._executor.refuse(
                context,
                view.id,
                turn_id=wanted.turn_id,
                state="error",
                message=message,
                kind=mended.fault.kind,
            )
            return {
                "attempt_id": view.id,
                "fault": mended.fault.model_dump(mode="json"),
                "message": message,
            }
        review = wanted.review or self._settings.approval == "always"
        approval = ApprovalRequest(
            title=f"Run the corrected code? {mended.why}".strip(),
            steps=tuple(mended.diff.splitlines()[:40]),
            estimate=chain.estimate,
            reason=_WHY,
        )
        return {
            "attempt_id": view.id,
            "approval": approval.model_dump(mode="json") if review else None,
        }

    def _chain(self, context: StageContext, wanted: CorrectArgs) -> _Chain:
        with self._database.transaction() as session:
            repository = AskRepository(session, context.tenant_id)
            turn = repository.turn_row(wanted.turn_id)
            rows = {row.id: row for row in repository.attempts([turn.id])}
            chain = [rows[wanted.attempt_id]]
            while (before := chain[0].corrects) is not None and before in rows:
                chain.insert(0, rows[before])
            conversation = repository.session_row(turn.session_id)
            who = Principal(tenant_id=context.tenant_id, user_id=conversation.user_id)
            return _Chain(
                question=turn.question,
                asker=Asker(who, conversation.id, context.run_id),
                contract=contract_of(turn),
                estimate=Estimate.model_validate(turn.estimate),
                attempts=tuple(chain),
            )


def contract_of(turn: TurnRow) -> CodeContract | None:
    """What the turn's code promises, where a model wrote it instead of a plan."""
    return CodeContract.model_validate(turn.contract) if turn.contract else None


def _tried(attempts: Sequence[AttemptRow], wanted: CorrectArgs) -> tuple[Failed, ...]:
    """Each attempt with what was wrong with it; the last one with all that is known."""
    earlier = [
        Failed(
            row.code,
            Fault.model_validate({"kind": row.error_class or "other", "message": row.error_message or ""}),
        )
        for row in attempts[:-1]
    ]
    return (*earlier, Failed(attempts[-1].code, wanted.fault, wanted.printed))
