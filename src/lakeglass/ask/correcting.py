"""A failed attempt and its correction: what is told to the model, what is kept, and when it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue

from lakeglass.ask.contexts import session_tables
from lakeglass.ask.events import CodeWritten
from lakeglass.ask.execution import Executor
from lakeglass.ask.faults import RETRIES, Fault, gave_up, may_retry
from lakeglass.ask.model import CodeContract
from lakeglass.ask.replies import NO_MODEL, Asker
from lakeglass.ask.repository import AskRepository, attempt_view
from lakeglass.ask.tables import AttemptRow, TurnRow
from lakeglass.ask.writer import CodeWriter, Failed, Mended
from lakeglass.core.clock import now
from lakeglass.core.settings import AskSettings
from lakeglass.lake.service import Lake
from lakeglass.llm.access import ModelAccess
from lakeglass.runs.kinds import StageContext
from lakeglass.runs.model import ApprovalRequest, Estimate
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_REPEATED = "The model had nothing new to try."
_ENOUGH = f"After {RETRIES} corrections it was given up. Rephrase the question, or edit the code yourself."
_NO_MORE = (
    "Trying again would take as long, so it was given up. Simplify the question, or filter the data first."
)
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
        return self._access is not None and self._access.status.configured

    async def correct(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """One correction: a new attempt that differs, or why there is none."""
        wanted = CorrectArgs.model_validate(args)
        chain = await asyncio.to_thread(self._chain, context, wanted)
        tried = _tried(chain.attempts, wanted.fault)
        if not may_retry([fault.kind for _, fault in tried]):
            enough = len(tried) > RETRIES
            return {"attempt_id": None, "message": _gave_up(tried, _ENOUGH if enough else _NO_MORE)}
        try:
            mended = await self._mended(context, wanted, chain, tried)
        except NO_MODEL as error:
            return {
                "attempt_id": None,
                "message": _gave_up(tried, f"No model could correct it: {error.message}"),
            }
        if mended is None:
            return {"attempt_id": None, "message": _gave_up(tried, _REPEATED)}
        return await self._keep(context, wanted, chain, mended)

    async def _mended(
        self,
        context: StageContext,
        wanted: CorrectArgs,
        chain: _Chain,
        tried: Sequence[tuple[AttemptRow, Fault]],
    ) -> Mended | None:
        gateway = await self._access.gateway() if self._access is not None else None
        if gateway is None or self._access is None:
            return None
        tables = tuple(
            one.context for one in session_tables(self._lake, context.tenant_id, wanted.dataset_ids)
        )
        writer = CodeWriter(gateway, chain.asker, values=self._access.status.send_samples)
        failed = [
            Failed(row.code, fault, wanted.printed if row is tried[-1][0] else "") for row, fault in tried
        ]
        return await writer.correct(
            chain.question, tables, now().date(), contract=chain.contract, failed=failed
        )

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


def _tried(attempts: Sequence[AttemptRow], last: Fault) -> list[tuple[AttemptRow, Fault]]:
    """Each attempt with what was wrong with it; the last one with all that is known."""
    earlier = [
        (row, Fault.model_validate({"kind": row.error_class or "other", "message": row.error_message or ""}))
        for row in attempts[:-1]
    ]
    return [*earlier, (attempts[-1], last)]


def _gave_up(tried: Sequence[tuple[AttemptRow, Fault]], why: str) -> str:
    return gave_up([(fault.kind, fault.message) for _, fault in tried], why)
