"""What a profile says of values, shapes, rhythm and company, against plain computations that share no code with it."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, groupby, pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_lake_statistics import (
    BOUNDS,
    days,
    described,
    moments,
    nullable,
    real,
    same,
    whole,
)

from lakeglass.lake.figures import Association, TimeFigures, TopValue
from lakeglass.lake.statistics.table import Bounds

HELD, RANGES = BOUNDS


def order_of(values: Sequence[Any]) -> str | None:
    """How neighbours follow each other."""
    pairs = list(pairwise(values))
    up, down = any(a < b for a, b in pairs), any(a > b for a, b in pairs)
    if up == down:
        return None
    strictly = "strictly " if all(a != b for a, b in pairs) else ""
    return strictly + ("rising" if up else "falling")


def check_top(told: Sequence[TopValue], present: Sequence[Any], *, read: Callable[[Any], Any]) -> None:
    """The most frequent values, of equally frequent ones the smallest first, with their share of all that are there."""
    finite = Counter(value for value in present if not isinstance(value, float) or math.isfinite(value))
    expected = sorted(finite.items(), key=lambda each: (-each[1], each[0]))
    assert [(read(top.value), top.count) for top in told] == expected[: len(told)]
    assert len(told) >= min(10, len(expected)) or (not told and expected[0][1] == 1)
    for top in told:
        same(top.share, Fraction(top.count, len(present)))


# req: E2
@settings(max_examples=100, deadline=None)
@given(nullable(st.one_of(whole, st.integers(0, 3))), nullable(real), st.booleans(), st.sampled_from(BOUNDS))
def test_frequent_and_outermost_numbers_and_their_order(
    integers: list[int | None], reals: list[float | None], ordered: bool, bounds: Bounds
) -> None:
    rows = max(len(integers), len(reals))
    if ordered:
        integers = sorted(value for value in integers if value is not None) or [0]
        reals = sorted((v for v in reals if v is not None and not math.isnan(v)), reverse=True) or [0.0]
    wide: list[list[Any]] = [[*values, *[None] * (rows - len(values))] for values in (integers, reals)]
    found = described({"i": pa.array(wide[0], pa.int64()), "r": pa.array(wide[1], pa.float64())}, bounds)
    for column, values in zip(found.columns, wide, strict=True):
        present = [value for value in values if value is not None]
        finite = sorted({Fraction(value) for value in present if math.isfinite(value)})
        assert column.numbers is not None
        if not finite:
            continue
        check_top(column.top_values, present, read=lambda value: Fraction(value))
        for told, expected in (
            (column.numbers.lowest, finite[:5]),
            (column.numbers.highest, finite[-5:]),
        ):
            assert len(told) == len(expected)
            for one, other in zip(told, expected, strict=True):
                same(one, other)
        nan = any(isinstance(value, float) and math.isnan(value) for value in present)
        assert column.numbers.order == (None if nan else order_of(present))


LETTERS = "aAbZ9é-. ,%€+1\t\u00a0ß"
texts = st.text(st.sampled_from(LETTERS), max_size=7)
amounts = st.tuples(
    st.sampled_from(["", "-", "+", "$", "€", "(", " "]),
    st.one_of(st.integers(0, 10**7).map(str), st.integers(0, 10**6).map(lambda n: f"{n:,}")),
    st.sampled_from(["", ".5", ",25", "e3", "%", " €", ")", "x", " 7"]),
).map("".join)


def shape_of(text: str) -> str:
    """`9`, `A` and `a` for digits and letters, `+` behind runs of them."""

    def sign(letter: str) -> str:
        if letter in "0123456789":
            return "9"
        if "A" <= letter <= "Z":
            return "A"
        return "a" if "a" <= letter <= "z" or letter > "\x7f" else letter

    runs = ((kind, len(list(run))) for kind, run in groupby(text, key=sign))
    return "".join(
        (kind + "+" if size > 1 or (kind == "a" and wide) else kind) if kind in "9Aa" else kind * size
        for (kind, size), wide in zip(runs, _wide_runs(text, sign), strict=True)
    )


def _wide_runs(text: str, sign: Callable[[str], str]) -> list[bool]:
    """Whether a run holds a letter beyond ASCII, which has several bytes."""
    return [any(letter > "\x7f" for letter in run) for _, run in groupby(text, key=sign)]


def is_amount(text: str) -> bool:
    """A number as people write it, told by taking off what may stand around it, from the outside to the inside."""
    rest = text.strip()
    if not any("0" <= sign <= "9" for sign in rest):
        return False
    rest = (
        rest.lstrip(
            "-+(",
        )
        if rest[:1] in "-+(" and rest[1:2] not in "-+("
        else rest
    )
    rest = rest.strip()
    if rest[:1] in "$€£¥":
        rest = rest[1:].lstrip()
    if rest[:1] in "-+":
        rest = rest[1:]
    if rest[-1:] in "%$€£¥)":
        rest = rest[:-1].rstrip()
    head, power, tail = rest.lower().partition("e")
    if power:
        if tail[:1] in ("-", "+"):
            tail = tail[1:]
        if not (tail.isascii() and tail.isdigit() and len(tail) <= 3):
            return False
    return _is_digits(head)


def _is_digits(text: str) -> bool:
    """Digits, plain or in groups of three, with or without decimals behind a point or a comma."""
    if text.isascii() and text.isdigit():
        return True
    for mark in ".,":
        before, found, after = text.rpartition(mark)
        if found and after.isascii() and after.isdigit() and (not before or _is_grouped(before)):
            return True
    return _is_grouped(text)


def _is_grouped(text: str) -> bool:
    if text.isascii() and text.isdigit():
        return True
    for sign in ".,' \u00a0\u202f":
        text = text.replace(sign, "_")
    first, *groups = text.split("_")
    return (
        bool(groups)
        and 1 <= len(first) <= 3
        and first.isascii()
        and first.isdigit()
        and all(len(group) == 3 and group.isascii() and group.isdigit() for group in groups)
    )


# req: E2
@settings(max_examples=100, deadline=None)
@given(nullable(st.one_of(texts, amounts)), st.sampled_from(BOUNDS))
def test_shapes_of_texts_are_told_as_a_person_would_see_them(
    values: list[str | None], bounds: Bounds
) -> None:
    column = described({"text": pa.array(values, pa.string())}, bounds).columns[0]
    present = [value for value in values if value is not None]
    if not present:
        return
    assert column.text is not None
    assert {top.value: top.count for top in column.top_values} == Counter(present)
    for top in column.top_values:
        same(top.share, Fraction(top.count, len(present)))
    assert column.text.looked_at == len(set(present))
    assert column.text.numeric == sum(map(is_amount, present)), [v for v in present if is_amount(v)]
    spelled = Counter(value.strip().lower() for value in set(present))
    assert column.text.case_variants == sum(count for count in spelled.values() if count > 1)
    shapes = Counter(map(shape_of, present))
    assert len(column.text.patterns) == min(10, len(shapes))
    for told in column.text.patterns:
        assert told.count == shapes[told.shape]
        same(told.share, Fraction(told.count, len(present)))
    least = min(told.count for told in column.text.patterns)
    assert all(
        count <= least
        for shape, count in shapes.items()
        if shape not in {t.shape for t in column.text.patterns}
    )


PERIODS = (
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
)
EPOCH = dt.datetime(1970, 1, 1)


def number_of(moment: dt.datetime, period: str) -> int:
    """Which year, month, … it is in, counted on without gaps."""
    month = moment.year * 12 + moment.month - 1
    match period:
        case "year":
            return moment.year
        case "quarter":
            return month // 3
        case "month":
            return month
        case "week":
            return (moment.date().toordinal() - 1) // 7
        case _:
            return (moment - EPOCH) // LENGTH[period]


LENGTH = {
    "day": dt.timedelta(days=1), "hour": dt.timedelta(hours=1), "minute": dt.timedelta(minutes=1),
    "second": dt.timedelta(seconds=1), "millisecond": dt.timedelta(milliseconds=1),
    "microsecond": dt.timedelta(microseconds=1),
}  # fmt: skip


def begins(moment: dt.datetime, period: str) -> bool:
    """Whether a period begins at this moment (of a week: a day, as its first weekday is the one that all have)."""
    day = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    match period:
        case "year":
            return day and (moment.month, moment.day) == (1, 1)
        case "quarter":
            return day and moment.day == 1 and moment.month % 3 == 1
        case "month":
            return day and moment.day == 1
        case "week":
            return day
        case _:
            return not (moment - EPOCH) % LENGTH[period]


def check_times(
    told: TimeFigures, values: Sequence[dt.datetime], periods: Sequence[str], *, held: bool
) -> None:
    distinct = sorted(set(values))
    assert told.order == order_of(values)
    if len(distinct) < 2:
        assert (told.grain, told.period, told.step_s, told.longest_gap) == (None, None, None, None)
        return
    weekly = len({moment.weekday() for moment in distinct}) == 1 and len(distinct) >= 4
    grain = next(
        (p for p in periods if all(begins(moment, p) for moment in distinct) and (p != "week" or weekly)),
        None,
    )
    assert told.grain == grain
    expected = None
    if grain is not None:
        for period in reversed(periods[: periods.index(grain) + 1]):
            filled = len({number_of(moment, period) for moment in distinct})
            span = number_of(distinct[-1], period) - number_of(distinct[0], period) + 1
            if 2 * filled >= span:
                expected = (period, filled, span - filled)
                break
    assert (told.period, told.periods, told.missing) == (expected or (None, None, None))
    steps = [after - before for before, after in pairwise(distinct)]
    widest = max(steps)
    assert told.longest_gap is not None
    ends = [dt.datetime.fromisoformat(text) for text in (told.longest_gap.after, told.longest_gap.before)]
    assert ends[1] - ends[0] == widest
    assert ends[0] in distinct
    assert ends[1] in distinct
    same(told.longest_gap.seconds, Fraction(widest // LENGTH["microsecond"], 10**6))
    if held and len(steps) > 1:
        step, rows = min(Counter(steps).items(), key=lambda each: (-each[1], each[0]))
        same(told.step_s, Fraction(step // LENGTH["microsecond"], 10**6))
        same(told.step_share, Fraction(rows, len(steps)))


UNITS = (
    dt.timedelta(days=7), dt.timedelta(days=1), dt.timedelta(days=91), dt.timedelta(hours=1),
    dt.timedelta(minutes=15), dt.timedelta(seconds=1), dt.timedelta(milliseconds=5),
)  # fmt: skip
regular = st.tuples(
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(lambda m: m.replace(microsecond=0)),
    st.sampled_from(UNITS),
    st.lists(st.integers(0, 30), min_size=1, max_size=30),
    st.booleans(),
).map(
    lambda drawn: [
        (drawn[0] if not drawn[3] else drawn[0].replace(hour=0, minute=0, second=0)) + drawn[1] * step
        for step in drawn[2]
    ]
)
monthly = st.lists(st.integers(0, 60), min_size=1, max_size=30).flatmap(
    lambda steps: st.sampled_from((1, 3, 12)).map(
        lambda size: [dt.datetime(1990 + s * size // 12, s * size % 12 + 1, 1) for s in steps]
    )
)


# req: E2
@settings(max_examples=100, deadline=None)
@given(st.one_of(regular, monthly, nullable(moments), nullable(days)), st.booleans(), st.sampled_from(BOUNDS))
def test_the_rhythm_of_dates_is_that_of_a_calendar(drawn: list[Any], as_days: bool, bounds: Bounds) -> None:
    midnights = [
        value
        if isinstance(value, dt.datetime) or value is None
        else dt.datetime(value.year, value.month, value.day)
        for value in drawn
    ]
    if as_days:
        midnights = [value and dt.datetime(value.year, value.month, value.day) for value in midnights]
    kind, periods = (pa.date32(), PERIODS[:5]) if as_days else (pa.timestamp("us"), PERIODS)
    stored = [value.date() if value and as_days else value for value in midnights]
    column = described({"t": pa.array(stored, kind)}, bounds).columns[0]
    present = [value for value in midnights if value is not None]
    if not present:
        return
    assert column.times is not None
    check_times(column.times, present, periods, held=len(present) <= bounds.numbers)
    check_top(column.top_values, present, read=lambda text: dt.datetime.fromisoformat(str(text)))


def correlation(first: Sequence[Fraction], second: Sequence[Fraction]) -> float | None:
    """Pearson's, with fractions up to the root."""
    rows = len(first)
    means = [sum(side) / rows for side in (first, second)]
    one, two = ([value - mean for value in side] for side, mean in zip((first, second), means, strict=True))
    squares = sum(value * value for value in one) * sum(value * value for value in two)
    if not squares:
        return None
    together = sum(a * b for a, b in zip(one, two, strict=True))
    return math.copysign(math.sqrt(together * together / squares), together)


