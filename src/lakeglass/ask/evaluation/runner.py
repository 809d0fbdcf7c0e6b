"""Ask every question of a set as a user would: plan, code, sandbox, checks; several at a time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.evaluation.questions import Question
from lakeglass.ask.evaluation.score import FieldScore, rows_fit, score
from lakeglass.ask.local import LocalAnswer, LocalTable, answer_about, open_table
from lakeglass.ask.local_model import open_model
from lakeglass.ask.planners import open_planner
from lakeglass.ask.planners.base import Author
from lakeglass.core.errors import InvalidInput, LakeglassError
from lakeglass.core.settings import Settings
from lakeglass.llm.ledger import CallView
from lakeglass.llm.local import LocalModel
from lakeglass.llm.use import unheard
from lakeglass.sandbox.service import SandboxService

State = Literal["right", "wrong", "refused", "failed"]
Verdict = Literal["", "same plan", "same values", "differs"]
_SUFFIXES = ("", ".csv", ".parquet", ".tsv", ".csv.gz", ".json", ".jsonl", ".xlsx")


class Outcome(BaseModel):
    """What came of one question. `seconds` is the whole way, `planning` the part before any code runs.

    Where a model is asked: `author` is whose reading was answered, `fallback` why it was not the model's, `verdict`
    whether the other planner agrees, and `beside` what that one's own answer is worth, where it differs or is the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Question
    state: State
    fields: tuple[FieldScore, ...] = ()
    confidence: float = 0.0
    restatement: str = ""
    sentence: str = ""
    message: str = ""
    plan_json: str = ""
    code: str = ""
    planning: float = 0.0
    seconds: float = 0.0
    author: Author = "builtin"
    fallback: str = ""
    attempts: int = 1
    verdict: Verdict = ""
    beside: State | None = None
    calls: tuple[CallView, ...] = ()

    @property
    def unheard(self) -> bool:
        """True when a model was asked and did not reply: asking again may end otherwise."""
        return any(unheard(call) for call in self.calls)

    @property
    def answered(self) -> bool:
        """True when the planner claimed to know the answer."""
        return self.state in {"right", "wrong"} and bool(self.sentence)


NOTHING_KNOWN: Mapping[int, Outcome] = {}


async def evaluate(
    questions: Sequence[Question],
    tables: Path,
    *,
    planner: str,
    workers: int,
    settings: Settings,
    on_outcome: Callable[[Outcome], None] | None = None,
    known: Mapping[int, Outcome] = NOTHING_KNOWN,
) -> tuple[Outcome, ...]:
    """The outcome of every question, in their order. Each table is read once; `known` ones are not asked again.

    Raises InvalidInput for a table that is not in the folder, SandboxUnavailable where no code can run.
    """
    files = {q.table: find_table(tables, q.table) for q in questions}
    outcomes: list[Outcome | None] = [known.get(number) for number in range(len(questions))]
    open_ones = (number for number in range(len(questions)) if number not in known)
    waiting = iter(sorted(open_ones, key=lambda n: (questions[n].table, n)))
    asked = settings.model_copy(update={"ask": settings.ask.model_copy(update={"planner": planner})})
    with tempfile.TemporaryDirectory(prefix="lakeglass-eval-") as root:
        limits = settings.sandbox.model_copy(update={"slots": 0})
        async with (
            open_model(asked) as model,
            aclosing(SandboxService(limits, root=Path(root) / "sandbox")) as sandbox,
        ):
            bench = _Bench(Path(root), files, model=model, settings=asked)

            async def work(name: str) -> None:
                for number in waiting:
                    outcome = await bench.ask(questions[number], sandbox, session=name)
                    outcomes[number] = outcome
                    if on_outcome is not None:
                        on_outcome(outcome)

            await asyncio.gather(*(work(f"eval-{n}") for n in range(max(1, workers))))
    return tuple(o for o in outcomes if o is not None)


def find_table(folder: Path, name: str) -> Path:
    """The file of a table, named with or without its ending. Raises InvalidInput."""
    for suffix in _SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path
    raise InvalidInput(f"There is no table {name!r} in {str(folder)!r}. Give the folder with --tables.")


class _Bench:
    """The tables of a run, each opened once, and the planner that is measured."""

    def __init__(
        self, root: Path, files: dict[str, Path], *, model: LocalModel | None, settings: Settings
    ) -> None:
        self._root = root
        self._files = files
        self._settings = settings
        self._model = model
        self._planner = open_planner(settings.ask.planner, None if model is None else model.access)
        self._tables: dict[Path, asyncio.Task[LocalTable]] = {}

    async def ask(self, question: Question, sandbox: SandboxService, *, session: str) -> Outcome:
        """One question, timed and scored; an expected failure of the product is the outcome 'failed'."""
        table = await self._table(question.table)
        started = time.perf_counter()
        try:
            answered = await answer_about(
                question.asked,
                table,
                planner=self._planner,
                sandbox=sandbox,
                session=session,
                model=self._model,
            )
        except LakeglassError as error:
            seconds = time.perf_counter() - started
            return Outcome(question=question, state="failed", message=error.message, seconds=seconds)
        return _outcome(question, answered, seconds=time.perf_counter() - started)

    async def _table(self, name: str) -> LocalTable:
        file = self._files[name]
        if file not in self._tables:
            folder = self._root / f"table-{len(self._tables)}"
            self._tables[file] = asyncio.create_task(
                open_table(file, folder, settings=self._settings, index=folder)
            )
        return await self._tables[file]


def _outcome(question: Question, answered: LocalAnswer, *, seconds: float) -> Outcome:
    fields = score(question, answered.plan, answered.table if answered.answer else None)
    understood = answered.understanding
    return Outcome(
        question=question,
        state=_state(question, answered, fields),
        fields=fields,
        confidence=understood.confidence if understood else 0.0,
        restatement=understood.restatement if understood else "",
        sentence=answered.answer.sentence if answered.answer else "",
        message=answered.message or "",
        plan_json=answered.plan.model_dump_json(exclude_defaults=True) if answered.plan else "",
        code=answered.code,
        planning=answered.planning,
        seconds=seconds,
        author=answered.author,
        fallback=answered.fallback,
        attempts=max(1, len(answered.attempts)),
        verdict=answered.answer.second.verdict if answered.answer and answered.answer.second else "",
        beside=_beside(question, answered, fields),
        # What was hidden from the model stays hidden in a report.
        calls=tuple(call.model_copy(update={"originals": {}}) for call in answered.calls),
    )


def _beside(question: Question, answered: LocalAnswer, fields: tuple[FieldScore, ...]) -> State | None:
    """What the plan that was not chosen is worth, None where there is none."""
    other = answered.beside
    if other is None:
        return None
    if other.table is None:
        return _state(question, answered, fields)
    scored = score(question, other.plan, other.table)
    fits = not question.unanswerable and rows_fit(question, other.table)
    return "right" if fits and all(field.right for field in scored) else "wrong"


def _state(question: Question, answered: LocalAnswer, fields: tuple[FieldScore, ...]) -> State:
    if answered.answer is None:
        if answered.plan is not None or answered.attempts:
            return "failed"
        return "right" if question.unanswerable else "refused"
    fits = not question.unanswerable and rows_fit(question, answered.table)
    return "right" if fits and all(f.right for f in fields) else "wrong"
