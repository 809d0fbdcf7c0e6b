"""One column, two units: '5 kg' beside '3 lb', or numbers that fall into two heaps a thousand times apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject, histogram
from lakeglass.science.figures import shown
from lakeglass.science.table import Floats, Levels, Numbers

_MEASURE = re.compile(
    r"[-+]?\d[\d.,' ]*\s*([A-Za-z°%$€£µ]{1,8}(?:/[A-Za-z]{1,4})?|[\"'])|([$€£¥]|[A-Z]{3})\s?\d[\d.,' ]*"
)
_MOST = 0.8
_LEAST_ROWS = 50
_LEAST_SHARE = 0.01
_LEAST_DIFFERENT = 3
# Factors between units that people mix up: thousands, hundreds, inches, pounds, miles, feet.
_FACTORS = (1000.0, 100.0, 2.54, 39.37, 2.2046, 1.6093, 3.2808, 1e6, 60.0, 3600.0, 10.0, 12.0)
# Degrees as weather, rooms and machines have them.
_COLDEST, _HOTTEST = -100.0, 600.0
_LEAST_TURNED = 10
_VALLEY_OFF, _VALLEY_WIDTHS, _VALLEY_BETWEEN = 0.04, 2.5, 0.02
_GAP = 0.25  # in powers of ten: no value lies between the heaps


class MixedUnits:
    """Values with different units, written or to be guessed from two separate heaps."""

    about = About(
        code="mixed-units",
        name="More than one unit",
        area="values",
        why="Values in different units can't be added or compared: whatever is computed of them is wrong.",
        fix="Convert them to one unit and keep the unit in the column's name.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs enough rows to see two heaps."""
        return None if subject.rows >= _LEAST_ROWS else f"fewer than {_LEAST_ROWS} rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.table.columns:
            if isinstance(column, Levels):
                yield from _written(column)
            elif not column.moment and subject.roles[column.name].role in {"number", "target"}:
                yield from _heaps(column) or _degrees(column) or _valley(column)


def _written(column: Levels) -> Iterator[Seen]:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    units: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for level, count in zip(column.levels, counts, strict=True):
        if found := _MEASURE.fullmatch(level.strip()):
            unit = (found[1] or found[2]).casefold()
            units[unit] += int(count)
            different[unit] += 1
    total = int(counts.sum())
    # What stands behind one or two numbers only is a label ('1st', '2. yes') and no unit.
    common = [
        unit
        for unit, count in units.items()
        if count >= max(2, _LEAST_SHARE * total) and different[unit] >= _LEAST_DIFFERENT
    ]
    if total >= _LEAST_ROWS and units.total() >= _MOST * total and len(common) > 1:
        common.sort(key=lambda unit: -units[unit])
        yield Seen(
            "high",
            (column.name,),
            f"Values are written with {len(common)} units: {', '.join(common[:5])}.",
            {f"share with {unit}": units[unit] / total for unit in common[:5]},
            Figure(
                kind="bars",
                title=f"Units of {column.name}",
                x_title="unit",
                y_title="rows looked at",
                x=tuple(common[:20]),
                y=tuple(float(units[unit]) for unit in common[:20]),
            ),
        )


def _heaps(column: Numbers) -> list[Seen]:
    values = column.order.values()
    positive = values[values > 0]
    if positive.size < _LEAST_ROWS or positive.size < 0.95 * values.size:
        return []
    if np.sum(column.order.different > 0) < 20:
        return []
    logs = np.log10(positive)
    steps = np.diff(logs)
    place = int(np.argmax(steps))
    lower, upper = logs[: place + 1], logs[place + 1 :]
    least = max(3, int(_LEAST_SHARE * logs.size))
    if steps[place] < _GAP or min(lower.size, upper.size) < least:
        return []
    # Two heaps of about the same width, one factor apart, each far tighter than the way between them.
    apart = float(np.median(upper) - np.median(lower))
    widths = (_width(lower), _width(upper))
    near = min(_FACTORS, key=lambda factor: abs(apart - np.log10(factor)))
    if abs(apart - np.log10(near)) > 0.08 or max(widths) > 0.5 * apart or min(widths) < max(widths) / 4:
        return []
    edges, heights = histogram(logs)
    seen = Seen(
        "high",
        (column.name,),
        f"The values fall into two heaps about {shown(near)} times apart, with nothing between them: "
        f"{lower.size:,} around {shown(10 ** float(np.median(lower)))} and {upper.size:,} around "
        f"{shown(10 ** float(np.median(upper)))}.",
        {"factor": near, "lower_rows": int(lower.size), "upper_rows": int(upper.size)},
        Figure(
            kind="bars",
            title=f"{column.name}, on a scale of powers of ten",
            x_title="log10 of the value",
            y_title="rows looked at",
            x=edges,
            y=heights,
        ),
    )
    return [seen]


