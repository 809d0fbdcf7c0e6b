"""Conditions on groups, the best rows only, series over time, and the difference of two groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import Ran, ask, checked
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask.planners.base import NotPlanned

RANDOM = np.random.default_rng(3)
TRIPS = pd.DataFrame(
    {
        "started": pd.Timestamp("2020-01-01") + pd.to_timedelta(RANDOM.integers(0, 1095, 500), unit="D"),
        "city": RANDOM.choice(["Bern", "Linz", "Graz", "Ulm"], 500, p=[0.5, 0.3, 0.15, 0.05]),
        "sex": RANDOM.choice(["male", "female"], 500),
        "member": RANDOM.choice(["Yes", "No"], 500),
        "sales": np.round(RANDOM.uniform(1, 99, 500), 2),
        "speed": np.round(RANDOM.uniform(4, 40, 500), 1),
    }
)
CONTEXT = context_of("rides", TRIPS)
SIZES, TOTALS = TRIPS.groupby("city").size(), TRIPS.groupby("city").sales.sum()
MONTHS = TRIPS.groupby(TRIPS.started.dt.to_period("M")).sales.sum()
YEARS = TRIPS.groupby(TRIPS.started.dt.year).sales.sum()
MEN, WOMEN = TRIPS[TRIPS.sex == "male"], TRIPS[TRIPS.sex == "female"]
MEMBERS, OTHERS = TRIPS[TRIPS.member == "Yes"], TRIPS[TRIPS.member == "No"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("groups")
    save("rides", TRIPS, path)
    return path


def answer(question: str, folder: Path) -> Ran:
    """The result, after every check of the product."""
    return checked(question, CONTEXT, folder)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many cities have more than 100 rows?", int((SIZES > 100).sum())),
        ("how many cities have at most 100 records", int((SIZES <= 100).sum())),
        ("average sales of the top 10 rows by speed", TRIPS.nlargest(10, "speed").sales.mean()),
        ("mean speed of the 20 fastest rows", TRIPS.speed.nlargest(20).mean()),
        ("average sales of the 5 lowest rows by speed", TRIPS.sort_values("speed", kind="stable").head(5).sales.mean()),
        ("difference in average speed between male and female", MEN.speed.mean() - WOMEN.speed.mean()),
        ("what is the difference in the total sales between Linz and Bern?", TOTALS["Linz"] - TOTALS["Bern"]),
        ("how many rows have a speed above the average speed", int((TRIPS.speed > TRIPS.speed.mean()).sum())),
        ("average sales for tourists with speed above 30", TRIPS[TRIPS.speed > 30].sales.mean()),
        ("Perform a linear regression with speed as the independent variable and sales as the dependent variable",
         np.polyfit(TRIPS.speed, TRIPS.sales, 1)[0]),
        ("difference in median speed between members and non-members",
         MEMBERS.speed.median() - OTHERS.speed.median()),
    ],
)  # fmt: skip
def test_a_single_figure_is_that_of_pandas(question: str, expected: float, folder: Path) -> None:
    assert answer(question, folder).result.iloc[0, 0] == pytest.approx(expected)


def test_what_is_ranked_may_be_a_period_or_counted_values(folder: Path) -> None:
    best = MONTHS.idxmax()
    assert answer("Determine the month with the highest total sales.", folder).result.iloc[0, 0] == str(best)
    result = answer("which sex has the most cities?", folder).result
    assert set(result.iloc[:, 1]) == {TRIPS.groupby("sex").city.nunique().max()}
    assert answer("which column has the most missing values?", folder).result.shape[0] == len(TRIPS.columns)


def test_groups_are_kept_by_their_measure(folder: Path) -> None:
    limit = int(TOTALS.median())
    result = answer(f"cities with total sales above {limit}", folder).result
    assert dict(zip(result.iloc[:, 0], result.iloc[:, 1], strict=True)) == pytest.approx(
        TOTALS[limit < TOTALS].to_dict()
    )


def test_a_series_follows_its_measure(folder: Path) -> None:
    result = answer("cumulative total sales by month", folder).result
    assert list(result["cumulative total sales"]) == pytest.approx(list(MONTHS.cumsum()))
    result = answer("year over year growth of total sales", folder).result
    assert list(result["growth of total sales (%)"]) == pytest.approx(list(100 * YEARS.pct_change())[1:])
    result = answer("3 month moving average of total sales by month", folder).result
    assert list(result.iloc[2:, -1]) == pytest.approx(list(MONTHS.rolling(3).mean())[2:])


@pytest.mark.parametrize(
    "question",
    [
        "cumulative sales",
        "growth by city",
        "moving average of sales by month",
        "difference in speed",
        "difference between the cities",
    ],
)
def test_what_lacks_a_part_is_refused(question: str) -> None:
    outcome = ask(question, CONTEXT)
    assert isinstance(outcome, NotPlanned), outcome.plan
