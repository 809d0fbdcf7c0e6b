from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeglass.core.clock import now
from lakeglass.core.errors import InvalidInput, MissingExtra
from lakeglass.core.ids import new_id
from lakeglass.core.money import Money
from lakeglass.core.plugins import Registry


def test_ids_are_prefixed_unique_and_sorted_by_time() -> None:
    ids = [new_id("ses") for _ in range(1000)]
    assert all(re.fullmatch(r"ses_[0-9a-hjkmnp-tv-z]{26}", value) for value in ids)
    assert len(set(ids)) == 1000
    stamps = [value[4:14] for value in ids]
    assert stamps == sorted(stamps)


def test_the_clock_is_aware_and_utc() -> None:
    assert now().utcoffset() == timedelta(0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.decimals(-9, 9, places=6))
def test_money_adds_exactly(left: Decimal, right: Decimal) -> None:
    assert (Money(left) + Money(right)).amount == left + right


def test_money_of_two_currencies_does_not_add() -> None:
    with pytest.raises(ValueError, match="EUR"):
        Money(Decimal(1)) + Money(Decimal(1), "EUR")


def test_money_shows_no_exponent() -> None:
    assert str(Money(Decimal("0.00420"))) == "0.0042 USD"
    assert str(Money(Decimal("1E+3"))) == "1000 USD"


def test_an_unknown_adapter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match=r"unknown colour 'blue'; expected one of: red, green"):
        Registry[object]("colour", {"red": "a:B", "green": "c:D"}).load("blue")


def test_a_missing_package_is_answered_with_its_extra() -> None:
    registry = Registry[object]("colour", {"red": "no_such_package_x:Red"}, extras={"red": "paint"})
    with pytest.raises(MissingExtra, match=re.escape("pip install 'lakeglass[paint]'")):
        registry.load("red")


def test_an_adapter_is_imported_only_when_asked_for() -> None:
    registry = Registry[Money](
        "currency", {"broken": "no_such_package_x:X", "money": "lakeglass.core.money:Money"}
    )
    assert registry.names() == ("broken", "money")
    assert registry.load("money") is Money
