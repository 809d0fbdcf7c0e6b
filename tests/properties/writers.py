"""Random tables and the programs that write them: what each can say, and nothing that its format can't hold."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import strategies as st

Kind = Literal["integer", "number", "boolean", "date", "datetime", "text"]
Values = list[Any]
TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "text": pa.string(),
}
# What breaks readers: delimiters, quotes, escapes, line ends, other alphabets, what looks like code or a number.
_SIGNS = st.sampled_from([*"aZ9 ,;|\t'\"\\#=-+@.:%_/(){}<>&\n", "é", "ß", "日", "م", "🙂", "\u00a0"])
_LETTERS = st.sampled_from([*"abcxyzABC", "é", "日", "ש"])


@dataclass(frozen=True)
class Table:
    """Columns of one kind each; None is a missing value."""

    names: list[str]
    kinds: list[Kind]
    columns: list[Values]

    @property
    def arrow(self) -> pa.Table:
        """The same for programs that speak Arrow."""
        arrays = [
            pa.array(values, TYPES[kind]) for kind, values in zip(self.kinds, self.columns, strict=True)
        ]
        return pa.Table.from_arrays(arrays, names=self.names)

    @property
    def text(self) -> list[str]:
        """Every text in it, names included."""
        found = [*self.names]
        for kind, values in zip(self.kinds, self.columns, strict=True):
            if kind == "text":
                found += [value for value in values if value is not None]
        return found


@dataclass(frozen=True)
class Dialect:
    """How a writer is told to write."""

    delimiter: str
    ends: str
    quoting: Literal["where needed", "everywhere", "all but numbers"]
    encoding: str


dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "~", ":"]),
    ends=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from(["where needed", "everywhere", "all but numbers"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
# Blanks in names are told and made one.
names = st.builds(lambda first, rest: " ".join((first + rest).split()), _LETTERS, st.text(_SIGNS, max_size=9))
# The first value of a column is a word, so that no other type fits the column.
word = st.builds(lambda first, rest: first + rest, st.sampled_from("wqk"), st.text(_SIGNS, max_size=8))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "integer": st.one_of(st.integers(-99, 99), st.integers(-(10**17), 10**17)),
    "number": st.one_of(
        st.floats(-1e9, 1e9).map(lambda value: round(value, 3)),
        st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    ),
    "boolean": st.booleans(),
    "date": st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    "datetime": st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2261, 12, 31)),
    "text": st.one_of(word, st.text(_SIGNS, max_size=8)).map(str.strip),
}


@st.composite
def tables(draw: st.DrawFn, values: Mapping[Kind, st.SearchStrategy[Any]] = VALUES) -> Table:
    """One to six columns beside the numbers of the rows, which tell the header from the values."""
    kinds: list[Kind] = [*draw(st.lists(st.sampled_from([*TYPES]), min_size=1, max_size=6))]
    rows = draw(st.integers(1, 30))
    columns = []
    for kind in kinds:
        column = draw(st.lists(st.one_of(values[kind], st.none()), min_size=rows, max_size=rows))
        if kind == "text":
            column[draw(st.integers(0, rows - 1))] = draw(word).strip()
        columns.append(column)
    start = draw(st.integers(-5, 1000))
    place = draw(st.integers(0, len(kinds)))
    kinds.insert(place, "integer")
    columns.insert(place, [*range(start, start + rows)])
    wanted = draw(st.lists(names, min_size=len(kinds), max_size=len(kinds), unique_by=str.casefold))
    return Table(wanted, kinds, columns)


def with_csv_module(table: Table, path: Path, dialect: Dialect) -> None:
    quoting = {
        "where needed": csv.QUOTE_MINIMAL,
        "everywhere": csv.QUOTE_ALL,
        "all but numbers": csv.QUOTE_NONNUMERIC,
    }
    with path.open("w", newline="", encoding=dialect.encoding) as stream:
        writer = csv.writer(
            stream, delimiter=dialect.delimiter, lineterminator=dialect.ends, quoting=quoting[dialect.quoting]
        )
        writer.writerow(table.names)
        writer.writerows(zip(*table.columns, strict=True))


def with_pandas(table: Table, path: Path, dialect: Dialect) -> None:
    quoting: dict[str, Literal[0, 1, 2]] = {
        "where needed": csv.QUOTE_MINIMAL,
        "everywhere": csv.QUOTE_ALL,
        "all but numbers": csv.QUOTE_NONNUMERIC,
    }
    frame = table.arrow.to_pandas(types_mapper=pd.ArrowDtype)
    frame.to_csv(
        path,
        index=False,
        sep=dialect.delimiter,
        lineterminator=dialect.ends,
        quoting=quoting[dialect.quoting],
        encoding=dialect.encoding,
    )


def with_polars(table: Table, path: Path, dialect: Dialect) -> None:
    styles: dict[str, Literal["necessary", "always", "non_numeric"]] = {
        "where needed": "necessary",
        "everywhere": "always",
        "all but numbers": "non_numeric",
    }
    frame = pl.DataFrame(table.arrow)
    frame.write_csv(
        path,
        # It leaves times such as 10:30 without quotes between colons.
        separator=dialect.delimiter.replace(":", ","),
        line_terminator=dialect.ends,
        quote_style=styles[dialect.quoting],
        include_bom=dialect.encoding == "utf-8-sig",
    )


def with_pyarrow(table: Table, path: Path, dialect: Dialect) -> None:
    style: Literal["needed", "all_valid"] = "needed" if dialect.quoting == "where needed" else "all_valid"
    # Like Polars, it leaves times without quotes between colons.
    delimiter = dialect.delimiter.replace(":", ",")
    options = pa_csv.WriteOptions(delimiter=delimiter, quoting_style=style)
    pa_csv.write_csv(table.arrow, path, options)


def with_duckdb(table: Table, path: Path, dialect: Dialect) -> None:
    everything = ", FORCE_QUOTE *" if dialect.quoting == "everywhere" else ""
    written = table.arrow
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("written", written)
        connection.execute(
            f"COPY written TO '{path}' (FORMAT csv, HEADER, DELIMITER '{dialect.delimiter}'{everything})"
        )


Writer = Callable[[Table, Path, Dialect], None]
DELIMITED: dict[str, Writer] = {
    "csv module": with_csv_module,
    "pandas": with_pandas,
    "polars": with_polars,
    "pyarrow": with_pyarrow,
    "duckdb": with_duckdb,
}


def as_parquet(table: Table, path: Path) -> None:
    pq.write_table(table.arrow, path, row_group_size=7)


def as_arrow(table: Table, path: Path) -> None:
    pl.DataFrame(table.arrow).write_ipc(path, compression="zstd")


def as_json_lines(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for row in zip(*table.columns, strict=True):
            stream.write(json.dumps(dict(zip(table.names, row, strict=True)), default=str) + "\n")


def as_json(table: Table, path: Path) -> None:
    rows = [dict(zip(table.names, row, strict=True)) for row in zip(*table.columns, strict=True)]
    path.write_text(json.dumps(rows, default=str, ensure_ascii=False), encoding="utf-8")


def as_excel(table: Table, path: Path) -> None:
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
    }
    sheet = book.add_worksheet()
    for place, (name, kind, values) in enumerate(zip(table.names, table.kinds, table.columns, strict=True)):
        sheet.write_string(0, place, name)
        for row, value in enumerate(values, start=1):
            if value is not None:
                sheet.write(row, place, value, formats.get(kind))
    book.close()


# A sheet counts days since 1900 and keeps 15 digits.
IN_A_SHEET: dict[Kind, st.SearchStrategy[Any]] = {
    **VALUES,
    "integer": st.integers(-(10**14), 10**14),
    "number": st.floats(-1e9, 1e9).map(lambda value: round(value, 3)),
    "date": st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    "datetime": st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)).map(
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    ),
}
TYPED: dict[str, tuple[Callable[[Table, Path], None], Mapping[Kind, st.SearchStrategy[Any]]]] = {
    "parquet": (as_parquet, VALUES),
    "arrow": (as_arrow, VALUES),
    "json lines": (as_json_lines, VALUES),
    "json": (as_json, VALUES),
    "excel": (as_excel, IN_A_SHEET),
}


def plain(value: object, kind: Kind) -> object:
    """A value as every writer may write it: a blank text is no value, a date is its midnight."""
    if value is None or value == "":
        return None
    if kind in {"date", "datetime"} and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def expected(table: Table) -> dict[str, list[object]]:
    """The table by names, as it should come back."""
    return {
        name: [plain(value, kind) for value in values]
        for name, kind, values in zip(table.names, table.kinds, table.columns, strict=True)
    }


def found(table: Table, file: Path) -> dict[str, list[object]]:
    """What a Parquet file holds, in the same terms."""
    read = pq.read_table(file)
    return {
        name: [plain(value, kind) for value in column.to_pylist()]
        for name, kind, column in zip(read.column_names, table.kinds, read.columns, strict=False)
    }
