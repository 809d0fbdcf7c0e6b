"""The planner protocol: a question and tables in, a typed plan or an honest 'no' out."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.model import PlanStep, Understanding
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.runs.model import Estimate

__all__ = ["NotPlanned", "PlanContext", "Planned", "Planner", "TableContext"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanContext(_Frozen):
    """What the question is about. `previous` is the plan of the turn before, for follow-ups; `without` are
    ids of chips that the user removed; `today` anchors 'last month'."""

    tables: tuple[TableContext, ...]
    previous: AnalysisPlan | None = None
    without: frozenset[str] = frozenset()
    today: date


class Planned(_Frozen):
    """A plan that fits the tables, with its words: what was understood, the steps, what they will take."""

    plan: AnalysisPlan
    understanding: Understanding
    steps: tuple[PlanStep, ...]
    estimate: Estimate
    near_questions: tuple[str, ...] = ()


class NotPlanned(_Frozen):
    """Why there is no plan, what was understood all the same, and at most three questions that do plan."""

    message: str
    near_questions: tuple[str, ...] = ()
    understanding: Understanding


class Planner(Protocol):
    """Turns a question into a plan. Deterministic planners give equal answers to equal questions."""

    @property
    def name(self) -> str:
        """What a turn says of who planned it."""

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
        """A few questions about these tables that certainly plan; empty when nothing can be asked."""

    async def plan(self, question: str, context: PlanContext) -> Planned | NotPlanned:
        """Plan `question`; a question that can't be answered is a `NotPlanned`, never an exception.

        Raises InvalidInput when there is no table to ask about.
        """
