"""Marks of personal data: by pattern and check digits, in texts and in numbers, and never by chance."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from lakeglass.lake.local import profile
from lakeglass.lake.statistics.checks import iban, luhn, national_id


# req: E2
@pytest.mark.parametrize(
    "right",
    [
        "12345678Z", "X1234567L", "RSSMRA85T10A562S", "529.982.247-25", "756.9217.0769.85",
        "11010519491231002X", "255081416802538", "2 55 08 14 168 025 38",
    ],
)  # fmt: skip
def test_a_national_id_is_told_by_its_check_digits(right: str) -> None:
    assert national_id(right)
    place = next(place for place, sign in enumerate(right) if sign.isdigit() and place > 2)
    assert not national_id(right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :])


def test_cards_and_accounts_are_told_by_their_check_digits() -> None:
    assert luhn("4111 1111 1111 1111")
    assert not luhn("4111 1111 1111 1112")
    assert iban("DE89 3704 0044 0532 0130 00")
    assert not iban("DE89 3704 0044 0532 0130 01")


def marks(tmp_path: Path, **columns: list[object]) -> dict[str, set[str]]:
    path = tmp_path / "people.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return {column.name: {mark.name for mark in column.pii} for column in profile(path).statistics.columns}


def cards(count: int) -> list[object]:
    chance = random.Random(5)
    found: list[object] = []
    while len(found) < count:
        number = f"4{chance.randrange(10**15):015d}"
        if luhn(number):
            found.append(number)
    return found


# req: E2
def test_long_numbers_are_marked_where_they_are_cards_and_not_by_chance(tmp_path: Path) -> None:
    chance = random.Random(7)
    orders = [4_000_000_000_000_000 + chance.randrange(10**15) for _ in range(400)]
    numbers = cards(400)
    found = marks(
        tmp_path,
        a=numbers,
        b=[f"paid with {number}" for number in numbers],
        c=orders,
        d=[f"order {number}" for number in orders],
        e=[f"{number}" if place % 2 else "" for place, number in enumerate(numbers)],
    )
    assert found == {"a": {"card"}, "b": {"card"}, "c": set(), "d": set(), "e": {"card"}}
