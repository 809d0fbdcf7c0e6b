"""A table, or the rows of it that were chosen, as a file of another format."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from lakeglass.core.errors import TooLarge
from lakeglass.lake.cells import portable
from lakeglass.lake.engine import literal, quoted
from lakeglass.lake.model import ColumnInfo
from lakeglass.lake.preview import Selection, columns_of, selected

ExportFormat = Literal["csv", "parquet", "arrow", "jsonl", "xlsx"]
_BATCH = 20_000
_SHEET_ROWS, _SHEET_COLUMNS, _SHEET_TEXT = 1_048_576, 16_384, 32_767
# What a spreadsheet would take for a formula, unless it is a number (OWASP, CSV injection).
_FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]"
_NUMBER = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
_CUT = (
    "{cut:,} cells of the sheet Rows held more than the {most:,} characters that a cell of Excel holds: they were cut "
    "and end in …. Download CSV or Parquet for all of their text."
)
_EXACT = 2**53
# Excel takes 1900 for a leap year: its days are right from March on.
_SHEET_EPOCH, _SHEET_FIRST = dt.datetime(1899, 12, 30), dt.datetime(1900, 3, 1)  # noqa: DTZ001  sheets know no zones


@dataclass(frozen=True, slots=True)
class _Job:
    connection: duckdb.DuckDBPyConnection
    file: Path
    columns: Sequence[ColumnInfo]
    selection: Selection
    target: Path

    def query(self, shown: str = "*") -> tuple[str, tuple[str, ...]]:
        return selected(self.connection, self.file, self.columns, self.selection, shown=shown)

    def copy(self, shown: str, options: str) -> None:
        query, parameters = self.query(shown)
        self.connection.execute(f"COPY ({query}) TO {literal(str(self.target))} ({options})", parameters)


MEDIA_TYPES: dict[ExportFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    target: Path,
    selection: Selection,
    *,
    form: ExportFormat,
) -> None:
    """Write the selected rows to `target`, piece by piece.

    No text of a CSV or a workbook is run by a spreadsheet. Raises InvalidInput for a selection that can't be followed,
    TooLarge for more than a sheet holds.
    """
    _WRITERS[form](_Job(connection, file, columns_of(connection, file), selection, target))


def _csv(job: _Job) -> None:
    shown = ", ".join(
        f"{_harmless(portable(quoted(column.name), column.dtype), column)} AS {quoted(_harmless_name(column.name))}"
        for column in job.columns
    )
    job.copy(shown, "FORMAT csv, HEADER")


def _harmless(value: str, column: ColumnInfo) -> str:
    if column.kind not in {"text", "nested"}:
        return value
    text = f"CAST({value} AS VARCHAR)"
    formula = (
        f"regexp_matches({text}, {literal(_FORMULA)}) AND NOT regexp_full_match({text}, {literal(_NUMBER)})"
    )
    return f"CASE WHEN {formula} THEN chr(39) || {text} ELSE {text} END"


def _harmless_name(name: str) -> str:
    return f"'{name}" if name[:1] in set("=+-@\t\r\n＝＋－＠") else name


def _parquet(job: _Job) -> None:
    job.copy(_kept(job), "FORMAT parquet, COMPRESSION zstd")


def _jsonl(job: _Job) -> None:
    job.copy(
        ", ".join(f"{_json(column)} AS {quoted(column.name)}" for column in job.columns),
        "FORMAT json, ARRAY false",
    )


def _json(column: ColumnInfo) -> str:
    """A value as JSON can say it: there, what is no finite number is no value."""
    value = quoted(column.name)
    if column.dtype in {"DOUBLE", "FLOAT"}:
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    return portable(value, column.dtype) if column.kind in {"date", "datetime", "time"} else value


def _kept(job: _Job) -> str:
    return ", ".join(quoted(column.name) for column in job.columns)


def _arrow(job: _Job) -> None:
    # By way of a Parquet file, which is written and read in pieces whatever the order of the rows.
    between = job.target.with_name("between.parquet")
    replace(job, target=between).copy(_kept(job), "FORMAT parquet, COMPRESSION zstd")
    with (
        pq.ParquetFile(between) as source,
        pa.OSFile(str(job.target), "wb") as sink,
        pa.ipc.new_file(sink, source.schema_arrow) as writer,
    ):
        for batch in source.iter_batches(_BATCH):
            writer.write_batch(batch)


class _Sheet(Protocol):
    def write_string(self, row: int, col: int, string: str) -> int: ...
    def write_number(self, row: int, col: int, number: float, cell_format: object = None) -> int: ...
    def write_boolean(self, row: int, col: int, boolean: bool) -> int: ...


def _xlsx(job: _Job) -> None:
    if len(job.columns) > _SHEET_COLUMNS:
        raise TooLarge(
            f"A sheet holds {_SHEET_COLUMNS:,} columns and this table has {len(job.columns):,}. "
            "Download CSV or Parquet instead."
        )
    shown = ", ".join(portable(quoted(column.name), column.dtype) for column in job.columns)
    query, parameters = job.query(shown)
    options = {
        "constant_memory": True,
        "tmpdir": str(job.target.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    cursor = job.connection.execute(f"{query} LIMIT {_SHEET_ROWS}", parameters)
    with _workbook(job.target, options) as book:
        dates = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        formats = [dates.get(column.kind) for column in job.columns]
        sheet = book.add_worksheet("Rows")
        for place, column in enumerate(job.columns):
            sheet.write_string(0, place, column.name[:_SHEET_TEXT])
        written = cut = 0
        while rows := cursor.fetchmany(_BATCH):
            if written + len(rows) >= _SHEET_ROWS:
                raise TooLarge(
                    f"A sheet holds {_SHEET_ROWS - 1:,} rows below its header and these are more. Filter them, or "
                    "download CSV or Parquet instead."
                )
            for row, values in enumerate(rows, start=written + 1):
                for place, value in enumerate(values):
                    cut += _write(sheet, row, place, value, form=formats[place])
            written += len(rows)
        if cut:
            notes = book.add_worksheet("Notes")
            notes.write_string(0, 0, _CUT.format(cut=cut, most=_SHEET_TEXT))


@contextmanager
def _workbook(target: Path, options: dict[str, object]) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that is written when the block ends; a full disk is told as the system tells it."""
    try:
        with xlsxwriter.Workbook(str(target), options) as book:
            yield book
    except FileCreateError as error:  # what the library makes of any OSError
        system = error.args[0]
        raise (system if isinstance(system, OSError) else error) from error


def _write(sheet: _Sheet, row: int, place: int, value: object, *, form: object) -> bool:
    """Fill a cell; true when its text had to be cut."""
    match value:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, place, value)
        case int() if abs(value) <= _EXACT:
            sheet.write_number(row, place, value)
        case float() if math.isfinite(value):
            sheet.write_number(row, place, value)
        case str() if form is not None and (day := _day_of(value)) is not None:
            sheet.write_number(row, place, day, form)
        case _:
            text = str(value)
            if len(text) > _SHEET_TEXT:
                sheet.write_string(row, place, text[: _SHEET_TEXT - 1] + "…")
                return True
            sheet.write_string(row, place, text)
    return False


def _day_of(text: str) -> float | None:
    """A date as a sheet counts it; None for one that its calendar does not hold (before March 1900, after 9999)."""
    try:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return (moment - _SHEET_EPOCH) / dt.timedelta(days=1) if moment >= _SHEET_FIRST else None


_WRITERS: dict[ExportFormat, Callable[[_Job], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "arrow": _arrow,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
}
