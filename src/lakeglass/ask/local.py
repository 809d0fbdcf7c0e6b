"""A question about a file or a DataFrame, without a server: the same planner, code, sandbox and checks."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from lakeglass.ask import codegen
from lakeglass.ask.answer import compose
from lakeglass.ask.chart_page import chart_page
from lakeglass.ask.execution import COLLECTED, base_of
from lakeglass.ask.free_answer import compose_free
from lakeglass.ask.free_checks import check_free
from lakeglass.ask.joins import JoinFinder
from lakeglass.ask.model import Answer, Understanding
from lakeglass.ask.packages import declined, package_request
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners import open_planner
from lakeglass.ask.planners.base import (
    Coded,
    NotPlanned,
    PlanContext,
    Planned,
    Planner,
    TableContext,
    TableLink,
)
from lakeglass.ask.question_text import checked_question
from lakeglass.ask.stopped import stopped_message
from lakeglass.ask.verify import TableData, verify
from lakeglass.core.clock import now
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.lake.engine import Engine
from lakeglass.lake.local import Frame, Prepared, prepare
from lakeglass.runs.model import ApprovalRequest
from lakeglass.sandbox.base import PLOTLY_MIME, TABLE_MIME, Execution, InputFile, OutputChunk
from lakeglass.sandbox.service import SandboxService

_TENANT = "local"
_NO_RESULT = "The code ran but left no result table, so there is nothing to state."


@dataclass(frozen=True)
class LocalAnswer:
    """Everything about one answered (or honestly refused) question.

    `answer` is None when `message` says why not; `near_questions` then can be answered. `folder` holds
    `answer.py`, `data/` and, with a figure, `chart.html`: run `python answer.py` there for the same numbers.
    `planning` are the seconds before any code ran.
    """

    question: str
    understanding: Understanding | None = None
    plan: AnalysisPlan | None = None
    code: str = ""
    answer: Answer | None = None
    message: str | None = None
    near_questions: tuple[str, ...] = ()
    table: TableData | None = None
    figure: dict[str, JsonValue] | None = None
    printed: str = ""
    folder: Path | None = None
    planning: float = 0.0

    def __repr__(self) -> str:
        """The sentence, or why there is none."""
        return self.answer.sentence if self.answer else f"not answered: {self.message}"

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


def ask(
    question: str,
    data: str | Path | Frame | Sequence[str | Path | Frame],
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    join: str | None = None,
) -> LocalAnswer:
    """Answer `question` about a CSV, Excel, JSON, Parquet, Arrow or SQLite file, or a pandas, Polars or Arrow table.

    Several files or tables are joined where the question needs it; `join` ('customer_id = id') says how.
    `out` is the folder for the code, the data that it reads and the chart; a temporary one by default.
    Raises InvalidInput for an empty or too long question or a folder that can't be used, the file errors of
    the lake, and SandboxUnavailable.
    """
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="lakeglass-"))
    work = answer_locally(question, data, folder=folder, settings=settings or Settings(), join=join)
    with ThreadPoolExecutor(1) as thread:  # a notebook already runs a loop in this thread
        return thread.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class LocalTable:
    """A table that questions can be asked about: its file below `folder`, and what is known of it."""

    context: TableContext
    prepared: Prepared
    folder: Path


async def open_table(
    data: str | Path | Frame, folder: Path, *, settings: Settings, index: Path
) -> LocalTable:
    """Read and profile a table once, for any number of questions; raises the file errors of the lake.

    What is looked up while planning is kept in the folder `index`.
    """
    prepared = await asyncio.to_thread(prepare, data, folder / "data", settings=settings.lake, index=index)
    context = TableContext(
        name=prepared.path.stem,
        file=f"data/{prepared.path.name}",
        statistics=prepared.statistics,
        dataset_version=prepared.sha256,
        contents=prepared.contents,
    )
    return LocalTable(context, prepared, folder)


async def _links(
    tables: Sequence[LocalTable], root: Path, *, settings: Settings, join: str | None
) -> tuple[TableLink, ...]:
    """Joins between the tables: the one that was asked for, or the only likely one, counts as confirmed."""
    if len({table.context.name for table in tables}) < len(tables):
        raise InvalidInput("Two of the files have the same name; rename one of them, and ask again.")
    if len(tables) < 2:
        return ()
    finder = JoinFinder(Engine(settings.lake, spill=root / "spill"))
    links = await finder.find([(table.context, table.prepared.path) for table in tables])
    if join is not None:
        said = {part.strip() for part in join.split("=")}
        links = tuple(link for link in links if {link.on, link.key} == said)
        if not links:
            raise InvalidInput(
                f"Got --join {join!r}; expected two columns whose values meet, as 'customer_id = id'."
            )
    alone = len([link for link in links if link.right_unique]) == 1
    return tuple(
        k.model_copy(update={"confirmed": (alone and k.right_unique) or join is not None}) for k in links
    )


AllowPackages = Callable[[ApprovalRequest], bool]
"""Asks a person whether packages that the code needs may be installed; called in a thread of its own."""


def nobody_allows(_request: ApprovalRequest) -> bool:
    """The answer where nobody can be asked."""
    return False


async def answer_locally(
    question: str,
    data: str | Path | Frame | Sequence[str | Path | Frame],
    *,
    folder: Path,
    settings: Settings,
    allow: AllowPackages = nobody_allows,
    join: str | None = None,
) -> LocalAnswer:
    """Plan, write, run, check and state; `folder` receives everything needed to run it again.

    Several tables are joined where the question needs it: as `join` says ('customer_id = id'), or where only one way
    is likely.
    """
    question = checked_question(question, settings.ask)
    _make_room(folder)
    planner = open_planner(settings.ask.planner)
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as root:
        several = [data] if isinstance(data, str | Path | Frame) else [*data]
        tables = [await open_table(each, folder, settings=settings, index=Path(root)) for each in several]
        links = await _links(tables, Path(root), settings=settings, join=join)
        # One question needs one session: nothing is kept ready for a second one.
        limits = settings.sandbox.model_copy(update={"slots": 0})
        async with aclosing(SandboxService(limits, root=Path(root))) as sandbox:
            answered = await answer_about(
                question,
                tables[0],
                planner=planner,
                sandbox=sandbox,
                session="ask",
                allow=allow,
                others=tables[1:],
                links=links,
            )
    if answered.code:
        (folder / "answer.py").write_text(answered.code, encoding="utf-8")
    if answered.figure is not None:
        page = await asyncio.to_thread(chart_page, answered.figure, title=question)
        (folder / "chart.html").write_text(page, encoding="utf-8")
    return answered


def _make_room(folder: Path) -> None:
    """A folder for one answer: what an earlier one left there would pass for this one's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("answer.py", "chart.html"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        message = f"The folder {str(folder)!r} can't be used ({error.strerror}). Choose another one."
        raise InvalidInput(message) from error


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
) -> LocalAnswer:
    """Plan a question about open tables, run its code in `session` and check the result; writes no file."""
    tables = (table.context, *(other.context for other in others))
    started = time.perf_counter()
    planned = await planner.plan(question, PlanContext(tables=tables, links=links, today=now().date()))
    tables = (*tables, *(link.table for link in links if link.table is not None))
    if isinstance(planned, NotPlanned):
        return LocalAnswer(
            question=question,
            understanding=planned.understanding,
            answer=planned.answer,
            message=None if planned.answer else planned.message,
            near_questions=planned.near_questions,
            planning=time.perf_counter() - started,
        )
    plan = None if isinstance(planned, Coded) else planned.plan
    code = planned.code if isinstance(planned, Coded) else codegen.generate(planned.plan, tables)
    planning = time.perf_counter() - started
    needed = await sandbox.needed_packages(_TENANT, session, code)
    if needed:
        request = package_request(needed, estimate=planned.estimate)
        if not await asyncio.to_thread(allow, request):
            return LocalAnswer(
                question=question,
                understanding=planned.understanding,
                plan=plan,
                code=code,
                message=declined([f"{one.file.name} {one.file.version}" for one in needed]),
                folder=table.folder,
                planning=planning,
            )
        await sandbox.install(_TENANT, session, [one.file for one in needed])
    prepared = [table.prepared, *(other.prepared for other in others)]
    execution, printed = await _execute(code, prepared, sandbox=sandbox, session=session)
    answer, result = _stated(planned, execution, tables)
    return LocalAnswer(
        question=question,
        understanding=planned.understanding,
        plan=plan,
        code=code,
        answer=answer,
        message=None if answer else stopped_message(execution) or _NO_RESULT,
        table=result,
        figure=_collected(execution, PLOTLY_MIME),
        printed=printed,
        folder=table.folder,
        planning=planning,
    )


