"""Values of the engine as JSON knows them, without losing what they say."""

from __future__ import annotations

import math
from decimal import Decimal

from lakeglass.lake.model import Cell, Kind

# Above this, JavaScript's numbers are no longer exact (IEEE 754 binary64).
_EXACT = 2**53
_KINDS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("BOOLEAN",), "boolean"),
    (("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
    (("UBIGINT", "HUGEINT", "UHUGEINT"), "integer"),
    (("FLOAT", "DOUBLE", "DECIMAL"), "number"),
    (("TIMESTAMP",), "datetime"),
    (("DATE",), "date"),
    (("TIME",), "time"),
)


def kind_of(dtype: str) -> Kind:
    """Our word for a DuckDB type such as `DECIMAL(18,3)`."""
    if dtype.endswith("]") or dtype.startswith(("STRUCT", "MAP", "LIST", "UNION")):
        return "nested"
    base = dtype.partition("(")[0].partition(" ")[0]
    for names, kind in _KINDS:
        if base in names or (kind == "datetime" and base.startswith("TIMESTAMP")):
            return kind
    return "text"


def portable(expression: str, dtype: str) -> str:
    """SQL that hands values of this type over as JSON can say them.

    Times become ISO 8601 text and nested values JSON text inside the engine: its calendar reaches beyond Python's,
    and its Python objects for zoned times need another package.
    """
    match kind_of(dtype):
        case "date" | "time":
            return f"CAST({expression} AS VARCHAR)"
        case "datetime":
            text = f"regexp_replace(CAST(CAST({expression} AS TIMESTAMP) AS VARCHAR), ' ', 'T')"
            return f"{text} || '+00:00'" if dtype.endswith("WITH TIME ZONE") else text
        case "nested":
            return f"CAST(to_json({expression}) AS VARCHAR)"
        case _:
            return expression


def cell(value: object) -> Cell:
    """A value as JSON: exact integers beyond 2^53 as text, NaN and infinities as text."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -_EXACT <= value <= _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return cell(int(value)) if value == value.to_integral_value() else float(value)
        case bytes():
            return f"<{len(value):,} bytes>"
        case _:
            return str(value)


def figure(value: object) -> float | str | None:
    """A minimum, maximum or quantile: a number, or ISO text for dates; None for what is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    shown = cell(value)
    return float(shown) if isinstance(shown, bool) else shown
