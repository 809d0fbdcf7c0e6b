"""Sentences: every number in them is in the result, and they are formatted as people read."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import Ran, ask, planned, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.answer import compose, titles
from lakeglass.ask.formats import number_text, unit_of
from lakeglass.ask.model import Answer
from lakeglass.ask.plan import TableContext
from lakeglass.ask.planners.base import Planned
from lakeglass.ask.verify import verify

CONTEXTS = {name: context_of(name, make()) for name, make in TABLES.items()}
STRIKES = CONTEXTS["strikes"]


def _answer(question: str, table: TableContext, folder: Path) -> tuple[Answer, Ran]:
    save(table.name, TABLES[table.name](), folder)
    plan = planned(question, table).plan
    ran = run(plan, table, folder)
    checks = verify(plan, ran.table, (table,), base=dict(ran.base))
    return compose(plan, ran.table, checks, (table,), base=dict(ran.base)), ran


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("how many strikes are there?", "The table has 600 rows."),
        ("how many strikes in Texas", "159 rows match: Origin State is Texas."),
        ("average total cost", "The average Cost Total $ is $11,687.14."),
        ("average total cost rounded to 1 decimal place", "The average Cost Total $ is $11,687.1."),
        ("average total cost rounded to the nearest integer", "The average Cost Total $ is $11,687."),
        ("lowest speed", "The lowest Speed IAS in knots is 60 knots."),
        ("which state has the most strikes", "Texas has the highest number of rows: 159."),
        ("earliest flight date", "The earliest Flight Date is 1990-01-10."),
        ("how many strikes in 2010", "No row matches Flight Date in 2010."),
    ],
)
def test_the_sentence_states_the_result(question: str, sentence: str, tmp_path: Path) -> None:
    assert _answer(question, STRIKES, tmp_path)[0].sentence == sentence


def test_a_group_that_is_a_number_stands_apart_from_its_figure(tmp_path: Path) -> None:
    visits = pd.DataFrame({"smoker": [0, 1, 0, 1] * 5, "cost": [1.0, 2.0, 3.0, 4.5] * 5})
    table = context_of("visits", visits)
    save("visits", visits, tmp_path)
    plan = planned("average cost by smoker", table).plan
    ran = run(plan, table, tmp_path)
    assert compose(plan, ran.table, (), (table,)).sentence == "Average cost by smoker: 0 (2), 1 (3.25)."


def test_the_base_says_what_was_left_out(tmp_path: Path) -> None:
    assert _answer("how many strikes per state", STRIKES, tmp_path)[0].base == (
        "600 rows; 31 without Origin State left out"
    )
    assert _answer("average speed in Texas", STRIKES, tmp_path)[0].base.startswith("159 of 600 rows, where")


def test_without_the_collected_base_the_statistics_say_it(tmp_path: Path) -> None:
    save("strikes", TABLES["strikes"](), tmp_path)
    plan = planned("how many strikes per state", STRIKES).plan
    ran = run(plan, STRIKES, tmp_path)
    answer = compose(plan, ran.table, (), (STRIKES,))
    assert answer.base == "600 rows; 31 without Origin State left out"


QUESTIONS = [
    ("strikes", "average total cost by wildlife size"),
    ("strikes", "top 5 airports by total cost"),
    ("strikes", "distribution of speed"),
    ("strikes", "distribution of wildlife species"),
    ("strikes", "distribution of speed by wildlife size"),
    ("strikes", "correlation between speed and repair cost"),
    ("strikes", "correlation matrix"),
    ("strikes", "missing values"),
    ("strikes", "describe speed"),
    ("strikes", "what is in this dataset?"),
    ("strikes", "monthly number of strikes"),
    ("strikes", "10 most expensive strikes"),
    ("strikes", "share of strikes by size"),
    ("strikes", "compare average cost by size and time of day"),
    ("orders", "return rate by region"),
    ("orders", "are there any duplicates"),
    ("passengers", "survival rate by sex"),
    ("weather", "total precipitation per year"),
]


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=lambda v: str(v))
def test_every_number_of_the_sentence_is_in_the_result(name: str, question: str, tmp_path: Path) -> None:
    answer, ran = _answer(question, CONTEXTS[name], tmp_path)
    known = {float(v) for row in ran.table.rows for v in row if isinstance(v, int | float)}
    known |= {float(ran.table.total), float(CONTEXTS[name].statistics.rows), float(len(ran.table.rows))}
    known |= {float(len([n for n in ran.table.numbers("missing") if n]))}
    known |= {1.0} if "Survived is 1" in answer.sentence else set()
    words = re.sub(r"\d{4}-\d\d(-\d\d)?|p [<=] [\d.]+", "", answer.sentence)
    for label in (str(v) for row in ran.table.rows for v in row if isinstance(v, str)):
        words = words.replace(label, "")
    for column in CONTEXTS[name].statistics.columns:
        words = words.replace(column.name, "")
    words = re.sub(r"^\d+ rows|\d+ more", "", words)
    for found in re.findall(r"-?\d[\d,]*(?:\.\d+)?", words):
        number = float(found.replace(",", ""))
        places = len(found.partition(".")[2])
        assert any(
            abs(round(k, places) - number) < 10**-9 or abs(k - number) <= 0.5 * 10**-places for k in known
        ), found


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=lambda v: str(v))
def test_every_follow_up_question_plans(name: str, question: str, tmp_path: Path) -> None:
    answer, _ = _answer(question, CONTEXTS[name], tmp_path)
    assert 1 <= len(answer.followups) <= 3
    for followup in answer.followups:
        assert isinstance(ask(followup, CONTEXTS[name]), Planned), followup


def test_a_correlation_is_no_cause(tmp_path: Path) -> None:
    sentence = _answer("correlation between speed and repair cost", STRIKES, tmp_path)[0].sentence
    assert "nothing about cause" in sentence


def test_titles_name_measure_group_and_filter() -> None:
    plan = planned("average repair cost by wildlife size in Texas", STRIKES).plan
    assert titles(plan).chart == "Average Cost Repair by Wildlife Size, where Origin State is Texas"


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        (1234567.0, None, "", "1,234,567"),
        (1234.5678, None, "$", "$1,234.57"),
        (-5.5, None, "€", "-€5.50"),
        (0.000012345, None, "", "1.23e-05"),
        (0.5, None, "%", "0.5 %"),
        (2.0, 3, "", "2.000"),
        (201.171, 0, "knots", "201 knots"),
    ],
)
def test_numbers_are_formatted(value: float, decimals: int | None, unit: str, text: str) -> None:
    assert number_text(value, decimals=decimals, unit=unit) == text


@pytest.mark.parametrize(
    ("column", "unit"),
    [("Cost Total $", "$"), ("Speed IAS in knots", "knots"), ("discount_pct", "%"), ("Age", "")],
)
def test_units_come_from_the_name(column: str, unit: str) -> None:
    assert unit_of(column) == unit
