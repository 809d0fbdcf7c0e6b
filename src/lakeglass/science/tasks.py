"""Which task a target asks for: classes, an amount, a count, a forecast; without a target, groups of alike rows."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import InvalidInput
from lakeglass.science.roles import ColumnRole
from lakeglass.science.table import Floats, Levels, Numbers, Table
from lakeglass.science.times import counts_up, is_named_like_time, seconds_of

Task = Literal["binary", "multiclass", "regression", "count", "forecast", "clustering"]
CLASSES: frozenset[Task] = frozenset({"binary", "multiclass"})

_MOST_CLASSES = 100
_FEW_ROWS = 10
_POSITIVE = {
    "yes",
    "true",
    "1",
    "1.0",
    "y",
    "t",
    "positive",
    "bad",
    "default",
    "churn",
    "churned",
    "fraud",
    "late",
    "failed",
}
_CLASS_NAME = re.compile(
    r"(class|type|label|category|species|grade|segment|cluster|status|outcome)", re.IGNORECASE
)
_COUNT_NAME = re.compile(
    r"(^|_)(n|num|number|count|counts|total|visits|claims|events|calls|rentals)(_|$)", re.IGNORECASE
)


class TaskChoice(BaseModel):
    """The task with its reason; `alternatives` are other readings a person may prefer, best first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task
    target: str | None
    reason: str
    classes: tuple[str, ...] = ()
    positive: str | None = None
    time: str | None = None
    series: str | None = None
    alternatives: tuple[Task, ...] = ()
    rows_without_target: int = 0


def detect_task(
    table: Table,
    roles: tuple[ColumnRole, ...],
    *,
    target: str | None,
    time: str | None = None,
    task: Task | None = None,
) -> TaskChoice:
    """What to learn about `target`; `task` is taken when given and possible.

    Raises InvalidInput when the target is unknown, has fewer than ten values, one value, or too many classes.
    """
    if target is None:
        if task not in (None, "clustering"):
            raise InvalidInput(f"{task} needs a target; name the column to predict")
        return TaskChoice(
            task="clustering", target=None, reason="no target was named: rows are grouped by likeness"
        )
    column = table.column(target)
    missing = int(column.missing().sum())
    if table.rows - missing < _FEW_ROWS:
        raise InvalidInput(
            f"{target!r} has {table.rows - missing} values, expected at least {_FEW_ROWS}; "
            "add rows or choose another target"
        )
    distinct = column.distinct()
    if distinct < 2:
        raise InvalidInput(
            f"{target!r} has one value only, expected at least two; there is nothing to predict"
        )
    found = (
        _of_levels(column, distinct)
        if isinstance(column, Levels)
        else _of_numbers(table, roles, column, distinct, time)
    )
    if task is not None and task != found.task:
        found = _as_asked(column, distinct, found, task)
    return found.model_copy(update={"rows_without_target": missing})


def class_names(column: Levels | Numbers) -> tuple[str, ...]:
    """The classes of a target as text, in the order that models number them."""
    if isinstance(column, Levels):
        seen = np.unique(column.codes[column.codes >= 0])
        return tuple(sorted(column.levels[code] for code in seen))
    return tuple(f"{value:.15g}" for value in np.unique(column.values[~np.isnan(column.values)]))


def target_values(table: Table, choice: TaskChoice) -> Floats:
    """The target as numbers: the class's place in `choice.classes`, or the value itself; NaN where missing."""
    if choice.target is None:
        return np.zeros(table.rows)
    column = table.column(choice.target)
    if choice.task not in CLASSES:
        if isinstance(column, Levels):
            raise InvalidInput(f"{choice.target!r} holds texts, expected numbers for {choice.task}")
        return column.values
    places = {name: place for place, name in enumerate(choice.classes)}
    if isinstance(column, Levels):
        codes = np.array([float(places.get(level, np.nan)) for level in column.levels] + [np.nan])
        return codes[column.codes]
    values = np.unique(column.values[~np.isnan(column.values)])
    known = np.array([places.get(f"{value:.15g}", np.nan) for value in values] + [np.nan], dtype=np.float64)
    spots = np.where(np.isnan(column.values), values.size, np.searchsorted(values, column.values))
    return known[spots]


def _of_levels(column: Levels, distinct: int) -> TaskChoice:
    classes = class_names(column)
    if distinct == 2:
        return _binary(column, classes)
    if distinct > _MOST_CLASSES:
        raise InvalidInput(
            f"{column.name!r} has {distinct:,} different texts, expected at most {_MOST_CLASSES} classes; "
            "choose another target or group its values first"
        )
    return TaskChoice(
        task="multiclass", target=column.name, classes=classes, reason=f"{column.name} has {distinct} classes"
    )


def _binary(column: Levels | Numbers, classes: tuple[str, ...]) -> TaskChoice:
    named = [name for name in classes if name.lower() in _POSITIVE]
    if len(named) == 1:
        positive, why = named[0], "by its name"
    else:
        positive, why = _rarer(column, classes), "the rarer one"
    ordered = (*(name for name in classes if name != positive), positive)
    return TaskChoice(
        task="binary",
        target=column.name,
        classes=ordered,
        positive=positive,
        reason=f"{column.name} has two values; {positive!r} is the class looked for ({why})",
    )


def _rarer(column: Levels | Numbers, classes: tuple[str, ...]) -> str:
    if isinstance(column, Levels):
        counts = {name: int(np.sum(column.codes == column.levels.index(name))) for name in classes}
    else:
        counts = {name: int(np.sum(column.values == float(name))) for name in classes}
    return min(reversed(classes), key=lambda name: counts[name])


