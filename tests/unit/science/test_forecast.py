"""Series told ahead: the grid, methods against series whose future is known, intervals that hold, honest notes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeglass.cli.analysing import costs_of
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.science.forecast import methods
from lakeglass.science.forecast.grid import series_of, step_of
from lakeglass.science.forecast.model import Forecasting, ForecastRequest, Method
from lakeglass.science.forecast.run import forecast
from lakeglass.science.model import Budget, ModelingRequest
from lakeglass.science.pipeline.critique import _beside_forecast, criticise
from lakeglass.science.pipeline.model import AnalysisRequest, Eda, Remark
from lakeglass.science.pipeline.pictures import foretold
from lakeglass.science.pipeline.run import Analysis
from lakeglass.science.table import from_arrow


def monthly(years: int = 12, *, noise: float = 2.0, seed: int = 0) -> pd.DataFrame:
    """A trend, a season and noise."""
    draw = np.random.default_rng(seed)
    time = np.arange(12 * years)
    value = 100 + 0.5 * time + 15 * np.sin(2 * np.pi * time / 12) + draw.normal(scale=noise, size=time.size)
    return pd.DataFrame({"month": pd.date_range("2012-01-01", periods=time.size, freq="MS"), "sold": value})


def foretell(frame: pd.DataFrame, folder: Path, target: str, horizon: int | None = None) -> Forecasting:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "table.parquet")
    request = ModelingRequest(
        table=str(folder / "table.parquet"), folder=str(folder), target=target, budget=Budget(fits=1)
    )
    return forecast(ForecastRequest(modeling=request, horizon=horizon, seconds=600))


# req: D7
def test_a_series_with_trend_and_season_is_told_ahead_better_than_by_repeating_it(tmp_path: Path) -> None:
    whole = monthly(13)
    found = foretell(whole.iloc[:-12], tmp_path, "sold")
    assert (found.step, found.season, found.horizon) == ("month", 12, 12)
    naive = next(each for each in found.methods if each.name == "seasonal naive")
    assert found.methods[0].name == found.chosen
    assert found.methods[0].mase < 0.7 * naive.mase
    ahead = found.forecasts[0].ahead
    assert [each.when for each in ahead] == [f"2024-{month:02d}" for month in range(1, 13)]
    truth = whole["sold"].to_numpy()[-12:]
    told = np.array([each.value for each in ahead])
    assert np.mean(np.abs(told - truth)) < 4
    inside = [each.low90 <= value <= each.high90 for each, value in zip(ahead, truth, strict=True)]
    assert sum(inside) >= 9
    assert all(one.low90 <= one.low80 <= one.value <= one.high80 <= one.high90 for one in ahead)
    assert Forecasting.model_validate_json((tmp_path / "forecast.json").read_bytes()) == found
    picture = foretold(found.forecasts[0])
    assert picture.count("<polygon") == 2
    assert 'class="line ahead"' in picture


def test_what_has_no_pattern_is_not_told_better_than_its_last_value(tmp_path: Path) -> None:
    walk = np.cumsum(np.random.default_rng(3).normal(size=160)) + 50
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=160, freq="D"), "price": walk})
    found = foretell(frame, tmp_path, "price")
    naive = next(each for each in found.methods if each.name == "seasonal naive")
    assert found.season == 1
    assert found.methods[0].mase > 0.85 * naive.mase


def daily(days: int, *, wave: float, seed: int = 0) -> pd.DataFrame:
    """A week, a year of so high a wave, and noise."""
    draw, time = np.random.default_rng(seed), np.arange(days)
    value = 400 + 20 * np.isin(time % 7, [5, 6]) + wave * np.sin(2 * np.pi * time / 365.25)
    moments = pd.date_range("2020-01-01", periods=days, freq="D")
    return pd.DataFrame({"day": moments, "seen": value + draw.normal(scale=15, size=days)})


def test_the_season_of_a_year_is_used_where_it_wins_over_two_years_and_more(tmp_path: Path) -> None:
    whole = daily(1400, wave=150)
    found = foretell(whole.iloc[:-30], tmp_path, "seen", horizon=30)
    assert found.chosen == methods.YEARLY
    others = [each.mase for each in found.methods if each.name not in {methods.YEARLY, "boosted lags"}]
    assert found.methods[0].mase < 0.8 * min(others)
    told = np.array([each.value for each in found.forecasts[0].ahead])
    assert np.mean(np.abs(told - whole["seen"].to_numpy()[-30:])) < 20
    (tmp_path / "short").mkdir()
    short = foretell(daily(700, wave=150), tmp_path / "short", "seen", horizon=30)
    assert methods.YEARLY not in {each.name for each in short.methods}
    assert "A season of the year was not looked for: 700 days are less than two years." in short.notes


def test_a_wave_of_a_year_is_found_beside_a_trend_and_a_week() -> None:
    time = np.arange(900)
    year = 30 * np.cos(2 * np.pi * (time - 40) / 365.25)
    history = (5 + 0.2 * time + 8 * (time % 7 == 2) + year)[:800]
    assert methods.yearly_wave(history, 7, 100, year=365.25) == pytest.approx(year, abs=0.5)
    ahead = methods.yearly(history, 7, 100, year=365.25)
    assert ahead == pytest.approx((5 + 0.2 * time + 8 * (time % 7 == 2) + year)[800:], abs=8)


def test_a_series_too_short_is_refused_with_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match=r"12 values are too few to tell 12 steps ahead, expected at least 20"
    ):
        foretell(monthly(1), tmp_path, "sold", horizon=12)


@pytest.mark.parametrize(
    ("frequency", "name"),
    [("MS", "month"), ("ME", "month"), ("QS", "quarter"), ("YS", "year"), ("D", "day"), ("B", "working day"),
     ("W", "week"), ("h", "hour"), ("min", "minute")],
)  # fmt: skip
def test_steps_are_named_and_go_on_after_the_end(frequency: str, name: str) -> None:
    moments = pd.date_range("2021-03-01", periods=61, freq=frequency)
    table = from_arrow(pa.table({"when": pa.array(moments), "y": np.arange(61.0)}))
    step, (series,) = series_of(table, time="when", target="y", series=None)
    assert step.name == name
    assert series.filled == 0
    assert series.values.tolist() == list(range(61))
    assert str(moments[60]).startswith(step.moment(series.start + 60)[:7])
    following = pd.date_range(moments[-1], periods=2, freq=frequency)[1]
    assert str(following).startswith(step.moment(series.start + 61)[:7])


def test_gaps_are_filled_between_neighbours_and_counted() -> None:
    moments = pd.date_range("2024-01-01", periods=30, freq="D").delete([10, 11])
    values = np.delete(np.arange(30.0), [10, 11])
    _, (series,) = series_of(
        from_arrow(pa.table({"d": pa.array(moments), "y": values})), time="d", target="y", series=None
    )
    assert series.filled == 2
    assert series.values.tolist() == list(range(30))


def test_methods_tell_what_they_must() -> None:
    line = np.arange(60.0)
    season = np.tile([1.0, 5.0, 3.0, 9.0], 15)
    for name, (_, method) in methods.METHODS.items():
        if name != "seasonal naive":
            assert np.allclose(method(season, 4, 4), [1, 5, 3, 9], atol=0.2), name
        assert method(line, 1, 3).shape == (3,)
    assert methods.theta(line, 1, 3) == pytest.approx([59.5, 60.0, 60.5], abs=1.6)
    assert methods.autoregression(line, 1, 3) == pytest.approx([60, 61, 62], abs=0.5)
    assert not methods.grows_with_level(line + 5 + np.random.default_rng(0).normal(size=60), 4)
    grown = np.exp(np.linspace(1, 4, 60)) * (1 + 0.2 * np.sin(np.arange(60) * np.pi / 2))
    assert methods.grows_with_level(grown, 4)
    assert step_of(np.arange(20.0) * 1234.0).name == "step"


@pytest.mark.parametrize(
    ("last", "error", "warned"),
    [
        (0.9, 0.1, False),  # better at the latest moment as well
        (1.2, 0.1, False),  # one bad moment beside a gain that is no chance
        (1.2, 0.4, True),
    ],
)
def test_a_forecast_is_doubted_only_where_it_gains_no_more_than_chance_gives(
    last: float, error: float, warned: bool
) -> None:
    best = Method.model_construct(name="theta", mase=0.6, error=error, last_mase=last, origins=8, series=1)
    naive = Method.model_construct(name="seasonal naive", mase=1.0, error=0.1, last_mase=1.0)
    foretold = Forecasting.model_construct(methods=(best, naive), coverage=())
    critique = criticise(Eda.model_construct(examination=None), None, None, foretold)
    assert ("forecast-no-better" in {each.code for each in critique.remarks}) is warned


def test_what_speaks_against_the_other_model_is_no_advice_against_the_forecast() -> None:
    def remark(code: str, severity: Literal["fail", "warning"], do_this: str) -> Remark:
        return Remark(code=code, severity=severity, detail="…", do_this=do_this)

    told = [
        _beside_forecast(each)
        for each in (
            remark("worse-than-guessing", "fail", "Do not use it."),
            remark("no-better-than-guessing", "warning", "Do not use it."),
            remark("few-rows", "warning", "Read the interval."),
            remark("leak", "fail", "Leave it out."),
        )
    ]
    assert [each.severity for each in told] == ["warning", "warning", "warning", "fail"]
    assert "take the forecast" in told[0].do_this
    assert told[0].do_this == told[1].do_this
    assert told[2].do_this == "For the model beside the forecast: read the interval."
    assert told[3].do_this == "Leave it out."


def test_prices_of_errors_are_read_or_refused() -> None:
    assert costs_of("fp=1, fn=2.5").miss == 2.5
    for wrong in ("1,5", "fp=0,fn=1", "fp=1.1.1,fn=2", "fn=1"):
        with pytest.raises(InvalidInput, match="such as fp=1,fn=5"):
            costs_of(wrong)


@pytest.mark.heavy
def test_an_analysis_of_several_series_reports_what_comes(tmp_path: Path) -> None:
    frames = [monthly(16, seed=seed).assign(shop=f"shop {seed}") for seed in range(3)]
    source = tmp_path / "shops.csv"
    pd.concat(frames).to_csv(source, index=False)
    request = AnalysisRequest(target="sold", fits=8, horizon=6)
    Analysis(source, tmp_path / "job", request, settings=LakeSettings(threads=1), tell=lambda *_: None).run()
    found = Forecasting.model_validate_json((tmp_path / "job" / "modeling" / "forecast.json").read_bytes())
    assert (found.series, found.horizon, found.series_column) == (3, 6, "shop")
    assert {each.name for each in found.methods} >= {"boosted lags", "theta", "seasonal naive"}
    report = (tmp_path / "job" / "report.html").read_text(encoding="utf-8")
    assert "What comes: sold along month" in report
    assert report.count('class="line ahead"') == 3


@pytest.mark.heavy
def test_intervals_of_ninety_hold_about_ninety_of_what_comes(tmp_path: Path) -> None:
    held = []
    for seed in range(20):
        whole = monthly(10, seed=seed, noise=6.0)
        found = foretell(whole.iloc[:-6], tmp_path, "sold", horizon=6)
        truth = whole["sold"].to_numpy()[-6:]
        held += [
            a.low90 <= value <= a.high90 for a, value in zip(found.forecasts[0].ahead, truth, strict=True)
        ]
    assert 0.85 <= np.mean(held) <= 0.97