def _valley(column: Numbers) -> list[Seen]:
    """Two heaps a factor apart whose outermost values meet: hardly anything lies half-way."""
    values = column.order.values()
    positive = values[values > 0]
    if positive.size < _LEAST_ROWS * 4 or positive.size < 0.95 * values.size:
        return []
    logs = np.log10(positive)
    if np.count_nonzero(np.diff(logs)) + 1 < _LEAST_ROWS:
        return []
    place = _best_cut(logs)
    lower, upper = logs[:place], logs[place:]
    if min(lower.size, upper.size) < max(20, int(_LEAST_SHARE * logs.size)):
        return []
    apart = float(np.median(upper) - np.median(lower))
    widths = (_width(lower), _width(upper))
    half_way = (float(np.median(upper)) + float(np.median(lower))) / 2
    between = int(np.sum(np.abs(logs - half_way) < 0.1 * apart))
    near = min(_FACTORS, key=lambda factor: abs(apart - np.log10(factor)))
    if (
        abs(apart - np.log10(near)) > _VALLEY_OFF
        or apart < _VALLEY_WIDTHS * max(widths)
        or min(widths) < max(widths) / 2
        or between > _VALLEY_BETWEEN * min(lower.size, upper.size)
    ):
        return []
    return [
        Seen(
            "medium",
            (column.name,),
            f"The values fall into two heaps about {shown(near)} times apart, with hardly anything half-way: "
            f"{lower.size:,} around {shown(10 ** float(np.median(lower)))} and {upper.size:,} around "
            f"{shown(10 ** float(np.median(upper)))}.",
            {"factor": near, "lower_rows": int(lower.size), "upper_rows": int(upper.size)},
        )
    ]


def _best_cut(ordered: Floats) -> int:
    """The place that leaves the least variance within both sides (Otsu 1979)."""
    size = ordered.size
    counts = np.arange(1, size)
    sums = np.cumsum(ordered)
    between = (sums[:-1] / counts - (sums[-1] - sums[:-1]) / (size - counts)) ** 2 * counts * (size - counts)
    return int(np.argmax(between)) + 1


def _degrees(column: Numbers) -> list[Seen]:
    """Two heaps of degrees: those above, turned into the unit of those below, lie among them."""
    values = column.order.values()
    if values.size < _LEAST_ROWS or np.isfinite(column.order.different).sum() < 20:
        return []
    place = int(np.argmax(np.diff(values)))
    lower, upper = values[: place + 1], values[place + 1 :]
    if min(lower.size, upper.size) < max(_LEAST_TURNED, int(_LEAST_SHARE * values.size)):
        return []
    gap, width = float(upper[0] - lower[-1]), max(_width(lower), _width(upper))
    if gap < width or lower[0] < _COLDEST or upper[-1] > _HOTTEST:
        return []
    for units, turned in (
        ("degrees Celsius and kelvins", upper - 273.15),
        ("degrees Fahrenheit and kelvins", (upper - 273.15) * 1.8 + 32),
    ):
        apart = abs(float(np.median(turned) - np.median(lower)))
        if apart < 0.5 * _width(lower) and 0.4 < _width(turned) / max(_width(lower), 1e-9) < 2.5:
            return [
                Seen(
                    "high",
                    (column.name,),
                    f"The values fall into two heaps that are {units} of about the same: {lower.size:,} around "
                    f"{shown(np.median(lower))} and {upper.size:,} around {shown(np.median(upper))}.",
                    {"lower_rows": int(lower.size), "upper_rows": int(upper.size)},
                )
            ]
    return []


def _width(logs: Floats) -> float:
    low, high = np.quantile(logs, [0.1, 0.9])
    return float(high - low)
