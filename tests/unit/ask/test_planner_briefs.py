"""Long questions with constraints and several fields: what only explains is left out, the rest is answered in parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import ask, planned, run
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask import lint
from lakeglass.ask.answer import compose
from lakeglass.ask.evaluation.questions import Question
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.ask.verify import verify

RANDOM = np.random.default_rng(21)
N = 300
TRIPS = pd.DataFrame(
    {
        "fare": np.round(RANDOM.gamma(2.0, 12.0, N), 2),
        "distance": np.round(RANDOM.normal(8, 2, N), 2),
        "minutes": np.where(RANDOM.random(N) < 0.15, np.nan, RANDOM.integers(3, 90, N)),
        "city": RANDOM.choice(["Rome", "Oslo", "Bern"], N),
        "limit": RANDOM.integers(0, 4, N),
    }
)
TRIPS["fare"] = np.round(TRIPS.fare + 3 * TRIPS.distance, 2)
CONTEXT = context_of("trips", TRIPS)
Z = (TRIPS.fare - TRIPS.fare.mean()) / TRIPS.fare.std()
PEARSON = stats.pearsonr(TRIPS.fare, TRIPS.distance)

CASES = [
    (
        (
            "Calculate the mean and standard deviation of fare. Check if fare is normal using Shapiro-Wilk with "
            "alpha 0.05. Round to two decimals."
        ),
        [round(TRIPS.fare.mean(), 2), round(TRIPS.fare.std(), 2), "not normal"],
    ),
    (
        (
            "Identify outliers in fare with the Z-score method: any value with an absolute z-score greater than 2 "
            "is an outlier. Report the number of outliers and the mean fare after removing them."
        ),
        [int((Z.abs() > 2).sum()), TRIPS.fare[Z.abs() <= 2].mean()],
    ),
    (
        "How many rows have missing minutes? Replace them with the mean and report the standard deviation of minutes.",
        [int(TRIPS.minutes.isna().sum()), TRIPS.minutes.fillna(TRIPS.minutes.mean()).std()],
    ),
    (
        (
            "Calculate the Pearson correlation between fare and distance with a two-tailed test at alpha 0.05. "
            "Consider the relationship linear if the p-value is less than 0.05 and the absolute value of r is at "
            "least 0.1, nonlinear if it is below 0.1. Format: @r[value] @relationship[kind]"
        ),
        [PEARSON.statistic, "linear"],
    ),
    (
        (
            "Create a new feature called pace as minutes / distance. What are the mean and the median of pace? "
            "Exclude the rows where the limit is zero."
        ),
        [(TRIPS.minutes / TRIPS.distance)[TRIPS.limit != 0].agg(f) for f in ("mean", "median")],
    ),
    (
        "What are the first quartile, the median and the third quartile of fare?",
        [TRIPS.fare.quantile(q) for q in (0.25, 0.5, 0.75)],
    ),
    (
        "Apply a log10 transformation to fare and report the skewness of the transformed values, using scipy.",
        [np.log10(TRIPS.fare).skew()],
    ),
    ("What is the average speed (distance / minutes * 60)?", [(TRIPS.distance / TRIPS.minutes * 60).mean()]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("briefs")
    save("trips", TRIPS, path)
    return path


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q[:40] for q, _ in CASES])
def test_every_field_of_a_long_question_stands_in_one_line(
    question: str, expected: list[float | str], folder: Path
) -> None:
    plan = planned(question, CONTEXT).plan
    ran = run(plan, CONTEXT, folder)
    assert not lint.check(ran.code, (CONTEXT,))
    assert len(ran.result) == 1
    cells = ran.table.rows[0]
    numbers = [c for c in cells if isinstance(c, int | float) and not isinstance(c, bool)]
    for wanted in expected:
        if isinstance(wanted, str):
            assert wanted in cells
        else:
            assert any(c == pytest.approx(wanted, rel=1e-9) for c in numbers), (wanted, ran.table)
    assert not [c for c in verify(plan, ran.table, (CONTEXT,), base=ran.base) if not c.passed]
    assert AnalysisPlan.model_validate_json(plan.model_dump_json()) == plan


def test_the_answer_tells_every_part(folder: Path) -> None:
    plan = planned(CASES[1][0], CONTEXT).plan
    ran = run(plan, CONTEXT, folder)
    checks = verify(plan, ran.table, (CONTEXT,), base=ran.base)
    answer = compose(plan, ran.table, checks, (CONTEXT,), base=ran.base)
    assert answer.sentence.count(".") >= 2
    assert "outlier" in answer.sentence
    assert "average fare" in answer.sentence


def test_a_part_that_is_not_understood_refuses_the_whole() -> None:
    question = "What is the mean fare? What is the mean horsepower?"
    assert isinstance(ask(question, CONTEXT), NotPlanned)


def test_constraints_and_format_of_published_sets_are_part_of_what_is_asked() -> None:
    record = {
        "id": 5, "question": "Is fare normal?", "constraints": "Use Shapiro-Wilk.", "format": "@is_normal[yes]",
        "file_name": "trips.csv", "level": "easy", "common_answers": [["is_normal", "no"]],
    }  # fmt: skip
    asked = Question.model_validate(record).asked
    assert asked == "Is fare normal?\nUse Shapiro-Wilk.\nFormat: @is_normal[yes]"
    assert planned(asked, CONTEXT).plan.statistic is not None
