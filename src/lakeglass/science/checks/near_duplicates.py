"""Rows that are the same thing twice under another number, or written a little differently."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject, named
from lakeglass.science.table import Column, Levels, Rows

_LEAST_COLUMNS = 3
_SHARE = 0.005
_LEAST = 2
_LEAST_PARTED = 5
_ROWS_PARTED = 200
_FINE, _LEAST_FINE = 0.02, 2
"""A column of numbers tells rows apart when two of them have the same value less often than this."""
_MOST_COLUMNS = 80
_SEED = np.uint64(0x9E3779B97F4A7C15)


class NearDuplicates:
    """Rows that agree in everything but identifiers, letter case and blanks."""

    about = About(
        code="near-duplicates",
        name="Nearly repeated rows",
        area="repetition",
        why="The same thing is counted twice under two numbers or spellings, and may sit on both sides of a split.",
        fix="Decide which columns make a row the same, and keep one of each.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns that could tell rows apart."""
        return (
            None if len(_compared(subject)) >= _LEAST_COLUMNS else "fewer than three columns tell rows apart"
        )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the table: the rows that are near to an earlier one without being equal to it."""
        compared = _compared(subject)
        left_out = tuple(name for name in subject.table.names() if name not in {c.name for c in compared})
        loose = _keys(compared, subject.table.rows, loosely=True)
        near = _repeated(loose)
        if near.any():
            near &= ~_repeated(_keys(subject.table.columns, subject.table.rows, loosely=False))
        rows = int(near.sum())
        least = max(_LEAST, _SHARE * subject.table.rows)
        if rows < least or rows < 5 * _by_chance(compared, subject.table.rows):
            yield from _but_for_one(subject, compared)
            return
        but = f" but for {named(left_out)}" if left_out else ""
        yield Seen(
            "medium",
            left_out,
            f"{rows:,} of the {subject.table.rows:,} rows looked at agree with an earlier one{but}, letter case and "
            "blanks.",
            {"rows_looked_at": rows, "share": rows / subject.table.rows},
        )


def _but_for_one(subject: Subject, compared: list[Column]) -> Iterable[Seen]:
    """The column that alone tells the most rows from an earlier one, when that is no chance."""
    name, rows = _parted_by_one(subject, compared, [c for c in compared if c.name != subject.target])
    if name is not None:
        yield Seen(
            "medium",
            (name,),
            f"{rows:,} of the {subject.table.rows:,} rows looked at agree with an earlier one in everything but "
            f"{name}.",
            {"rows_looked_at": rows, "share": rows / subject.table.rows},
        )


class Contradictions:
    """Rows alike in every measured figure, with different answers."""

    about = About(
        code="contradicting-answers",
        name="The same rows with another answer",
        area="target",
        why="No model can be right about both: one is a copy with an error, or what tells them apart is not here.",
        fix="Find out which answer is right, or add what the answers depend on.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a target, and columns that tell rows apart."""
        if subject.target is None:
            return "no target"
        return (
            None if len(_compared(subject)) > _LEAST_COLUMNS else "fewer than three columns tell rows apart"
        )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the table."""
        compared = _compared(subject)
        name, rows = _parted_by_one(subject, compared, [c for c in compared if c.name == subject.target])
        if name is not None:
            yield Seen(
                "medium",
                (name,),
                f"{rows:,} of the {subject.table.rows:,} rows looked at agree with an earlier one in everything but "
                "the answer.",
                {"rows_looked_at": rows, "share": rows / subject.table.rows},
            )


def _parted_by_one(subject: Subject, compared: list[Column], tried: list[Column]) -> tuple[str | None, int]:
    """The column of `tried` without which the most rows agree with an earlier one; None where it may be chance.

    Agreement says something only where it is in columns whose values hardly ever repeat.
    """
    rows = subject.table.rows
    fine = {c.name for c in compared if not isinstance(c, Levels) and _meeting(c, rows) < _FINE}
    if rows < _ROWS_PARTED or len(compared) > _MOST_COLUMNS:
        return None, 0
    parts = {
        column.name: _keys([column], rows, loosely=False) * _odd(place)
        for place, column in enumerate(compared)
    }
    whole = np.zeros(rows, dtype=np.uint64)
    for part in parts.values():
        whole += part
    exact = _repeated(whole)
    best, most = None, max(_LEAST_PARTED, _SHARE * rows)
    for column in tried:
        if len(fine - {column.name}) < _LEAST_FINE:
            continue
        parted = int(np.sum(_repeated(whole - parts[column.name]) & ~exact))
        if parted >= most:
            best, most = column.name, parted + 1
    return best, int(most) - 1 if best else 0


def _odd(place: int) -> np.uint64:
    return np.uint64((place * 0x9E3779B97F4A7C15 | 1) & 0xFFFFFFFFFFFFFFFF)


def _compared(subject: Subject) -> list[Column]:
    return [
        column
        for column in subject.table.columns
        if subject.roles[column.name].role not in {"identifier", "empty"}
    ]


def _keys(columns: Iterable[Column], rows: int, *, loosely: bool) -> npt.NDArray[np.uint64]:
    """A 64-bit hash for each row."""
    keys = np.zeros(rows, dtype=np.uint64)
    for column in columns:
        if isinstance(column, Levels):
            codes = column.codes.astype(np.int64) + 1
            values = (_spelled(column)[codes] if loosely else codes).view(np.uint64)
        else:
            values = np.nan_to_num(column.values, nan=-1.2345e300).view(np.uint64)
        mixed = (values ^ (values >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        keys = (keys ^ mixed ^ (mixed >> np.uint64(32))) * _SEED + np.uint64(1)
    return keys


def _spelled(column: Levels) -> Rows:
    """For each code its place among the levels written in lower case without blanks."""
    places: dict[str, int] = {}
    spelled = [
        places.setdefault("".join(level.split()).casefold(), len(places) + 1) for level in column.levels
    ]
    return np.array([0, *spelled], dtype=np.int64)


def _repeated(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    ordered = np.sort(keys)
    if not np.any(ordered[1:] == ordered[:-1]):
        return np.zeros(keys.size, dtype=np.bool_)
    _, first = np.unique(keys, return_index=True)
    again = np.ones(keys.size, dtype=np.bool_)
    again[first] = False
    return again


def _by_chance(columns: Iterable[Column], rows: int) -> float:
    """How many rows would agree with an earlier one if the columns had nothing to do with each other."""
    return math.prod(_meeting(column, rows) for column in columns) * rows * (rows - 1) / 2


def _meeting(column: Column, rows: int) -> float:
    """How often two rows drawn blindly have the same value."""
    if isinstance(column, Levels):
        counts = np.bincount(column.codes + 1)
    else:
        counts = np.append(column.order.counts, np.count_nonzero(column.missing()))
    return float(np.square(counts / max(rows, 1)).sum())
