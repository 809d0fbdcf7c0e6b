"""Columns that the question makes and cleaning steps give what pandas gives, in words and in figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask import lint
from lakeglass.ask.answer import compose
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.ask.verify import verify

RANDOM = np.random.default_rng(5)
ORDERED = pd.Timestamp("2024-01-01") + pd.to_timedelta(RANDOM.integers(0, 300, 80), unit="D")
PARCELS = pd.DataFrame(
    {
        "region": RANDOM.choice(["North", "South"], 80),
        "price": np.round(RANDOM.uniform(1, 50, 80), 2),
        "weight": np.round(RANDOM.uniform(1, 9, 80), 1),
        "quantity": RANDOM.integers(1, 40, 80),
        "sales": np.round(RANDOM.uniform(10, 900, 80), 2),
        "ordered": ORDERED,
        "shipped": ORDERED + pd.to_timedelta(RANDOM.integers(0, 20, 80), unit="D"),
        "label": [f"box of {n} parts" for n in RANDOM.integers(1, 90, 80)],
    }
)
FRAMES = {"parcels": PARCELS, "patients": TABLES["patients"](), "passengers": TABLES["passengers"]()}
CONTEXTS = {name: context_of(name, frame) for name, frame in FRAMES.items()}
P = FRAMES["passengers"]
LOGS = np.log(PARCELS.sales)
FARE = P.Fare
Z = (FARE - FARE.mean()).abs() <= 3 * FARE.std()
LOW, HIGH = FARE.quantile(0.25), FARE.quantile(0.75)
INSIDE = FARE.between(LOW - 1.5 * (HIGH - LOW), HIGH + 1.5 * (HIGH - LOW))
WEIGHTED = (PARCELS.price * PARCELS.quantity).sum() / PARCELS.quantity.sum()
SPAN = (PARCELS.shipped - PARCELS.ordered).dt.days


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("steps")
    for name, frame in FRAMES.items():
        save(name, frame, path)
    return path


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        ("parcels", "average price divided by weight", (PARCELS.price / PARCELS.weight).mean()),
        ("parcels", "average of price / weight", (PARCELS.price / PARCELS.weight).mean()),
        ("parcels", "average ratio of price to weight", (PARCELS.price / PARCELS.weight).mean()),
        ("parcels", "price divided by weight", PARCELS.price.sum() / PARCELS.weight.sum()),
        ("parcels", "sales per quantity", PARCELS.sales.sum() / PARCELS.quantity.sum()),
        ("parcels", "highest price minus weight", (PARCELS.price - PARCELS.weight).max()),
        ("parcels", "median difference between price and weight", (PARCELS.price - PARCELS.weight).median()),
        ("parcels", "mean of price times quantity", (PARCELS.price * PARCELS.quantity).mean()),
        ("parcels", "mean price as a percentage of sales", (100 * PARCELS.price / PARCELS.sales).mean()),
        ("parcels", "average price * 2", (PARCELS.price * 2).mean()),
        ("parcels", "mean of log sales", LOGS.mean()),
        ("parcels", "standard deviation of the square root of sales", np.sqrt(PARCELS.sales).std()),
        ("parcels", "Apply log transformation to sales and compute the skewness", LOGS.skew()),
        ("parcels", "average number of days between ordered and shipped", SPAN.mean()),
        ("parcels", "longest time between ordered and shipped", SPAN.max()),
        ("parcels", "average number of characters in label", PARCELS.label.str.len().mean()),
        ("parcels", "mean of the number inside label", PARCELS.label.str.extract(r"(\d+)")[0].astype(int).mean()),
        ("parcels", "weighted average price by quantity", WEIGHTED),
        ("parcels", "average of price weighted by quantity", WEIGHTED),
        ("parcels", "how many rows have price minus weight above 20?",
         int((PARCELS.price - PARCELS.weight > 20).sum())),
        ("parcels", 'Create a new feature called "unit_value" by dividing sales by quantity. What is its mean?',
         (PARCELS.sales / PARCELS.quantity).mean()),
        ("parcels", 'create a new column named "both" as the sum of price and weight and give the median of both',
         (PARCELS.price + PARCELS.weight).median()),
        ("parcels", "create a column total_price by multiplying price and quantity, then report its maximum",
         (PARCELS.price * PARCELS.quantity).max()),
        ("parcels", "create a column weight_price = price / weight. What is the mean of weight_price?",
         (PARCELS.price / PARCELS.weight).mean()),
        ("parcels", "What is the mean and the standard deviation of weight?", PARCELS.weight.mean()),
        ("passengers", "Fill missing values in the age column with the median and calculate the mean age",
         P.Age.fillna(P.Age.median()).mean()),
        ("passengers", "mean age after imputing missing values with 0", P.Age.fillna(0).mean()),
        ("passengers", "replace the missing ages with the mean, then report the standard deviation of age",
         P.Age.fillna(P.Age.mean()).std()),
        ("passengers", "how many rows remain after dropping rows with missing age", int(P.Age.notna().sum())),
        ("passengers", "how many rows remain after dropping rows with missing values", len(P.dropna())),
        ("passengers", "remove outliers in fare by z-score above 3 and give the mean fare", FARE[Z].mean()),
        ("passengers", "average fare without outliers by the iqr method", FARE[INSIDE].mean()),
        ("passengers", "remove duplicate rows and count the rows", len(P.drop_duplicates())),
        ("passengers", "average fare, ignoring missing values", FARE.mean()),
    ],
)  # fmt: skip
def test_the_figure_is_that_of_pandas(table: str, question: str, expected: float, folder: Path) -> None:
    context = CONTEXTS[table]
    outcome = planned(question, context)
    ran = run(outcome.plan, context, folder)
    assert len(ran.result) == 1
    assert ran.result.iloc[0, 0] == pytest.approx(expected, rel=1e-9)
    assert lint.check(ran.code, (context,)) == ()
    checks = verify(outcome.plan, ran.table, (context,), base=dict(ran.base))
    assert [c for c in checks if not c.passed] == []
    assert compose(outcome.plan, ran.table, checks, (context,), base=dict(ran.base)).sentence.endswith(".")
    assert type(outcome.plan).model_validate_json(outcome.plan.model_dump_json()) == outcome.plan


def test_a_new_column_can_be_grouped_correlated_and_drawn(folder: Path) -> None:
    context = CONTEXTS["parcels"]
    ran = run(planned("price divided by weight by region", context).plan, context, folder)
    sums = PARCELS.groupby("region")[["price", "weight"]].sum()
    got = dict(zip(ran.result["region"], ran.result.iloc[:, 1], strict=True))
    assert got == pytest.approx((sums.price / sums.weight).to_dict())
    question = "what is the correlation between price divided by weight and sales?"
    ran = run(planned(question, context).plan, context, folder)
    assert ran.result["correlation"].iloc[0] == pytest.approx(
        (PARCELS.price / PARCELS.weight).corr(PARCELS.sales)
    )
    assert (
        run(planned("histogram of price divided by weight", context).plan, context, folder).figure is not None
    )


def test_dividing_by_zero_leaves_no_infinite_value(folder: Path) -> None:
    frame = pd.DataFrame({"income": [10.0, 20.0, 30.0], "hours": [0.0, 4.0, 5.0]})
    save("jobs", frame, folder)
    context = context_of("jobs", frame)
    ran = run(planned("average income divided by hours", context).plan, context, folder)
    assert ran.result.iloc[0, 0] == pytest.approx(5.5)
    assert ran.base["used"] == 2


@pytest.mark.parametrize(
    "question",
    [
        "drop the table",
        "remove everything",
        "average price minus the moon",
        "fill the missing labels with the mean and count rows",
        "average price divided by region",
        "log of region",
    ],
)
def test_a_step_that_has_no_columns_to_work_on_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXTS["parcels"]), NotPlanned)
