"""A conversation with the planner, as the service keeps it: earlier turns, taught words, result tables."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from tests.unit.ask.analyst_runs import PLANNER, TODAY, run

from lakeglass.ask.answer import compose
from lakeglass.ask.model import Answer
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.base import Exchange, NotPlanned, PlanContext, Planned
from lakeglass.ask.planners.conversation import is_undo
from lakeglass.ask.verify import verify


@dataclass
class Conversation:
    """Says one thing after the other; with a folder (where data/ lies) every plan is run, too."""

    table: TableContext
    folder: Path | None = None
    earlier: list[Exchange] = field(default_factory=list)

    def say(self, text: str) -> Planned | NotPlanned:
        """What the planner makes of it."""
        previous = next((e.plan for e in reversed(self.earlier) if e.plan is not None), None)
        context = PlanContext(
            tables=(self.table,), previous=previous, earlier=tuple(self.earlier), today=TODAY
        )
        outcome = asyncio.run(PLANNER.plan(text, context))
        if outcome.learned is not None:
            taught = (*self.table.taught, outcome.learned)
            self.table = self.table.model_copy(update={"taught": taught})
        if isinstance(outcome, Planned):
            if is_undo(text):
                self.earlier.pop()
            else:
                self.earlier.append(self._exchange(text, outcome))
        elif outcome.answer is None and not is_undo(text):
            self.earlier.append(Exchange(question=text, message=outcome.message))
        return outcome

    def plan(self, text: str) -> AnalysisPlan:
        """The plan of what must plan."""
        outcome = self.say(text)
        assert isinstance(outcome, Planned), f"{text}: {outcome.message} {outcome.answer}"
        return outcome.plan

    def told(self, text: str) -> Answer:
        """The answer to what needs no plan."""
        outcome = self.say(text)
        assert isinstance(outcome, NotPlanned), f"{text}: {outcome.plan}"
        assert outcome.answer is not None, f"{text}: {outcome.message}"
        return outcome.answer

    def refused(self, text: str) -> str:
        """Why there is no answer."""
        outcome = self.say(text)
        assert isinstance(outcome, NotPlanned), f"{text}: {outcome.plan}"
        assert outcome.answer is None, f"{text}: {outcome.answer}"
        return outcome.message

    def _exchange(self, text: str, outcome: Planned) -> Exchange:
        understood = outcome.understanding
        if self.folder is None:
            return Exchange(question=text, plan=outcome.plan, understanding=understood)
        ran = run(outcome.plan, self.table, self.folder)
        checks = verify(outcome.plan, ran.table, (self.table,), base=dict(ran.base))
        answer = compose(outcome.plan, ran.table, checks, (self.table,), base=dict(ran.base))
        return Exchange(
            question=text, plan=outcome.plan, understanding=understood, answer=answer, result=ran.table
        )
