"""The plan language: what it accepts, and what does not fit a table."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask.plan import AnalysisPlan, Filter, Group, Measure, Source, Statistic, problems
from lakeglass.ask.plan.naming import filter_words, key_names, measure_names, measure_words
from lakeglass.ask.plan.schema import json_schema

ORDERS = context_of("orders", TABLES["orders"]())
SOURCE = (Source(name="orders", file="data/orders.parquet"),)
COUNT = (Measure(aggregate="count"),)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"measures": COUNT, "statistic": Statistic(kind="overview")},
        {"measures": ({"aggregate": "sum"},)},
        {"measures": ({"aggregate": "count", "column": "x"},)},
        {"measures": ({"aggregate": "share"},)},
        {"measures": ({"aggregate": "quantile", "column": "x"},)},
        {"measures": ({"aggregate": "mean", "column": "x", "of_total": True},)},
        {"measures": COUNT, "filters": ({"column": "x", "operator": "between", "values": (1,)},)},
        {"measures": COUNT, "filters": ({"column": "x", "operator": "missing", "values": (1,)},)},
        {"measures": COUNT, "limit": 0},
        {"measures": COUNT, "decimals": 99},
        {"measures": COUNT, "code": "import os"},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AnalysisPlan.model_validate({"sources": SOURCE, **parts})


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"measures": (Measure(aggregate="sum", column="net_sale"),)}, "the nearest is 'net_sales'"),
        ({"measures": (Measure(aggregate="sum", column="region"),)}, "has no sum"),
        ({"measures": COUNT, "groups": (Group(column="region", grain="month"),)}, "is no date"),
        (
            {"measures": COUNT, "filters": (Filter(column="region", operator=">", values=("a",)),)},
            "compared by size",
        ),
        (
            {"measures": COUNT, "filters": (Filter(column="quantity", operator="=", values=("a",)),)},
            "with text",
        ),
        (
            {"measures": COUNT, "filters": (Filter(column="region", operator="=", values=(1,)),)},
            "something else",
        ),
        ({"statistic": Statistic(kind="correlation", columns=("region", "quantity"))}, "no correlation"),
    ],
)
def test_a_plan_that_does_not_fit_says_why(parts: dict[str, object], problem: str) -> None:
    found = problems(AnalysisPlan.model_validate({"sources": SOURCE, **parts}), (ORDERS,))
    assert len(found) == 1
    assert problem in found[0]


def test_another_table_is_a_problem() -> None:
    plan = AnalysisPlan(sources=(Source(name="other", file="data/other.parquet"),), measures=COUNT)
    assert problems(plan, (ORDERS,)) == ("there is no table 'other'",)


def test_the_schema_of_a_table_admits_its_columns_only() -> None:
    schema = json_schema(ORDERS)
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    text = str(definitions["Measure"])
    assert "'net_sales'" in text
    assert "'salary'" not in text
    assert str(definitions["Source"]).count("data/orders.parquet") == 1


def test_names_of_the_result_never_collide() -> None:
    plan = AnalysisPlan(
        sources=SOURCE,
        groups=(Group(column="rows"), Group(column="order_date", grain="month")),
        measures=(Measure(aggregate="count"), Measure(aggregate="count")),
    )
    names = (*key_names(plan), *measure_names(plan))
    assert names == ("rows", "month", "rows (2)", "rows (3)")


@pytest.mark.parametrize(
    ("each", "words"),
    [
        (Filter(column="d", operator="period", values=("1995-01-01", "1996-01-01")), "d in 1995"),
        (Filter(column="d", operator="period", values=("1995-03-01", "1995-04-01")), "d in March 1995"),
        (Filter(column="d", operator="period", values=("1995-03-08", "1995-03-09")), "d on 1995-03-08"),
        (Filter(column="d", operator="period", values=("1992-01-01", "1996-01-01")), "d from 1992 to 1995"),
        (Filter(column="d", operator=">=", values=("1998-01-01",)), "d from 1998-01-01 on"),
        (Filter(column="x", operator="in", values=("a", "b", "c")), "x is a, b or c"),
        (Filter(column="x", operator="not in", values=("a",)), "x is not a"),
        (Filter(column="x", operator="between", values=(1, 2)), "x from 1 to 2"),
        (Filter(column="x", operator="missing"), "x is missing"),
    ],
)
def test_conditions_read_like_language(each: Filter, words: str) -> None:
    assert filter_words(each) == words


@pytest.mark.parametrize(
    ("quantile", "words"), [(0.9, "90th"), (0.01, "1st"), (0.22, "22nd"), (0.11, "11th")]
)
def test_percentiles_are_ordinals(quantile: float, words: str) -> None:
    measure = Measure(aggregate="quantile", column="x", quantile=quantile)
    assert measure_words(measure) == f"{words} percentile of x"
