"""Whatever the table, the checks end in findings that can be stored."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import Examination, examine, findings_of

_VALUES = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-(2**60), 2**60))),
    st.lists(st.one_of(st.none(), st.integers(-3, 3))),
    st.lists(st.floats(allow_nan=True, allow_infinity=True)),
    st.lists(
        st.one_of(st.none(), st.sampled_from(["a", "b", "A ", "", "5 kg", "3 lb", "2020-01-01", "Ã©", "?"]))
    ),
    st.lists(st.one_of(st.none(), st.text(max_size=8))),
    st.lists(st.one_of(st.none(), st.booleans())),
    st.lists(st.one_of(st.none(), st.datetimes(allow_imaginary=False))),
)


@st.composite
def _tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.sampled_from([0, 1, 2, 7, 40, 130]))
    columns = {}
    for name in draw(
        st.lists(
            st.sampled_from(["id", "age", "price", "day", "x", "y y", "result"]), unique=True, min_size=1
        )
    ):
        values = draw(_VALUES) or [None]
        columns[name] = [values[place % len(values)] for place in range(rows)]
    return pd.DataFrame(columns)


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _ends_well(table: pd.DataFrame, target: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(table, Path(folder), settings=LakeSettings(threads=1, memory_mb=256))
        try:
            told = findings_of(examine(prepared.path, prepared.statistics, target=target))
        except InvalidInput:
            assert target is not None
            return
    assert Examination.model_validate_json(told.model_dump_json()) == told
    for each in told.findings:
        assert all(_is_finite(value) for value in each.evidence.values())
        assert set(each.columns) <= set(table.columns)
        if each.figure is not None:
            assert len(each.figure.x) == len(each.figure.y) <= 200
            assert all(value is None or _is_finite(value) for value in each.figure.y)


# req: D8
@settings(max_examples=25)
@given(table=_tables(), place=st.integers(0, 6), asks=st.booleans())
def test_checks_end_well_on_any_table(table: pd.DataFrame, place: int, asks: bool) -> None:
    _ends_well(table, str(table.columns[place % len(table.columns)]) if asks else None)


# req: D8
@pytest.mark.heavy
@pytest.mark.timeout(900)
@settings(max_examples=600)
@given(table=_tables(), place=st.integers(0, 6), asks=st.booleans())
def test_checks_end_well_on_very_many_tables(table: pd.DataFrame, place: int, asks: bool) -> None:
    _ends_well(table, str(table.columns[place % len(table.columns)]) if asks else None)
