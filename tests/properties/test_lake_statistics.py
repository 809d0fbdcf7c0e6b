"""Every figure of a profile against a plain computation with fractions, whether a column fits into memory or not."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.figures import ColumnStatistics, Statistics
from lakeglass.lake.statistics.table import Bounds, compute

SETTINGS = LakeSettings(threads=1, memory_mb=256)
# Columns of up to 40 rows, held at once or, with room for seven numbers, range after range.
BOUNDS = (Bounds(threads=1, numbers=10**6), Bounds(threads=1, numbers=7))

whole = st.one_of(st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1))
real = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda x: abs(x) < 1e60),
    st.integers(-9, 9).map(lambda x: x / 4),
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0]),
)
money = st.decimals(-1000, 1000, places=2)
days = st.dates(dt.date(1600, 1, 1), dt.date(2500, 12, 31))
moments = st.datetimes(dt.datetime(1600, 1, 1), dt.datetime(2500, 12, 31))
words = st.text(st.sampled_from("aAb9 é-"), max_size=6)


def nullable(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.one_of(st.none(), values), min_size=1, max_size=40)


def described(arrays: dict[str, pa.Array[Any]], bounds: Bounds) -> Statistics:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.parquet"
        pq.write_table(pa.table(arrays), file, row_group_size=9)
        with Engine(SETTINGS, spill=Path(folder) / "spill").connection() as connection:
            return compute(connection, file, bounds=bounds)


def same(found: float | str | None, truth: Fraction | float | None) -> None:
    if truth is None:
        assert found is None
        return
    assert found is not None
    # Whole numbers beyond 2^53 are told as text.
    told = Fraction(found)
    assert abs(told - Fraction(truth)) <= Fraction(1, 10**9) * max(abs(Fraction(truth)), Fraction(1, 10**300))


def quantile(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """R type 7."""
    place, rest = divmod((len(ordered) - 1) * percent, 100)
    if not rest:
        return ordered[place]
    return ordered[place] + (ordered[place + 1] - ordered[place]) * Fraction(rest, 100)


def check_numbers(column: ColumnStatistics, values: Sequence[Any], *, held: bool) -> None:
    """Everything that a column of numbers says."""
    # Short decimals are looked at as the doubles nearest to them.
    present = [float(v) if isinstance(v, Decimal) else v for v in values if v is not None]
    finite = sorted(Fraction(value) for value in present if math.isfinite(value))
    numbers = column.numbers
    assert numbers is not None
    assert column.nulls == len(values) - len(present)
    kinds = {"nan" if math.isnan(value) else value for value in present}
    assert (column.distinct, column.distinct_is_exact) == (len(kinds), True)
    assert numbers.nans == sum(math.isnan(value) for value in present)
    assert numbers.infinities == sum(math.isinf(value) for value in present)
    assert numbers.zeros == sum(value == 0 for value in finite)
    assert numbers.negatives == sum(value < 0 for value in finite)
    if not finite:
        assert column.mean is None
        return
    count = len(finite)
    mean = sum(finite) / count
    same(column.minimum, finite[0])
    same(column.maximum, finite[-1])
    same(numbers.sum, sum(finite))
    same(column.mean, mean)
    assert column.quantiles is not None
    for percent in (1, 5, 25, 50, 75, 95, 99):
        same(getattr(column.quantiles, f"p{percent:02d}"), quantile(finite, percent))
    check_shape(column, finite, mean)
    if held:
        middle = quantile(finite, 50)
        same(numbers.mad, quantile(sorted(abs(value - middle) for value in finite), 50))
    low, high = numbers.lower_fence, numbers.upper_fence
    first, third = quantile(finite, 25), quantile(finite, 75)
    assert (low is None) == (first == third)
    if low is not None and high is not None:
        width = third - first
        assert abs(Fraction(low) - (first - width * 3 / 2)) <= (abs(first) + width) / 10**9
        assert abs(Fraction(high) - (third + width * 3 / 2)) <= (abs(third) + width) / 10**9
        assert numbers.below_fence == sum(value < Fraction(low) for value in finite)
        assert numbers.above_fence == sum(value > Fraction(high) for value in finite)
    assert sum(item.count for item in column.histogram) == count
    for item in column.histogram[:-1]:
        inside = sum(Fraction(item.low) <= value < Fraction(item.high) for value in finite)
        assert item.count == inside
    most = sorted(Counter(present).values(), reverse=True)
    told = [top.count for top in column.top_values]
    assert told == most[: len(told)] or numbers.nans or numbers.infinities
    for found, expected in zip(numbers.lowest, sorted(set(finite)), strict=False):
        same(found, expected)


def check_shape(column: ColumnStatistics, finite: Sequence[Fraction], mean: Fraction) -> None:
    """Deviation, skewness and kurtosis by their definitions."""
    n = len(finite)
    if n < 2:
        assert column.deviation is None
        return
    second, third, fourth = (sum((value - mean) ** power for value in finite) / n for power in (2, 3, 4))
    variance = second * n / (n - 1)
    if variance:
        assert column.deviation is not None
        assert abs(Fraction(column.deviation) ** 2 / variance - 1) <= Fraction(2, 10**9)
    else:
        same(column.deviation, 0)
        return
    assert column.numbers is not None
    if n > 2:
        squared = third**2 / second**3 * Fraction(n * (n - 1), (n - 2) ** 2)
        expected = math.copysign(math.sqrt(squared), float(third))
        assert column.numbers.skewness == pytest.approx(expected, rel=1e-9, abs=1e-9)
    if n > 3:
        excess = Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
        assert column.numbers.kurtosis == pytest.approx(float(excess), rel=1e-9, abs=1e-9)


# req: E2
@settings(max_examples=200, deadline=None)
@given(nullable(whole), nullable(real), nullable(money), st.sampled_from(BOUNDS))
def test_numbers_are_described_as_fractions_describe_them(
    integers: list[int | None], reals: list[float | None], prices: list[Decimal | None], bounds: Bounds
) -> None:
    rows = max(len(integers), len(reals), len(prices))
    wide: list[list[Any]] = [
        [*values, *[None] * (rows - len(values))] for values in (integers, reals, prices)
    ]
    types = (pa.int64(), pa.float64(), pa.decimal128(12, 2))
    arrays = {name: pa.array(values, kind) for name, values, kind in zip("ird", wide, types, strict=True)}
    found = described(arrays, bounds)
    assert found.rows == rows
    held = rows <= bounds.numbers
    for column, values in zip(found.columns, wide, strict=True):
        check_numbers(column, values, held=held)


def reached(values: Sequence[Any], percent: int) -> Any:
    """R type 1: the first value that at least this share lies at or below."""
    return values[max(-(-len(values) * percent // 100) - 1, 0)]


# req: E2
@settings(max_examples=150, deadline=None)
@given(nullable(days), nullable(moments), st.sampled_from(BOUNDS))
def test_dates_are_described_as_a_calendar_does(
    dates: list[dt.date | None], times: list[dt.datetime | None], bounds: Bounds
) -> None:
    rows = max(len(dates), len(times))
    wide: list[list[Any]] = [[*values, *[None] * (rows - len(values))] for values in (dates, times)]
    arrays = {"d": pa.array(wide[0], pa.date32()), "t": pa.array(wide[1], pa.timestamp("us"))}
    found = described(arrays, bounds)
    for column, values in zip(found.columns, wide, strict=True):
        present = sorted(value for value in values if value is not None)
        assert (column.nulls, column.distinct) == (rows - len(present), len(set(present)))
        if not present:
            continue
        assert column.quantiles is not None
        assert column.times is not None
        shown = [column.minimum, *column.quantiles.model_dump().values(), column.maximum]
        expected = [present[0], *(reached(present, p) for p in (1, 5, 25, 50, 75, 95, 99)), present[-1]]
        assert [type(present[0]).fromisoformat(str(text)) for text in shown] == expected
        assert sum(item.count for item in column.histogram) == len(present)
        if len(set(present)) > 1:
            widest = max(after - before for before, after in pairwise(sorted(set(present))))
            assert column.times.longest_gap is not None
            assert column.times.longest_gap.seconds == pytest.approx(widest.total_seconds(), abs=1e-6)


# req: E2
@settings(max_examples=150, deadline=None)
@given(nullable(words), nullable(st.booleans()), st.sampled_from(BOUNDS))
def test_texts_are_counted_and_measured_exactly(
    texts: list[str | None], flags: list[bool | None], bounds: Bounds
) -> None:
    rows = max(len(texts), len(flags))
    texts, flags = [*texts, *[None] * (rows - len(texts))], [*flags, *[None] * (rows - len(flags))]
    arrays = {"text": pa.array(texts, pa.string()), "flag": pa.array(flags, pa.bool_())}
    found = described(arrays, bounds)
    text, flag = found.columns
    present = [value for value in texts if value is not None]
    counts = Counter(present)
    assert (text.nulls, text.distinct, text.distinct_is_exact) == (rows - len(present), len(counts), True)
    assert {top.value: top.count for top in text.top_values} == dict(counts)
    assert {top.value: top.count for top in flag.top_values} == dict(
        Counter(f for f in flags if f is not None)
    )
    repeated = rows - len(set(zip(texts, flags, strict=True)))
    assert found.duplicate_rows == repeated
    if not present:
        return
    assert text.text is not None
    sizes = sorted(map(len, present))
    assert (text.min_length, text.max_length) == (sizes[0], sizes[-1])
    assert text.text.mean_length == pytest.approx(sum(sizes) / len(sizes), rel=1e-9)
    assert text.text.median_length == (sizes[(len(sizes) - 1) // 2] + sizes[len(sizes) // 2]) / 2
    assert text.text.empty == counts[""]
    assert text.text.blank == sum(value.isspace() for value in present)
    assert text.text.padded == sum(bool(value.strip()) and value != value.strip() for value in present)


# req: E2
@pytest.mark.heavy
@settings(max_examples=25, deadline=None)
@given(st.integers(20_000, 60_000), st.integers(0, 2**32))
def test_an_estimate_of_distinct_texts_stays_within_its_bound(distinct: int, seed: int) -> None:
    values = pa.array([f"{seed}-{place % distinct}" for place in range(distinct + 5_000)])
    column = described({"text": values}, Bounds(threads=1, numbers=10**6, words=1_000)).columns[0]
    assert not column.distinct_is_exact
    assert 0 < column.distinct_error < 0.5
    assert abs(column.distinct - distinct) <= column.distinct_error * column.distinct
