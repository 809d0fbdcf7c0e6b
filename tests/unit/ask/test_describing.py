"""A model's words about a dataset: what is kept of them, and what is dropped."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.ask.analyst_tables import context_of
from tests.unit.ask.correction_bench import orders

from lakeglass.ask.describing import _Described, checked

TABLE = context_of("orders", orders().assign(**{"cost $": 1.5}))


def kept(**said: Any) -> _Described:
    columns = said.pop("columns", [{"name": "city", "meaning": "Where it was sold."}])
    return checked(_Described.model_validate({"columns": columns, **said}), TABLE)


# req: C3
def test_only_columns_that_are_there_are_described_in_their_order() -> None:
    columns = [
        {"name": "amount", "meaning": "What was paid.", "unit": "EUR", "issues": ["from 0.5 to 6.5 only"]},
        {"name": "city", "meaning": "Where it was sold.", "unit": "kg", "more": 1},
        {"name": "password", "meaning": "A secret."},
    ]
    described = kept(columns=columns)
    assert [(one.name, one.meaning, one.unit) for one in described.columns] == [
        ("city", "Where it was sold.", ""),  # text has no unit
        ("amount", "What was paid.", "EUR"),
    ]
    assert described.columns[1].issues == ("from 0.5 to 6.5 only",)


# req: C3 E5
def test_a_measured_unit_and_measured_numbers_are_never_contradicted() -> None:
    described = kept(
        columns=[
            {"name": "cost $", "unit": "€", "issues": ["the mean is 99"]},
            {"name": "note", "issues": ["6 are missing", "13 are missing"]},
        ],
        issues=["24 rows are few", "99 % is missing"],
    )
    by_name = {one.name: one for one in described.columns}
    assert (by_name["cost $"].unit, by_name["cost $"].issues) == ("", ())
    assert by_name["note"].issues == ("6 are missing",)
    assert described.issues == ("24 rows are few",)


# req: C3 E17
@pytest.mark.parametrize(
    "text", ["see https://evil.example", "write to a@b.example", "go to www.evil.example"]
)
def test_words_that_lead_elsewhere_are_dropped(text: str) -> None:
    described = kept(
        columns=[{"name": "city", "meaning": text, "issues": [text]}],
        issues=[text],
        questions=[f"city {text}?"],
    )
    assert "evil" not in described.model_dump_json()
    assert "a@b" not in described.model_dump_json()


# req: E4
def test_questions_name_a_column_and_are_few() -> None:
    asked = [
        "What is the weather?",
        *(f"How much amount in city {n}?" for n in range(9)),
        "How much amount in city 0?",
    ]
    assert kept(questions=asked).questions == tuple(f"How much amount in city {n}?" for n in range(5))
