"""What a request means for its table: roles, task, target and split, the same whenever it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lakeglass.core.errors import InvalidInput
from lakeglass.science.features.preparation import usable
from lakeglass.science.metrics import Measure, measures_of
from lakeglass.science.model import ModelingRequest
from lakeglass.science.repairs.actions import applied
from lakeglass.science.roles import ColumnRole, roles_of
from lakeglass.science.splits import Split, choose_split, thinned
from lakeglass.science.table import Floats, Table, from_arrow, read_arrow
from lakeglass.science.tasks import TaskChoice, detect_task, target_values

_CELLS_A_MINUTE = 4_000_000
"""Rows x columns that a search can learn from in a minute, folds and variants included."""
_FEWEST_ROWS = 20_000


@dataclass(frozen=True)
class Study:
    """A table ready to learn from. `target` has a value or NaN for each row of `table`."""

    request: ModelingRequest
    table: Table
    roles: tuple[ColumnRole, ...]
    choice: TaskChoice
    target: Floats
    split: Split

    @property
    def measure(self) -> Measure:
        """The measure that models are chosen by."""
        return measures_of(self.choice.task)[0]


def study_of(request: ModelingRequest) -> Study:
    """Read the table and decide what to learn.

    Raises InvalidInput for a target, task or column that does not fit, UnprocessableFile for a broken table.
    """
    table = table_of(request).without(request.leave_out)
    roles = roles_of(table, request.target)
    choice = detect_task(table, roles, target=request.target, time=request.time, task=request.task)
    if not measures_of(choice.task):
        raise InvalidInput(f"{choice.task} has no models to compare, expected a target to predict")
    target = target_values(table, choice)
    split = choose_split(
        table, choice, target=target, roles=roles, folds=request.folds, holdout=request.holdout, group=request.group,
        time=request.time, seed=request.seed,
    )  # fmt: skip
    roles = _with_time(roles, choice.time)
    roles = _without_group(roles, split.choice.column if split.choice.strategy == "grouped" else None)
    features = len(usable(roles))
    split = thinned(split, max(_FEWEST_ROWS, round(_CELLS_A_MINUTE * _minutes(request) / features)))
    return Study(request, table, roles, choice, target, split)


def table_of(request: ModelingRequest) -> Table:
    """The whole table that is asked about, repaired. Raises UnprocessableFile for a broken one."""
    return from_arrow(applied(read_arrow(Path(request.table)), request.repairs))


def _minutes(request: ModelingRequest) -> float:
    """The length of the search in minutes, at least one; a search counted in fits is taken for five."""
    seconds = request.budget.seconds
    return 5.0 if seconds is None else float(np.clip(seconds / 60, 1, 60))


def _with_time(roles: tuple[ColumnRole, ...], time: str | None) -> tuple[ColumnRole, ...]:
    """Numbers that count time rise like an identifier, but a series may lean on them."""
    kept = {"role": "number", "reason": "numbers that count time"}
    return tuple(
        role.model_copy(update=kept) if role.name == time and role.role == "identifier" else role
        for role in roles
    )


def _without_group(roles: tuple[ColumnRole, ...], group: str | None) -> tuple[ColumnRole, ...]:
    """The column that rows are grouped by teaches nothing about rows of a new group."""
    kept = {"role": "identifier", "reason": "rows are grouped by it: a new group has a value never seen"}
    return tuple(role.model_copy(update=kept) if role.name == group else role for role in roles)
