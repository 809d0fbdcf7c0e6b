"""A second opinion: where a model's plan differs from the built-in planner's, both run, and their values are compared.

Agreement is shown as a sign of trust; of two that differ, both are shown. Nothing about it can spoil an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from pydantic import BaseModel, JsonValue

from lakeglass.ask.comparing import beside
from lakeglass.ask.contexts import SessionTable, session_tables
from lakeglass.ask.model import Answer, SecondOpinion
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import Coded, Planned
from lakeglass.ask.planners.explain import restate
from lakeglass.ask.repository import AskRepository
from lakeglass.ask.result import TableData
from lakeglass.core.errors import LakeglassError
from lakeglass.lake.service import Lake
from lakeglass.runs.kinds import Stage, StageContext
from lakeglass.sandbox.base import TABLE_MIME, Execution
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database

_log = structlog.get_logger(__name__)


class CompareArgs(BaseModel):
    """What the compare stage needs: the attempt that was run, and the plan that was not."""

    attempt_id: str
    dataset_ids: tuple[str, ...]
    second: str


def offered(planned: Planned | Coded) -> dict[str, JsonValue]:
    """What the plan stage hands on: an opinion already, a plan to run besides, or neither."""
    second = planned.second
    if second is None:
        return {}
    if isinstance(planned, Planned) and second == planned.plan:
        opinion = SecondOpinion(verdict="same plan", restatement=restate(second))
        return {"opinion": opinion.model_dump(mode="json")}
    return {"second": second.model_dump_json()}


def with_opinion(answer: Answer, opinion: JsonValue) -> Answer:
    """The answer, with what the other planner makes of the question."""
    if opinion is None:
        return answer
    return answer.model_copy(update={"second": SecondOpinion.model_validate(opinion)})


class Second:
    """Runs the plan that was not chosen, in a session of its own that ends with it."""

    def __init__(self, database: Database, blobs: BlobStore, lake: Lake, sandbox: SandboxService) -> None:
        self._database = database
        self._blobs = blobs
        self._lake = lake
        self._sandbox = sandbox

    @property
    def stage(self) -> Stage:
        """The station of a run; most runs pass it by."""
        return Stage(
            name="compare",
            title="Compare with the other reading",
            function=self.compare,
            heavy=True,
            optional=True,
        )

    async def compare(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """What the other plan brings, beside the result that is there; None where it can't be run."""
        wanted = CompareArgs.model_validate(args)
        plan = AnalysisPlan.model_validate_json(wanted.second)
        tables = session_tables(self._lake, context.tenant_id, wanted.dataset_ids)
        contexts = tuple(table.context for table in tables)
        try:
            own = await asyncio.to_thread(self._own, context.tenant_id, wanted.attempt_id)
            if own is None:
                return None
            compared = await beside(plan, own, contexts, run=lambda code: self._run(context, code, tables))
        except LakeglassError as error:  # no second opinion is no fault of the first
            _log.warning("second.failed", run_id=context.run_id, code=error.code, message=error.message)
            return None
        if compared is None:
            _log.warning("second.empty", run_id=context.run_id)
            return None
        return compared.opinion.model_dump(mode="json")

    async def _run(self, context: StageContext, code: str, tables: Sequence[SessionTable]) -> Execution:
        session_id = f"{context.subject}:second"
        try:
            return await self._sandbox.execute(
                context.tenant_id,
                session_id,
                code,
                inputs=[table.input for table in tables],
                collect=("result", "base"),
            )
        finally:
            await self._sandbox.end(context.tenant_id, session_id)

    def _own(self, tenant_id: str, attempt_id: str) -> TableData | None:
        with self._database.transaction() as session:
            artifacts = AskRepository(session, tenant_id).artifacts([attempt_id])
            found = next((row.sha256 for row in artifacts if row.mime == TABLE_MIME), None)
        return None if found is None else TableData.model_validate_json(self._blobs.read(tenant_id, found))
