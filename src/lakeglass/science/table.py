"""A table in memory as the models see it: numbers, moments and levels, each a NumPy array.

Read from Parquet through Arrow. Texts are held as codes of their distinct values, so that whatever a fold does costs
integer work; text that is numbers or dates becomes what it is. Nothing here is fitted: the same cell always becomes the
same value, whichever rows stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.lake.statistics.arrow import encoded, joined, numpy, trimmed

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

MISSING = -1
"""The code of a missing level."""
_LARGEST = 1e100
"""Numbers beyond this count as missing: their squares can't be summed, and no measurement is so large."""
_READ_AS_NUMBERS = 20
"""Text of numbers with no more distinct values than this stays levels: codes and grades look like that."""
_NUMBER = re.compile(
    r"[+-]?(?:0|[1-9]\d{0,17}|[1-9]\d{0,2}(?:,\d{3}){1,5})?(?:\.\d{1,18})?(?:[eE][+-]?\d{1,3})?"
)
_DATE_FORMATS = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d")


@dataclass(frozen=True)
class Order:
    """The different numbers of a column from low to high; `places` says which each row has, -1 where missing."""

    different: Floats
    places: Codes

    @cached_property
    def counts(self) -> Rows:
        """How many rows have each of the different numbers."""
        return np.bincount(self.places[self.places != MISSING], minlength=self.different.size)

    def values(self) -> Floats:
        """Every finite number from low to high, as often as rows have it."""
        finite = np.isfinite(self.different)
        return np.repeat(self.different[finite], self.counts[finite])

    def ranks(self, rows: Flags) -> Floats:
        """The places from 0 of these rows among themselves, of equal numbers their mean; none of them is missing."""
        places = self.places[rows]
        counts = np.bincount(places, minlength=self.different.size)
        return np.asarray((np.cumsum(counts) - (counts + 1) / 2)[places])


@dataclass(frozen=True)
class Numbers:
    """Numbers, NaN where missing; `moment` says that they are seconds since 1970 (UTC)."""

    name: str
    values: Floats
    whole: bool = False
    moment: bool = False

    def take(self, rows: Rows) -> Numbers:
        """The same column for these rows only."""
        return replace(self, values=self.values[rows])

    def missing(self) -> npt.NDArray[np.bool_]:
        """Where a value is missing."""
        return np.isnan(self.values)

    def distinct(self) -> int:
        """How many different values there are, missing ones left out."""
        return self._distinct

    @cached_property
    def order(self) -> Order:
        """The column in order, sorted once for all that ask for ranks, counts or quantiles."""
        present = ~np.isnan(self.values)
        values = self.values[present]
        order = np.argsort(values)
        ordered = values[order]
        begins = np.concatenate([np.ones(min(values.size, 1), dtype=np.bool_), ordered[1:] != ordered[:-1]])
        places = np.full(values.size, MISSING, dtype=np.int32)
        places[order] = np.cumsum(begins) - 1
        whole = np.full(self.values.size, MISSING, dtype=np.int32)
        whole[present] = places
        return Order(ordered[begins], whole)

    @cached_property
    def _distinct(self) -> int:
        return int(np.unique(self.values[~np.isnan(self.values)]).size)


@dataclass(frozen=True)
class Levels:
    """Texts or truth values: `codes` index `levels`, -1 where missing."""

    name: str
    codes: Codes
    levels: tuple[str, ...]
    truth: bool = False

    def take(self, rows: Rows) -> Levels:
        """The same column for these rows only; the levels stay."""
        return replace(self, codes=self.codes[rows])

    def missing(self) -> npt.NDArray[np.bool_]:
        """Where a value is missing."""
        return np.equal(self.codes, MISSING)

    def distinct(self) -> int:
        """How many different values there are, missing ones left out."""
        return self._distinct

    @cached_property
    def _distinct(self) -> int:
        return int(np.unique(self.codes[self.codes != MISSING]).size)


Column = Numbers | Levels


