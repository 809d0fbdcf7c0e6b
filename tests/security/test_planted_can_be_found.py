"""The look-out for planted values sees each of them in every form: without that, its silence would say nothing."""

from __future__ import annotations

import pytest
from tests.planted import PLANTED, in_json, leaks, written

WAYS = tuple(written("x"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_value_is_seen_in_every_form(kind: str, way: str) -> None:
    text = f"total of {written(PLANTED[kind])[way]} by month"
    assert leaks(text.encode())
    assert leaks(in_json({"messages": [{"content": text}]}))


def test_what_is_no_personal_value_is_not() -> None:
    text = "total of <EMAIL_1>, order 2024-0815-4711, a @ b, version 1.2.3, 12:30, 42 %, column e_mail"
    assert leaks(in_json({"content": text})) == ()
