"""Preview and statistics against pandas, over tables of every shape."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import Prepared, prepare, profile

SETTINGS = LakeSettings(threads=1, memory_mb=512)
# Text that no column would take for a number, a date, or a missing value.
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8).map(
    "w".__add__
)
columns = st.one_of(
    st.just(("number", st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda value: round(value, 3))))),
    st.just(("integer", st.one_of(st.none(), st.integers(-(10**12), 10**12)))),
    st.just(("text", st.one_of(st.none(), words))),
    st.just(("boolean", st.one_of(st.none(), st.booleans()))),
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 40))
    kinds = draw(st.lists(columns, min_size=1, max_size=6))
    data = {
        f"{kind} {place}": draw(st.lists(values, min_size=rows, max_size=rows))
        for place, (kind, values) in enumerate(kinds)
    }
    return pd.DataFrame(data, dtype=object)


def prepared(frame: pd.DataFrame) -> Prepared:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        # A first column that always has a value: a line of nothing but missing ones would be a blank line.
        frame.assign(row=range(len(frame))).to_csv(path, index=False)
        return prepare(path, Path(folder) / "out", settings=SETTINGS)


# Feature: glassbox-analyst, Property 1: profiling reads the first 5 rows and the schema never holds the full dataset
# req: E2
@settings(max_examples=100, deadline=None)
@given(frames())
def test_a_preview_is_the_first_five_rows_and_no_more(frame: pd.DataFrame) -> None:
    preview = prepared(frame).preview
    assert len(preview.rows) == min(5, len(frame))
    assert preview.total_rows == len(frame)
    head = frame.head(5)
    assert preview.null_counts[:-1] == tuple(int(count) for count in head.isna().sum())
    for name, values in zip(head.columns, zip(*preview.rows, strict=True), strict=False):
        if name.startswith("text"):
            assert list(values) == [None if pd.isna(value) else value for value in head[name]]


# Feature: glassbox-analyst, Property 2: the schema has names, types, null counts and samples for every column
# req: E2
@settings(max_examples=100, deadline=None)
@given(frames())
def test_every_column_is_described_exactly(frame: pd.DataFrame) -> None:
    known = prepared(frame)
    assert [column.name for column in known.preview.columns] == [*frame.columns, "row"]
    for column in known.statistics.columns[:-1]:
        truth = frame[column.name].dropna()
        assert column.nulls == len(frame) - len(truth)
        assert (column.distinct, column.distinct_is_exact) == (truth.nunique(), True)
        assert column.dtype
        if column.name.startswith(("number", "integer")) and len(truth):
            numbers = truth.astype(float)
            assert column.kind in {"number", "integer"}
            assert column.minimum == pytest.approx(numbers.min())
            assert column.maximum == pytest.approx(numbers.max())
            assert column.mean == pytest.approx(numbers.mean(), rel=1e-6, abs=1e-6)
            assert column.quantiles is not None
            assert column.quantiles.p50 == pytest.approx(numbers.median(), rel=1e-6, abs=1e-6)
            assert sum(item.count for item in column.histogram) == len(truth)
            if len(truth) > 1:
                assert column.deviation == pytest.approx(numbers.std(), rel=1e-6, abs=1e-5)
        if column.name.startswith("text") and len(truth):
            assert column.kind == "text"
            counts = truth.value_counts()
            assert {top.value: top.count for top in column.top_values} == counts.head(200).to_dict()
            assert (column.min_length, column.max_length) == (truth.str.len().min(), truth.str.len().max())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.floats(width=64), st.sampled_from([math.nan, math.inf, -math.inf])),
        min_size=1,
    )
)
def test_no_number_breaks_the_statistics(values: list[float | None]) -> None:
    frame = pd.DataFrame({"x": pd.array(values, dtype="Float64")})
    found = profile(frame, settings=SETTINGS)
    found.model_dump_json()  # would refuse what JSON can't say
    assert found.statistics.rows == len(values)
