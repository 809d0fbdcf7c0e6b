"""Rankings and shares within each value of a column are those of pandas, ties and gaps included."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.answer import compose
from lakeglass.ask.planners.base import NotPlanned

ORDERS, PASSENGERS = TABLES["orders"](), TABLES["passengers"]()
FRAMES = {"orders": ORDERS, "passengers": PASSENGERS}
CONTEXTS = {name: context_of(name, frame) for name, frame in FRAMES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("within")
    for name, frame in FRAMES.items():
        save(name, frame, path)
    return path


def first(
    per: str, key: str, column: str, count: int, *, high: bool = True
) -> dict[tuple[object, object], float]:
    """The groups with the highest totals of each outer group, without a look at the generated code."""
    totals = ORDERS.groupby([per, key])[column].sum()
    found: dict[tuple[object, object], float] = {}
    for outer in ORDERS[per].unique():
        part = totals[outer].sort_values(ascending=not high).head(count)
        found |= {(outer, inner): value for inner, value in part.items()}
    return found


# req: F1
@pytest.mark.parametrize(
    ("question", "per", "key", "column", "count", "high"),
    [
        (
            "top 2 product categories by total net sales in each region",
            "region",
            "product_category",
            "net_sales",
            2,
            True,
        ),
        (
            "the 3 regions with the lowest total quantity for each product category",
            "product_category",
            "region",
            "quantity",
            3,
            False,
        ),
        (
            "which product category has the highest total net sales in each region?",
            "region",
            "product_category",
            "net_sales",
            1,
            True,
        ),
        (
            "in every region, which product category has the lowest total quantity?",
            "region",
            "product_category",
            "quantity",
            1,
            False,
        ),
        ("top 3 customers by total net sales per region", "region", "customer_id", "net_sales", 3, True),
    ],
)
def test_the_first_of_each_group_are_told(
    question: str, per: str, key: str, column: str, count: int, high: bool, folder: Path
) -> None:
    result = checked(question, CONTEXTS["orders"], folder).result
    values = result.columns[2]
    found = {(row[per], row[key]): row[values] for _, row in result.iterrows()}
    assert found == pytest.approx(first(per, key, column, count, high=high))


# req: F1
def test_rows_are_ranked_within_each_group(folder: Path) -> None:
    result = checked("top 3 passengers by Fare in each Embarked", CONTEXTS["passengers"], folder).result
    truth = PASSENGERS.sort_values("Fare", ascending=False).groupby("Embarked").head(3)
    assert sorted(result["PassengerId"]) == sorted(truth["PassengerId"])


def test_the_most_frequent_of_each_group_is_told(folder: Path) -> None:
    result = checked("which Embarked is most common in each Sex", CONTEXTS["passengers"], folder).result
    truth = PASSENGERS.groupby("Sex")["Embarked"].agg(lambda values: values.mode()[0])
    assert dict(zip(result["Sex"], result["Embarked"], strict=True)) == truth.to_dict()


# req: F1
def test_shares_within_each_group_add_up_to_a_hundred(folder: Path) -> None:
    question = "share of net sales by product category within each region"
    result = checked(question, CONTEXTS["orders"], folder).result
    share = result.columns[2]
    assert result.groupby("region")[share].sum().to_numpy() == pytest.approx(100)
    totals = ORDERS.groupby(["region", "product_category"]).net_sales.sum()
    truth = 100 * totals / totals.groupby(level=0).transform("sum")
    found = result.set_index(["region", "product_category"])[share]
    assert found.to_dict() == pytest.approx(truth.to_dict())


def test_ties_are_all_told(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "team": ["a", "a", "b", "b", "b"] * 4,
            "player": ["x", "y", "x", "y", "z"] * 4,
            "points": [5, 5, 1, 2, 2] * 4,
        }
    )
    save("league", frame, tmp_path)
    result = checked(
        "which player has the highest total points in each team?", context_of("league", frame), tmp_path
    ).result
    assert list(zip(result["team"], result["player"], strict=True)) == [
        ("a", "x"),
        ("a", "y"),
        ("b", "y"),
        ("b", "z"),
    ]


def test_the_sentence_names_each_group(folder: Path) -> None:
    question = "which product category has the highest total net sales in each region?"
    found, ran = planned(question, CONTEXTS["orders"]), checked(question, CONTEXTS["orders"], folder)
    answer = compose(found.plan, ran.table, (), (CONTEXTS["orders"],), base=dict(ran.base))
    assert answer.sentence.startswith("Highest total net_sales in each region: East: ")
    without = ask(question, CONTEXTS["orders"], without=frozenset({"group:region:"}))
    assert not isinstance(without, NotPlanned)
    assert without.plan.per is None


def test_a_plain_group_stays_a_plain_group() -> None:
    for question in ("average net sales for each region", "highest net sales in each region"):
        assert planned(question, CONTEXTS["orders"]).plan.per is None
