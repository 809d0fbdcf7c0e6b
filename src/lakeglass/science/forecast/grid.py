"""Moments laid on an even grid: steps of seconds, working days, months, quarters or years, one value each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lakeglass.core.errors import InvalidInput
from lakeglass.science.forecast.model import StepName
from lakeglass.science.table import Flags, Floats, Levels, Numbers, Table
from lakeglass.science.times import seconds_of

_DAY = 86_400.0
_LONG: tuple[tuple[StepName, float, float, int], ...] = (
    ("month", 27.5, 31.5, 1), ("quarter", 89.0, 93.0, 3), ("year", 364.0, 367.0, 12),
)  # fmt: skip
_EVEN: dict[float, StepName] = {1.0: "second", 60.0: "minute", 3600.0: "hour", _DAY: "day", 7 * _DAY: "week"}
_COUNTED: dict[str, StepName] = {
    "hour": "hour", "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
_MOST_STEPS = 200_000
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Step:
    """The distance of two places of the grid, months for long ones; `phase` is where the first place begins.

    With `counts`, moments are plain numbers and `seconds` is the distance of two of them.
    """

    name: StepName
    seconds: float
    months: int = 0
    phase: float = 0.0
    counts: bool = False

    def places(self, moments: Floats) -> Places:
        """The number of the place of each moment (seconds since 1970, or what it counts)."""
        if self.months:
            months = moments.astype("int64").astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
            return np.asarray(months // self.months)
        if self.name == "working day":
            days = moments.astype("int64").astype("datetime64[s]").astype("datetime64[D]")
            return np.asarray(np.busday_count(np.datetime64("1900-01-01"), days), dtype=np.int64)
        return np.round((moments - self.phase) / self.seconds).astype(np.int64)

    def moment(self, place: int) -> str:
        """The moment of a place, as text."""
        if self.months:
            unit = "Y" if self.name == "year" else "M"
            return str(np.datetime64(place * self.months, "M").astype(f"datetime64[{unit}]"))
        if self.name == "working day":
            return str(np.busday_offset(np.datetime64("1900-01-01"), place, roll="forward"))
        if self.counts:
            return f"{place * self.seconds + self.phase:.15g}"
        second = np.datetime64(round(place * self.seconds + self.phase), "s")
        return str(second.astype("datetime64[D]")) if self.seconds >= _DAY else str(second).replace("T", " ")

    def parts(self, places: Places) -> Floats:
        """(places, 3): what a calendar says of each: month, weekday and hour; zeros where there is none."""
        if self.counts:
            return np.zeros((places.size, 3))
        if self.months:
            months = places * self.months
            return np.stack([months % 12, np.zeros(places.size), np.zeros(places.size)], axis=1).astype(float)
        if self.name == "working day":
            days = np.busday_offset(np.datetime64("1900-01-01"), places, roll="forward")
            seconds = days.astype("datetime64[s]").astype(np.int64).astype(float)
        else:
            seconds = places * self.seconds + self.phase
        day = np.floor(seconds / _DAY)
        month = day.astype("int64").astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        return np.stack([month, (day + 3) % 7, np.floor((seconds - day * _DAY) / 3600)], axis=1).astype(float)


@dataclass(frozen=True)
class Series:
    """One value a step from `start` on; `filled` of them were missing and lie between their neighbours."""

    name: str
    start: int
    values: Floats
    filled: int


def step_of(moments: Floats) -> Step:
    """The usual distance of moments that are all different."""
    apart = float(np.median(np.diff(np.sort(moments))))
    for name, low, high, months in _LONG:
        if low <= apart / _DAY <= high:
            return Step(name, apart, months)
    if apart == _DAY and not np.any((np.floor(moments / _DAY) + 3) % 7 >= 5):
        return Step("working day", _DAY)
    return Step(_EVEN.get(apart, "step"), apart, phase=float(moments.min() % apart))


def counted_step(numbers: Floats, name: str) -> Step:
    """The usual distance of different numbers that count what the column's `name` says."""
    apart = float(np.median(np.diff(np.sort(numbers))))
    even = float(np.ptp(numbers)) / (numbers.size - 1)
    if abs(even - apart) < 0.1 * apart:  # no gaps: rounded numbers are even in their mean only
        apart = even
    step = _COUNTED.get(name.lower().removesuffix("s"), "step") if apart == 1 else "step"
    return Step(step, apart, phase=float(numbers.min() % apart), counts=True)


def series_of(table: Table, *, time: str, target: str, series: str | None) -> tuple[Step, tuple[Series, ...]]:
    """The series of a table on their common grid, the longest first.

    Raises InvalidInput when the moments or the values are no numbers, or lie too far apart to be told.
    """
    times, values = table.column(time), table.column(target)
    if not isinstance(times, Numbers) or not isinstance(values, Numbers):
        raise InvalidInput(f"expected dates in {time!r} and numbers in {target!r} to tell {target!r} ahead")
    known = ~(np.isnan(times.values) | np.isnan(values.values))
    names, keys = _keys(table, series)
    parts = {name: known & (keys == code) for code, name in enumerate(names)}
    parts = {name: rows for name, rows in parts.items() if rows.sum() >= 4}
    if not parts:
        raise InvalidInput(f"no series of {target!r} has four values, expected more")
    first = max(parts, key=lambda name: int(parts[name].sum()))
    step, moments = _laid(times, parts[first])
    found = [_series(name, step, moments[rows], values.values[rows]) for name, rows in parts.items()]
    return step, tuple(sorted(found, key=lambda one: (-one.values.size, one.name)))


def _laid(times: Numbers, rows: Flags) -> tuple[Step, Floats]:
    """The step of the longest series, and the moments of all: those of the calendar where it has a step like that."""
    seconds = seconds_of(times)
    if seconds is not None:
        step = step_of(np.unique(seconds[rows]))
        if times.moment or step.months:
            return step, seconds
    return counted_step(np.unique(times.values[rows]), times.name), times.values


def _keys(table: Table, series: str | None) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    if series is None:
        return ("",), np.zeros(table.rows, dtype=np.int64)
    column = table.column(series)
    if isinstance(column, Levels):
        return column.levels, column.codes.astype(np.int64)
    values, keys = np.unique(column.values, return_inverse=True)
    return tuple(f"{value:.15g}" for value in values), keys.astype(np.int64)


def _series(name: str, step: Step, moments: Floats, values: Floats) -> Series:
    places = step.places(moments)
    start, size = int(places.min()), int(places.max() - places.min()) + 1
    if size > _MOST_STEPS:
        raise InvalidInput(
            f"{size:,} {step.name}s between the first and the last value, expected at most {_MOST_STEPS:,}"
        )
    count = np.bincount(places - start, minlength=size)
    total = np.bincount(places - start, weights=values, minlength=size)
    held = count > 0
    laid = np.interp(np.arange(size), np.flatnonzero(held), total[held] / count[held])
    return Series(name, start, laid, int(size - held.sum()))
