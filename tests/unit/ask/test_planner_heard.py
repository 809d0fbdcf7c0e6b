"""A plan in which a word that bears content has no part is told as unsure, or not made at all."""

from __future__ import annotations

import pytest
from tests.unit.ask.analyst_runs import PLANNER, TODAY, ask, planned
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask.language import understand, unheard
from lakeglass.ask.plan import AnalysisPlan, Filter, Measure
from lakeglass.ask.planners.base import NotPlanned

STRIKES = context_of("strikes", TABLES["strikes"]())
ORDERS = context_of("orders", TABLES["orders"]())


def lost(question: str, plan: AnalysisPlan) -> set[str]:
    """The kinds of words of the question that a plan for it has no part for."""
    return {u.kind for u in unheard(understand(question, PLANNER.schema(STRIKES), TODAY), plan)}


def count(*filters: Filter) -> AnalysisPlan:
    """How many rows satisfy these."""
    plan = planned("how many strikes", STRIKES).plan
    return plan.model_copy(update={"measures": (Measure(aggregate="count"),), "filters": filters})


# req: F3
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many strikes with speed above 200", "number"),
        ("how many strikes in 'Somewhere Else'", "quoted text"),
        ("how many strikes at night", "value"),
        ("how many strikes with the median cost", "aggregate"),
        ("how many of the fastest strikes", "superlative"),
    ],
)
def test_a_plan_that_only_counts_rows_misses_what_else_is_said(question: str, kind: str) -> None:
    assert lost(question, count()) == {kind}


# req: F3
def test_a_plan_that_honours_every_word_misses_none() -> None:
    for question in (
        "average speed of large birds at night in 1995",
        "top 5 airports by number of strikes",
        "share of strikes with a speed above 150",
        "how many strikes had a speed between 100 and 200",
        "median speed by phase of flight, rounded to 2 decimals",
    ):
        assert lost(question, planned(question, STRIKES).plan) == set(), question


# req: F3
def test_a_superlative_that_no_column_answers_is_asked_back() -> None:
    outcome = ask("what is the most common quantity and the best rated region", ORDERS)
    assert isinstance(outcome, NotPlanned)
    assert outcome.understanding.confidence <= 0.5


# req: F3
def test_only_a_reading_that_assumed_nothing_is_told_as_sure() -> None:
    sure = ("average speed by wildlife size", "how many strikes at night", "median speed in 1995")
    for question in sure:
        assert planned(question, STRIKES).understanding.confidence >= 0.96, question
    for question in (
        "speed by wildlife size",
        "which state has the highest cost repair",
        "compare day and night",
    ):
        outcome = ask(question, STRIKES)
        understood = outcome.understanding
        assert understood is None or understood.confidence < 0.8, question


# req: F3
def test_a_bound_that_no_value_reaches_is_never_sure() -> None:
    assert planned("how many strikes with speed above 100", STRIKES).understanding.confidence >= 0.96
    assert planned("how many strikes with speed above 100000", STRIKES).understanding.confidence < 0.8
