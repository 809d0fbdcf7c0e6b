"""Months, weekdays and decades without a year, units behind numbers, and what is lacking, as conditions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, planned, run
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask import lint
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.ask.verify import verify

RANDOM = np.random.default_rng(11)
DAYS = pd.Timestamp("1985-01-01") + pd.to_timedelta(RANDOM.integers(0, 3650, 400), unit="D")
VISITS = pd.DataFrame(
    {
        "visited": DAYS,
        "minutes_stayed": RANDOM.integers(5, 240, 400),
        "guide": RANDOM.choice(["Anna", "Ben"], 400),
        "sex": RANDOM.choice(["male", "female"], 400),
        "rating": np.where(RANDOM.random(400) < 0.2, np.nan, RANDOM.integers(1, 6, 400)),
        "gift": RANDOM.integers(0, 4, 400),
        "length": RANDOM.integers(50, 250, 400),
    }
)
CONTEXT = context_of("tours", VISITS)
WHEN, STAY = VISITS.visited.dt, VISITS.minutes_stayed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calendar")
    save("tours", VISITS, path)
    return path


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("average minutes_stayed in July", STAY[WHEN.month == 7].mean()),
        ("average minutes_stayed in May", STAY[WHEN.month == 5].mean()),
        ("how many rows in the month of march", int((WHEN.month == 3).sum())),
        ("how many rows in November and December", int(WHEN.month.isin([11, 12]).sum())),
        ("how many rows on mondays", int((WHEN.day_of_week == 0).sum())),
        ("how many rows are not on a Sunday", int((WHEN.day_of_week != 6).sum())),
        ("average minutes_stayed on weekends", STAY[WHEN.day_of_week >= 5].mean()),
        ("how many rows in the 1980s", int((WHEN.year < 1990).sum())),
        ("total gift in november and december 1987",
         int(VISITS.gift[(WHEN.year == 1987) & (WHEN.month >= 11)].sum())),
        ("average minutes_stayed without rating", STAY[VISITS.rating.isna()].mean()),
        ("how many rows with no gift", int((VISITS.gift == 0).sum())),
        ("average minutes_stayed excluding zero gift", STAY[VISITS.gift != 0].mean()),
        ("average rating with length over 120 feet", VISITS.rating[VISITS.length > 120].mean()),
        ("average length of female customers", VISITS.length[VISITS.sex == "female"].mean()),
        ("average length for male dancers", VISITS.length[VISITS.sex == "male"].mean()),
    ],
)  # fmt: skip
def test_the_condition_keeps_the_rows_that_are_meant(question: str, expected: float, folder: Path) -> None:
    outcome = planned(question, CONTEXT)
    ran = run(outcome.plan, CONTEXT, folder)
    assert ran.result.iloc[0, 0] == pytest.approx(expected)
    assert lint.check(ran.code, (CONTEXT,)) == ()
    checks = verify(outcome.plan, ran.table, (CONTEXT,), base=dict(ran.base))
    assert [c for c in checks if not c.passed] == []


def test_a_noun_that_the_table_does_not_know_is_told_and_never_sure() -> None:
    outcome = planned("average length for male dancers", CONTEXT)
    assert outcome.understanding.confidence < 0.8
    assert "dancers" in " ".join(outcome.understanding.assumptions)


@pytest.mark.parametrize("question", ["how many rows in summer", "total gift in march and december 1987"])
def test_what_is_not_clear_in_a_calendar_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXT), NotPlanned)
