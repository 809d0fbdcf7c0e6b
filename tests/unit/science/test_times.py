"""Numbers that count time: what they say of the calendar, and series told ahead along them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.unit.science.test_forecast import foretell

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import examine, findings_of
from lakeglass.science.roles import roles_of
from lakeglass.science.table import Floats, Numbers, from_arrow
from lakeglass.science.tasks import detect_task
from lakeglass.science.times import counts_up, seconds_of

MONTHS = 1949 + np.arange(144) / 12


@pytest.mark.parametrize(
    ("numbers", "moments"),
    [
        ([1949, 1950.0, np.nan, 2200], ["1949-01-01", "1950-01-01", "NaT", "2200-01-01"]),
        ([1987.25, 1987.5, 2001.75], ["1987-04-01", "1987-07-01", "2001-10-01"]),
        ([1949.08, 1949.17, 1949.92, 1950], ["1949-02-01", "1949-03-01", "1949-12-01", "1950-01-01"]),
        ([1949.083333, 1949.5], ["1949-02-01", "1949-07-01"]),
        ([1949.04, 1950.0], None),
        ([1200, 1201], None),
        ([np.nan], None),
        ([], None),
    ],
)
def test_numbers_of_years_and_their_parts_are_moments(
    numbers: list[float], moments: list[str] | None
) -> None:
    found = seconds_of(Numbers("when", np.array(numbers, dtype=np.float64)))
    if moments is None:
        assert found is None
        return
    assert found is not None
    told = found.astype("datetime64[s]").astype("datetime64[D]")
    assert [str(each) for each in told] == moments


def test_only_equal_steps_upwards_count_time() -> None:
    assert counts_up(np.arange(12.0))
    assert not counts_up(np.arange(11.0))
    assert not counts_up(np.arange(12.0)[::-1])
    assert not counts_up(np.repeat(np.arange(12.0), 2))


# req: D7
@pytest.mark.parametrize(
    ("name", "numbers", "step", "season", "next_ones"),
    [
        ("time", np.round(MONTHS, 2), "month", 12, ["1961-01", "1961-02"]),
        ("time", MONTHS, "month", 12, ["1961-01", "1961-02"]),
        ("quarter", 1949 + np.arange(144) / 4, "quarter", 1, ["1985-01", "1985-04"]),
        ("Year", 1871 + np.arange(144), "year", 1, ["2015", "2016"]),
        ("month", 1 + np.arange(144), "month", 12, ["145", "146"]),
        ("year", 1600 + 4 * np.arange(144), "step", 1, ["2176", "2180"]),
        ("time", 1_600_000_000 + 3600 * np.arange(144), "step", 1, ["1600518400", "1600522000"]),
        ("time", 1.6e12 + 60_000 * np.arange(144), "step", 1, ["1600008640000", "1600008700000"]),
        ("time", 0.1 * np.arange(144), "step", 1, ["14.4", "14.5"]),
        ("t", 0.5 * np.arange(144), "step", 1, ["72", "72.5"]),
    ],
)
def test_a_series_along_numbers_is_told_ahead(
    tmp_path: Path, name: str, numbers: Floats, step: str, season: int, next_ones: list[str]
) -> None:
    draw, place = np.random.default_rng(0), np.arange(144)
    wave = 15 * np.sin(2 * np.pi * place / 12) if season > 1 else 0
    frame = pd.DataFrame({name: numbers, "sold": 100 + place + wave + draw.normal(size=144)})
    found = foretell(frame, tmp_path, "sold")
    assert (found.step, found.season) == (step, season)
    assert [each.when for each in found.forecasts[0].ahead[:2]] == next_ones
    assert found.forecasts[0].ahead[0].value == pytest.approx(244 + (wave[0] if season > 1 else 0), abs=6)
    read = [note for note in found.notes if "of the calendar" in note]
    assert bool(read) == (step in {"month", "quarter", "year"} and next_ones[0] != "145")


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("dose", np.arange(144) / 2),
        ("year", np.repeat(np.arange(2000, 2012), 12)),
        ("year", np.r_[np.arange(1900, 1972), np.arange(1972, 1972 + 72 * 5, 5)]),
        ("time", np.cumsum(np.random.default_rng(1).exponential(size=144))),
    ],
)
def test_other_numbers_make_no_series(name: str, numbers: Floats) -> None:
    y = np.random.default_rng(0).normal(size=144)
    table = from_arrow(pa.table({name: numbers, "y": y}))
    assert detect_task(table, roles_of(table, "y"), target="y").task == "regression"


def test_a_time_that_is_named_need_not_be_called_so() -> None:
    table = from_arrow(pa.table({"run": np.arange(50) * 3.0, "y": np.random.default_rng(0).normal(size=50)}))
    assert detect_task(table, roles_of(table, "y"), target="y").task == "regression"
    named = detect_task(table, roles_of(table, "y"), target="y", time="run")
    assert (named.task, named.time) == ("forecast", "run")


def test_the_checks_of_series_look_along_numbers_too(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    sold = 100 + np.arange(144) + 15 * np.sin(2 * np.pi * np.arange(144) / 12) + draw.normal(size=144)
    frame = pd.DataFrame({"time": MONTHS, "sold": sold})
    prepared = prepare(frame, tmp_path, settings=LakeSettings(threads=1))
    found = findings_of(examine(prepared.path, prepared.statistics, target="sold")).findings
    hints = next(each for each in found if each.code == "time-series")
    assert hints.evidence["season_rows"] == 12
    assert not [each for each in found if each.code == "leak-order"]
