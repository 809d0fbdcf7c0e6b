"""Columns that came with types of their own: made exact and portable, their text typed as carefully as any text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lakeglass.core.errors import EmptyFile
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.readers.base import EMPTY, Reading, ReadResult
from lakeglass.lake.readers.choice import TEXT, Hints, typed
from lakeglass.lake.readers.names import unique_names
from lakeglass.lake.readers.stored import StoredTable

# Beyond this, a double has no place for every whole number.
_EXACT = float(1 << 53)
# A time of day without a date has the day before Excel's first one, or its first.
_NO_DATE = (date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1))
# The values' type is what is looked at here.
Chunked: TypeAlias = "pa.ChunkedArray[Any]"
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_VIEW = "lakeglass_columns"


def finished(
    table: pa.Table, names: Sequence[str], target: Path, reading: Reading, *, told: Sequence[ReadDecision]
) -> ReadResult:
    """Write the columns under these names; blank rows and nameless blank columns go. Raises EmptyFile, InvalidInput."""
    kept = [
        place
        for place, (name, column) in enumerate(zip(names, table.columns, strict=True))
        if name.strip() or column.null_count < len(column)
    ]
    if not kept:
        raise EmptyFile(EMPTY)
    table, blanks = _without_blank_rows(table.select(kept))
    wanted, renamed = unique_names([names[place] for place in kept])
    told = [*told, *renamed]
    if blanks:
        told.append(ReadDecision(what="blank rows", value=f"{blanks:,} left out"))
    columns = [
        _as_text(column) if reading.options.types.get(name) == TEXT else exact(column)
        for name, column in zip(wanted, table.columns, strict=True)
    ]
    plain = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
    text = frozenset(place for place, column in enumerate(columns) if pa.types.is_string(column.type))
    reading.connection.register(_VIEW, plain)
    try:
        stored = StoredTable(reading.connection, quoted(_VIEW), wanted, text=text, progress=reading.progress)
        rows, types = typed(stored, target, reading.options, hint=Hints())
    finally:
        reading.connection.unregister(_VIEW)
    if rows == 0:
        told.append(ReadDecision(what="rows", value="none", note="there is only a header"))
    return ReadResult(rows=rows, decisions=(*told, *types))


def written(
    source: Path, names: Sequence[str], target: Path, reading: Reading, *, told: Sequence[ReadDecision]
) -> ReadResult:
    """Write the columns c0, c1, … of a Parquet file under these names; of its text, only dates and times get a type.

    A format that tells numbers from text says what is text. Raises InvalidInput for a type that can't be followed.
    """
    wanted, renamed = unique_names(names)
    schema = pq.read_schema(source)
    texts = {place for place, field in enumerate(schema) if pa.types.is_string(field.type)}
    chosen = {place for place, name in enumerate(wanted) if name in reading.options.types}
    columns = ", ".join(
        f"CAST(c{place} AS VARCHAR) AS c{place}" if place in chosen else f"c{place}"
        for place in range(len(wanted))
    )
    query = f"(SELECT {columns} FROM {parquet(source)})"
    stored = StoredTable(reading.connection, query, wanted, text=frozenset(texts), progress=reading.progress)
    times = {place for place, values in enumerate(stored.sample()) if _all_iso(values)}
    stored = StoredTable(
        reading.connection, query, wanted, text=frozenset(times | chosen), progress=reading.progress
    )
    rows, types = typed(stored, target, reading.options, hint=Hints(decimal="."))
    return ReadResult(rows=rows, decisions=(*told, *renamed, *types))


def _all_iso(values: Sequence[str | None]) -> bool:
    """True where every value is a date, or a date with a time, as ISO 8601 writes them."""
    present = {value for value in values if value}
    return bool(present) and all(_ISO.fullmatch(value) for value in present)


def exact(column: Chunked) -> Chunked:
    """Whole doubles as integers, midnights as dates, times without a date as times, durations as text."""
    kind = column.type
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if column.null_count == len(column):
        return column
    if pa.types.is_floating(kind):
        return _whole(column)
    if pa.types.is_timestamp(kind):
        return _moments(column)
    return _as_text(column) if pa.types.is_duration(kind) else column


def _whole(column: Chunked) -> Chunked:
    finite = pc.all(pc.is_finite(column)).as_py()
    if not finite or pc.max(pc.abs(column)).as_py() > _EXACT:
        return column
    return column.cast(pa.int64()) if pc.all(pc.equal(column, pc.floor(column))).as_py() else column


def _moments(column: Chunked) -> Chunked:
    days = column.cast(pa.date32(), safe=False)
    if pc.all(pc.is_in(days, pa.array(_NO_DATE, pa.date32()))).as_py():
        return column.cast(pa.timestamp("us")).cast(pa.time64("us"))
    if pc.all(pc.equal(days.cast(column.type), column)).as_py():
        return days
    return column.cast(pa.timestamp("us"))


def _as_text(column: Chunked) -> Chunked:
    """As a person would write the values."""
    if pa.types.is_duration(column.type):
        seconds = column.cast(pa.int64()).to_pylist()
        per = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
        return pa.chunked_array(
            [[None if value is None else _clock(value, per) for value in seconds]], pa.string()
        )
    return exact(column).cast(pa.string()) if not pa.types.is_string(column.type) else column


def _clock(value: int, per: int) -> str:
    sign, value = ("-", -value) if value < 0 else ("", value)
    seconds, rest = divmod(value, per)
    fraction = f".{rest * 1_000_000 // per:06d}".rstrip("0") if rest else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _without_blank_rows(table: pa.Table) -> tuple[pa.Table, int]:
    if any(column.null_count == 0 for column in table.columns):
        return table, 0
    kept = table.filter(reduce(pc.or_, (pc.is_valid(column) for column in table.columns)))
    return kept, table.num_rows - kept.num_rows
