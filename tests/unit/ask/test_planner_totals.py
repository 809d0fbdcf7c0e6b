"""Groups taken together, the place of one group, rankings within periods and terse wording: what pandas says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import NotPlanned

ORDERS, MUSEUM, PASSENGERS = TABLES["orders"](), TABLES["museum"](), TABLES["passengers"]()
TALLY = pd.DataFrame(
    {
        "state": ["NSW", "NSW", "VIC", "VIC", "QLD", "QLD"] * 8,
        "gender": ["Female", "Male"] * 24,
        "count": [3, 40, 5, 31, 2, 17] * 8,
    }
)
MENU = pd.DataFrame(
    {
        "item": [f"Dish {n}" for n in range(40)],
        "kind": ["soup", "salad", "cake", "bread"] * 10,
        "calories": [100 + 7 * n % 311 for n in range(40)],
        "protein": [2.5 + n % 9 for n in range(40)],
        "carb": [11.0 + n % 13 for n in range(40)],
        "high_price": [5.0 + n % 7 for n in range(40)],
        "low_price": [3.0 + n % 5 for n in range(40)],
    }
)
FRAMES = {"orders": ORDERS, "museum": MUSEUM, "passengers": PASSENGERS, "prisoners": TALLY, "menu": MENU}
CONTEXTS = {name: context_of(name, frame) for name, frame in FRAMES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("totals")
    for name, frame in FRAMES.items():
        save(name, frame, path)
    return path


def month() -> pd.Series:
    """The month of each order."""
    return ORDERS.order_date.dt.to_period("M")


# req: F1
@pytest.mark.parametrize(
    ("table", "question", "truth"),
    [
        ("orders", "average total net sales per region", lambda: ORDERS.groupby("region").net_sales.sum().mean()),
        ("orders", "mean of the total quantity of each product category",
         lambda: ORDERS.groupby("product_category").quantity.sum().mean()),
        ("orders", "average number of orders per customer", lambda: ORDERS.groupby("customer_id").size().mean()),
        ("orders", "how many orders does each customer have on average?",
         lambda: ORDERS.groupby("customer_id").size().mean()),
        ("orders", "average monthly net sales", lambda: ORDERS.groupby(month()).net_sales.sum().mean()),
        ("orders", "mean of mean net sales by region", lambda: ORDERS.groupby("region").net_sales.mean().mean()),
        ("orders", "median total net sales per customer in the East region",
         lambda: ORDERS[ORDERS.region == "East"].groupby("customer_id").net_sales.sum().median()),
        ("orders", "what is the rank of Toys by net sales?",
         lambda: ORDERS.groupby("product_category").net_sales.sum().rank(ascending=False)["Toys"]),
        ("orders", "how does Books rank in quantity",
         lambda: ORDERS.groupby("product_category").quantity.sum().rank(ascending=False)["Books"]),
        ("menu", "how does Dish 7 rank by calories",
         lambda: MENU.calories.rank(ascending=False, method="min")[7]),
        ("prisoners", "how many prisoners are in VIC", lambda: TALLY[TALLY.state == "VIC"]["count"].sum()),
        ("menu", "what is the most common protein", lambda: MENU.protein.mode()[0]),
        ("menu", "average price gap (high_price minus low_price)",
         lambda: (MENU.high_price - MENU.low_price).mean()),
        ("menu", "average protein of hearty dishes (calories > 350)",
         lambda: MENU[MENU.calories > 350].protein.mean()),
        ("menu", "max price of soup dishes", lambda: MENU[MENU.kind == "soup"].high_price.max()),
    ],
)  # fmt: skip
def test_a_single_figure_is_that_of_pandas(
    table: str, question: str, truth: Callable[[], float], folder: Path
) -> None:
    row = checked(question, CONTEXTS[table], folder).result.iloc[0].tolist()
    numbers = [float(v) for v in row if isinstance(v, int | float | np.number)]
    assert any(n == pytest.approx(truth()) for n in numbers), (row, truth())


# req: F1
@pytest.mark.parametrize(
    ("table", "question", "truth"),
    [
        ("orders", "average number of orders per customer by region",
         lambda: ORDERS.groupby(["region", "customer_id"]).size().groupby("region").mean()),
        ("prisoners", "total prisoners by state", lambda: TALLY.groupby("state")["count"].sum()),
        ("prisoners", "share of females by state",
         lambda: 100 * TALLY[TALLY.gender == "Female"].groupby("state")["count"].sum()
         / TALLY.groupby("state")["count"].sum()),
        ("menu", "protein to carb ratio by kind",
         lambda: MENU.groupby("kind").protein.sum() / MENU.groupby("kind").carb.sum()),
        ("menu", "average calories by kind, highest first",
         lambda: MENU.groupby("kind").calories.mean().sort_values(ascending=False)),
        ("passengers", "average fare of survivors vs non survivors",
         lambda: PASSENGERS.groupby("Survived").Fare.mean()),
        ("menu", "items with more than 350 calories", lambda: MENU[MENU.calories > 350].set_index("item").calories),
    ],
)  # fmt: skip
def test_a_figure_for_each_group_is_that_of_pandas(
    table: str, question: str, truth: Callable[[], pd.Series], folder: Path
) -> None:
    result = checked(question, CONTEXTS[table], folder).result
    got = dict(zip(result.iloc[:, 0], result.iloc[:, 1], strict=True))
    assert got == pytest.approx(truth().to_dict())
    assert "first" not in question or list(got) == list(truth().index)


# req: F1
def test_a_ranking_behind_per_ranks_the_groups_and_one_before_it_ranks_within_them(folder: Path) -> None:
    behind = checked("total prisoners per state, top 2", CONTEXTS["prisoners"], folder).result
    assert behind.iloc[:, 0].tolist() == ["NSW", "VIC"]
    within = planned("top 2 product categories per region by net sales", CONTEXTS["orders"]).plan
    assert within.per == "region"


# req: F1
def test_a_p_value_is_rounded_by_its_own_number(folder: Path) -> None:
    asked = (
        "Pearson correlation of calories and protein: the coefficient (rounded to 3 decimals) and the p-value "
        "(rounded to 6 decimals)"
    )
    row = checked(asked, CONTEXTS["menu"], folder).result.iloc[0]
    truth = stats.pearsonr(MENU.calories, MENU.protein)
    assert row["correlation"] == round(truth.statistic, 3)
    assert row["p-value"] == round(truth.pvalue, 6)


# req: F1
def test_days_are_ranked_within_each_period_and_each_key(folder: Path) -> None:
    years = checked("top 3 days by visits in each year", CONTEXTS["museum"], folder).result
    days = MUSEUM.groupby("day").visits.sum()
    for year, best in days.groupby(days.index.year).max().items():
        rows = years[years.iloc[:, 0] == year]
        assert len(rows) == 3
        assert rows.iloc[0, 2] == best
    sites = checked("top 2 days by visits of each site", CONTEXTS["museum"], folder).result
    best = sites.groupby(sites.columns[0])[sites.columns[2]].max()
    assert best.to_dict() == MUSEUM.groupby("site").visits.max().to_dict()


# req: F1
def test_quartiles_of_a_column_are_three_numbers_and_by_quartiles_are_groups(folder: Path) -> None:
    row = checked("calories quartiles", CONTEXTS["menu"], folder).result.iloc[0]
    assert row.tolist()[:3] == pytest.approx(MENU.calories.quantile([0.25, 0.5, 0.75]).tolist())
    assert len(checked("average protein by calories quartiles", CONTEXTS["menu"], folder).result) == 4


# req: F3
def test_taking_groups_together_survives_json_and_needs_one_measure() -> None:
    plan = planned("average total net sales per region", CONTEXTS["orders"]).plan
    assert plan.across == "mean"
    assert AnalysisPlan.model_validate_json(plan.model_dump_json()) == plan
    with pytest.raises(ValueError, match="one measure"):
        AnalysisPlan.model_validate(plan.model_dump() | {"groups": ()})
    assert isinstance(ask("the rank of", CONTEXTS["orders"]), NotPlanned)
