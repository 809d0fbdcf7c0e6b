"""Questions for a model go to Build with the column that they mean; what has an answer here keeps it."""

from __future__ import annotations

import asyncio
from typing import cast

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned
from tests.unit.ask.analyst_tables import context_of

from lakeglass.ask.planners.base import ForBuild, NotPlanned, PlanContext
from lakeglass.ask.planners.model import ModelPlanner
from lakeglass.core.clock import now
from lakeglass.llm.access import ModelAccess

RANDOM = np.random.default_rng(12)
N = 120
CONTEXT = context_of(
    "subscribers",
    pd.DataFrame(
        {
            "state": RANDOM.choice(["OH", "NJ", "TX"], N),
            "day_minutes": RANDOM.normal(180, 50, N).round(1),
            "customer_calls": RANDOM.integers(0, 9, N),
            "monthly_charge": RANDOM.normal(40, 9, N).round(2),
            "churn": RANDOM.random(N) < 0.2,
        }
    ),
)


def handed_over(question: str) -> NotPlanned:
    outcome = ask(question, CONTEXT)
    assert isinstance(outcome, NotPlanned), question
    return outcome


# req: E25
@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("predict churn", "churn"),
        ("Can you predict the monthly charge?", "monthly_charge"),
        ("build a model to predict churn", "churn"),
        ("train the best model for churn", "churn"),
        ("Please run AutoML on monthly_charge", "monthly_charge"),
        ("how well can churn be predicted?", "churn"),
        ("what drives churn?", "churn"),
        ("Which factors influence churn?", "churn"),
        ("what are the key drivers of churn", "churn"),
        ("feature importance for churn", "churn"),
        ("who will churn next?", "churn"),
        ("which customers are likely to churn", "churn"),
        ("forecast churn", "churn"),
        ("build a machine learning model", None),
        ("churn vorhersagen", "churn"),
        ("Was beeinflusst churn?", "churn"),
        ("sage churn voraus", "churn"),
        ("monthly_charge vorhersagen", "monthly_charge"),
    ],
)
def test_a_question_for_a_model_is_work_for_build(question: str, target: str | None) -> None:
    outcome = handed_over(question)
    assert outcome.reason == "build"
    assert outcome.build == ForBuild(table="subscribers", target=target)
    assert target is None or target in outcome.message
    for smaller in outcome.near_questions:
        assert planned(smaller, CONTEXT).plan.statistic is not None


@pytest.mark.parametrize(
    "question",
    [
        "predict churn with a random forest",
        "predict churn using day_minutes",
        "average monthly charge by state",
        "correlation between day_minutes and monthly_charge",
        "how many rows have churn",
        "which state has the highest average customer calls?",
        "Determine the state with the highest total monthly charge",
        "which state leads to the highest average monthly charge?",
    ],
)
def test_what_has_a_plan_keeps_it(question: str) -> None:
    assert planned(question, CONTEXT)


@pytest.mark.parametrize(
    "question", ["predict the weather", "who will win", "average predicted minutes", "hello"]
)
def test_words_alone_hand_nothing_over(question: str) -> None:
    assert handed_over(question).build is None


def test_a_column_of_that_name_is_a_column() -> None:
    table = context_of("scores", pd.DataFrame({"predict": [1.5, 2.0, 4.0], "team": ["a", "b", "a"]}))
    assert planned("average predict by team", table).plan.groups[0].column == "team"


def test_no_model_is_asked_for_what_build_does() -> None:
    class Nobody:
        configured = True
        send_samples = False

        async def gateway(self) -> None:
            raise AssertionError("a model was asked")

    context = PlanContext(tables=(CONTEXT,), today=now().date())
    planner = ModelPlanner(cast("ModelAccess", Nobody()))
    outcome = asyncio.run(planner.plan("predict churn", context))
    assert isinstance(outcome, NotPlanned)
    assert outcome.build == ForBuild(table="subscribers", target="churn")
