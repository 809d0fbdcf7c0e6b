"""Conditions on columns: which rows of a table are meant, as typed SQL with the values as parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, assert_never

import duckdb
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.engine import quoted
from lakeglass.lake.model import ColumnInfo, Kind

Operator = Literal["is", "is not", "contains", "at least", "at most", "missing", "present"]
_MOST = 50
_WHOLE = re.compile(r"[+-]?[0-9]{1,38}")
_DAY = re.compile(r"[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}")
_SIGNS = {"is": "=", "at least": ">=", "at most": "<="}


class Condition(BaseModel):
    """What the values of a column must be; several conditions must all hold.

    `value` is a number, ISO 8601 text, `true` or `false`, or words, as the column's kind is; `contains` ignores case.
    A date alone stands for its whole day. A missing value fits `missing` only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Annotated[str, Field(max_length=10_000)]
    operator: Operator
    value: Annotated[str, Field(max_length=10_000)] = ""


_CONDITIONS = TypeAdapter(Annotated[tuple[Condition, ...], Field(max_length=_MOST)])


@dataclass(frozen=True, slots=True)
class Where:
    """SQL behind FROM, with its parameters; nothing when every row is meant."""

    sql: str = ""
    parameters: tuple[str, ...] = ()


def conditions_of(text: str) -> tuple[Condition, ...]:
    """Conditions from a JSON list; raises InvalidInput."""
    try:
        return _CONDITIONS.validate_json(text)
    except ValidationError as error:
        raise InvalidInput(
            'The filters can\'t be read. Give a JSON list of at most 50 objects such as {"column": "price", '
            '"operator": "at least", "value": "5"}; the operators are is, is not, contains, at least, at most, '
            "missing and present."
        ) from error


def where(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[ColumnInfo], conditions: Sequence[Condition]
) -> Where:
    """The rows that fit all conditions; raises InvalidInput for an unknown column or a value of another kind."""
    kinds = {column.name: column.kind for column in columns}
    parts: list[str] = []
    parameters: list[str] = []
    for condition in conditions:
        kind = kinds.get(condition.column)
        if kind is None:
            raise InvalidInput(
                f"There is no column {condition.column!r} to filter by; see the dataset's columns."
            )
        sql, values = _part(connection, condition, kind)
        parts.append(f"({sql})")
        parameters += values
    return Where(f" WHERE {' AND '.join(parts)}", tuple(parameters)) if parts else Where()


def _part(
    connection: duckdb.DuckDBPyConnection, condition: Condition, kind: Kind
) -> tuple[str, tuple[str, ...]]:
    column = quoted(condition.column)
    match condition.operator:
        case "missing":
            return f"{column} IS NULL", ()
        case "present":
            return f"{column} IS NOT NULL", ()
        case "contains":
            text = f"to_json({column})" if kind == "nested" else column
            return f"contains(lower(CAST({text} AS VARCHAR)), lower(?))", (condition.value,)
        case "is not":
            sql, values = _compared(connection, condition, kind, "is")
            return f"NOT ({sql})", values
        case "is" | "at least" | "at most":
            return _compared(connection, condition, kind, condition.operator)
        case _:
            assert_never(condition.operator)


def _compared(
    connection: duckdb.DuckDBPyConnection,
    condition: Condition,
    kind: Kind,
    operator: Literal["is", "at least", "at most"],
) -> tuple[str, tuple[str, ...]]:
    column, value, sign = quoted(condition.column), condition.value.strip(), _SIGNS[operator]
    match kind:
        case "text":
            return f"CAST({column} AS VARCHAR) {sign} ?", (condition.value,)
        case "nested":
            return f"CAST(to_json({column}) AS VARCHAR) {sign} ?", (condition.value,)
        case "integer" | "number":
            # Whole numbers are compared as such: doubles are not exact beyond 2^53.
            dtype = "HUGEINT" if _WHOLE.fullmatch(value) else "DOUBLE"
            _refuse(connection, condition, dtype, "a number such as 12.5")
            return f"{column} {sign} CAST(? AS {dtype})", (value,)
        case "boolean":
            _refuse(connection, condition, "BOOLEAN", "true or false")
            return f"{column} {sign} CAST(? AS BOOLEAN)", (value,)
        case "time":
            _refuse(connection, condition, "TIME", "a time such as 14:30")
            return f"{column} {sign} CAST(? AS TIME)", (value,)
        case "date" | "datetime":
            _refuse(connection, condition, "TIMESTAMP", "a date such as 2024-01-31")
            moment = f"CAST({column} AS TIMESTAMP)"
            if not _DAY.fullmatch(value):
                return f"{moment} {sign} CAST(? AS TIMESTAMP)", (value,)
            return f"date_trunc('day', {moment}) {sign} CAST(? AS TIMESTAMP)", (value,)
        case _:
            assert_never(kind)


def _refuse(connection: duckdb.DuckDBPyConnection, condition: Condition, dtype: str, wanted: str) -> None:
    known = connection.execute(f"SELECT TRY_CAST(? AS {dtype}) IS NOT NULL", [condition.value.strip()])
    if not (known.fetchone() or (False,))[0]:
        raise InvalidInput(f"The filter on {condition.column!r} can't be followed. Give {wanted}.")
