"""Column types of a text file: proposed from a sample, adopted only if every single value fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lakeglass.lake.engine import literal

# Words that mean 'no value' in a column that is otherwise numbers, dates or true/false. In text they are words.
NULL_WORDS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "None")
# One pattern instead of a list: every node of an expression costs memory in each of a wide table's columns.
_NO_VALUE = f"coalesce(regexp_full_match(v, {literal('|'.join(('', *NULL_WORDS)))}), true)"
# No leading zeros and at most 15 digits before the point: more would be an identifier, or lose digits.
_NUMBER = r"-?(0|[1-9][0-9]{0,14})?(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?"
_INTEGER = r"-?(0|[1-9][0-9]{0,17})"
_ISO_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6}0*)?)?"
_ZONED = _ISO_TIME + r" ?(Z|[+-]\d\d(:?\d\d)?)"
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y")
_TIMES = ("%H:%M", "%H:%M:%S")

# How a misfit is told by the query that finds it.
MISFIT = "lakeglass misfit in column "
_PLACE = re.compile(r"\bv\b")


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type that the values of a column may have: `fits` and `cast` are SQL over the trimmed text `v`."""

    name: str
    dtype: str
    shape: re.Pattern[str]
    fits: str
    cast: str


def _simple(name: str, dtype: str, shape: str) -> ColumnType:
    cast = f"TRY_CAST(v AS {dtype})"
    fits = f"(regexp_full_match(v, {literal(shape)}) AND {cast} IS NOT NULL)"
    return ColumnType(name, dtype, re.compile(shape), fits, cast)


def _formatted(fmt: str, dtype: str) -> ColumnType:
    parts = {
        "%Y": r"\d{4}",
        "%m": r"\d{1,2}",
        "%d": r"\d{1,2}",
        "%H": r"\d{1,2}",
        "%M": r"\d\d",
        "%S": r"\d\d",
    }
    shape = "".join(parts.get(piece, re.escape(piece)) for piece in re.findall(r"%.|.", fmt))
    cast = f"CAST(try_strptime(v, {literal(fmt)}) AS {dtype})"
    fits = f"(regexp_full_match(v, {literal(shape)}) AND {cast} IS NOT NULL)"
    return ColumnType(fmt, dtype, re.compile(shape), fits, cast)


_BOOLEAN = _simple("boolean", "BOOLEAN", "(?i:true|false)")
_INTEGERS = ColumnType(
    "integer",
    "BIGINT",
    re.compile(_INTEGER),
    # The way there and back: cheaper than a pattern, and nothing is rounded or loses a zero.
    "(CAST(TRY_CAST(v AS BIGINT) AS VARCHAR) = v)",
    "TRY_CAST(v AS BIGINT)",
)
_NUMBERS = ColumnType(
    "number",
    "DOUBLE",
    re.compile(_NUMBER),
    f"(regexp_full_match(v, {literal(_NUMBER)}) AND isfinite(TRY_CAST(v AS DOUBLE)))",
    "TRY_CAST(v AS DOUBLE)",
)
# From the narrowest to the widest; the first one that fits is taken.
LADDER: tuple[ColumnType, ...] = (
    _BOOLEAN,
    _INTEGERS,
    _NUMBERS,
    *(_formatted(date, "DATE") for date in _DATES),
    _simple("ISO time", "TIMESTAMP", _ISO_TIME),
    _simple("ISO time with zone", "TIMESTAMPTZ", _ZONED),
    *(_formatted(f"{date} {time}", "TIMESTAMP") for date in _DATES[1:] for time in _TIMES),
)


def candidates(values: Sequence[str | None]) -> tuple[ColumnType, ...]:
    """The types that every value of a sample could have, narrowest first; none means text."""
    present = {value.strip() for value in values if value is not None} - {"", *NULL_WORDS}
    if not present:
        return ()
    return tuple(kind for kind in LADDER if all(kind.shape.fullmatch(value) for value in present))


def checked_cast(column: str, kind: ColumnType | None, *, position: int) -> str:
    """SQL for a column of trimmed text: its value under `kind`, or a failure that names it when one does not fit."""
    if kind is None:
        return column
    return substituted(
        f"CASE WHEN {kind.fits} THEN {kind.cast} WHEN {_NO_VALUE} THEN NULL "
        f"ELSE error({literal(MISFIT + str(position))}) END",
        column,
    )


def every_value_fits(column: str, kind: ColumnType) -> str:
    """SQL that is true when each value of a column of trimmed text has the type (or is no value at all)."""
    return substituted(f"coalesce(bool_and(coalesce({kind.fits}, false) OR {_NO_VALUE}), true)", column)


def substituted(sql: str, value: str) -> str:
    """The SQL with the placeholder `v` replaced."""
    return _PLACE.sub(lambda _: value, sql)