def ranks(values: Sequence[Any]) -> list[Fraction]:
    return [
        Fraction(2 * sum(other < value for other in values) + sum(other == value for other in values) + 1, 2)
        for value in values
    ]


def cramers_v(left: Sequence[Any], right: Sequence[Any]) -> float | None:
    """Bias-corrected: W. Bergsma, A bias-correction for Cramér's V and Tschuprow's T (2013)."""
    n, pairs = len(left), Counter(zip(left, right, strict=True))
    rows, columns = Counter(left), Counter(right)
    phi = Fraction(0)
    for (row, column), (a, b) in (
        (key, (rows[key[0]], columns[key[1]])) for key in ((r, c) for r in rows for c in columns)
    ):
        expected = Fraction(a * b, n)
        phi += (pairs[row, column] - expected) ** 2 / expected
    phi = max(Fraction(0), phi / n - Fraction((len(rows) - 1) * (len(columns) - 1), n - 1))
    least = min(size - Fraction((size - 1) ** 2, n - 1) for size in (len(rows), len(columns))) - 1
    return min(1.0, math.sqrt(phi / least)) if least > 0 else None


def correlation_ratio(groups: Sequence[Any], values: Sequence[Fraction]) -> float:
    """The root of the share of the squares between groups."""
    mean = sum(values) / len(values)
    inside: dict[Any, list[Fraction]] = {}
    for group, value in zip(groups, values, strict=True):
        inside.setdefault(group, []).append(value)
    between = sum(len(each) * (sum(each) / len(each) - mean) ** 2 for each in inside.values())
    return math.sqrt(between / sum((value - mean) ** 2 for value in values))


