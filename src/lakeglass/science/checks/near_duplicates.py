"""Rows that are the same thing twice under another number, or written a little differently."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject, named
from lakeglass.science.table import Column, Levels, Rows

_LEAST_COLUMNS = 3
_SHARE = 0.005
_LEAST = 2
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
        strict = _keys(subject.table.columns, subject.table.rows, loosely=False)
        near = _repeated(loose) & ~_repeated(strict)
        rows = int(near.sum())
        chance = _by_chance(compared, subject.table.rows)
        if rows < max(_LEAST, 5 * chance, _SHARE * subject.table.rows):
            return
        but = f" but for {named(left_out)}" if left_out else ""
        yield Seen(
            "medium",
            left_out,
            f"{rows:,} of the {subject.table.rows:,} rows looked at agree with an earlier one{but}, letter case and "
            "blanks.",
            {"rows_looked_at": rows, "share": rows / subject.table.rows},
        )


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
    _, first = np.unique(keys, return_index=True)
    again = np.ones(keys.size, dtype=np.bool_)
    again[first] = False
    return again


def _by_chance(columns: Iterable[Column], rows: int) -> float:
    """How many rows would agree with an earlier one if the columns had nothing to do with each other."""
    same = 1.0
    for column in columns:
        if isinstance(column, Levels):
            counts = np.bincount(column.codes + 1)
        else:
            counts = np.unique(column.values, return_counts=True)[1]
        same *= float(np.square(counts / max(rows, 1)).sum())
    return same * rows * (rows - 1) / 2
