"""The result table as it comes out of the sandbox: bounded data, read defensively."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue

from lakeglass.ask.plan.naming import part_prefix

Value = str | int | float | bool | None


def _value(cell: object) -> Value:
    return cell if cell is None or isinstance(cell, str | int | float | bool) else str(cell)


class TableData(BaseModel):
    """The content of `sandbox.base.TABLE_MIME`; `total` counts the rows before the sandbox's cut at 1,000.

    Raises pydantic's ValidationError when it is read from something that is no table.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    columns: tuple[str, ...]
    dtypes: tuple[str, ...] = ()
    rows: tuple[tuple[Annotated[Value, BeforeValidator(_value)], ...], ...]
    total: int

    @property
    def complete(self) -> bool:
        """True when no row was cut."""
        return self.total == len(self.rows)

    def values(self, column: str) -> list[Value]:
        """All cells of a column; empty when there is no such column."""
        if column not in self.columns:
            return []
        place = self.columns.index(column)
        return [row[place] if place < len(row) else None for row in self.rows]

    def numbers(self, column: str) -> list[float]:
        """The finite numbers of a column; empty when there is no such column."""
        found = (as_number(value) for value in self.values(column))
        return [n for n in found if n is not None]

    def cell(self, column: str, row: int = 0) -> Value:
        """One cell, None when there is none."""
        values = self.values(column)
        return values[row] if row < len(values) else None


def part_of(table: TableData, number: int, parts: int) -> TableData:
    """The columns of one of several parts of a result, under their own headings; lines that are all empty are none."""
    prefixes = tuple(part_prefix(n) for n in range(2, parts + 1))
    own = part_prefix(number)
    wanted = [
        place
        for place, name in enumerate(table.columns)
        if (name.startswith(own) if number > 1 else not name.startswith(prefixes))
    ]
    rows = [tuple(row[n] if n < len(row) else None for n in wanted) for row in table.rows]
    while len(rows) > 1 and all(cell is None for cell in rows[-1]):
        rows.pop()
    columns = tuple(table.columns[n].removeprefix(own) if number > 1 else table.columns[n] for n in wanted)
    total = len(rows) if table.complete else table.total
    return TableData(columns=columns, rows=tuple(rows), total=total)


def as_number(value: Value) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None


def read_base(data: Mapping[str, JsonValue] | None) -> dict[str, int]:
    """The counts of `base` ('rows', 'kept', 'used'), as far as they are whole numbers."""
    return {k: v for k, v in (data or {}).items() if isinstance(v, int) and not isinstance(v, bool)}
