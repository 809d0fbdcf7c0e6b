"""Which rows train and which judge: stratified, by group, or in time's order; the same for every candidate.

The hold-out is set aside before anything is fitted and judged once. Within the other rows every fold judges rows that
its model never saw. All row numbers refer to the table as read.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import InvalidInput
from lakeglass.science.roles import ColumnRole
from lakeglass.science.table import Floats, Levels, Numbers, Rows, Table
from lakeglass.science.tasks import CLASSES, TaskChoice
from lakeglass.science.times import counts_up, is_named_like_time

Strategy = Literal["stratified", "random", "grouped", "time-ordered"]

_FEWEST_FOR_HOLDOUT = 250
_GROUP_NAME = re.compile(
    r"(patient|customer|client|user|person|subject|household|account|driver|student|store|device|machine)s?"
    r"[_\W]?(id|no|nr|number|key|code)?$",
    re.IGNORECASE,
)


class SplitChoice(BaseModel):
    """How rows were split, with the reason; `warnings` say what weakens the estimate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategy: Strategy
    reason: str
    folds: int
    holdout_rows: int
    column: str | None = None
    seed: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fold:
    """Rows that a model is fitted on, and rows that judge it."""

    number: int
    train: Rows
    judge: Rows


@dataclass(frozen=True)
class Split:
    """The folds and the hold-out, disjoint; `learn` are all rows outside the hold-out."""

    choice: SplitChoice
    folds: tuple[Fold, ...]
    learn: Rows
    holdout: Rows


def choose_split(
    table: Table,
    choice: TaskChoice,
    *,
    target: Floats,
    roles: tuple[ColumnRole, ...],
    folds: int = 5,
    holdout: float = 0.2,
    group: str | None = None,
    time: str | None = None,
    seed: int = 0,
) -> Split:
    """Folds and hold-out of the rows whose target is known.

    `holdout` is a share; 0, or fewer than 250 rows, means that the folds alone judge. A `group` or `time` column is
    obeyed; without them a column named like a person or thing with several rows each, or a date that rises down the
    table, is found. Raises InvalidInput when there are too few rows or groups.
    """
    rows = np.flatnonzero(~np.isnan(target))
    if rows.size < 2 * folds:
        raise InvalidInput(f"{rows.size} rows with a target, expected at least {2 * folds} for {folds} folds")
    strategy, column, reason = _strategy(table, choice, roles, rows, group=group, time=time)
    share = holdout if rows.size >= _FEWEST_FOR_HOLDOUT else 0.0
    warnings: list[str] = []
    if share == 0 and holdout > 0:
        warnings.append(
            f"{rows.size} rows are too few to set some aside: models that had not seen a row judge it"
        )
    draw = np.random.default_rng(seed)
    if strategy == "time-ordered":
        learn, held, parts = _in_order(table, column or "", rows, folds, share)
    elif strategy == "grouped":
        learn, held, parts = _by_group(table, column or "", rows, folds, share, draw)
    else:
        labels = target if choice.task in CLASSES else _bands(target, rows)
        learn, held, parts = _by_label(labels, rows, folds, share, draw)
        warnings += _rare_classes(choice, target[rows], folds)
    return Split(
        choice=SplitChoice(
            strategy=strategy, reason=reason, folds=len(parts), holdout_rows=int(held.size), column=column, seed=seed,
            warnings=tuple(warnings),
        ),
        folds=tuple(Fold(number, train, judge) for number, (train, judge) in enumerate(parts)),
        learn=learn,
        holdout=held,
    )  # fmt: skip


