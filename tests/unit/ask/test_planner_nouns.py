"""What rows are called when no column says it, and columns under shortened names of several words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned
from tests.unit.ask.analyst_tables import context_of

from lakeglass.ask.plan import Filter, Group, Measure
from lakeglass.ask.planners.base import NotPlanned

RANDOM = np.random.default_rng(8)
N = 200
TEAMS = pd.DataFrame(
    {
        "team": RANDOM.choice(["Lakers", "Hawks", "Bulls"], N),
        "position": RANDOM.choice(["Guard", "Center", "Forward"], N),
        "height": RANDOM.integers(69, 87, N),
        "dep_delay": RANDOM.normal(5, 20, N),
        "dep_time": RANDOM.integers(500, 2200, N),
        "cls_level": RANDOM.choice(["upper", "lower"], N),
        "beds": RANDOM.integers(1, 9, N),
        "insured": np.where(RANDOM.random(N) < 0.2, np.nan, RANDOM.integers(0, 2, N)),
    }
)
CONTEXT = context_of("sheet", TEAMS)
HEIGHT = Measure(aggregate="mean", column="height")


@pytest.mark.parametrize(
    ("question", "measure", "group"),
    [
        ("how many wizards are there by position", Measure(aggregate="count"), "position"),
        ("average height of the wizards by team", HEIGHT, "team"),
        (
            "average departure delay by class level",
            Measure(aggregate="mean", column="dep_delay"),
            "cls_level",
        ),
        ("average height by bedrooms", HEIGHT, "beds"),
        ("which team sent the most records", Measure(aggregate="count"), "team"),
    ],
)
def test_unknown_nouns_and_shortened_names_find_their_place(
    question: str, measure: Measure, group: str
) -> None:
    plan = planned(question, CONTEXT).plan
    assert plan.measures == (measure,)
    assert plan.groups == (Group(column=group),)


def test_a_guessed_noun_is_told_and_never_sure() -> None:
    understood = planned("how many wizards are there by position", CONTEXT).understanding
    assert understood.confidence < 0.8
    assert any("wizards" in a for a in understood.assumptions)


@pytest.mark.parametrize(
    "question",
    ["how many customers are there by position", "how many wizards and goblins by team", "number of wizards"],
)
def test_a_noun_that_may_be_something_else_is_never_taken_for_the_rows(question: str) -> None:
    assert isinstance(ask(question, CONTEXT), NotPlanned)


def test_zero_and_one_with_gaps_answer_yes_and_no() -> None:
    plan = planned("how many rows are insured", CONTEXT).plan
    assert plan.filters == (Filter(column="insured", operator="=", values=(1,)),)


def test_a_plan_of_a_kind_that_is_often_wrong_is_never_sure() -> None:
    outcome = planned("difference in average height between Lakers and Hawks", CONTEXT)
    assert outcome.plan.statistic is not None
    assert outcome.plan.statistic.kind == "difference"
    assert outcome.understanding.confidence < 0.8


TELCO = pd.DataFrame(
    {
        "state": RANDOM.choice(["OH", "NJ", "TX"], N),
        "number_customer_service_calls": RANDOM.integers(0, 9, N),
        "total_day_minutes": RANDOM.normal(180, 50, N),
        "churn": RANDOM.choice(["yes", "no"], N),
    }
)


@pytest.mark.parametrize("name", ["telco", "churn"])
@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("how many customers churned?", Measure(aggregate="count")),
        (
            "average day minutes of customers who churned",
            Measure(aggregate="mean", column="total_day_minutes"),
        ),
    ],
)
def test_who_calls_is_not_what_a_column_of_calls_counts(name: str, question: str, measure: Measure) -> None:
    plan = planned(question, context_of(name, TELCO)).plan
    assert plan.measures == (measure,)
    assert plan.filters == (Filter(column="churn", operator="=", values=("yes",)),)
    assert "“customers” are the rows of the table" in plan.assumptions


def test_customers_who_may_stand_in_several_rows_are_not_counted_by_rows() -> None:
    calls = TELCO.assign(client_id=RANDOM.integers(0, 90, N))
    outcome = ask("how many customers churned?", context_of("calls", calls))
    assert isinstance(outcome, NotPlanned)
