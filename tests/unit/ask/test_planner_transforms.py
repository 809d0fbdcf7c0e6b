"""Gaps of rows, filling by group, scaling, encoding, logarithms, given intervals, text, differences, windows, periods:
in words and in figures as pandas gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.planners.base import NotPlanned

FRAMES = {name: TABLES[name]() for name in ("passengers", "orders", "museum")}
CONTEXTS = {name: context_of(name, frame) for name, frame in FRAMES.items()}
P, S, M = FRAMES["passengers"], FRAMES["orders"], FRAMES["museum"]
GAPPY = P.isna().any(axis=1)
FILLED = P.Age.fillna(P.groupby("Sex").Age.transform("mean"))
MEDIAN = P.Age.fillna(P.groupby("Pclass").Age.transform("median"))
MONTHLY = M.groupby(M["day"].dt.to_period("M")).visits.sum()
YEARLY = M.groupby(M["day"].dt.year).visits.sum()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("transforms")
    for name, frame in FRAMES.items():
        save(name, frame, path)
    return path


# req: F1
@pytest.mark.parametrize(
    ("table", "question", "truth"),
    [
        ("passengers", "how many rows have any missing value?", GAPPY.sum()),
        ("passengers", "how many rows have missing values", GAPPY.sum()),
        ("passengers", "how many complete rows are there?", (~GAPPY).sum()),
        ("passengers", "percentage of rows with any missing value", 100 * GAPPY.mean()),
        ("passengers", "average fare of rows without missing values", P[~GAPPY].Fare.mean()),
        ("passengers", "fill the missing ages with the mean of each sex and give the average age", FILLED.mean()),
        ("passengers", "impute missing age by the median per pclass, then the standard deviation of age", MEDIAN.std()),
        ("passengers", "min-max scale fare and give its mean",
         ((P.Fare - P.Fare.min()) / (P.Fare.max() - P.Fare.min())).mean()),
        ("passengers", "normalize fare to 0-1 and compute the median",
         ((P.Fare - P.Fare.min()) / (P.Fare.max() - P.Fare.min())).median()),
        ("passengers", "z-score normalize fare, then the maximum", ((P.Fare - P.Fare.mean()) / P.Fare.std()).max()),
        ("passengers", "after standardizing fare, what is the minimum?",
         ((P.Fare - P.Fare.mean()) / P.Fare.std()).min()),
        ("passengers", "label encode embarked and give the mean", P.Embarked.astype("category").cat.codes.mean()),
        ("passengers", "one-hot encode embarked: how many columns result", P.Embarked.nunique()),
        ("passengers", "mean of log base 2 of fare", np.log2(P.Fare[P.Fare > 0]).mean()),
        ("passengers", "average log2 of fare", np.log2(P.Fare[P.Fare > 0]).mean()),
        ("passengers", "mean of log(1 + fare)", np.log1p(P.Fare).mean()),
        ("passengers", "median of the natural log of fare plus one", np.log1p(P.Fare).median()),
        ("passengers", "average length of name", P.Name.str.len().mean()),
        ("orders", "total net sales minus total quantity", S.net_sales.sum() - S.quantity.sum()),
        ("orders", "difference between average unit price and average quantity",
         S.unitPrice.mean() - S.quantity.mean()),
        ("orders", "difference between the highest and the lowest unit price", S.unitPrice.max() - S.unitPrice.min()),
        ("orders", "total net sales in 2023 and 2024", S.net_sales[S.order_date.dt.year.isin([2023, 2024])].sum()),
    ],
)  # fmt: skip
def test_the_figure_is_that_of_pandas(table: str, question: str, truth: float, folder: Path) -> None:
    result = checked(question, CONTEXTS[table], folder).result
    assert len(result) == 1
    assert result.iloc[0, 0] == pytest.approx(truth)


def keyed(result: pd.DataFrame, column: int = 1) -> dict[str, float]:
    """The first column's values with those of another."""
    return dict(zip(result.iloc[:, 0].astype(str), result.iloc[:, column], strict=True))


def cut(values: pd.Series, edges: list[float], names: list[str]) -> pd.Series:
    return pd.cut(values, edges, right=False, labels=names)


