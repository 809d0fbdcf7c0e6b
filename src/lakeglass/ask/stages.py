"""The durable stages of a turn: plan → (approval) → execute → answer; and of edited code: execute."""

from __future__ import annotations

import asyncio
from typing import cast

from pydantic import BaseModel, JsonValue

from lakeglass.ask import codegen, lint
from lakeglass.ask.answer import Titles, compose, titles
from lakeglass.ask.contexts import SessionTable, session_tables, wait_until_read
from lakeglass.ask.correcting import Corrections, contract_of
from lakeglass.ask.edited import compose_edited
from lakeglass.ask.events import CodeWritten
from lakeglass.ask.execution import Executor, Ran, base_of
from lakeglass.ask.faults import Fault
from lakeglass.ask.history import exchanges
from lakeglass.ask.joins import JoinFinder, keep_join, with_confirmed
from lakeglass.ask.meanings import meanings_of
from lakeglass.ask.model import (
    Answer,
    AttemptState,
    BuildOffer,
    CodeContract,
    Origin,
    StepState,
    StopReason,
)
from lakeglass.ask.orchestration import DECLINED, DECLINED_CORRECTION, ask, execute
from lakeglass.ask.packages import Packages, declined
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import (
    Coded,
    Exchange,
    NotPlanned,
    PlanContext,
    Planner,
    TableContext,
    TableLink,
)
from lakeglass.ask.planners.base import Planned as PlannedOutcome
from lakeglass.ask.repository import AskRepository, attempt_view, plan_steps
from lakeglass.ask.second import Second, offered, with_opinion
from lakeglass.ask.stating import judged, judged_edited, stated
from lakeglass.ask.stopped import stopped_message
from lakeglass.ask.tables import ArtifactRow, AttemptRow, TurnRow
from lakeglass.ask.telling import Telling
from lakeglass.ask.verify import TableData, verify
from lakeglass.ask.vocabulary import keep_word, taught_words
from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError, Unavailable
from lakeglass.core.ids import new_id
from lakeglass.core.settings import AskSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.replies import Asker
from lakeglass.runs.kinds import RunKind, Stage, StageContext
from lakeglass.runs.model import ApprovalRequest, Verdict
from lakeglass.sandbox.base import TABLE_MIME, Execution, PackageFile
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_NO_RESULT = (
    "The code ran but left no `result` table, so there is nothing to state. The log shows what it printed."
)
_WHY = "This session reviews every plan before its code runs."


class PlanArgs(BaseModel):
    """What the plan stage needs."""

    turn_id: str
    dataset_ids: tuple[str, ...]
    base_turn_id: str | None = None
    without_chips: tuple[str, ...] = ()
    review: bool = False


class PackageDecision(BaseModel):
    """Packages that were allowed or declined, and by whom."""

    files: tuple[PackageFile, ...]
    verdict: Verdict
    by: str


class ExecuteArgs(BaseModel):
    """What the execute stage needs; `edited` code is not that of the plan, whose steps say nothing of it.

    `packages` is what a person said to those that the code needs, None before anybody was asked.
    """

    turn_id: str
    attempt_id: str
    dataset_ids: tuple[str, ...]
    edited: bool = False
    packages: PackageDecision | None = None