def _stated(
    planned: Planned | Coded, execution: Execution, tables: tuple[TableContext, ...]
) -> tuple[Answer | None, TableData | None]:
    """The answer to an execution that went well, and its result table, if it left one."""
    content = _collected(execution, TABLE_MIME)
    result = TableData.model_validate(content) if content is not None else None
    if result is None or execution.status != "ok":
        return None, result
    if isinstance(planned, Coded):
        checks = check_free(planned.contract, result, tables)
        possible = all(check.passed for check in checks)
        return compose_free(planned.contract, result, checks, tables) if possible else None, result
    plan, base = planned.plan, base_of(execution)
    return compose(plan, result, verify(plan, result, tables, base=base), tables, base=base), result


async def _execute(
    code: str, prepared: Sequence[Prepared], *, sandbox: SandboxService, session: str
) -> tuple[Execution, str]:
    printed: list[str] = []

    async def keep(chunk: OutputChunk) -> None:
        printed.append(chunk.text)

    execution = await sandbox.execute(
        _TENANT,
        session,
        code,
        inputs=[InputFile(source=each.path, name=each.path.name) for each in prepared],
        on_output=keep,
        collect=COLLECTED,
    )
    return execution, "".join(printed)


def _collected(execution: Execution, mime: str) -> dict[str, JsonValue] | None:
    for result in execution.results:
        if result.name is not None and mime in result.data:
            return cast("dict[str, JsonValue]", result.data[mime])
    return None
