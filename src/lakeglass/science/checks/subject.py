"""A table as checks look at it: exact figures of every row, and the rows themselves or an even sample of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.ma  # np.unique loads it when it is first called, while somebody waits for findings
import pyarrow as pa

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.model import ColumnStatistics, Statistics
from lakeglass.lake.statistics.columns import Columns
from lakeglass.science.roles import ColumnRole, roles_of
from lakeglass.science.table import Column, Floats, Levels, Numbers, Rows, Table, from_arrow
from lakeglass.science.tasks import TaskChoice, detect_task, target_values

SAMPLE = 20_000
"""At most this many rows are looked at one by one; figures such as counts and quantiles are of all of them."""
HIDDEN = "(personal data, not shown)"


@dataclass(frozen=True)
class Subject:
    """A table under examination.

    `table` holds `places.size` of the `statistics.rows` rows, in their order; `places` are their row numbers, and
    `roles` what each column is to a model, by its name.
    """

    table: Table
    places: Rows
    statistics: Statistics
    roles: dict[str, ColumnRole]
    target: str | None = None
    choice: TaskChoice | None = None
    time: str | None = None

    @cached_property
    def figures(self) -> dict[str, ColumnStatistics]:
        """The exact figures of each column, by its name."""
        return {column.name: column for column in self.statistics.columns}

    @cached_property
    def answers(self) -> Floats:
        """The target as numbers: the class's place or the value, NaN where missing; empty without a target."""
        if self.choice is None or self.choice.target is None:
            return np.empty(0)
        return target_values(self.table, self.choice)

    @property
    def rows(self) -> int:
        """How many rows the whole table has."""
        return self.statistics.rows

    @property
    def is_sampled(self) -> bool:
        """Whether rows were left out of `table`."""
        return self.table.rows < self.rows

    def pairs(self) -> Iterator[tuple[Column, ColumnStatistics]]:
        """Each column that can be computed with, and its figures."""
        for column in self.table.columns:
            yield column, self.figures[column.name]

    def features(self) -> Iterator[Column]:
        """What a model could learn from: every column but the target and those without information."""
        for column in self.table.columns:
            if self.roles[column.name].role not in {"target", "constant", "empty"}:
                yield column

    def numbers(self) -> list[Numbers]:
        """Columns of numbers that measure something: no identifiers, no moments, no constants."""
        return [
            column
            for column in self.table.columns
            if isinstance(column, Numbers)
            and not column.moment
            and self.roles[column.name].role in {"number", "target"}
        ]

    def levels(self) -> list[Levels]:
        """Columns of texts with repeated values."""
        return [
            column
            for column in self.table.columns
            if isinstance(column, Levels) and self.roles[column.name].role in {"category", "truth", "target"}
        ]

    def moments(self) -> list[Numbers]:
        """Columns of dates and times."""
        return [column for column in self.table.columns if isinstance(column, Numbers) and column.moment]

    def shown(self, name: str, value: str) -> str:
        """A value as evidence: cut to a line, and hidden in a column of personal data."""
        if self.figures[name].pii:
            return HIDDEN
        return value if len(value) <= 60 else value[:59] + "…"


def examine(
    path: Path, statistics: Statistics, *, target: str | None = None, time: str | None = None
) -> Subject:
    """The subject of a Parquet file with its figures, which are those of all its rows.

    Raises UnprocessableFile when it is no Parquet file, InvalidInput when the target or the time can't be used.
    """
    try:
        data, places = _even_sample(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnprocessableFile(f"{path.name} can't be read as Parquet; write the table again") from error
    return of_table(from_arrow(data), statistics, places=places, target=target, time=time)


def of_table(
    table: Table,
    statistics: Statistics,
    *,
    places: Rows | None = None,
    target: str | None = None,
    time: str | None = None,
) -> Subject:
    """The subject of a table in memory; raises InvalidInput when the target or the time can't be used."""
    choice = None
    roles = roles_of(table, target)
    if target is not None:
        choice = detect_task(table, roles, target=target, time=time)
    moment = time or _only_moment(table) or (choice.time if choice else None)
    if time is not None:
        table.column(time)
    where = np.arange(table.rows) if places is None else places
    return Subject(
        table=table,
        places=where,
        statistics=statistics,
        roles={role.name: role for role in roles},
        target=target,
        choice=choice,
        time=moment,
    )


def _only_moment(table: Table) -> str | None:
    moments = [column.name for column in table.columns if isinstance(column, Numbers) and column.moment]
    return moments[0] if len(moments) == 1 else None


def _even_sample(path: Path) -> tuple[pa.Table, Rows]:
    columns = Columns(path)
    rows = columns.rows
    places = np.unique(np.linspace(0, max(rows - 1, 0), min(rows, SAMPLE)).astype(np.intp))
    return columns.at(places), places


def standard(values: Floats) -> Floats:
    """Finite values about their mean, the largest at 1: whatever their size, squares of them do not overflow."""
    size = float(np.abs(values).max(initial=0.0))
    if size == 0.0:
        return values
    around: Floats = values / size
    around = np.subtract(around, around.mean())
    width = float(np.abs(around).max(initial=0.0))
    return np.divide(around, width) if width > 0 else around


def histogram(values: Floats, *, bars: int = 30) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where the bars of a picture begin and how many values each holds; without infinite and missing ones."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (), ()
    counts, edges = np.histogram(finite, bins=bars)
    return tuple(map(float, edges[:-1])), tuple(map(float, counts))


def named(columns: Sequence[str], *, most: int = 5) -> str:
    """Names in a sentence."""
    told = ", ".join(columns[:most])
    return told if len(columns) <= most else f"{told} and {len(columns) - most} more"
