"""A question about a file or a DataFrame, without a server: the same planner, code, sandbox and checks."""

from __future__ import annotations

import asyncio
import tempfile
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
from lakeglass.ask.model import Answer, Understanding
from lakeglass.ask.planners import planners
from lakeglass.ask.planners.base import NotPlanned, PlanContext, TableContext
from lakeglass.ask.stopped import stopped_message
from lakeglass.ask.verify import TableData, verify
from lakeglass.core.clock import now
from lakeglass.core.settings import Settings
from lakeglass.lake.local import Frame, Prepared, prepare
from lakeglass.sandbox.base import PLOTLY_MIME, TABLE_MIME, Execution, InputFile, OutputChunk
from lakeglass.sandbox.service import SandboxService

_NO_RESULT = "The code ran but left no result table, so there is nothing to state."


@dataclass(frozen=True)
class LocalAnswer:
    """Everything about one answered (or honestly refused) question.

    `answer` is None when `message` says why not; `near_questions` then can be answered. `folder` holds
    `answer.py`, `data/` and, with a figure, `chart.html`: run `python answer.py` there for the same numbers.
    """

    question: str
    understanding: Understanding | None = None
    code: str = ""
    answer: Answer | None = None
    message: str | None = None
    near_questions: tuple[str, ...] = ()
    table: TableData | None = None
    figure: dict[str, JsonValue] | None = None
    printed: str = ""
    folder: Path | None = None

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
    data: str | Path | Frame,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
) -> LocalAnswer:
    """Answer `question` about a CSV or Parquet file, or a pandas, Polars or Arrow table.

    `out` is the folder for the code, the data that it reads and the chart; a temporary one by default.
    Raises the file errors of the lake and SandboxUnavailable.
    """
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="lakeglass-"))
    work = answer_locally(question, data, folder=folder, settings=settings or Settings())
    with ThreadPoolExecutor(1) as thread:  # a notebook already runs a loop in this thread
        return thread.submit(asyncio.run, work).result()


async def answer_locally(
    question: str, data: str | Path | Frame, *, folder: Path, settings: Settings
) -> LocalAnswer:
    """Plan, write, run, check and state; `folder` receives everything needed to run it again."""
    prepared = await asyncio.to_thread(prepare, data, folder / "data", settings=settings.lake)
    table = TableContext(
        name=prepared.path.stem,
        file=f"data/{prepared.path.name}",
        statistics=prepared.statistics,
        dataset_version=prepared.sha256,
    )
    planner = planners.load(settings.ask.planner)()
    planned = await planner.plan(question, PlanContext(tables=(table,), today=now().date()))
    if isinstance(planned, NotPlanned):
        return LocalAnswer(
            question=question,
            understanding=planned.understanding,
            message=planned.message,
            near_questions=planned.near_questions,
        )
    code = codegen.generate(planned.plan, (table,))
    (folder / "answer.py").write_text(code, encoding="utf-8")
    execution, printed = await _execute(code, prepared, settings=settings)
    content = _collected(execution, TABLE_MIME)
    figure = _collected(execution, PLOTLY_MIME)
    result = TableData.model_validate(content) if content is not None else None
    answer = None
    if result is not None and execution.status == "ok":
        base = base_of(execution)
        checks = verify(planned.plan, result, (table,), base=base)
        answer = compose(planned.plan, result, checks, (table,), base=base)
    if figure is not None:
        page = await asyncio.to_thread(chart_page, figure, title=question)
        (folder / "chart.html").write_text(page, encoding="utf-8")
    return LocalAnswer(
        question=question,
        understanding=planned.understanding,
        code=code,
        answer=answer,
        message=None if answer else stopped_message(execution) or _NO_RESULT,
        table=result,
        figure=figure,
        printed=printed,
        folder=folder,
    )


async def _execute(code: str, prepared: Prepared, *, settings: Settings) -> tuple[Execution, str]:
    """Run the code in a sandbox of its own."""
    printed: list[str] = []

    async def keep(chunk: OutputChunk) -> None:
        printed.append(chunk.text)

    with tempfile.TemporaryDirectory(prefix="lakeglass-") as root:
        # One question needs one session: nothing is kept ready for a second one.
        limits = settings.sandbox.model_copy(update={"slots": 0})
        async with aclosing(SandboxService(limits, root=Path(root))) as sandbox:
            execution = await sandbox.execute(
                "local",
                "ask",
                code,
                inputs=[InputFile(source=prepared.path, name=prepared.path.name)],
                on_output=keep,
                collect=COLLECTED,
            )
    return execution, "".join(printed)


def _collected(execution: Execution, mime: str) -> dict[str, JsonValue] | None:
    for result in execution.results:
        if result.name is not None and mime in result.data:
            return cast("dict[str, JsonValue]", result.data[mime])
    return None
