"""Opens a workbook in a process of its own: run as a script, so it imports nothing of ours.

Reads one JSON request from the standard input, writes the sheet as an Arrow file, and one JSON answer to the standard
output. A file that makes the parser crash, hang or take all memory ends this process and no other.

The parser holds no lock of the interpreter: Arrow, which takes as long to load as a small sheet to read, is loaded by
another thread at the same time, and therefore imported where it is used.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import threading
import zipfile
from typing import TYPE_CHECKING, TypedDict

import fastexcel

if TYPE_CHECKING:
    import pyarrow as pa

_HIDDEN = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_UNNAMED = "__UNNAMED__"
_BOOLEANS = ("true", "false")


class Request(TypedDict):
    """`sheet` is a name or empty for the first visible one; `skip` and `rows` cut the sheet (rows 0: all of it).

    `cells`: 'typed' takes the first row for names, or is answered by 'text' where that names not every column or a
    column has cells of several types; 'text' gives every cell as text, 'body' types what `skip` leaves.
    """

    source: str
    target: str
    sheet: str
    cells: str
    skip: int
    rows: int


class Answer(TypedDict):
    """`failure` is empty when the sheet was written; `errors` counts cells that hold an error or another type."""

    failure: str
    sheet: str
    sheets: list[str]
    hidden: list[str]
    errors: int
    cells: str


def opened(request: Request) -> Answer:
    """Write the sheet that is asked for."""
    reader = fastexcel.read_excel(request["source"])
    names = reader.sheet_names
    hidden = _hidden(request["source"], reader)
    answer = Answer(failure="", sheet="", sheets=names, hidden=hidden, errors=0, cells=request["cells"])
    if request["sheet"]:
        if request["sheet"] not in names:
            return {**answer, "failure": "no such sheet"}
        wanted = [request["sheet"]]
    else:
        wanted = [name for name in names if name not in hidden] or names
    for name in wanted:
        batch, errors, cells = _batch(reader, name, request)
        if batch.num_columns and (batch.num_rows or cells == "typed"):
            import pyarrow as pa

            with pa.OSFile(request["target"], "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
                writer.write_batch(batch)
            return {**answer, "sheet": name, "errors": errors, "cells": cells}
    return {**answer, "failure": "no data"}


def _batch(reader: fastexcel.ExcelReader, name: str, request: Request) -> tuple[pa.RecordBatch, int, str]:
    if request["cells"] == "body":
        return *_body(reader, name, skip=request["skip"], rows=request["rows"]), "body"
    if request["cells"] == "typed":
        try:
            sheet = reader.load_sheet(name, schema_sample_rows=None, dtype_coercion="strict")
            batch, errors = sheet.to_arrow_with_errors()
            if not any(column.startswith(_UNNAMED) for column in batch.schema.names):
                return batch, len(errors.errors) if errors else 0, "typed"
        except fastexcel.UnsupportedColumnTypeCombinationError:
            pass  # seen cell by cell, then
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    return sheet.to_arrow(), 0, "text"


def _body(reader: fastexcel.ExcelReader, name: str, *, skip: int, rows: int) -> tuple[pa.RecordBatch, int]:
    """Typed columns; one with truth values among numbers stays text, as these are no numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    typed, errors = reader.load_sheet(
        name, header_row=None, skip_rows=skip, n_rows=rows or None, schema_sample_rows=None
    ).to_arrow_with_errors()
    doubtful = [
        place
        for place, field in enumerate(typed.schema)
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type))
    ]
    told = len(errors.errors) if errors else 0
    if not doubtful:
        return typed, told
    text = reader.load_sheet(
        name, header_row=None, skip_rows=skip, n_rows=rows or None, dtypes="string"
    ).to_arrow()
    columns = list(typed.columns)
    for place in doubtful:
        if pa.types.is_boolean(typed.schema.field(place).type):
            continue
        flags = pc.is_in(text.column(place), pa.array(_BOOLEANS, text.column(place).type))
        if pc.any(flags).as_py():
            columns[place] = text.column(place)
    return pa.RecordBatch.from_arrays(columns, names=typed.schema.names), told


def _hidden(source: str, reader: fastexcel.ExcelReader) -> list[str]:
    """The sheets that do not show. An xlsx file says so in one place; elsewhere each sheet is asked."""
    names = reader.sheet_names
    if len(names) < 2:
        return []
    try:
        with zipfile.ZipFile(source) as archive, archive.open("xl/workbook.xml") as stream:
            tags = _HIDDEN.findall(stream.read(1 << 22))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        return [name for name in names if reader.load_sheet(name, n_rows=1).visible != "visible"]
    if len(tags) != len(names):
        return []
    return [
        name for name, tag in zip(names, tags, strict=True) if b'state="' in tag and b'"visible"' not in tag
    ]


def _damages() -> tuple[type[Exception], ...]:
    """What the parser and Arrow raise over a damaged file."""
    import pyarrow as pa

    return (fastexcel.FastExcelError, pa.ArrowException, ValueError, OverflowError)


def main() -> None:
    """Answer one request; whatever the parser says is told in short, without cells."""
    threading.Thread(target=importlib.import_module, args=("pyarrow",)).start()
    request: Request = json.load(sys.stdin)
    try:
        answer = opened(request)
    except _damages() as error:
        failure = "password" if "password" in str(error).lower() else "damaged"
        answer = Answer(failure=failure, sheet="", sheets=[], hidden=[], errors=0, cells="")
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
