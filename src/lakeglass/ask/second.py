"""A second opinion: where a model's plan differs from the built-in planner's, both run, and their values are compared.

Agreement is shown as a sign of trust; of two that differ, both are shown. Nothing about it can spoil an answer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import structlog
from pydantic import BaseModel, JsonValue, ValidationError

from lakeglass.ask import codegen, lint
from lakeglass.ask.answer import compose
from lakeglass.ask.contexts import SessionTable, session_tables
from lakeglass.ask.execution import base_of
from lakeglass.ask.model import Answer, SecondOpinion
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import Coded, Planned
from lakeglass.ask.planners.explain import restate
from lakeglass.ask.repository import AskRepository
from lakeglass.ask.result import TableData, Value
from lakeglass.ask.verify import verify
from lakeglass.core.errors import LakeglassError
from lakeglass.lake.service import Lake
from lakeglass.runs.kinds import Stage, StageContext
from lakeglass.sandbox.base import TABLE_MIME, Execution
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database

_log = structlog.get_logger(__name__)
_DIGITS = 9


class CompareArgs(BaseModel):
    """What the compare stage needs: the attempt that was run, and the plan that was not."""

    attempt_id: str
    dataset_ids: tuple[str, ...]
    second: str


def offered(planned: Planned | Coded) -> dict[str, JsonValue]:
    """What the plan stage hands on: an opinion already, a plan to run besides, or neither."""
    second = planned.second if isinstance(planned, Planned) else None
    if not isinstance(planned, Planned) or second is None:
        return {}
    if second == planned.plan:
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
            code = codegen.generate(plan, contexts)
            if any(one.severity == "error" for one in lint.check(code, contexts, origin="planner")):
                return None
            execution = await self._run(context, code, tables)
            other = _table(execution)
            own = await asyncio.to_thread(self._own, context.tenant_id, wanted.attempt_id)
            if other is None or own is None:
                _log.warning("second.empty", run_id=context.run_id, status=execution.status)
                return None
            base = base_of(execution)
            answer = compose(plan, other, verify(plan, other, contexts, base=base), contexts, base=base)
        except LakeglassError as error:  # no second opinion is no fault of the first
            _log.warning("second.failed", run_id=context.run_id, code=error.code, message=error.message)
            return None
        opinion = SecondOpinion(
            verdict="same values" if same_values(own, other) else "differs",
            restatement=restate(plan),
            sentence=answer.sentence,
            numbers=answer.numbers,
        )
        return opinion.model_dump(mode="json")

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


def _table(execution: Execution) -> TableData | None:
    content = next((one.data.get(TABLE_MIME) for one in execution.results if one.name == "result"), None)
    try:
        return None if content is None else TableData.model_validate(content)
    except ValidationError:
        return None


def same_values(one: TableData, other: TableData) -> bool:
    """Whether two results say the same: equal rows, whatever their order, or the names and the order of columns.

    Numbers are compared to nine digits. A column that only one of them has is looked past where everything else is
    the same, such as a count beside a mean.
    """
    if one.total != other.total or not (one.complete and other.complete):
        return False
    few, many = sorted((one, other), key=lambda table: len(table.columns))
    if not few.columns:
        return False
    columns = Counter(_column(few, place) for place in range(len(few.columns)))
    others = Counter(_column(many, place) for place in range(len(many.columns)))
    if columns - others:
        return False
    if len(few.columns) == len(many.columns):
        return _rows(few) == _rows(many)
    return True


def _column(table: TableData, place: int) -> tuple[str, ...]:
    return tuple(sorted(_plain(row[place]) for row in table.rows))


def _rows(table: TableData) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sorted(_plain(cell) for cell in row)) for row in table.rows)


def _plain(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.{_DIGITS}g}"
