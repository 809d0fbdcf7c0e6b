"""Trends, seasons and forecasts in words: what pandas and the library give for the series that is meant."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.answer import compose
from lakeglass.ask.library import time_series
from lakeglass.ask.planners.base import NotPlanned

VISITS = TABLES["museum"]()
TABLE = context_of("museum", VISITS)
MONTHS = VISITS.groupby(VISITS["day"].dt.to_period("M"))["visits"].sum()
DAYS = VISITS.groupby(VISITS["day"].dt.to_period("D"))["visits"].sum().asfreq("D").fillna(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("series")
    save("museum", VISITS, path)
    save("weather", TABLES["weather"](), path)
    return path


# req: F1
def test_a_trend_is_the_line_through_the_months(folder: Path) -> None:
    result = checked("is there a linear trend in visits by month?", TABLE, folder).result
    truth = stats.linregress(range(len(MONTHS)), MONTHS)
    assert result["slope per month"].iloc[0] == pytest.approx(truth.slope)
    assert result["p-value"].iloc[0] == pytest.approx(truth.pvalue)
    assert bool(result["significant"].iloc[0]) is bool(truth.pvalue < 0.05)
    assert result["periods"].iloc[0] == len(MONTHS)


# req: F1
def test_a_season_is_told_by_the_months_of_the_calendar(folder: Path) -> None:
    result = checked("seasonality of visits by month", TABLE, folder).result
    parts = time_series.seasonal_parts(MONTHS, 12)
    truth = parts["season"].groupby(parts.index.month).first()
    assert list(result["month"])[:2] == ["January", "February"]
    assert result["effect"].to_numpy() == pytest.approx(truth.to_numpy())
    assert result["strength"].iloc[0] == pytest.approx(time_series.seasonal_strength(parts))


def test_a_season_of_weekdays_begins_on_monday(folder: Path) -> None:
    result = checked("weekly seasonality of visits", TABLE, folder).result
    assert result["weekday"].iloc[0] == "Monday"
    assert result["effect"].idxmax() == 5  # the table has most visits on Saturdays


# req: F1
def test_a_forecast_tells_the_next_periods_with_an_interval(folder: Path) -> None:
    ran = checked("forecast visits for the next 6 months with an 80% interval", TABLE, folder)
    truth = time_series.holt_winters(MONTHS, 12, 6, 0.8)
    assert list(ran.result["month"]) == [str(MONTHS.index[-1] + n) for n in range(1, 7)]
    for name in ("forecast", "lower", "upper"):
        assert ran.result[name].to_numpy() == pytest.approx(truth[name].to_numpy())
    found = planned("forecast visits for the next 6 months with an 80% interval", TABLE)
    sentence = compose(found.plan, ran.table, (), (TABLE,), base=dict(ran.base)).sentence
    assert "80 % interval" in sentence
    assert "season of 12 months" in sentence


def test_a_forecast_of_part_of_the_rows_starts_where_the_table_ends(folder: Path) -> None:
    result = checked("forecast visits for Site B for the next 3 months", TABLE, folder).result
    assert list(result["month"]) == [str(MONTHS.index[-1] + n) for n in (1, 2, 3)]


def test_the_method_that_is_named_is_taken(folder: Path) -> None:
    line = checked("extrapolate visits linearly to the next 3 days", TABLE, folder).result
    assert line["forecast"].to_numpy() == pytest.approx(time_series.straight_line(DAYS, 3, 0.95)["forecast"])
    naive = checked(
        "forecast visits for the next 3 months with the seasonal naive method", TABLE, folder
    ).result
    assert naive["forecast"].tolist() == MONTHS.iloc[-12:-9].tolist()


def test_rows_are_forecast_when_they_are_counted(folder: Path) -> None:
    result = checked("forecast the number of rows for the next 2 months", TABLE, folder).result
    counts = VISITS.groupby(VISITS["day"].dt.to_period("M")).size()
    truth = time_series.holt_winters(counts, 12, 2, 0.95)
    assert result["forecast"].to_numpy() == pytest.approx(truth["forecast"].to_numpy())


def test_a_table_with_years_alone_has_a_trend_by_year(folder: Path) -> None:
    weather = TABLES["weather"]()
    table = context_of("weather", weather)
    result = checked("is there a significant trend in wind?", table, folder).result
    means = weather.groupby("year").wind.mean()
    assert result["slope per year"].iloc[0] == pytest.approx(stats.linregress(means.index, means).slope)


def test_an_incomplete_last_period_is_told() -> None:
    short = VISITS[VISITS["day"] <= pd.Timestamp("2024-11-12")]
    told = " ".join(
        planned("forecast visits for the next 3 months", context_of("short", short)).plan.assumptions
    )
    assert "2024-11-12" in told
    assert "left out" in told
    whole = " ".join(planned("forecast visits for the next 3 months", TABLE).plan.assumptions)
    assert "left out" not in whole
    trend = planned("linear trend of visits by month", context_of("short", short)).plan.assumptions
    assert any("may not be complete" in a for a in trend)


def test_a_forecast_begins_after_a_last_month_that_is_not_over(tmp_path: Path) -> None:
    short = VISITS[VISITS["day"] <= pd.Timestamp("2024-11-12")]
    save("short", short, tmp_path)
    ran = checked("forecast visits for the next 3 months", context_of("short", short), tmp_path)
    truth = time_series.holt_winters(MONTHS[:"2024-10"], 12, 4, 0.95)
    assert list(ran.result["month"]) == ["2024-12", "2025-01", "2025-02"]
    assert ran.result["forecast"].to_numpy() == pytest.approx(truth["forecast"].iloc[1:].to_numpy())


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("weather", "forecast wind for the next 7 days"),
        ("weather", "seasonality of wind"),
        ("passengers", "forecast Fare for the next 3 months"),
        ("passengers", "is there a linear trend in Fare?"),
        ("museum", "forecast visits with ARIMA for the next 3 months"),
        ("museum", "forecast revenue for the next 3 months"),
        ("museum", "forecast visits for the next 4000 days"),
        ("museum", "seasonality of visits by year"),
    ],
)
def test_what_the_dates_do_not_carry_is_refused(table: str, question: str) -> None:
    assert isinstance(ask(question, context_of(table, TABLES[table]())), NotPlanned)
