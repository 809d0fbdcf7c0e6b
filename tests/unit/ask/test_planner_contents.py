"""Values that the statistics do not list: found by the index once it is there, and nothing wrong is said before."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned

from lakeglass.ask.plan import TableContext
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import local


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableContext:
    folder = tmp_path_factory.mktemp("contents")
    firms = [
        f"{word} {kind} {n}" for n in range(400) for word in ("Alder", "Birch") for kind in ("Ltd", "Works")
    ]
    frame = pd.DataFrame(
        {
            "client": [*firms, "Turnover", "Vermilion"],
            "agent": [*(f"Agent {n % 1200:04d}" for n in range(len(firms))), "Vermilion", "Solo"],
            "net_sales": range(len(firms) + 2),
        }
    )
    prepared = local.prepare(frame, folder / "data", settings=LakeSettings(threads=1), index=folder)
    return TableContext(
        name="deals",
        file="data/deals.parquet",
        statistics=prepared.statistics,
        dataset_version="one",
        contents=prepared.contents,
    )


@pytest.mark.parametrize(
    "question",
    [
        "total net sales of birch works 399",
        "total net sales for Birch Works 399",
        'total net sales where client is "Birch Works 399"',
        'what is the total net_sales for "birch works 399"?',
    ],
)
def test_a_rare_value_is_found_without_its_column(question: str, table: TableContext) -> None:
    plan = planned(question, table).plan
    assert [(f.column, f.operator, f.values) for f in plan.filters] == [("client", "=", ("Birch Works 399",))]


def test_a_rare_value_is_left_out(table: TableContext) -> None:
    plan = planned("total net sales without birch works 399", table).plan
    assert [(f.operator, f.values) for f in plan.filters] == [("!=", ("Birch Works 399",))]


def test_a_word_that_means_a_column_is_no_rare_value(table: TableContext) -> None:
    plan = planned("total turnover", table).plan
    assert plan.measures[0].column == "net_sales"
    assert plan.filters == ()


def test_a_value_of_several_columns_is_asked_back(table: TableContext) -> None:
    outcome = ask("total net sales of vermilion", table)
    assert isinstance(outcome, NotPlanned)
    assert "several columns" in outcome.message


def test_what_is_no_value_is_refused_all_the_same(table: TableContext) -> None:
    outcome = ask("total net sales of birch zorbs 399", table)
    assert isinstance(outcome, NotPlanned)


def test_without_the_index_a_rare_value_is_not_known_and_nothing_else_is_read(table: TableContext) -> None:
    early = table.model_copy(update={"contents": None})
    assert isinstance(ask("total net sales of solo", early), NotPlanned)
    gone = table.model_copy(update={"contents": Path("/nowhere/x.values")})
    assert isinstance(ask("total net sales of solo", gone), NotPlanned)
    plan = planned("total net sales of solo", table).plan
    assert [f.column for f in plan.filters] == ["agent"]