def _of_numbers(
    table: Table, roles: tuple[ColumnRole, ...], column: Numbers, distinct: int, time: str | None
) -> TaskChoice:
    if distinct == 2:
        return _binary(column, class_names(column))
    series = _time_series(table, roles, column.name, time)
    if series is not None:
        return series
    values = column.values[~np.isnan(column.values)]
    whole = bool(np.all(values == np.round(values)))
    low, high = float(values.min()), float(values.max())
    name = column.name
    if whole and distinct <= 20 and distinct <= values.size / 10:
        if _CLASS_NAME.search(name) and not _COUNT_NAME.search(name):
            return TaskChoice(
                task="multiclass",
                target=name,
                classes=class_names(column),
                reason=f"{name} has {distinct} whole numbers and is named like a class",
                alternatives=("regression",),
            )
        if low >= 0 and low <= 1 and distinct >= 0.5 * (high - low + 1):
            return TaskChoice(
                task="count",
                target=name,
                reason=f"{name} has whole numbers from {low:.0f} to {high:.0f} without large gaps",
                alternatives=("multiclass", "regression"),
            )
    if whole and low in (0.0, 1.0) and (_COUNT_NAME.search(name) or distinct <= 100) and distinct >= 3:
        return TaskChoice(
            task="count",
            target=name,
            reason=f"{name} counts: whole numbers from {low:.0f} to {high:,.0f}",
            alternatives=("regression",),
        )
    return TaskChoice(
        task="regression",
        target=name,
        reason=f"{name} has {distinct:,} different numbers",
        alternatives=("multiclass",) if whole and distinct <= 20 and distinct <= values.size / 10 else (),
    )


def _time_series(
    table: Table, roles: tuple[ColumnRole, ...], target: str, time: str | None
) -> TaskChoice | None:
    """A forecast, when moments come once each (or once for each series) at an even pace."""
    moments = [role.name for role in roles if role.role == "moment" and time in (None, role.name)]
    others = [
        role
        for role in roles
        if role.role in ("category", "identifier") and 1 < role.distinct <= table.rows // 12
    ]
    for name in moments:
        column = table.column(name)
        if not isinstance(column, Numbers) or column.missing().any():
            continue
        if _evenly_paced(column.values):
            return TaskChoice(
                task="forecast", target=target, time=name, alternatives=("regression",),
                reason=f"{name} has one value a row at an even pace: {target} is a series over time",
            )  # fmt: skip
        for other in others:
            groups = table.column(other.name)
            if isinstance(groups, Levels) and _evenly_paced_within(column.values, groups):
                return TaskChoice(
                    task="forecast", target=target, time=name, series=other.name, alternatives=("regression",),
                    reason=f"{name} comes once for each {other.name} at an even pace: {target} is a series over time",
                )  # fmt: skip
    return _counted_series(table, roles, target, time)


def _counted_series(
    table: Table, roles: tuple[ColumnRole, ...], target: str, time: str | None
) -> TaskChoice | None:
    """A forecast along numbers that count time, one row each: years, parts of years, numbers of weeks."""
    for role in roles:
        column = table.column(role.name)
        if role.role not in ("number", "identifier") or role.missing or not isinstance(column, Numbers):
            continue
        if role.name != time and (time is not None or not is_named_like_time(role.name)):
            continue
        seconds = seconds_of(column)
        if counts_up(column.values) if seconds is None else _evenly_paced(seconds):
            return TaskChoice(
                task="forecast", target=target, time=role.name, alternatives=("regression",),
                reason=f"{role.name} counts time at an even pace, one row each: {target} is a series over time",
            )  # fmt: skip
    return None


def _evenly_paced(moments: Floats) -> bool:
    if moments.size < 12:
        return False
    steps = np.diff(np.sort(moments))
    middle = float(np.median(steps))
    return (
        middle > 0
        and bool(np.all(steps > 0))
        and float(np.mean(np.abs(steps - middle) <= 0.12 * middle)) >= 0.8
    )


def _evenly_paced_within(moments: Floats, groups: Levels) -> bool:
    codes = np.unique(groups.codes)
    if codes.size > 1000:
        return False
    return all(_evenly_paced(moments[groups.codes == code]) for code in codes)


def _as_asked(column: Levels | Numbers, distinct: int, found: TaskChoice, task: Task) -> TaskChoice:
    reason = f"asked for; the data alone suggests {found.task}: {found.reason}"
    if task in CLASSES:
        if task == "binary" and distinct != 2:
            raise InvalidInput(
                f"{column.name!r} has {distinct:,} values, expected two for binary; ask for multiclass"
            )
        if distinct > _MOST_CLASSES:
            raise InvalidInput(
                f"{column.name!r} has {distinct:,} values, expected at most {_MOST_CLASSES} classes"
            )
        return TaskChoice(task=task, target=column.name, classes=class_names(column), reason=reason)
    if isinstance(column, Levels):
        raise InvalidInput(f"{column.name!r} holds texts, expected numbers for {task}; ask for {found.task}")
    if task == "count" and float(np.nanmin(column.values)) < 0:
        raise InvalidInput(f"{column.name!r} has values below 0, expected counts; ask for regression")
    if task in ("forecast", "clustering"):
        raise InvalidInput(f"{task} does not fit {column.name!r}: {found.reason}")
    return TaskChoice(task=task, target=column.name, reason=reason)
