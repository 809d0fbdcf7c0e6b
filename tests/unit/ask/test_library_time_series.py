"""The functions that code about series carries with it: exact where the truth is known, honest about the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lakeglass.ask.library import source_of, time_series

SEASON = np.array([5.0, -2, -4, 1, 0, 3, -1, -2, 4, -3, -5, 4])
MONTHS = pd.period_range("2015-01", periods=72, freq="M")


def series(values: np.ndarray) -> pd.Series:
    return pd.Series(values, index=MONTHS[: len(values)])


# req: F1
def test_a_season_on_a_line_is_taken_apart_without_a_rest() -> None:
    parts = time_series.seasonal_parts(series(100 + 2.0 * np.arange(72) + np.tile(SEASON, 6)), 12)
    assert parts["season"].iloc[:12].to_numpy() == pytest.approx(SEASON - SEASON.mean())
    assert parts["trend"].dropna().diff().dropna().to_numpy() == pytest.approx(2.0)
    assert parts["rest"].dropna().to_numpy() == pytest.approx(0, abs=1e-9)
    assert time_series.seasonal_strength(parts) == pytest.approx(1)


def test_an_odd_season_is_taken_apart_too() -> None:
    season = np.array([1.0, 0, 0, -2, 0, 0, 1])
    parts = time_series.seasonal_parts(pd.Series(np.tile(season, 8)), 7)
    assert parts["season"].iloc[:7].to_numpy() == pytest.approx(season)


def test_noise_has_hardly_a_season() -> None:
    noise = np.random.default_rng(3).normal(size=72 * 5)
    assert time_series.seasonal_strength(time_series.seasonal_parts(pd.Series(noise), 12)) < 0.15
    assert time_series.seasonal_strength(time_series.seasonal_parts(series(np.full(72, 7.0)), 12)) == 0


# req: F1
def test_holt_winters_carries_a_line_with_a_season_on_exactly() -> None:
    known = 100 + 2.0 * np.arange(96) + np.tile(SEASON, 8)
    found = time_series.holt_winters(series(known[:72]), 12, 24, 0.95)
    assert found["forecast"].to_numpy() == pytest.approx(known[72:], rel=1e-6)


def test_holt_without_a_season_carries_a_line_on_exactly() -> None:
    found = time_series.holt_winters(series(3.0 * np.arange(30)), 1, 5, 0.95)
    assert found["forecast"].to_numpy() == pytest.approx(3.0 * np.arange(30, 35))


# req: F1
@pytest.mark.parametrize("name", ["straight_line", pytest.param("holt_winters", marks=pytest.mark.heavy)])
def test_intervals_hold_about_as_often_as_they_say(name: str) -> None:
    rng, inside = np.random.default_rng(1), 0
    for _ in range(50):
        known = 50 + 0.5 * np.arange(25) + rng.normal(0, 4, 25)
        past = series(known[:24])
        found = (
            time_series.holt_winters(past, 1, 1, 0.9)
            if name == "holt_winters"
            else time_series.straight_line(past, 1, 0.9)
        )
        inside += int(found["lower"].iloc[0] <= known[24] <= found["upper"].iloc[0])
    assert 0.8 <= inside / 50 <= 1


# req: F1
def test_a_line_and_its_interval_are_those_of_the_textbook() -> None:
    y = np.array([3.1, 4.9, 7.2, 8.8, 11.1, 12.9])
    found = time_series.straight_line(series(y), 2, 0.95)
    x = np.arange(6)
    slope, start = np.polyfit(x, y, 1)
    error = np.sqrt(((y - start - slope * x) ** 2).sum() / 4)
    reach = stats.t.ppf(0.975, 4) * error * np.sqrt(1 + 1 / 6 + (7 - 2.5) ** 2 / ((x - 2.5) ** 2).sum())
    assert found["forecast"].iloc[1] == pytest.approx(start + slope * 7)
    assert found["upper"].iloc[1] - found["forecast"].iloc[1] == pytest.approx(reach)


def test_the_last_season_is_repeated_as_it_was() -> None:
    values = np.concatenate([np.arange(12.0), np.arange(12.0) + 3])
    found = time_series.seasonal_naive(series(values), 12, 14, 0.95)
    assert found["forecast"].tolist() == [*values[12:], values[12], values[13]]
    near, far = (found["upper"] - found["forecast"]).iloc[[0, 13]]
    assert far == pytest.approx(near * np.sqrt(2))


def test_the_source_of_a_function_is_what_runs() -> None:
    lines = source_of("time_series", "seasonal_strength")
    names: dict[str, object] = {"pd": pd}
    exec("\n".join(lines), names)
    parts = time_series.seasonal_parts(series(np.tile(SEASON, 6)), 12)
    assert names["seasonal_strength"](parts) == time_series.seasonal_strength(parts)  # type: ignore[operator]
    with pytest.raises(KeyError):
        source_of("time_series", "prophet")
