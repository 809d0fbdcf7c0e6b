"""Histograms: equal-width bars between the smallest and the largest finite value."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import duckdb

from lakeglass.lake.engine import quoted
from lakeglass.lake.model import Bin, ColumnInfo

BARS = 20


def histogram(connection: duckdb.DuckDBPyConnection, source: str, column: ColumnInfo) -> tuple[Bin, ...]:
    """At most 20 bars; integers and dates get whole ones. Empty for other kinds and for columns without values."""
    name = quoted(column.name)
    match column.kind:
        case "integer" | "number":
            value = f"{name}::DOUBLE"
        case "date" | "datetime":
            value = f"epoch({name}::TIMESTAMP)"
        case _:
            return ()
    row = connection.execute(
        f"SELECT min(x), max(x), count(x) FROM (SELECT {value} AS x FROM {source}) WHERE isfinite(x)"
    ).fetchone()
    if row is None or row[0] is None:
        return ()
    first, last, _ = row
    if not math.isfinite(last - first):
        return ()
    width, bars = _bars(column, first, last)
    place = f"least({bars - 1}, floor((x - {first!r}) / {width!r}))::INTEGER"
    counted = dict(
        connection.execute(
            f"SELECT {place} AS bar, count(*) FROM (SELECT {value} AS x FROM {source}) WHERE isfinite(x) GROUP BY bar"
        ).fetchall()
    )
    edges = [first + width * index for index in range(bars)] + [max(last, first + width * bars)]
    return tuple(
        Bin(low=_edge(column, edges[bar]), high=_edge(column, edges[bar + 1]), count=counted.get(bar, 0))
        for bar in range(bars)
    )


def _bars(column: ColumnInfo, first: float, last: float) -> tuple[float, int]:
    """The width of a bar and their number; a single value is one bar."""
    span = last - first
    if span <= 0:
        return 1.0, 1
    unit = {"integer": 1.0, "date": 86_400.0}.get(column.kind)
    if unit is None:
        return span / BARS, BARS
    steps = round(span / unit) + 1
    per_bar = -(-steps // BARS)
    return unit * per_bar, -(-steps // per_bar)


def _edge(column: ColumnInfo, value: float) -> float | str:
    if column.kind == "date":
        return _moment(value).date().isoformat()
    if column.kind == "datetime":
        return _moment(value).isoformat()
    return value


def _moment(seconds: float) -> datetime:
    """A point in time, without a zone; what lies outside of Python's calendar is put at its edge."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return datetime(1, 1, 1) if seconds < 0 else datetime(9999, 12, 31)  # noqa: DTZ001  as above
