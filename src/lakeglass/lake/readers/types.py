"""Column types of a text file: proposed from a sample, adopted only if every single value fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lakeglass.lake.engine import literal, quoted
from lakeglass.lake.readers.shapes import NULL_WORDS

Family = Literal["boolean", "integer", "number", "date", "datetime", "time"]
Order = Literal["day first", "month first"]
# A list, not IN: the engine would plan a join for each column.
_NO_VALUE = f"(v IS NULL OR list_contains([{', '.join(literal(word) for word in ('', *NULL_WORDS))}], v))"
_MISSING = frozenset(("", *NULL_WORDS))
# The value without the blanks around it, those of other alphabets included.
TRIMMED = "trim(v, ' \t\u00a0\u3000')"
# How a misfit is told by the query that finds it.
MISFIT = "lakeglass misfit in column "
_PLACE = re.compile(r"\bv\b")


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type that the values of a column may have: `fits` and `cast` are SQL over the trimmed text `v`.

    `name` is what a person calls it by (`ReadOptions.types`), `shape` holds every value that may fit. `order` and
    `decimal` say which of two readings of the same text it takes. `quick` is SQL over `v` for a value that fits if it
    is written as `v` is, and that means the same under the type: most values need no closer look then.
    """

    name: str
    dtype: str
    family: Family
    shape: re.Pattern[str]
    fits: str
    cast: str
    note: str = ""
    order: Order | None = None
    decimal: Literal[".", ","] | None = None
    quick: str | None = None


def shaped(
    name: str,
    dtype: str,
    family: Family,
    *,
    shape: str,
    cast: str,
    note: str = "",
    order: Order | None = None,
    decimal: Literal[".", ","] | None = None,
) -> ColumnType:
    """A type whose values have a shape (a pattern of RE2 and of Python) and survive the cast."""
    fits = f"(regexp_full_match(v, {literal(shape)}) AND {cast} IS NOT NULL)"
    return ColumnType(name, dtype, family, re.compile(shape), fits, cast, note, order, decimal)


def there_and_back(name: str, dtype: str, family: Family, *, shape: str) -> ColumnType:
    """A type whose values are written as the engine writes them: cheaper than a pattern, and nothing is rounded."""
    cast = f"TRY_CAST(v AS {dtype})"
    return ColumnType(
        name, dtype, family, re.compile(shape), f"(CAST({cast} AS VARCHAR) = v)", cast, quick=cast
    )


def is_missing(value: str) -> bool:
    """True for a blank, and for a word that means 'no value' among numbers, dates and truth values."""
    return value in _MISSING


def is_padded(values: Sequence[str | None]) -> bool:
    """True when a value of the sample has blanks around it."""
    return any(value is not None and value != value.strip() for value in values)


def present_values(values: Sequence[str | None]) -> set[str]:
    """The distinct values of a sample, trimmed, without missing ones."""
    return {text for value in values if value is not None and not is_missing(text := value.strip())}


def checked_cast(column: str, kind: ColumnType | None, *, position: int, prepared: str | None = None) -> str:
    """SQL for a column of text: its value under `kind`, or a failure that names it when one does not fit.

    `prepared` is a column that holds the type's `quick` value, so that it is computed once.
    """
    if kind is None:
        return column
    first = (
        f"WHEN CAST({prepared} AS VARCHAR) = v THEN CAST({prepared} AS {kind.dtype}) "
        if prepared is not None
        else ""
    )
    return substituted(
        f"CASE {first}WHEN {kind.fits} THEN {kind.cast} WHEN {_NO_VALUE} THEN NULL "
        f"ELSE error({literal(MISFIT + str(position))}) END",
        column,
    )


def cast_query(columns: Sequence[tuple[int, str, ColumnType | None, str]], source: str) -> str:
    """SELECT of columns of text under their types: (position, SQL for its text, type, name) each, from `source`."""
    inner, outer = [], []
    for position, text, kind, name in columns:
        cell, prepared = f"c{position}", None
        inner.append(f"{text} AS {cell}")
        if kind is not None and kind.quick is not None:
            prepared = f"q{position}"
            inner.append(f"{substituted(kind.quick, text)} AS {prepared}")
        outer.append(f"{checked_cast(cell, kind, position=position, prepared=prepared)} AS {quoted(name)}")
    return f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {source})"


def misfits(column: str, kind: ColumnType) -> str:
    """SQL that counts the values of a column of text that have another type (and are values at all)."""
    return substituted(f"count(*) FILTER (NOT (coalesce({kind.fits}, false) OR {_NO_VALUE}))", column)


def values(column: str) -> str:
    """SQL that counts the values of a column of text."""
    return substituted(f"count(*) FILTER (NOT {_NO_VALUE})", column)


def examples() -> list[str]:
    """SQL for a few values of a column of text, for one whose first rows have none."""
    places = ("min(v)", "max(v)", "any_value(v)", "arg_min(v, hash(v))", "arg_max(v, hash(v))")
    return [f"{place} FILTER (NOT {_NO_VALUE})" for place in places]


def substituted(sql: str, value: str) -> str:
    """The SQL with the placeholder `v` replaced."""
    return _PLACE.sub(lambda _: value, sql)


def noted(kind: ColumnType, note: str) -> ColumnType:
    """The type with a remark of its own."""
    return replace(kind, note=note)