@dataclass(frozen=True)
class Table:
    """Columns of equal length; `skipped` names those of the file that no model can use, with the reason."""

    columns: tuple[Column, ...]
    rows: int
    skipped: tuple[tuple[str, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name. Raises InvalidInput when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(self.names()[:20])
        raise InvalidInput(f"no column {name!r}; expected one of: {known}")

    def take(self, rows: Rows) -> Table:
        """These rows of every column, in this order."""
        return replace(self, columns=tuple(column.take(rows) for column in self.columns), rows=int(rows.size))

    def without(self, names: Iterable[str]) -> Table:
        """The table without these columns."""
        left_out = set(names)
        return replace(self, columns=tuple(c for c in self.columns if c.name not in left_out))


def read_table(path: Path) -> Table:
    """The table of a Parquet file. Raises UnprocessableFile when it is none."""
    return from_arrow(read_arrow(path))


def read_arrow(path: Path) -> pa.Table:
    """The Arrow table of a Parquet file. Raises UnprocessableFile when it is none."""
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnprocessableFile(f"{path.name} can't be read as Parquet; write the table again") from error


def from_arrow(table: pa.Table) -> Table:
    """The table of an Arrow table; nested and binary columns are skipped and named."""
    columns: list[Column] = []
    skipped: list[tuple[str, str]] = []
    for name, data in zip(table.column_names, table.columns, strict=True):
        column = _column(str(name), data)
        if column is None:
            skipped.append((str(name), f"values of type {data.type} are not used by models"))
        else:
            columns.append(column)
    return Table(columns=tuple(columns), rows=table.num_rows, skipped=tuple(skipped))


def _column(name: str, data: pa.ChunkedArray[Any]) -> Column | None:
    kind = data.type
    if pa.types.is_dictionary(kind):
        data, kind = data.cast(kind.value_type), kind.value_type
    if pa.types.is_boolean(kind):
        codes = _doubles(data, pa.int8())
        return Levels(
            name, np.where(np.isnan(codes), MISSING, codes).astype(np.int32), ("false", "true"), truth=True
        )
    if pa.types.is_integer(kind):
        return Numbers(name, _doubles(data, None), whole=True)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Numbers(name, _doubles(data, None))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        moments = _doubles(data.cast(pa.timestamp("us"), safe=False), pa.int64())
        return Numbers(name, moments / 1e6, moment=True)
    if pa.types.is_time(kind):
        return Numbers(name, _doubles(data.cast(pa.time64("us")), pa.int64()) / 1e6)
    if pa.types.is_duration(kind):
        return Numbers(name, _doubles(data.cast(pa.duration("us")), pa.int64()) / 1e6)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text(name, data)
    if pa.types.is_null(kind):
        return Numbers(name, np.full(len(data), np.nan))
    return None


def _doubles(data: pa.ChunkedArray[Any], through: pa.DataType | None) -> Floats:
    if through is not None:
        data = data.cast(through)
    doubles = joined(data.cast(pa.float64(), safe=False))
    values: Floats = numpy(doubles).copy()
    if doubles.null_count:
        values[~numpy(doubles.is_valid())] = np.nan
    # nan passes the comparison as false and stays what it is
    values[np.abs(values) > _LARGEST] = np.nan
    return values


def _text(name: str, data: pa.ChunkedArray[Any]) -> Column:
    different, places = encoded(joined(data.cast(pa.large_string())))
    known: dict[str, int] = {}
    spots = [
        known.setdefault(str(level), len(known)) if level else MISSING
        for level in trimmed(different).to_pylist()
    ]
    levels, codes = tuple(known), np.array([*spots, MISSING], dtype=np.int32)[places]
    if len(levels) > _READ_AS_NUMBERS and all(level and _NUMBER.fullmatch(level) for level in levels):
        numbers = np.array([float(level.replace(",", "")) for level in levels])
        numbers[np.abs(numbers) > _LARGEST] = np.nan
        whole = bool(np.all((numbers == np.round(numbers)) | np.isnan(numbers)))
        return Numbers(name, _decoded(numbers, codes), whole=whole)
    moments = _moments(levels)
    if moments is not None:
        return Numbers(name, _decoded(moments, codes), moment=True)
    return Levels(name, codes, levels)


def _decoded(values: Floats, codes: Codes) -> Floats:
    return np.append(values, np.nan)[codes]


def _moments(levels: Sequence[str]) -> Floats | None:
    """Seconds since 1970 of texts that are all dates in one format, else None."""
    if not levels or not all(6 <= len(level) <= 35 and level[0].isdigit() for level in levels):
        return None

    def by_format(pattern: str) -> Callable[[str], datetime]:
        return lambda text: datetime.strptime(text, pattern).replace(tzinfo=UTC)

    for parse in (_iso, *(by_format(pattern) for pattern in _DATE_FORMATS)):
        try:
            return np.array([parse(level).timestamp() for level in levels])
        except (ValueError, OverflowError):
            continue
    return None


def _iso(text: str) -> datetime:
    if not any(sign in text for sign in "-:"):
        raise ValueError(text)  # digits alone are a number or a code, not a date
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
