"""What each column is to a model: number, truth value, category, moment, free text, or nothing to learn from."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import Column, Floats, Levels, Numbers, Table

Role = Literal["number", "truth", "category", "moment", "text", "identifier", "constant", "empty", "target"]
USED: frozenset[Role] = frozenset({"number", "truth", "category", "moment", "text"})
"""Roles that become features."""
IDENTIFIER_NAME = re.compile(
    r"(?i:(^|[_\W])(id|ids|uuid|guid|key|rownames?|index|unnamed)([_\W\d]|$))|(?<=[a-z])I[Dd]$"
)
_ALL_DIFFERENT_FROM = 20
"""Fewer rows than this say nothing by being all different."""
_TEXT_WORDS = 4.0
_TEXT_LETTERS = 40.0


class ColumnRole(BaseModel):
    """A column's role with the reason in plain words; `missing` is a share from 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    reason: str
    distinct: int
    missing: float


def roles_of(table: Table, target: str | None = None) -> tuple[ColumnRole, ...]:
    """The role of every column of `table`, in order."""
    return tuple(_role_of(column, table.rows, target) for column in table.columns)


def _role_of(column: Column, rows: int, target: str | None) -> ColumnRole:
    distinct = column.distinct()
    missing = float(np.mean(column.missing())) if rows else 0.0
    role, reason = _judge(column, distinct, missing, rows)
    if column.name == target:
        role, reason = "target", "the column to predict"
    return ColumnRole(
        name=column.name, role=role, reason=reason, distinct=distinct, missing=round(missing, 6)
    )


def _judge(column: Column, distinct: int, missing: float, rows: int) -> tuple[Role, str]:
    if distinct == 0:
        return "empty", "no value in any row"
    if distinct == 1 and missing == 0:
        return "constant", "the same value in every row"
    present = round(rows * (1 - missing))
    different = distinct == present and present >= _ALL_DIFFERENT_FROM
    if isinstance(column, Numbers):
        return _judge_numbers(column, different, distinct)
    return _judge_levels(column, different, distinct)


def _judge_numbers(column: Numbers, different: bool, distinct: int) -> tuple[Role, str]:
    if column.moment:
        return "moment", "dates or times"
    if column.whole and different:
        if IDENTIFIER_NAME.search(column.name):
            return "identifier", "whole numbers, all different, named like an identifier"
        if _counts_up(column.values):
            return "identifier", "whole numbers that count the rows"
    return "number", f"numbers, {distinct:,} different"


def _counts_up(values: Floats) -> bool:
    steps = np.diff(values)
    return bool(steps.size) and bool(np.all(steps == steps[0])) and abs(float(steps[0])) == 1.0


def _judge_levels(column: Levels, different: bool, distinct: int) -> tuple[Role, str]:
    if column.truth:
        return "truth", "true or false"
    sample = column.levels[:2000]
    words = float(np.mean([len(level.split()) for level in sample]))
    letters = float(np.mean([len(level) for level in sample]))
    often = distinct > 50 and distinct > 0.2 * np.count_nonzero(column.codes >= 0)
    if often and (words >= _TEXT_WORDS or (letters >= _TEXT_LETTERS and words >= 2)):
        return "text", f"free text, {words:.0f} words on average"
    if different and distinct > 50:
        return "identifier", "a different text in every row"
    return "category", f"texts, {distinct:,} different"
