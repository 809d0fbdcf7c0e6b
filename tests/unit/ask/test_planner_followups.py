"""Follow-ups change the plan before; questions that stand alone do not."""

from __future__ import annotations

import pytest
from tests.unit.ask.analyst_runs import ask, planned
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import NotPlanned, Planned

STRIKES = context_of("strikes", TABLES["strikes"]())
FIRST = "average repair cost by wildlife size"


def _after(question: str, first: str = FIRST) -> AnalysisPlan:
    return planned(question, STRIKES, previous=planned(first, STRIKES).plan).plan


def test_another_grouping() -> None:
    plan = _after("and by month?")
    assert [(g.column, g.grain) for g in plan.groups] == [("Flight Date", "month")]
    assert plan.measures[0].aggregate == "mean"
    assert plan.measures[0].column == "Cost Repair"


def test_a_further_grouping() -> None:
    assert [g.column for g in _after("also by time of day").groups] == ["Wildlife Size", "Time of day"]


@pytest.mark.parametrize("question", ["only for Texas", "just Texas", "and in Texas?", "what about Texas"])
def test_a_condition(question: str) -> None:
    plan = _after(question)
    assert [(f.column, f.values) for f in plan.filters] == [("Origin State", ("Texas",))]
    assert [g.column for g in plan.groups] == ["Wildlife Size"]


def test_a_condition_replaces_the_one_on_its_column() -> None:
    plan = _after("what about Ohio?", "how many strikes in Texas")
    assert [f.values for f in plan.filters] == [("Ohio",)]


def test_another_period() -> None:
    plan = _after("and in 1996?", "how many strikes in 1995")
    assert [f.values for f in plan.filters] == [("1996-01-01", "1997-01-01")]


def test_a_chart() -> None:
    assert _after("as a pie chart").chart == "pie"


def test_a_limit() -> None:
    plan = _after("top 2")
    assert plan.limit == 2
    assert plan.sort is not None
    assert plan.sort.descending


@pytest.mark.parametrize("question", ["what about median?", "and the median", "median instead"])
def test_another_aggregate(question: str) -> None:
    plan = _after(question)
    assert [(m.aggregate, m.column) for m in plan.measures] == [("median", "Cost Repair")]


def test_another_column() -> None:
    plan = _after("what about speed?")
    assert [(m.aggregate, m.column) for m in plan.measures] == [("mean", "Speed IAS in knots")]


def test_a_whole_question_stands_alone() -> None:
    assert _after("how many strikes per state") == planned("how many strikes per state", STRIKES).plan


def test_a_follow_up_about_nothing_is_refused() -> None:
    outcome = ask("only for Atlantis", STRIKES, previous=planned(FIRST, STRIKES).plan)
    assert isinstance(outcome, NotPlanned)


def test_without_a_turn_before_there_is_nothing_to_change() -> None:
    assert isinstance(ask("as a pie chart", STRIKES), NotPlanned)
    assert isinstance(ask("how many strikes", STRIKES), Planned)