def thinned(split: Split, most: int) -> Split:
    """The split with at most `most` rows to learn from and a quarter as many in the hold-out, drawn at random.

    Which rows are in which fold stays as it is.
    """
    if split.learn.size <= most:
        return split
    draw = np.random.default_rng([split.choice.seed, most])
    kept = np.zeros(int(max(split.learn.max(), split.holdout.max(initial=0))) + 1, dtype=np.bool_)
    kept[draw.choice(split.learn, most, replace=False)] = True
    holdout = split.holdout
    if holdout.size > most // 4:
        holdout = np.sort(draw.choice(holdout, most // 4, replace=False))
    told = f"{split.learn.size:,} rows are too many for the time: {most:,} of them, drawn at random, are learned from"
    choice = split.choice.model_copy(
        update={"warnings": (*split.choice.warnings, told), "holdout_rows": int(holdout.size)}
    )
    folds = tuple(Fold(f.number, f.train[kept[f.train]], f.judge[kept[f.judge]]) for f in split.folds)
    return Split(choice=choice, folds=folds, learn=split.learn[kept[split.learn]], holdout=holdout)


def folds_again(
    table: Table, task: TaskChoice, split: Split, *, target: Floats, repeat: int
) -> tuple[Fold, ...]:
    """Other folds of the same rows, dealt anew; none when time orders them. Repeat 0 are the folds themselves."""
    choice = split.choice
    if repeat == 0 or choice.strategy == "time-ordered":
        return split.folds if repeat == 0 else ()
    draw = np.random.default_rng([choice.seed, repeat])
    if choice.strategy == "grouped":
        _, _, parts = _by_group(table, choice.column or "", split.learn, choice.folds, 0.0, draw)
    else:
        labels = target if task.task in CLASSES else _bands(target, split.learn)
        _, _, parts = _by_label(labels, split.learn, choice.folds, 0.0, draw)
    return tuple(Fold(number, train, judge) for number, (train, judge) in enumerate(parts))


def _strategy(
    table: Table,
    choice: TaskChoice,
    roles: tuple[ColumnRole, ...],
    rows: Rows,
    *,
    group: str | None,
    time: str | None,
) -> tuple[Strategy, str | None, str]:
    if time is not None or choice.time is not None:
        name = time or choice.time or ""
        return "time-ordered", name, f"later rows judge models fitted on earlier ones, by {name}"
    if group is not None:
        return "grouped", group, f"rows of one {group} stay together, as asked"
    found = _found_group(roles, rows.size)
    if found is not None:
        return (
            "grouped",
            found,
            f"{found} has several rows each: they stay together, or a model could recognise them",
        )
    rising = _found_time(table, roles, rows)
    if rising is not None:
        return (
            "time-ordered",
            rising,
            f"{rising} rises down the table: later rows judge models fitted on earlier ones",
        )
    if choice.task in CLASSES:
        return (
            "stratified",
            None,
            "no groups and no order in time: every fold has the classes in the same shares",
        )
    return (
        "random",
        None,
        "no groups and no order in time: rows are dealt at random, low and high targets alike",
    )


def _found_group(roles: tuple[ColumnRole, ...], rows: int) -> str | None:
    for role in roles:
        several = 20 <= role.distinct <= rows / 2
        if role.role in ("number", "category", "identifier") and several and _GROUP_NAME.search(role.name):
            return role.name
    return None


def _found_time(table: Table, roles: tuple[ColumnRole, ...], rows: Rows) -> str | None:
    for role in roles:
        column = table.column(role.name)
        if role.missing > 0 or not isinstance(column, Numbers):
            continue
        moments = column.values[rows]
        often = role.distinct >= 0.9 * table.rows
        if role.role == "moment" and often and bool(np.all(np.diff(moments) >= 0)):
            return role.name
        if is_named_like_time(role.name) and counts_up(moments):
            return role.name
    return None


def _in_order(
    table: Table, name: str, rows: Rows, folds: int, share: float
) -> tuple[Rows, Rows, list[tuple[Rows, Rows]]]:
    """Growing windows: fold i is fitted on the first i + 1 of `folds` + 1 blocks; equal moments are never parted."""
    column = table.column(name)
    if not isinstance(column, Numbers):
        raise InvalidInput(
            f"{name!r} holds texts that are no dates, expected dates or numbers to order rows by"
        )
    known = rows[~np.isnan(column.values[rows])]
    ordered = known[np.argsort(column.values[known], kind="stable")]
    moments = column.values[ordered]

    def cut(place: float) -> int:
        at = min(int(place), ordered.size - 1)
        return int(np.searchsorted(moments, moments[at], side="left"))

    end = cut((1 - share) * ordered.size) if share else ordered.size
    edges = [cut(end * step / (folds + 1)) for step in range(1, folds + 1)] + [end]
    parts = [
        (ordered[:start], ordered[start:stop])
        for start, stop in itertools.pairwise(edges)
        if 0 < start < stop
    ]
    if not parts:
        raise InvalidInput(
            f"{name!r} has too few different moments to split by time; leave the time column out"
        )
    return ordered[:end], ordered[end:], parts


def _by_group(
    table: Table, name: str, rows: Rows, folds: int, share: float, draw: np.random.Generator
) -> tuple[Rows, Rows, list[tuple[Rows, Rows]]]:
    """Groups dealt so that parts have about equally many rows; a missing group is one of its own."""
    column = table.column(name)
    keys = column.codes if isinstance(column, Levels) else column.values
    _, groups, sizes = np.unique(keys[rows], return_inverse=True, return_counts=True, equal_nan=True)
    if sizes.size < folds + 1:
        raise InvalidInput(
            f"{name!r} has {sizes.size} groups, expected at least {folds + 1} to split by them"
        )
    order = draw.permutation(sizes.size)
    held_groups: list[int] = []
    if share:
        reach = np.cumsum(sizes[order])
        held_groups = [int(g) for g in order[: int(np.searchsorted(reach, share * rows.size)) + 1]]
        held_groups = held_groups[: sizes.size - folds]
    left = [int(g) for g in order if int(g) not in set(held_groups)]
    part_of = np.full(sizes.size, -1)
    load = np.zeros(folds)
    for one in sorted(left, key=lambda g: -int(sizes[g])):
        lightest = int(np.argmin(load))
        part_of[one] = lightest
        load[lightest] += sizes[one]
    return _parts(rows, part_of[groups], folds)


def _by_label(
    labels: Floats, rows: Rows, folds: int, share: float, draw: np.random.Generator
) -> tuple[Rows, Rows, list[tuple[Rows, Rows]]]:
    """Rows dealt label by label, so that each part has its share of every label."""
    part_of = np.full(rows.size, -1)
    start = 0
    for label in np.unique(labels[rows]):
        mine = draw.permutation(np.flatnonzero(labels[rows] == label))
        held = round(share * mine.size)
        dealt = mine[held:]
        part_of[dealt] = (np.arange(dealt.size) + start) % folds
        start += dealt.size
    return _parts(rows, part_of, folds)


def _parts(
    rows: Rows, part_of: np.ndarray[tuple[int], np.dtype[np.int64]], folds: int
) -> tuple[Rows, Rows, list[tuple[Rows, Rows]]]:
    learn = rows[part_of >= 0]
    mine = part_of[part_of >= 0]
    return (
        learn,
        rows[part_of < 0],
        [(learn[mine != number], learn[mine == number]) for number in range(folds)],
    )


def _bands(target: Floats, rows: Rows) -> Floats:
    """Ten bands of equally many rows by the target's rank, to deal low and high targets alike."""
    bands = np.full(target.size, np.nan)
    ranks = np.argsort(np.argsort(target[rows], kind="stable"), kind="stable")
    bands[rows] = ranks * min(10, max(1, rows.size // 20)) // rows.size
    return bands


def _rare_classes(choice: TaskChoice, target: Floats, folds: int) -> list[str]:
    if choice.task not in CLASSES:
        return []
    rare = [name for place, name in enumerate(choice.classes) if np.sum(target == place) < 2 * folds]
    return (
        [f"fewer than {2 * folds} rows of: {', '.join(rare[:10])}; what is said of them is weak"]
        if rare
        else []
    )
