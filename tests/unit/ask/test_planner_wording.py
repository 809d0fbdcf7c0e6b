"""Everyday wording over columns with short names: abbreviations, verbs, opposites, other forms of values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned
from tests.unit.ask.analyst_tables import context_of

from lakeglass.ask.plan import AnalysisPlan, Filter, Group, Measure, Sort
from lakeglass.ask.planners.base import NotPlanned

RANDOM = np.random.default_rng(5)
N = 300
CARS = pd.DataFrame(
    {
        "maker": RANDOM.choice(["audi", "toyota", "ford"], N),
        "class": RANDOM.choice(["compact", "suv", "management"], N),
        "cty": np.round(RANDOM.uniform(9, 35, N), 1),
        "hwy": np.round(RANDOM.uniform(12, 44, N), 1),
        "cyl": RANDOM.choice([4, 6, 8], N),
        "dose": RANDOM.choice([0.5, 1.0, 2.0], N),
    }
)
STAFF = pd.DataFrame(
    {
        "wage": np.round(RANDOM.uniform(1, 44, N), 2),
        "education": RANDOM.integers(2, 18, N),
        "age": RANDOM.integers(18, 64, N),
        "gender": RANDOM.choice(["male", "female"], N),
        "occupation": RANDOM.choice(["management", "services", "sales"], N),
        "married": RANDOM.choice(["yes", "no"], N),
        "union": RANDOM.choice(["yes", "no"], N),
    }
)
TABLES = {"autos": context_of("autos", CARS), "staff": context_of("staff", STAFF)}


def mean(column: str) -> Measure:
    return Measure(aggregate="mean", column=column)


def is_(column: str, *values: str | int) -> Filter:
    return Filter(column=column, operator="=" if len(values) == 1 else "in", values=values)


COUNT = Measure(aggregate="count")


# req: F1
@pytest.mark.parametrize(
    ("table", "question", "measures", "filters", "groups"),
    [
        ("autos", "what's the mean highway mileage for each maker?", [mean("hwy")], [], ["maker"]),
        ("autos", "average city mileage of the compact ones", [mean("cty")], [is_("class", "compact")], []),
        ("autos", "how many vehicles have 8 cylinders", [COUNT], [is_("cyl", 8)], []),
        ("autos", "number of cars made by toyota", [COUNT], [is_("maker", "toyota")], []),
        ("autos", "mean hwy by number of cylinders", [mean("hwy")], [], ["cyl"]),
        ("autos", "how does hwy vary with cyl", [mean("hwy")], [], ["cyl"]),
        ("autos", "average cty per dose", [mean("cty")], [], ["dose"]),
        ("autos", "average number of cylinders by class", [mean("cyl")], [], ["class"]),
        ("staff", "average years of education by occupation", [mean("education")], [], ["occupation"]),
        ("staff", "what is the average hourly wage of women?", [mean("wage")], [is_("gender", "female")], []),
        ("staff", "average wage of managers", [mean("wage")], [is_("occupation", "management")], []),
        ("staff", "how many people work in services?", [COUNT], [is_("occupation", "services")], []),
        ("staff", "how many workers are under 25 years old", [COUNT],
         [Filter(column="age", operator="<", values=(25,))], []),
        ("staff", "number of workers with more than 12 years of education", [COUNT],
         [Filter(column="education", operator=">", values=(12,))], []),
        ("staff", "average wage by gender and union membership", [mean("wage")], [], ["gender", "union"]),
        ("staff", "average wage of unmarried workers", [mean("wage")], [is_("married", "no")], []),
        ("staff", "average wage for married workers versus unmarried ones", [mean("wage")],
         [is_("married", "yes", "no")], ["married"]),
        ("staff", "do men earn more than women on average?", [mean("wage")],
         [is_("gender", "male", "female")], ["gender"]),
    ],
)  # fmt: skip
def test_everyday_words_mean_the_short_columns(
    table: str, question: str, measures: list[Measure], filters: list[Filter], groups: list[str]
) -> None:
    plan = planned(question, TABLES[table]).plan
    assert list(plan.measures) == measures
    assert list(plan.filters) == filters
    assert list(plan.groups) == [Group(column=g) for g in groups]


@pytest.mark.parametrize(
    ("question", "limit"), [("who earns the most?", 1), ("the five workers with the highest wage", 5)]
)
def test_people_are_ranked_by_what_they_earn(question: str, limit: int) -> None:
    plan: AnalysisPlan = planned(question, TABLES["staff"]).plan
    assert plan.sort == Sort(by="column", column="wage", descending=True)
    assert plan.limit == limit


@pytest.mark.parametrize(
    "question", ["average weight by class", "how many staff members are on holiday", "wage gap"]
)
def test_a_word_that_nothing_shortens_is_still_refused(question: str) -> None:
    assert isinstance(ask(question, TABLES["staff"]), NotPlanned)


# req: F1
@pytest.mark.parametrize(
    ("question", "measures", "filters", "groups"),
    [
        ("how many women and men are in each occupation", [COUNT], [is_("gender", "female", "male")],
         ["occupation", "gender"]),
        ("average wage of everyone but managers", [mean("wage")],
         [Filter(column="occupation", operator="!=", values=("management",))], []),
        ("number of people aged 30", [COUNT], [is_("age", 30)], []),
        ("compare total wage of men and women by union", [Measure(aggregate="sum", column="wage")],
         [is_("gender", "male", "female")], ["union", "gender"]),
        ("how does average wage differ by gender and marital status", [mean("wage")], [], ["gender", "married"]),
    ],
)  # fmt: skip
def test_every_part_of_the_question_is_in_the_plan(
    question: str, measures: list[Measure], filters: list[Filter], groups: list[str]
) -> None:
    test_everyday_words_mean_the_short_columns("staff", question, measures, filters, groups)


def test_the_lowest_paid_group_is_found_by_what_it_is_paid() -> None:
    plan = planned("lowest paid occupation", TABLES["staff"]).plan
    assert (plan.limit, plan.sort, list(plan.groups)) == (
        1,
        Sort(by="measure", descending=False),
        [Group(column="occupation")],
    )
