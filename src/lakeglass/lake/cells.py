"""Values of the engine as JSON knows them, without losing what they say."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

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


def cell(value: object) -> Cell:
    """A value as JSON: dates as ISO text, exact integers beyond 2^53 as text, NaN and infinities as text."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -_EXACT <= value <= _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return cell(int(value)) if value == value.to_integral_value() else float(value)
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta() | UUID():
            return str(value)
        case bytes():
            return f"<{len(value):,} bytes>"
        case _:
            return json.dumps(value, default=str, ensure_ascii=False)


def figure(value: object) -> float | str | None:
    """A minimum, maximum or quantile: a number, or ISO text for dates; None for what is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    shown = cell(value)
    return float(shown) if isinstance(shown, bool) else shown
