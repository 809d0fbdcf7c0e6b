"""How the values of a column are spread: the most frequent ones, quantiles, and a histogram of equal-width bars.

Works on a relation of values `v` with the number of rows `n` that have each: counted ones, or simply every row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from lakeglass.lake.cells import cell, figure, portable
from lakeglass.lake.model import Bin, ColumnInfo, Quantiles, TopValue

BARS = 20
TOP = 200
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def top_values(
    connection: duckdb.DuckDBPyConnection, values: str, column: ColumnInfo, *, present: int
) -> tuple[TopValue, ...]:
    """The most frequent values; equally frequent ones in their own order, so that two looks agree."""
    shown = portable("v", column.dtype)
    found = connection.execute(f"SELECT {shown}, n FROM {values} ORDER BY n DESC, v LIMIT {TOP}").fetchall()
    return tuple(TopValue(value=cell(value), count=count, share=count / present) for value, count in found)


def quantiles(
    connection: duckdb.DuckDBPyConnection, values: str, column: ColumnInfo, *, counted: bool
) -> Quantiles | None:
    """Numbers are interpolated between ranks (R type 7), times are values that occur (R type 1).

    Infinities and NaN take no part. `counted` values are few: their ranks are looked up instead of sorting all rows.
    """
    number = column.kind in {"integer", "number"}
    finite = f"(SELECT v, n FROM {values} WHERE isfinite(v::DOUBLE))" if number else values
    if counted:
        return _ranked(connection, finite, column, number=number)
    if number:
        query = f"SELECT quantile_cont(v::DOUBLE, {list(SHARES)}) FROM {finite}"
    else:
        shown = portable("moment", column.dtype)
        chosen = f"quantile_disc(v, {list(SHARES)})"
        query = f"SELECT list_transform({chosen}, lambda moment: {shown}) FROM {finite}"
    row = connection.execute(query).fetchone()
    return _named(row[0]) if row and row[0] else None


def histogram(connection: duckdb.DuckDBPyConnection, values: str, column: ColumnInfo) -> tuple[Bin, ...]:
    """At most 20 bars; integers and dates get whole ones. Empty for other kinds and for columns without values."""
    match column.kind:
        case "integer" | "number":
            place = "v::DOUBLE"
        case "date" | "datetime":
            place = "epoch(v::TIMESTAMP)"
        case _:
            return ()
    placed = f"(SELECT {place} AS x, n FROM {values}) WHERE isfinite(x)"
    row = connection.execute(f"SELECT min(x), max(x) FROM {placed}").fetchone()
    if row is None or row[0] is None:
        return ()
    first, last = float(row[0]), float(row[1])
    if not math.isfinite(last - first):
        return ()
    width, bars = _bars(column, first, last)
    bar = f"least({bars - 1}, floor((x - {first!r}) / {width!r}))::INTEGER"
    counted = dict(
        connection.execute(f"SELECT {bar} AS bar, sum(n)::BIGINT FROM {placed} GROUP BY bar").fetchall()
    )
    edges = [first + width * index for index in range(bars)] + [max(last, first + width * bars)]
    return tuple(
        Bin(low=_edge(column, edges[bar]), high=_edge(column, edges[bar + 1]), count=counted.get(bar, 0))
        for bar in range(bars)
    )


def _ranked(
    connection: duckdb.DuckDBPyConnection, values: str, column: ColumnInfo, *, number: bool
) -> Quantiles | None:
    """Quantiles of counted values: the value at a rank is the least one with more rows up to it."""
    row = connection.execute(f"SELECT sum(n)::BIGINT FROM {values}").fetchone()
    if row is None or not row[0]:
        return None
    rows = int(row[0])
    if number:
        places = [(rows - 1) * share for share in SHARES]
        ranks = [rank for place in places for rank in (math.floor(place), math.ceil(place))]
    else:
        ranks = [max(math.ceil(rows * share) - 1, 0) for share in SHARES]
    at = ", ".join(portable(f"min(v) FILTER (upto > {rank})", column.dtype) for rank in ranks)
    running = f"SELECT v, sum(n) OVER (ORDER BY v ROWS UNBOUNDED PRECEDING) AS upto FROM {values}"
    found = connection.execute(f"SELECT {at} FROM ({running})").fetchone() or ()
    if not number:
        return _named(found)
    pairs = zip(found[0::2], found[1::2], places, strict=True)
    return _named([_between(low, high, place % 1) for low, high, place in pairs])


def _between(low: float, high: float, part: float) -> float:
    return low if low == high else float(low) * (1 - part) + float(high) * part


def _named(values: Sequence[object]) -> Quantiles:
    p05, p25, p50, p75, p95 = (figure(value) for value in values)
    return Quantiles(p05=p05, p25=p25, p50=p50, p75=p75, p95=p95)


def _bars(column: ColumnInfo, first: float, last: float) -> tuple[float, int]:
    """The width of a bar and their number; a single value is one bar."""
    span = last - first
    if span <= 0:
        return 1.0, 1
    unit = {"integer": 1.0, "date": 86_400.0}.get(column.kind)
    if unit is None:
        # Neighbouring floats have nothing between them that a bar could divide.
        return (span / BARS, BARS) if first + span / BARS > first else (span, 1)
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
