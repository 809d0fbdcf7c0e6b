"""Columns of numbers that count time: years, quarters and months as parts of a year, numbers of weeks or days."""

from __future__ import annotations

import re

import numpy as np

from lakeglass.science.table import Floats, Numbers

_NAME = re.compile(r"(time|date|year|yr|quarter|month|week|day|hour|period|t)s?", re.IGNORECASE)
_FEWEST_STEPS = 11
_CENTURIES = (1500.0, 2200.0)
_PARTS: tuple[tuple[int, float], ...] = ((1, 1e-9), (4, 0.02), (12, 0.07))
"""Parts of a year, and how far from one a number may lie: 1949.08 is the second of twelve, rounded."""


def is_named_like_time(name: str) -> bool:
    """Whether a column of this name may say when."""
    return _NAME.fullmatch(name) is not None


def counts_up(values: Floats) -> bool:
    """Whether numbers rise from row to row by the same step, as years, halves of them or numbers of weeks do."""
    steps = np.diff(values)
    return (
        steps.size >= _FEWEST_STEPS and steps.min() > 0 and float(np.ptp(steps)) <= 0.01 * float(steps.mean())
    )


def seconds_of(column: Numbers) -> Floats | None:
    """Seconds since 1970 where numbers say when in the calendar (1949.25 is April); None where they only count."""
    return column.values if column.moment else _of_years(column.values)


def _of_years(values: Floats) -> Floats | None:
    present = values[~np.isnan(values)]
    if not present.size or present.min() < _CENTURIES[0] or present.max() > _CENTURIES[1]:
        return None
    for parts, far in _PARTS:
        places = np.round(values * parts)
        if np.nanmax(np.abs(values * parts - places)) <= far:
            months = np.where(np.isnan(places), 0, (places - 1970 * parts) * (12 // parts)).astype(np.int64)
            seconds = months.astype("datetime64[M]").astype("datetime64[s]").astype(np.float64)
            return np.where(np.isnan(values), np.nan, seconds)
    return None