class AskStages:
    """What the runs of this room do; `kinds()` is what `app.py` hands to the engine."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        events: EventLog,
        lake: Lake,
        *,
        executor: Executor,
        packages: Packages,
        planner: Planner,
        settings: AskSettings,
        second: Second,
        access: ModelAccess | None = None,
    ) -> None:
        self._second = second
        self._telling = Telling(database)
        self._database = database
        self._blobs = blobs
        self._events = events
        self._lake = lake
        self._executor = executor
        self._packages = packages
        self._planner = planner
        self._settings = settings
        self._joins = JoinFinder(lake.engine)
        self._access = access
        self._corrections = Corrections(database, lake, executor=executor, access=access, settings=settings)

    def kinds(self) -> tuple[RunKind, ...]:
        """The run kinds of conversations."""
        execute_code = Stage(name="execute", title="Run the code", function=self.execute, heavy=True)
        return (
            RunKind(
                name="ask",
                stages=(
                    Stage(name="plan", title="Understand and plan", function=self.plan),
                    execute_code,
                    Stage(
                        name="correct",
                        title="Correct the code",
                        function=self._corrections.correct,
                        optional=True,
                    ),
                    self._second.stage,
                    Stage(name="answer", title="Check and answer", function=self.answer),
                ),
                orchestrate=ask,
            ),
            RunKind(name="execute", stages=(execute_code,), orchestrate=execute),
        )

    async def plan(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """Question and schema to a typed plan and its code, both shown before anything runs."""
        wanted = PlanArgs.model_validate(args)
        await wait_until_read(self._lake, self._events, context.tenant_id, wanted.dataset_ids)
        with self._database.transaction() as session:
            taught = taught_words(session, context.tenant_id, wanted.dataset_ids)
            meanings = meanings_of(session, context.tenant_id, wanted.dataset_ids)
        tables = session_tables(
            self._lake, context.tenant_id, wanted.dataset_ids, taught=taught, meanings=meanings
        )
        question, earlier = await asyncio.to_thread(self._history, context.tenant_id, wanted)
        asker, session_id = self._asker(context.tenant_id, wanted.turn_id)
        planned = await self._planner.plan(
            question,
            PlanContext(
                tables=tuple(table.context for table in tables),
                previous=next((e.plan for e in reversed(earlier) if e.plan is not None), None),
                earlier=earlier,
                links=await self._links(context.tenant_id, tables),
                without=frozenset(wanted.without_chips),
                today=now().date(),
                asker=asker,
                scope=session_id,
                run_id=context.run_id,
            ),
        )
        self._remember(context, wanted.turn_id, planned, tables)
        if isinstance(planned, NotPlanned):
            offer = self._offer(context.tenant_id, wanted.turn_id, planned, tables)
            await self._telling.not_planned(context, wanted.turn_id, planned, offer)
            return {"planned": False}
        return await self._planned(context, wanted, planned, tables)

    async def execute(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """Run the code of an attempt in the session's sandbox; or say which packages have to be allowed first."""
        wanted = ExecuteArgs.model_validate(args)
        answer = await self._prepared(context, wanted)
        if answer is not None:
            return answer
        tables = session_tables(self._lake, context.tenant_id, wanted.dataset_ids)
        with self._database.transaction() as session:
            turn = AskRepository(session, context.tenant_id).turn_row(wanted.turn_id)
            plan = AnalysisPlan.model_validate_json(turn.plan_json) if turn.plan_json else None
            names = titles(plan) if plan else Titles(chart="Chart", table="Result")
            contract = contract_of(turn)
        contexts = tuple(table.context for table in tables)
        # The code carries out every step but the last one, which is ours.
        *steps, _ = [step.id for step in plan_steps(turn)] or [""]
        planned = () if wanted.edited else steps
        await self._telling.steps(context, turn.id, planned, "running")

        def judge(execution: Execution) -> Fault | None:
            return (
                judged_edited(execution, contexts) if wanted.edited else judged(execution, contexts, contract)
            )

        ran = await self._executor.run(
            context,
            wanted.attempt_id,
            turn_id=wanted.turn_id,
            inputs=[table.input for table in tables],
            titles=names,
            judge=judge,
            packages=wanted.packages.files if wanted.packages else (),
        )
        ended: StepState = "done" if ran.execution.status == "ok" else "failed"
        await self._telling.steps(context, turn.id, planned, ended)
        message = stopped_message(ran.execution)
        if message is None and contract is not None and not wanted.edited and ran.fault is not None:
            message = ran.fault.message
        return {"message": message, "base": base_of(ran.execution), **self._correctable(ran, wanted)}

    def _correctable(self, ran: Ran, wanted: ExecuteArgs) -> dict[str, JsonValue]:
        """What a correction needs, where there can be one."""
        if ran.fault is None or wanted.edited or not self._corrections.possible:
            return {"fault": None}
        return {"fault": ran.fault.model_dump(mode="json"), "printed": ran.printed}

    async def _prepared(self, context: StageContext, wanted: ExecuteArgs) -> JsonValue:
        """None once the code may run; else why it does not, or what a person is asked first."""
        decision = wanted.packages
        try:
            if decision is None:
                needed = await self._packages.needed(context, wanted.attempt_id)
                if not needed:
                    return None
                request = self._packages.request(context, wanted.turn_id, needed)
                files: list[JsonValue] = [one.file.model_dump(mode="json") for one in needed]
                return {"approval": request.model_dump(mode="json"), "files": files}
            if decision.verdict == "approve":
                await self._packages.install(context, decision.files, by=decision.by)
                return None
            state: AttemptState = "skipped"
            message = declined([f"{one.name} {one.version}" for one in decision.files])
        except Unavailable:
            raise
        except LakeglassError as error:
            state, message = "error", error.message
        lacking = state == "error"
        await self._executor.refuse(
            context,
            wanted.attempt_id,
            turn_id=wanted.turn_id,
            state=state,
            message=message,
            kind="missing package" if lacking else None,
        )
        fault = Fault(kind="missing package", message=message, hints=("do without that package",))
        mendable = lacking and not wanted.edited and self._corrections.possible
        return {
            "message": message,
            "base": None,
            "fault": fault.model_dump(mode="json") if mendable else None,
        }

    async def answer(self, context: StageContext, args: dict[str, JsonValue]) -> JsonValue:
        """Check the executed result against the plan and what is known of the table, then state it."""
        turn_id, attempt_id = str(args["turn_id"]), str(args["attempt_id"])
        if args.get("message"):
            declined_by_person = args["message"] in {DECLINED, DECLINED_CORRECTION}
            reason: StopReason = "refused" if declined_by_person else "failed"
            await self._telling.not_answered(context, turn_id, str(args["message"]), reason=reason)
            return None
        with self._database.transaction() as session:
            repository = AskRepository(session, context.tenant_id)
            turn = repository.turn_row(turn_id)
            plan = AnalysisPlan.model_validate_json(turn.plan_json) if turn.plan_json else None
            contract = contract_of(turn)
            artifacts = repository.artifacts([attempt_id])
            table = next((row for row in artifacts if row.mime == TABLE_MIME), None)
        if table is None and not args.get("edited"):
            await self._telling.not_answered(context, turn_id, _NO_RESULT, reason="failed")
            return None
        data = await self._table(context.tenant_id, table)
        if data is None or args.get("edited"):
            await self._telling.answered(context, turn_id, compose_edited(data))
            return None
        tables = session_tables(self._lake, context.tenant_id, cast("list[str]", args["dataset_ids"]))
        if plan is None:
            answer = await self._free_answer(context, turn, contract, data, tables)
        else:
            contexts = await self._contexts(tables, plan)
            base = cast("dict[str, JsonValue] | None", args["base"])
            answer = compose(plan, data, verify(plan, data, contexts, base=base), contexts, base=base)
        await self._telling.answered(context, turn_id, with_opinion(answer, args.get("opinion")))
        await self._telling.steps(context, turn_id, [step.id for step in plan_steps(turn)][-1:], "done")
        return None

    async def _free_answer(
        self,
        context: StageContext,
        turn: TurnRow,
        contract: CodeContract | None,
        data: TableData,
        tables: tuple[SessionTable, ...],
    ) -> Answer:
        """What is said of the result of code that a model wrote."""
        assert contract is not None
        who, session_id = self._asker(context.tenant_id, turn.id)
        asker = Asker(who, session_id, context.run_id)
        contexts = tuple(table.context for table in tables)
        return await stated(turn.question, contract, data, contexts, asker=asker, access=self._access)

    async def _table(self, tenant_id: str, row: ArtifactRow | None) -> TableData | None:
        if row is None:
            return None
        content = await asyncio.to_thread(self._blobs.read, tenant_id, row.sha256)
        return TableData.model_validate_json(content)

    def _history(self, tenant_id: str, wanted: PlanArgs) -> tuple[str, tuple[Exchange, ...]]:
        """The question, and what was asked in the session before it (before its base when re-asked)."""
        with self._database.transaction() as session:
            repository = AskRepository(session, tenant_id)
            turn = repository.turn_row(wanted.turn_id)
            base = repository.turn_row(wanted.base_turn_id) if wanted.base_turn_id else turn
            earlier = [row for row in repository.turn_rows(turn.session_id) if row.number < base.number]
            return turn.question, exchanges(repository, self._blobs, earlier)

    def _asker(self, tenant_id: str, turn_id: str) -> tuple[Principal, str]:
        """Who asks, and in which conversation."""
        with self._database.transaction() as session:
            repository = AskRepository(session, tenant_id)
            row = repository.session_row(repository.turn_row(turn_id).session_id)
            return Principal(tenant_id=tenant_id, user_id=row.user_id), row.id

    def _remember(
        self,
        context: StageContext,
        turn_id: str,
        planned: PlannedOutcome | Coded | NotPlanned,
        tables: tuple[SessionTable, ...],
    ) -> None:
        """Keep a word that the user taught for the dataset that the turn is about, and a join that was confirmed."""
        if isinstance(planned, Coded) or (planned.learned is None and planned.joined is None):
            return
        name = planned.plan.source.name if isinstance(planned, PlannedOutcome) else ""
        table = next((t for t in tables if t.context.name == name), tables[0])
        with self._database.transaction() as session:
            repository = AskRepository(session, context.tenant_id)
            turn = repository.turn_row(turn_id)
            if planned.learned is not None:
                keep_word(session, turn, table.source.dataset_id, planned.learned)
            if planned.joined is not None:
                user_id = repository.session_row(turn.session_id).user_id
                keep_join(session, context.tenant_id, planned.joined, _ids(tables), user_id=user_id)

    def _offer(
        self, tenant_id: str, turn_id: str, planned: NotPlanned, tables: tuple[SessionTable, ...]
    ) -> BuildOffer | None:
        """The analysis that Build would make of the question; the same when this stage is done again."""
        if planned.build is None:
            return None
        with self._database.transaction() as session:
            known = AskRepository(session, tenant_id).turn_row(turn_id).offer
        if known is not None:
            return BuildOffer.model_validate(known)
        source = next(t.source for t in tables if t.context.name == planned.build.table)
        return BuildOffer(
            dataset_id=source.dataset_id,
            dataset_name=source.dataset_name,
            target=planned.build.target,
            job_id=new_id("run"),
        )

    async def _links(self, tenant_id: str, tables: tuple[SessionTable, ...]) -> tuple[TableLink, ...]:
        """How the session's tables may belong together."""
        if len(tables) < 2:
            return ()
        try:
            found = await self._joins.find([(table.context, table.input.source) for table in tables])
        except Unavailable:
            return ()  # too little memory to compare them; what one table answers is answered all the same
        with self._database.transaction() as session:
            return with_confirmed(session, tenant_id, found, _ids(tables))

    async def _contexts(
        self, tables: tuple[SessionTable, ...], plan: AnalysisPlan
    ) -> tuple[TableContext, ...]:
        """The tables, and those that the plan joins, as one."""
        contexts = tuple(table.context for table in tables)
        if not plan.joins:
            return contexts
        found = await self._joins.find([(table.context, table.input.source) for table in tables])
        return (*contexts, *(link.table for link in found if link.table is not None))

    async def _planned(
        self,
        context: StageContext,
        wanted: PlanArgs,
        planned: PlannedOutcome | Coded,
        tables: tuple[SessionTable, ...],
    ) -> JsonValue:
        """Keep and tell a plan and its code, or the code that stands in for one."""
        if isinstance(planned, Coded):
            contexts = tuple(table.context for table in tables)
            code, plan_json, contract, origin = planned.code, None, planned.contract, "model"
        else:
            contexts = await self._contexts(tables, planned.plan)
            code, contract, origin = codegen.generate(planned.plan, contexts), None, "planner"
            plan_json = planned.plan.model_dump_json()
        checked: Origin = "model" if isinstance(planned, Coded) else "planner"
        errors = [one for one in lint.check(code, contexts, origin=checked) if one.severity == "error"]
        if errors:
            raise LakeglassError(
                f"The code written for this plan did not pass its own check ({errors[0].message}); it was not run. "
                "Rephrase the question, and report this one."
            )
        with self._database.transaction() as session:
            turn = AskRepository(session, context.tenant_id).turn_row(wanted.turn_id)
            turn.understanding = planned.understanding.model_dump(mode="json")
            turn.plan_json = plan_json
            turn.contract = None if contract is None else contract.model_dump(mode="json")
            turn.steps = [step.model_dump(mode="json") for step in planned.steps]
            turn.estimate = planned.estimate.model_dump(mode="json")
            attempt = _attempt(session_turn=turn, code=code, origin=origin, number=1, tables=tables)
            session.merge(attempt)
            view = attempt_view(attempt, ())
        await self._telling.plan(context, wanted.turn_id, planned, plan_json)
        await context.emit(CodeWritten(turn_id=wanted.turn_id, attempt=view), key="code")
        approval = ApprovalRequest(
            title=planned.understanding.restatement,
            steps=tuple(step.title for step in planned.steps),
            estimate=planned.estimate,
            reason=_WHY,
        )
        review = wanted.review or self._settings.approval == "always"
        return {
            "planned": True,
            "attempt_id": view.id,
            "approval": approval.model_dump(mode="json") if review else None,
            **offered(planned),
        }


def _ids(tables: tuple[SessionTable, ...]) -> dict[str, str]:
    """Datasets by the names of their tables."""
    return {table.context.name: table.source.dataset_id for table in tables}


def _attempt(
    *, session_turn: TurnRow, code: str, origin: str, number: int, tables: tuple[SessionTable, ...]
) -> AttemptRow:
    """The first attempt of a turn; its id follows from the turn so that a repeated stage finds it again."""
    return AttemptRow(
        id="exe" + session_turn.id.removeprefix("trn"),
        tenant_id=session_turn.tenant_id,
        turn_id=session_turn.id,
        run_id=session_turn.run_id,
        number=number,
        origin=origin,
        code=code,
        state="pending",
        dataset_versions=[table.context.dataset_version for table in tables],
        created_at=now(),
    )
