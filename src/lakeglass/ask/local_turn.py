"""One question about open tables, from plan to checked answer, without a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from lakeglass.ask import codegen
from lakeglass.ask.answer import compose
from lakeglass.ask.comparing import beside
from lakeglass.ask.execution import COLLECTED, base_of, table_of_result
from lakeglass.ask.faults import Fault
from lakeglass.ask.mending import Broken, mend
from lakeglass.ask.model import Answer, CodeContract, SecondOpinion, Understanding
from lakeglass.ask.packages import declined, package_request
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import (
    Author,
    Coded,
    ForBuild,
    NotPlanned,
    PlanContext,
    Planned,
    Planner,
    TableContext,
    TableLink,
)
from lakeglass.ask.planners.explain import restate
from lakeglass.ask.result import TableData
from lakeglass.ask.stating import judged, stated
from lakeglass.ask.stopped import stopped_message
from lakeglass.ask.verify import verify
from lakeglass.ask.writer import Failed, Mended
from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError, Unavailable
from lakeglass.core.ids import new_id
from lakeglass.lake.local import Prepared
from lakeglass.llm.ledger import CallView
from lakeglass.llm.local import LocalModel
from lakeglass.llm.replies import Asker
from lakeglass.runs.model import ApprovalRequest
from lakeglass.sandbox.base import PLOTLY_MIME, Execution, InputFile, OutputChunk
from lakeglass.sandbox.service import SandboxService

_TENANT = "local"
_NO_RESULT = "The code ran but left no result table, so there is nothing to state."
# The end of what an execution printed, for whoever corrects it.
_PRINTED = 1_000


@dataclass(frozen=True)
class LocalAttempt:
    """Code that was tried: what was wrong with it, and what changed since the one before."""

    code: str
    fault: Fault | None = None
    why: str = ""
    diff: str = ""


@dataclass(frozen=True)
class Beside:
    """The plan that was not chosen, and what it brought; no table where both plans are the same."""

    plan: AnalysisPlan
    table: TableData | None


@dataclass(frozen=True)
class LocalAnswer:
    """Everything about one answered (or honestly refused) question.

    `answer` is None when `message` says why not; `near_questions` then can be answered, or `build` says what `analyze`
    would model. `folder` holds
    `answer.py`, `data/` and, with a figure, `chart.html`: run `python answer.py` there for the same numbers.
    `planning` are the seconds before any code ran.

    Where a language model is configured, `author` says whose reading it is, `fallback` why the model's was not used,
    `attempts` is all code that was tried, `calls` what was sent and received for it, and `beside` what the other
    planner's plan brought, where that differs.
    """

    question: str
    understanding: Understanding | None = None
    plan: AnalysisPlan | None = None
    code: str = ""
    answer: Answer | None = None
    message: str | None = None
    near_questions: tuple[str, ...] = ()
    build: ForBuild | None = None
    table: TableData | None = None
    figure: dict[str, JsonValue] | None = None
    printed: str = ""
    folder: Path | None = None
    planning: float = 0.0
    author: Author = "builtin"
    fallback: str = ""
    attempts: tuple[LocalAttempt, ...] = ()
    calls: tuple[CallView, ...] = ()
    beside: Beside | None = None

    def __repr__(self) -> str:
        """The sentence, or why there is none."""
        if self.answer:
            return self.answer.sentence
        if self.build is None:
            return f"not answered: {self.message}"
        target = "" if self.build.target is None else f", target={self.build.target!r}"
        return f"{self.message} Call lakeglass.analyze(data{target})."

    def _repr_mimebundle_(self, **_choice: object) -> dict[str, JsonValue]:
        """For notebooks: the interactive chart where there is one, and the sentence."""
        bundle: dict[str, JsonValue] = {"text/plain": repr(self), "text/markdown": self._markdown()}
        if self.figure is not None:
            bundle[PLOTLY_MIME] = self.figure
        return bundle

    def _markdown(self) -> str:
        base = f"\n\n{self.answer.base}" if self.answer and self.answer.base else ""
        near = "".join(f"\n- {question}" for question in self.near_questions)
        return f"{self!r}{base}{near}\n\n```python\n{self.code}\n```" if self.code else f"{self!r}{near}"


@dataclass(frozen=True)
class LocalTable:
    """A table that questions can be asked about: its file below `folder`, and what is known of it."""

    context: TableContext
    prepared: Prepared
    folder: Path


AllowPackages = Callable[[ApprovalRequest], bool]
"""Asks a person whether packages that the code needs may be installed; called in a thread of its own."""


def nobody_allows(_request: ApprovalRequest) -> bool:
    """The answer where nobody can be asked."""
    return False


async def answer_about(
    question: str,
    table: LocalTable,
    *,
    planner: Planner,
    sandbox: SandboxService,
    session: str,
    allow: AllowPackages = nobody_allows,
    others: Sequence[LocalTable] = (),
    links: tuple[TableLink, ...] = (),
    model: LocalModel | None = None,
) -> LocalAnswer:
    """Plan a question about open tables, run its code in `session` and check the result; writes no file."""
    scope = new_id("loc")
    try:
        answered = await _answered(
            question,
            (table, *others),
            planner=planner,
            room=_Room(sandbox, session, allow, model, scope),
            links=links,
        )
    finally:
        calls = () if model is None else await asyncio.to_thread(model.ended, scope)
    return replace(answered, calls=calls)


@dataclass(frozen=True)
class _Room:
    """Where code runs, who allows packages, and which model helps."""

    sandbox: SandboxService
    session: str
    allow: AllowPackages
    model: LocalModel | None
    scope: str

    @property
    def asker(self) -> Asker | None:
        return None if self.model is None else Asker(self.model.who, self.scope, None)


async def _answered(
    question: str,
    tables: Sequence[LocalTable],
    *,
    planner: Planner,
    room: _Room,
    links: tuple[TableLink, ...],
) -> LocalAnswer:
    started = time.perf_counter()
    contexts = tuple(table.context for table in tables)
    who = None if room.model is None else room.model.who
    context = PlanContext(tables=contexts, links=links, today=now().date(), asker=who, scope=room.scope)
    planned = await planner.plan(question, context)
    contexts = (*contexts, *(link.table for link in links if link.table is not None))
    if isinstance(planned, NotPlanned):
        return LocalAnswer(
            question=question,
            understanding=planned.understanding,
            answer=planned.answer,
            message=None if planned.answer else planned.message,
            near_questions=planned.near_questions,
            build=planned.build,
            planning=time.perf_counter() - started,
            author=planned.author,
            fallback=planned.fallback,
        )
    code = planned.code if isinstance(planned, Coded) else codegen.generate(planned.plan, contexts)
    known = LocalAnswer(
        question=question,
        understanding=planned.understanding,
        plan=None if isinstance(planned, Coded) else planned.plan,
        code=code,
        folder=tables[0].folder,
        planning=time.perf_counter() - started,
        author=planned.author,
        fallback="" if isinstance(planned, Coded) else planned.fallback,
    )
    return await _Work(planned, known, tables, contexts, room).done()


@dataclass(frozen=True)
class _Ran:
    """What came of code: an execution, or only a message where it was not run."""

    execution: Execution | None
    printed: str
    fault: Fault | None
    message: str | None


@dataclass
class _Work:
    """A plan or code on its way to an answer: run, corrected where a model can, checked, compared, stated."""

    planned: Planned | Coded
    known: LocalAnswer
    tables: Sequence[LocalTable]
    contexts: tuple[TableContext, ...]
    room: _Room
    attempts: list[LocalAttempt] = field(default_factory=list)

    @property
    def contract(self) -> CodeContract | None:
        return self.planned.contract if isinstance(self.planned, Coded) else None

    async def done(self) -> LocalAnswer:
        """Everything about the answer, or about why there is none."""
        ran = await self._corrected()
        answered = replace(self.known, code=self.attempts[-1].code, attempts=tuple(self.attempts))
        if ran.execution is None:
            return replace(answered, message=ran.message)
        result = table_of_result(ran.execution)
        answer, other = None, None
        if ran.message is None and ran.execution.status == "ok" and result is not None:
            answer = await self._stated(ran.execution, result)
            answer, other = await self._compared(answer, result)
        return replace(
            answered,
            answer=answer,
            message=None if answer else ran.message or stopped_message(ran.execution) or _NO_RESULT,
            table=result,
            figure=_figure(ran.execution),
            printed=ran.printed,
            beside=other,
        )

    async def _corrected(self) -> _Ran:
        """The last run of as many as it takes: a model corrects what failed, where there is one."""
        ran = await self._run(self.known.code)
        self.attempts.append(LocalAttempt(self.known.code, ran.fault))
        tried: list[Failed] = []
        while ran.fault is not None and self.room.model is not None and self.room.asker is not None:
            tried.append(Failed(self.attempts[-1].code, ran.fault, ran.printed[-_PRINTED:]))
            broken = Broken(self.known.question, self.contexts, self.contract, tuple(tried))
            mended = await mend(self.room.model.access, self.room.asker, broken)
            if not isinstance(mended, Mended):
                return replace(ran, message=mended)
            if mended.fault is None:
                ran = await self._run(mended.code)
            else:  # the linter refused it: it never runs
                ran = _Ran(None, "", mended.fault, f"The corrected code was not run: {mended.fault.message}.")
            self.attempts.append(LocalAttempt(mended.code, ran.fault, mended.why, mended.diff))
        if ran.fault is not None and self.contract is not None:
            return replace(ran, message=ran.message or ran.fault.message)
        return ran

    async def _run(self, code: str) -> _Ran:
        """Execute `code`, once the packages that it needs are allowed."""
        try:
            refused = await self._packages(code)
        except Unavailable:
            raise
        except LakeglassError as error:
            if self.room.model is None:
                raise
            fault = Fault(kind="missing package", message=error.message, hints=("do without that package",))
            return _Ran(None, "", fault, error.message)
        if refused is not None:
            return _Ran(None, "", None, refused)
        execution, printed = await self._execute(code, self.room.session)
        return _Ran(execution, printed, judged(execution, self.contexts, self.contract), None)

    async def _packages(self, code: str) -> str | None:
        """Install what the code needs; or the message that a person declined it."""
        room = self.room
        needed = await room.sandbox.needed_packages(_TENANT, room.session, code)
        if not needed:
            return None
        request = package_request(needed, estimate=self.planned.estimate)
        if not await asyncio.to_thread(room.allow, request):
            return declined([f"{one.file.name} {one.file.version}" for one in needed])
        await room.sandbox.install(_TENANT, room.session, [one.file for one in needed])
        return None

    async def _execute(self, code: str, session: str) -> tuple[Execution, str]:
        printed: list[str] = []

        async def keep(chunk: OutputChunk) -> None:
            printed.append(chunk.text)

        execution = await self.room.sandbox.execute(
            _TENANT,
            session,
            code,
            inputs=[
                InputFile(source=each.prepared.path, name=each.prepared.path.name) for each in self.tables
            ],
            on_output=keep,
            collect=COLLECTED,
        )
        return execution, "".join(printed)

    async def _stated(self, execution: Execution, result: TableData) -> Answer:
        """The answer to an execution that went well and whose result is possible."""
        if isinstance(self.planned, Coded):
            assert self.room.model is not None  # nobody else writes code
            assert self.room.asker is not None
            return await stated(
                self.known.question,
                self.planned.contract,
                result,
                self.contexts,
                asker=self.room.asker,
                access=self.room.model.access,
            )
        plan, base = self.planned.plan, base_of(execution)
        checks = verify(plan, result, self.contexts, base=base)
        return compose(plan, result, checks, self.contexts, base=base)

    async def _compared(self, answer: Answer, result: TableData) -> tuple[Answer, Beside | None]:
        """The answer, with what the plan that was not chosen brings."""
        second = self.planned.second
        if second is None:
            return answer, None
        if isinstance(self.planned, Planned) and second == self.planned.plan:
            same = SecondOpinion(verdict="same plan", restatement=restate(second))
            return answer.model_copy(update={"second": same}), Beside(second, None)
        session = f"{self.room.session}:second"

        async def run(code: str) -> Execution:
            return (await self._execute(code, session))[0]

        try:
            compared = await beside(second, result, self.contexts, run=run)
        except LakeglassError:  # no second opinion is no fault of the first
            return answer, None
        finally:
            await self.room.sandbox.end(_TENANT, session)
        if compared is None:
            return answer, None
        told = answer.model_copy(update={"second": compared.opinion})
        return told, Beside(second, compared.table)


def _figure(execution: Execution) -> dict[str, JsonValue] | None:
    for result in execution.results:
        if result.name is not None and PLOTLY_MIME in result.data:
            return cast("dict[str, JsonValue]", result.data[PLOTLY_MIME])
    return None
