"""The planner protocol: a question and tables in, a typed plan or an honest 'no' out."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.model import Answer, CodeContract, PlanStep, StopReason, Understanding
from lakeglass.ask.plan import AnalysisPlan, TableContext, TaughtWord
from lakeglass.ask.result import TableData
from lakeglass.llm.access import ModelAccess
from lakeglass.runs.model import Estimate
from lakeglass.tenants.model import Principal

__all__ = [
    "Coded",
    "Exchange",
    "ForBuild",
    "NotPlanned",
    "PlanContext",
    "Planned",
    "Planner",
    "TableContext",
    "TableLink",
    "TaughtWord",
    "Understanding",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exchange(_Frozen):
    """An earlier turn of the conversation; `plan` is None when it was not answered, and `message` says why."""

    question: str
    plan: AnalysisPlan | None = None
    understanding: Understanding | None = None
    answer: Answer | None = None
    message: str = ""
    result: TableData | None = None
    near_questions: tuple[str, ...] = ()


class TableLink(_Frozen):
    """How two tables of the session may belong together: `on` of the left one equals `key` of the right one.

    `matched` of the left one's `rows` have a match, `share` of them. `table` is the left table with the columns of
    the right one; only where a match never repeats (`right_unique`). `confirmed` by a person, once and for all.
    """

    left: str
    right: str
    on: str
    key: str
    rows: int
    matched: int
    share: float
    left_unique: bool
    right_unique: bool
    confirmed: bool = False
    table: TableContext | None = None


class PlanContext(_Frozen):
    """What the question is about. `previous` is the plan of the turn before, for follow-ups; `earlier` are the
    turns before that still count, the latest last; `without` are ids of chips that the user removed; `today`
    anchors 'last month'. `asker`, `scope` (the conversation) and `run_id` are whom a model is asked for; without an
    asker none is."""

    tables: tuple[TableContext, ...]
    previous: AnalysisPlan | None = None
    earlier: tuple[Exchange, ...] = ()
    links: tuple[TableLink, ...] = ()
    without: frozenset[str] = frozenset()
    today: date
    asker: Principal | None = None
    scope: str = ""
    run_id: str | None = None


Author = Literal["builtin", "model"]
"""Whose reading of a question it is."""


class Planned(_Frozen):
    """A plan that fits the tables, with its words: what was understood, the steps, what they will take.

    `second` is what another planner made of the question: the same plan, or one to compare values with. `fallback`
    says why a model that was asked is not the `author`.
    """

    plan: AnalysisPlan
    second: AnalysisPlan | None = None
    understanding: Understanding
    steps: tuple[PlanStep, ...]
    estimate: Estimate
    near_questions: tuple[str, ...] = ()
    learned: TaughtWord | None = None
    joined: TableLink | None = None
    author: Author = "builtin"
    fallback: str = ""


class Coded(_Frozen):
    """Code that a model wrote because no plan can say what was asked; linted, never run outside the sandbox.

    `second` is the plan that comes nearest, where there is one: its values are shown beside those of the code.
    """

    code: str
    contract: CodeContract
    understanding: Understanding
    steps: tuple[PlanStep, ...]
    estimate: Estimate
    second: AnalysisPlan | None = None
    author: Author = "model"


class ForBuild(_Frozen):
    """A question that Build answers: a model of `target` (None: not named) in this table."""

    table: str
    target: str | None


class NotPlanned(_Frozen):
    """Why there is no plan, what was understood all the same, and at most three questions that do plan.

    With the reason 'ambiguous', `message` asks back and those questions are the readings to choose from.
    With `answer`, the question was about the conversation itself ('why?'), and nothing has to run for it.
    `learned` is a word that the user taught, about the first table, `joined` a join that the user confirmed. The reason
    'build' comes with what is to be modelled, in `build`.
    """

    message: str
    reason: StopReason = "unanswerable"
    near_questions: tuple[str, ...] = ()
    understanding: Understanding
    answer: Answer | None = None
    learned: TaughtWord | None = None
    joined: TableLink | None = None
    build: ForBuild | None = None
    author: Author = "builtin"
    fallback: str = ""


class Planner(Protocol):
    """Turns a question into a plan. Deterministic planners give equal answers to equal questions."""

    def __init__(self, access: ModelAccess | None = None) -> None:
        """`access` leads to a language model, where there is one."""

    @property
    def name(self) -> str:
        """What a turn says of who planned it."""

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
        """A few questions about these tables that certainly plan; empty when nothing can be asked."""

    async def plan(self, question: str, context: PlanContext) -> Planned | Coded | NotPlanned:
        """Plan `question`, or write code where no plan can say it.

        A question that can't be answered is a `NotPlanned`, never an exception.

        Raises InvalidInput when there is no table to ask about.
        """
