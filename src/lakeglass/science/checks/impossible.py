"""Values that can't be: a negative age, a share above 100 %, a birthday in the future, a latitude of 200."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Floats, Numbers

_MOST = 0.2
_BACKWARDS, _FORWARDS = 0.05, 0.9
_MOST_MOMENTS = 12


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a column of such a name can't be below or above."""

    name: re.Pattern[str]
    low: float
    high: float
    why: str


def _words(*names: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|[_\W]|(?<=[a-z])(?=[A-Z]))(?:{'|'.join(names)})(?:$|[_\W\d]|(?=[A-Z]))", re.IGNORECASE
    )


_BOUNDS = (
    _Bound(_words("age", "alter", "patientage"), 0, 125, "nobody has such an age"),
    _Bound(_words("lat", "latitude"), -90, 90, "latitudes go from -90 to 90"),
    _Bound(_words("lon", "lng", "long", "longitude"), -180, 360, "longitudes go from -180 to 180, or from 0 to 360"),
    _Bound(_words("hour", "hours?_of_day"), 0, 24, "a day has 24 hours"),
    _Bound(_words("weekday", "day_of_week", "dow"), 0, 7, "a week has seven days"),
    _Bound(_words("month"), 0, 12, "a year has twelve months"),
    _Bound(_words("ph"), 0, 14, "pH goes from 0 to 14"),
    _Bound(_words("humid", "humidity", "rh"), 0, 100, "relative humidity goes from 0 to 100"),
    _Bound(
        _words(
            "quantity", "qty", "units?", "count", "price", "cost", "weight", "height", "length", "width", "distance",
            "duration", "area", "population", "salary", "wage", "income", "mileage", "speed", "stock", "visits",
            "bedrooms", "bathrooms", "rooms", "passengers", "employees", "children", "size",
        ),
        0,
        np.inf,
        "it can't be below zero",
    ),
    _Bound(_words("probability", "prob"), 0, 1, "probabilities go from 0 to 1"),
)  # fmt: skip
_PERCENT = _words("percent", "percentage", "pct", "share", "anteil", "prozent")
_CHANGE = _words(
    "change", "growth", "delta", "diff", "difference", "return", "z", "log", "net", "scaled", "std", "std_dev"
)
_BIRTH = _words("birth", "birthday", "birth_?date", "date_?of_?birth", "dob", "geburtsdatum")
_PAST = _words(
    "birth", "birthday", "birth_?date", "dob", "created", "created_?at", "order_?date", "purchase_?date", "signup",
    "signup_?date", "admission_?date", "transaction_?date", "hired", "hire_?date", "visit_?date",
)  # fmt: skip


class Impossible:
    """Values outside of what their column's name allows; bounds that half of the column breaks are not its own."""

    about = About(
        code="impossible-values",
        name="Values that can't be",
        area="values",
        why="They are errors of entry, of units or of joins; where some are seen, others are likely.",
        fix="Correct them at their source, or read them as missing by a stated rule.",
    )

    def __init__(self, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._today = today

    def obstacle(self, subject: Subject) -> str | None:
        """Needs numbers or dates."""
        if any(isinstance(column, Numbers) for column in subject.table.columns):
            return None
        return "no column of numbers or dates"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for each bound that a column breaks, and for dates that end before they begin."""
        yield from _backwards(subject.moments())
        for column in subject.table.columns:
            if not isinstance(column, Numbers) or subject.roles[column.name].role == "identifier":
                continue
            values = column.values[np.isfinite(column.values)]
            if not values.size:
                continue
            if column.moment:
                yield from self._dates(column.name, values)
            else:
                yield from _bounds(column.name, values)

    def _dates(self, name: str, values: Floats) -> Iterator[Seen]:
        now = self._today()
        late = int(np.sum(values > (now + timedelta(days=2)).timestamp()))
        if _PAST.search(name) and late and late <= _MOST * values.size:
            yield _seen(name, late, values.size, "it lies in the future")
        early = int(np.sum(values < datetime(1900, 1, 1, tzinfo=UTC).timestamp()))
        if _BIRTH.search(name) and early and early <= _MOST * values.size:
            yield _seen(name, early, values.size, "it lies before 1900")


def _backwards(moments: list[Numbers]) -> Iterator[Seen]:
    """Pairs of dates that follow each other in nearly every row, and not in a few."""
    for first, second in itertools.permutations(moments[:_MOST_MOMENTS], 2):
        apart = second.values - first.values
        apart = apart[np.isfinite(apart)]
        wrong = int(np.sum(apart < 0))
        if not 0 < wrong <= _BACKWARDS * apart.size or np.sum(apart > 0) < _FORWARDS * apart.size:
            continue
        yield Seen(
            "medium",
            (first.name, second.name),
            f"{second.name} lies before {first.name} in {wrong:,} of the {apart.size:,} rows looked at, and after it "
            "in nearly all others.",
            {"rows_looked_at": wrong, "share": wrong / apart.size},
        )


def _bounds(name: str, values: Floats) -> Iterator[Seen]:
    if _CHANGE.search(name):
        return
    for bound in _BOUNDS:
        if bound.name.search(name):
            broken = int(np.sum((values < bound.low) | (values > bound.high)))
            if broken and broken <= _MOST * values.size:
                yield _seen(name, broken, values.size, bound.why)
            return
    if _PERCENT.search(name):
        high = 100.0 if np.median(values) > 1 else 1.0
        broken = int(np.sum((values < 0) | (values > high * 1.0001)))
        if broken and broken <= _MOST * values.size:
            yield _seen(name, broken, values.size, f"shares here go from 0 to {high:g}")


def _seen(name: str, rows: int, total: int, why: str) -> Seen:
    return Seen(
        "medium",
        (name,),
        f"{rows:,} of {total:,} values looked at can't be right: {why}.",
        {"rows_looked_at": rows, "share": rows / total},
    )
