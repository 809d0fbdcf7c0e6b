"""The rhythm of dates and times: how fine they are, how regular, and where nothing happens."""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from lakeglass.lake.calendar import DAY, SECOND
from lakeglass.lake.figures import Gap, Order, Period, TimeFigures
from lakeglass.lake.statistics.arrays import Number, Scale
from lakeglass.lake.statistics.ordered import Part

Counts = NDArray[np.int64]
# From the coarsest to the finest.
_PERIODS: tuple[Period, ...] = get_args(Period)
# Each clock period with how many of the one before it make one, from the microsecond up.
_CLOCK: tuple[tuple[Period, int], ...] = (
    ("microsecond", 1),
    ("millisecond", 1000),
    ("second", 1000),
    ("minute", 60),
    ("hour", 60),
    ("day", 24),
)
_CALENDAR: tuple[Period, ...] = ("week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# 1970-01-01 was a Thursday; weeks begin on Monday.
_MONDAY = 3
# Fewer dates share a weekday by chance.
_WEEKLY = 4
# A period is one to expect a value in when at least this share of them holds one.
_REGULAR = 0.5


class Gaps:
    """Watches dates or times pass in rising order."""

    def __init__(self, scale: Scale, *, first: Number, last: Number) -> None:
        self._scale = scale
        self._ends = np.array([first, last], dtype=np.int64) if not scale.is_number else np.empty(0, np.int64)
        self._aligned: dict[Period, bool] = {}
        self._periods: dict[Period, int] = {}
        self._latest: dict[Period, int] = {}
        self._weekdays: set[int] = set()
        self._distinct = 0
        self._before: int | None = None
        self._widest: tuple[int, int] | None = None
        self._steps: Counts | None = None

    def add(self, part: Part) -> None:
        """Take in the next part, whose values are all above the former ones."""
        values = part.distinct.astype(np.int64, copy=False)
        joined = values if self._before is None else np.concatenate(([self._before], values))
        steps = np.diff(joined)
        if steps.size:
            place = int(steps.argmax())
            gap = (int(joined[place]), int(joined[place + 1]))
            if self._widest is None or gap[1] - gap[0] > self._widest[1] - self._widest[0]:
                self._widest = gap
        self._steps = steps if self._before is None else None
        self._before = int(values[-1])
        self._distinct += values.size
        self._count_periods(values)

    def figures(self, order: Order | None) -> TimeFigures:
        """What was seen."""
        if self._distinct < 2:
            return TimeFigures(order=order)
        grain = self._grain()
        period = self._period(grain)
        expected = self._expected(period) if period else 0
        step, share = self._step()
        return TimeFigures(
            grain=grain,
            period=period,
            periods=self._periods[period] if period else None,
            missing=expected - self._periods[period] if period else None,
            step_s=step,
            step_share=share,
            longest_gap=self._longest_gap(),
            order=order,
        )

    def _count_periods(self, values: Counts) -> None:
        """Count the periods that hold a value, from the finest to the coarsest, and see whether values begin them."""
        aligned, current = True, values
        clock = (("day", 1),) if self._scale.unit == "day" else _CLOCK
        for period, ratio in clock:
            if self._scale.unit == "time" and period == "day":
                return
            floors = current // ratio if ratio > 1 else current
            aligned = aligned and (ratio == 1 or bool((floors * ratio == current).all()))
            current = self._count(period, floors, aligned=aligned)
        self._weekdays |= {int(day) for day in np.unique((current + _MONDAY) % 7)}
        self._count("week", (current + _MONDAY) // 7, aligned=aligned and len(self._weekdays) == 1)
        for period in ("month", "quarter", "year"):
            floors = period_of(current, period)
            begins = floors * _MONTHS[period]
            starts = begins.astype("M8[M]").astype("M8[D]").astype(np.int64)
            aligned = aligned and bool((starts == current).all())
            self._count(period, floors, aligned=aligned)

    def _count(self, period: Period, floors: Counts, *, aligned: bool) -> Counts:
        unique: Counts = floors[np.concatenate(([True], floors[1:] != floors[:-1]))]
        again = self._latest.get(period) == int(unique[0])
        self._periods[period] = self._periods.get(period, 0) + unique.size - int(again)
        self._latest[period] = int(unique[-1])
        self._aligned[period] = self._aligned.get(period, True) and aligned
        return unique

    def _grain(self) -> Period | None:
        for period in _PERIODS:
            if self._aligned.get(period) and not (period == "week" and self._distinct < _WEEKLY):
                return period
        return None

    def _period(self, grain: Period | None) -> Period | None:
        if grain is None or self._scale.unit == "time":
            return None
        coarser = _PERIODS[: _PERIODS.index(grain) + 1]
        for period in reversed(coarser):
            if self._periods[period] >= _REGULAR * self._expected(period):
                return period
        return None

    def _expected(self, period: Period) -> int:
        ends = self._ends
        if period in _CALENDAR:
            days = ends if self._scale.unit == "day" else ends // DAY
            first, last = period_of(days, period)
        else:
            size = 1
            for name, ratio in _CLOCK if self._scale.unit != "day" else ():
                size *= ratio
                if name == period:
                    break
            first, last = ends // size
        return int(last) - int(first) + 1

    def _step(self) -> tuple[float | None, float | None]:
        """The most frequent distance; unknown where the values did not fit into memory."""
        if self._steps is None or self._steps.size < 2:
            return None, None
        steps = np.sort(self._steps)
        starts = np.flatnonzero(np.concatenate(([True], steps[1:] != steps[:-1])))
        counts = np.diff(np.append(starts, steps.size))
        most = int(counts.argmax())
        return self._seconds(int(steps[starts[most]])), float(counts[most] / steps.size)

    def _longest_gap(self) -> Gap | None:
        if self._widest is None:
            return None
        after, before = self._widest
        shown = [str(self._scale.show(end)) for end in (after, before)]
        return Gap(after=shown[0], before=shown[1], seconds=self._seconds(before - after))

    def _seconds(self, distance: int) -> float:
        return distance * self._scale.micros / SECOND


def period_of(days: Counts, period: Period) -> Counts:
    """The number of the week, month, quarter or year, counted from 1970, in which days since 1970-01-01 lie."""
    if period == "week":
        return (days + _MONDAY) // 7
    months: Counts = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return months // _MONTHS[period]
