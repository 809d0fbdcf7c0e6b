"""Findings: each rule is seen to fire on a table that has its fault, and to keep silent on one that has not."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import profile

SETTINGS = LakeSettings(threads=1, memory_mb=256)
ROWS = 100
SOUND = [place % 10 for place in range(ROWS)]
FAULTS: dict[str, list[object]] = {
    "missing-values": [None if place % 4 == 0 else place % 10 for place in range(ROWS)],
    "empty-column": [None] * ROWS,
    "constant-column": ["same"] * ROWS,
    "numbers-as-text": [*map(str, range(ROWS - 2)), "n/k", "open"],
    "outer-blanks": [" north" if place % 2 else "south" for place in range(ROWS)],
    "spellings": [("North", "north", "south")[place % 3] for place in range(ROWS)],
    "not-finite": [*map(float, range(ROWS - 1)), math.inf],
    "outliers": [*SOUND[1:], 5000],
    "time-gaps": [pd.Timestamp("2024-01-01") + pd.Timedelta(days=p + (p > 70)) for p in range(ROWS)],
    "personal-data": [f"someone{place}@example.org" for place in range(ROWS)],
}


def rules(frame: pd.DataFrame) -> dict[str, str | None]:
    found = profile(frame, settings=SETTINGS).statistics.findings
    assert all(each.title and each.detail for each in found)
    return {each.rule: each.column for each in found}


# req: E2
@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found_in_its_column(rule: str) -> None:
    frame = pd.DataFrame({"key": [f"k{place}" for place in range(ROWS)], "it": FAULTS[rule]})
    if rule in {"missing-values", "empty-column"}:
        frame["it"] = frame["it"].astype("Float64")
    assert rules(frame)[rule] == "it"


def test_a_sound_table_has_no_findings() -> None:
    assert rules(pd.DataFrame({"key": [f"k{place}" for place in range(ROWS)], "n": SOUND})) == {}


def test_repeated_rows_and_columns_that_say_the_same_are_found() -> None:
    frame = pd.DataFrame({"a": SOUND, "b": [3 * value + 1 for value in SOUND]})
    assert set(rules(frame)) == {"duplicate-rows", "same-column"}


def test_no_finding_quotes_a_value() -> None:
    frame = pd.DataFrame({"mail": [f"someone{place}@example.org" for place in range(ROWS)]})
    told = profile(frame, settings=SETTINGS).statistics.findings
    assert told
    assert not any("example.org" in each.model_dump_json() for each in told)