def strength(told: Association, left: Sequence[Any], right: Sequence[Any]) -> float | None:
    """What a plain computation says of the rows that have both."""
    both = [(a, b) for a, b in zip(left, right, strict=True) if a is not None and b is not None]
    assert told.rows == len(both)
    first, second = ([pair[place] for pair in both] for place in (0, 1))
    match told.measure:
        case "pearson":
            return correlation([*map(Fraction, first)], [*map(Fraction, second)])
        case "spearman":
            return correlation(ranks(first), ranks(second))
        case "cramers_v":
            return cramers_v(first, second)
        case "correlation_ratio":
            return correlation_ratio(first, [*map(Fraction, second)])


@st.composite
def related(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Numbers and words that hang together more or less."""
    rows = draw(st.integers(10, 60))
    chance = random.Random(draw(st.integers(0, 2**32)))
    base = [round(chance.uniform(-100, 100), 2) for _ in range(rows)]
    noise, missing = draw(st.sampled_from([0.0, 5.0, 100.0])), draw(st.sampled_from([0.0, 0.05]))
    table: dict[str, list[Any]] = {
        "base": base,
        "straight": [round(3 * value + chance.gauss(0, noise), 3) for value in base],
        "curved": [round(math.exp(value / 12), 3) for value in base],
        "group": [("low" if value < -30 else "mid" if value < 30 else "high") for value in base],
        "other": [chance.choice("xyz") for _ in base],
        "flag": [value > chance.gauss(0, noise) for value in base],
    }
    for values in table.values():
        for place in range(rows):
            if chance.random() < missing:
                values[place] = None
    return table


# req: E2
@settings(max_examples=100, deadline=None)
@given(related())
def test_strengths_of_associations_are_those_of_their_definitions(table: dict[str, list[Any]]) -> None:
    kinds = [pa.float64()] * 3 + [pa.string()] * 2 + [pa.bool_()]
    arrays = {name: pa.array(values, kind) for (name, values), kind in zip(table.items(), kinds, strict=True)}
    found = described(arrays, HELD)
    for told in found.associations:
        expected = strength(told, table[told.left], table[told.right])
        assert expected is not None
        assert told.strength == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert [abs(told.strength) for told in found.associations] == sorted(
        (abs(told.strength) for told in found.associations), reverse=True
    )
    pairs = {frozenset((told.left, told.right)) for told in found.associations}
    for left, right in combinations(("base", "straight", "curved"), 2):
        both = [
            (a, b) for a, b in zip(table[left], table[right], strict=True) if a is not None and b is not None
        ]
        straight = correlation([Fraction(a) for a, _ in both], [Fraction(b) for _, b in both])
        if len(both) >= 10 and straight is not None and abs(straight) > 0.99:
            assert frozenset((left, right)) in pairs
