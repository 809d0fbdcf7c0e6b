"""Places of a ranking, conditions of which one must hold, intervals as groups, two columns crossed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import Ran, ask, checked
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask.planners.base import NotPlanned

RANDOM = np.random.default_rng(8)
SALES = pd.DataFrame(
    {
        "city": RANDOM.choice(["Bern", "Linz", "Graz", "Ulm"], 400, p=[0.4, 0.3, 0.2, 0.1]),
        "channel": RANDOM.choice(["shop", "web", "phone"], 400),
        "segment": RANDOM.choice(["new", "old"], 400),
        "revenue": np.round(RANDOM.uniform(1, 99, 400), 2),
        "age": RANDOM.integers(18, 80, 400),
        "weight": np.where(RANDOM.random(400) < 0.2, np.nan, np.round(RANDOM.uniform(4, 40, 400), 1)),
    }
)
SALES.loc[SALES.city == "Ulm", "weight"] = np.nan
CONTEXT = context_of("sales", SALES)
TOTALS = SALES.groupby("city").revenue.sum()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shapes")
    save("sales", SALES, path)
    return path


def answer(question: str, folder: Path) -> Ran:
    """The result, after every check of the product."""
    return checked(question, CONTEXT, folder)


# req: F1
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which city has the second highest total revenue?", TOTALS.nlargest(2).index[1]),
        ("the city with the third lowest average age", SALES.groupby("city").age.mean().nsmallest(3).index[2]),
        ("second most common channel", SALES.channel.value_counts().index[1]),
        ("what is the 4th highest revenue", SALES.revenue.nlargest(4).iloc[3]),
        ("how many rows have revenue above 90 or age below 20?", int(((SALES.revenue > 90) | (SALES.age < 20)).sum())),
        ("number of rows where city is Bern or channel is web",
         int(((SALES.city == "Bern") | (SALES.channel == "web")).sum())),
        ("how many rows have an age above 70 or below 20", int(((SALES.age > 70) | (SALES.age < 20)).sum())),
        ("how many rows have a city that starts with 'B'", int(SALES.city.str.startswith("B").sum())),
        ("how many cities end with 'z'", 2),
    ],
)  # fmt: skip
def test_a_place_or_an_alternative_is_that_of_pandas(
    question: str, expected: str | float, folder: Path
) -> None:
    got = answer(question, folder).result.iloc[0, 0]
    assert got == expected if isinstance(expected, str) else got == pytest.approx(expected)


# req: F1
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("average revenue by age group of 10 years", SALES.groupby(SALES.age // 10 * 10).revenue.mean()),
        ("bin age into groups of 20 and count the rows", SALES.groupby(SALES.age // 20 * 20).size()),
        ("mean revenue by age in 5 bins", SALES.groupby(pd.cut(SALES.age, 5), observed=True).revenue.mean()),
        ("split revenue into 4 equal-width bins and count the rows in each",
         SALES.groupby(pd.cut(SALES.revenue, 4), observed=True).size()),
        ("average age by revenue quartile", SALES.groupby(pd.qcut(SALES.revenue, 4), observed=True).age.mean()),
        ("total revenue by city, channel and segment", SALES.groupby(["city", "channel", "segment"]).revenue.sum()),
        ("pivot table of total revenue by city and channel", SALES.groupby(["city", "channel"]).revenue.sum()),
        ("cross tabulation of city and segment", SALES.groupby(["city", "segment"]).size()),
    ],
)  # fmt: skip
def test_intervals_and_crossed_columns_are_groups_in_their_order(
    question: str, expected: pd.Series[float], folder: Path
) -> None:
    result = answer(question, folder).result
    measured = result.drop(columns=["rows"]) if len(result.columns) > 2 and "rows" in result else result
    measured = measured if measured.select_dtypes("number").shape[1] else result
    assert measured.iloc[:, -1].to_list() == pytest.approx(expected.to_list())


def test_a_group_without_a_value_is_left_out_and_the_rest_stays(folder: Path) -> None:
    result = answer("average weight by city", folder).result
    assert set(result["city"]) == {"Bern", "Linz", "Graz"}
    assert len(answer("average revenue by city", folder).result) == 4


@pytest.mark.parametrize(
    "question",
    [
        "what is the second revenue",
        "average revenue by age and 3 more bins of nothing",
        "pivot table of revenue",
    ],
)
def test_a_place_or_shape_that_is_not_clear_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXT), NotPlanned)