# req: F1
@pytest.mark.parametrize(
    ("table", "question", "truth"),
    [
        ("passengers", "count rows by fare bins 0, 20, 50, 200",
         lambda: cut(P.Fare, [0, 20, 50, 200], ["0 to under 20", "20 to under 50", "50 to under 200"])
         .value_counts()),
        ("passengers", "average fare by age groups 0-17, 18-64 and 65+",
         lambda: P.Fare.groupby(cut(P.Age, [0, 18, 65, np.inf], ["0 to under 18", "18 to under 65", "65 or more"]),
                                observed=True).mean()),
        ("passengers", "average fare by first word of name", lambda: P.groupby(P.Name.str.split().str[0]).Fare.mean()),
        ("passengers", "one-hot encode embarked and give the sums", lambda: P.Embarked.value_counts()),
        ("museum", "compare total visits in 2022 and 2024", lambda: YEARLY[[2022, 2024]]),
        ("museum", "average visits in 2023 vs 2021",
         lambda: M[M["day"].dt.year.isin([2021, 2023])].groupby(M["day"].dt.year).visits.mean()),
    ],
)  # fmt: skip
def test_the_groups_are_those_of_pandas(
    table: str, question: str, truth: Callable[[], pd.Series], folder: Path
) -> None:
    expected = {str(k): v for k, v in truth().items()}
    assert keyed(checked(question, CONTEXTS[table], folder).result) == pytest.approx(expected)


# req: F1
@pytest.mark.parametrize(
    ("question", "truth"),
    [
        ("3 month rolling average of visits", MONTHLY.rolling(3).mean()),
        ("6 month rolling sum of visits", MONTHLY.rolling(6).sum()),
        ("cumulative visits by month", MONTHLY.cumsum()),
        ("month over month growth of visits", 100 * MONTHLY.pct_change().iloc[1:]),
        ("month over month change of visits", MONTHLY.diff().iloc[1:]),
    ],
)
def test_what_follows_along_time_is_that_of_pandas(question: str, truth: pd.Series, folder: Path) -> None:
    ran = checked(question, CONTEXTS["museum"], folder)
    found = pd.Series(keyed(ran.result, column=-1)).dropna()
    expected = {str(k): v for k, v in truth.dropna().items()}
    assert found.to_dict() == pytest.approx(expected)
    figure = ran.figure
    drawn = figure.data[0].y  # type: ignore[attr-defined]
    assert np.array(drawn, dtype=float)[-1] == pytest.approx(truth.iloc[-1])


def test_a_running_total_of_each_group_is_its_own(folder: Path) -> None:
    result = checked("cumulative visits by year for each site", CONTEXTS["museum"], folder).result
    totals = M.groupby([M["day"].dt.year, "site"]).visits.sum().groupby(level=1).cumsum()
    found = {(int(row.iloc[0]), row.iloc[1]): row.iloc[-1] for _, row in result.iterrows()}
    assert found == totals.to_dict()


# req: F1
def test_the_best_group_tells_its_other_measure_too(folder: Path) -> None:
    question = "which region has the highest total net sales and what is its quantity?"
    result = checked(question, CONTEXTS["orders"], folder).result
    best = S.groupby("region").net_sales.sum().idxmax()
    assert result.iloc[0, 0] == best
    assert result.iloc[0, 2] == S[S.region == best].quantity.sum()


def test_a_group_without_any_value_keeps_its_gaps(tmp_path: Path) -> None:
    frame = pd.DataFrame({"kind": ["a", "a", "b", "b"] * 5, "size": [1.0, None, None, None] * 5})
    save("stones", frame, tmp_path)
    question = "fill missing size with the mean of each kind and give the average size by kind"
    result = checked(question, context_of("stones", frame), tmp_path).result
    assert keyed(result) == {"a": 1.0}


def test_rows_with_gaps_are_said_in_words() -> None:
    plan = planned("how many rows have any missing value?", CONTEXTS["passengers"])
    assert "a value is missing" in plan.understanding.restatement


@pytest.mark.parametrize(
    "question",
    [
        "standardize embarked and give the mean",
        "log base 0 of fare",
        "mean of log base 1 of fare",
        "count rows by fare bins 50, 20, 0",
        "difference between the median fare and the highest age",
        "rolling average of fare",
    ],
)
def test_what_can_not_be_made_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXTS["passengers"]), NotPlanned)
