"""Workbooks of Excel and LibreOffice (xlsx, xlsm, xlsb, xls, ods): one sheet, its cells as they were computed last.

Most sheets begin with a row of names: they are read in one pass. Any other is looked at row by row first.
"""

from __future__ import annotations

import csv
import mmap
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.core.errors import EmptyFile, InvalidInput, TooLarge, UnprocessableFile, UnsupportedFileType
from lakeglass.lake.decisions import Alternative, ReadDecision
from lakeglass.lake.readers import apart, workbook
from lakeglass.lake.readers.arrays import finished
from lakeglass.lake.readers.base import BROKEN, EMPTY, NO_OPTIONS, Capabilities, Reading, ReadResult
from lakeglass.lake.readers.frame import Frame, footer_rows, frame_of
from lakeglass.lake.readers.rows import Row
from lakeglass.lake.readers.totals import adds_up

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_PARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/", b"customXml/")
_BOOKS = ("xl/workbook.xml", "xl/workbook.bin")
_SAMPLE = 300
_TAIL = 24
_SCRIPT = Path(workbook.__file__)
_LOCKED = f"{BROKEN} The workbook has a password; save it without one, then upload it again."


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    failure: str
    sheet: str
    sheets: list[str]
    hidden: list[str]
    errors: int
    cells: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    table: pa.Table
    answer: _Answer


class ExcelReader:
    """Workbooks (ECMA-376, ODF 1.3 and Excel 97 to 2003), through fastexcel and calamine."""

    capabilities = Capabilities(
        name="excel",
        label="Excel",
        suffixes=(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
        options=("sheet", "skip_rows", "header_rows", "footer_rows", "decimal", "date_order"),
    )

    def recognises(self, head: bytes) -> bool:
        """By the first member of the archive, or the mark of the older container."""
        if head.startswith(_OLE):
            return True
        if not head.startswith(_ZIP):
            return False
        member = head[30 : 30 + int.from_bytes(head[26:28], "little")]
        return member.startswith(_PARTS) or (member == b"mimetype" and _ODS in head[:400])

    def check(self, source: Path) -> None:
        """Look for the parts of a workbook; raises UnprocessableFile (also for a password), UnsupportedFileType."""
        with source.open("rb") as stream:
            old = stream.read(8) == _OLE
        if old:
            _check_container(source)
        else:
            _check_archive(source)

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write one sheet; raises EmptyFile, UnprocessableFile, TooLarge, InvalidInput for an unknown sheet."""
        if zipfile.is_zipfile(source):
            _refuse_bomb(source, reading.unpacked_bytes)
        options = reading.options
        framed = {"skip_rows", "header_rows", "footer_rows"} & set(options.given)
        reading.progress("open", 0, 0)
        sheet = _asked(source, reading, cells="text" if framed else "typed")
        if sheet.answer.cells == "typed" and _is_plain(sheet.table):
            names = sheet.table.column_names
            told = _header_told()
            table = sheet.table
        else:
            if sheet.answer.cells == "typed":
                sheet = _asked(source, reading, cells="text")
            sheet, names, told = _framed(sheet, source, reading)
            table = sheet.table
        told = [*_sheet_told(sheet.answer, chosen=options.sheet), *told]
        if sheet.answer.errors:
            told.append(
                ReadDecision(
                    what="cells without a value",
                    value=f"{sheet.answer.errors:,} left empty",
                    note="they hold an error such as #DIV/0!, or a word such as n/a among numbers",
                )
            )
        return finished(table, names, target, reading, told=told)


def _asked(source: Path, reading: Reading, *, cells: str, skip: int = 0, rows: int = 0) -> _Sheet:
    target = reading.scratch / "sheet.arrow"
    request: dict[str, JsonValue] = {
        "source": str(source.absolute()),
        "target": str(target),
        "sheet": reading.options.sheet or "",
        "cells": cells,
        "skip": skip,
        "rows": rows,
    }
    answer = _Answer.model_validate(apart.ask(_SCRIPT, request))
    match answer.failure:
        case "":
            with pa.memory_map(str(target)) as stream:
                return _Sheet(pa.ipc.open_file(stream).read_all(), answer)
        case "no data":
            raise EmptyFile(EMPTY)
        case "no such sheet":
            raise InvalidInput(
                f"There is no sheet {reading.options.sheet!r}; there are {', '.join(map(repr, answer.sheets))}."
            )
        case "password":
            raise UnprocessableFile(_LOCKED)
        case _:
            raise UnprocessableFile(f"{BROKEN} The workbook is damaged or incomplete.")


def _is_plain(table: pa.Table) -> bool:
    """True when the first row names every column and the rest are rows of the table."""
    names = table.column_names
    if not all(name.strip() for name in names):
        return False
    if not table.num_rows:
        return True
    head, tail = table.slice(0, _SAMPLE), table.slice(max(0, table.num_rows - _TAIL))
    body = [Row(place + 2, cells) for place, cells in enumerate(_texts(head))]
    rows = [Row(1, list(names)), *body]
    if any(not any(row.cells) for row in body):
        return False
    last = [Row(place, cells) for place, cells in enumerate(_texts(tail))]
    frame = frame_of(rows, NO_OPTIONS)
    plain = (frame.skip, frame.header_rows, list(frame.names)) == (0, 1, names)
    return plain and any(last[-1].cells) and footer_rows(last, body, len(names)) == (0, False)


def _framed(text: _Sheet, source: Path, reading: Reading) -> tuple[_Sheet, list[str], list[ReadDecision]]:
    """Find the table in the sheet from its cells as text, then read its rows typed."""
    table = _without_margins(text.table)
    places = [text.table.column_names.index(name) for name in table.column_names]
    rows = [Row(place + 1, cells) for place, cells in enumerate(_texts(table.slice(0, _SAMPLE)))]
    full = [row for row in rows if any(row.cells)]
    if not full:
        raise EmptyFile(EMPTY)
    frame = frame_of(rows, reading.options)
    body = [row for row in full if row.line > frame.last_line]
    footers = reading.options.footer_rows
    last = _texts(table.slice(max(frame.last_line, table.num_rows - _TAIL)))
    tail = [Row(place, cells) for place, cells in enumerate(last)]
    if footers is None:
        footers, doubtful = footer_rows(tail, body, frame.width) if tail and body else (0, False)
        if doubtful and _adds_up(table.slice(frame.last_line), footers, reading):
            footers += 1
    kept = _rows_kept(table.num_rows - frame.last_line, last, footers)
    told = list(frame.decisions)
    if footers:
        told.append(_footer_told(footers, chosen=reading.options.footer_rows is not None))
    if kept <= 0:
        if not frame.header_rows:
            raise EmptyFile(EMPTY)
        bare = pa.table({f"c{place}": pa.array([], pa.string()) for place in range(frame.width)})
        return _Sheet(bare, text.answer), _names(frame, bare), told
    sheet = _asked(source, reading, cells="body", skip=frame.last_line, rows=kept)
    inside = sheet.table.select([place for place in places if place < sheet.table.num_columns])
    return _Sheet(inside, sheet.answer), _names(frame, inside), told


def _adds_up(body: pa.Table, footers: int, reading: Reading) -> bool:
    """Whether the last row above the footers is the total of those above it."""
    full = [cells for cells in _texts(body) if any(cells)]
    *rows, total = full[: len(full) - footers]
    path = reading.scratch / "body.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return adds_up(total, path)


def _rows_kept(below: int, last: list[list[str]], footers: int) -> int:
    """How many rows there are below the header without the last `footers` ones that are not blank."""
    kept = below
    for cells in reversed(last):
        if not any(cells):
            kept -= 1
        elif footers:
            kept, footers = kept - 1, footers - 1
        else:
            break
    return kept


def _names(frame: Frame, table: pa.Table) -> list[str]:
    names = list(frame.names)[: table.num_columns]
    return names + [""] * (table.num_columns - len(names))


def _without_margins(table: pa.Table) -> pa.Table:
    """The table without the blank columns at its left and right."""
    used = [place for place, column in enumerate(table.columns) if column.null_count < len(column)]
    return table.select(list(range(used[0], used[-1] + 1))) if used else table.slice(0, 0)


def _texts(table: pa.Table) -> list[list[str]]:
    """Rows of text, as a person sees the cells."""
    columns = [[_shown(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check_archive(source: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            members = set(archive.namelist())
            if "mimetype" in members:
                with archive.open("META-INF/manifest.xml") as stream:
                    manifest = stream.read(1 << 20)
                if b"encryption-data" in manifest:
                    raise UnprocessableFile(_LOCKED)
                return
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        RuntimeError,
        ValueError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise UnprocessableFile(f"{BROKEN} The workbook is damaged or incomplete.") from error
    if not members.intersection(_BOOKS):
        raise UnsupportedFileType("This is another Office document.")


def _check_container(source: Path) -> None:
    with source.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise UnprocessableFile(_LOCKED)
        if all(content.find(name.encode("utf-16-le")) < 0 for name in ("Workbook", "Book")):
            raise UnsupportedFileType("This is another Office document.")


def _refuse_bomb(source: Path, limit: int) -> None:
    """What an archive says that it unpacks to; one that lies meets the bounds of the process that opens it."""
    with zipfile.ZipFile(source) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limit:
        raise TooLarge(
            f"This workbook unpacks to more than {limit >> 20} MB. Upload a smaller one, or raise "
            "LAKEGLASS_LAKE__MAX_UNPACKED_MB.",
            details={"limit_mb": limit >> 20},
        )


def _sheet_told(answer: _Answer, *, chosen: str | None) -> list[ReadDecision]:
    others = [name for name in answer.sheets if name != answer.sheet]
    note = "as you chose" if chosen else "the first one that shows and has cells" if others else ""
    return [
        ReadDecision(
            what="sheet",
            value=answer.sheet,
            note=note,
            option="sheet",
            chosen=answer.sheet,
            confidence="certain" if chosen or not others else "likely",
            alternatives=tuple(
                Alternative(value=name, label=f"{name} (hidden)" if name in answer.hidden else name)
                for name in others
            ),
        )
    ]


def _header_told() -> list[ReadDecision]:
    return [
        ReadDecision(
            what="header",
            value="first row",
            option="header_rows",
            chosen="1",
            alternatives=(
                Alternative(value="0", label="none: the first row is data"),
                Alternative(value="2", label="first two rows"),
            ),
        )
    ]


def _footer_told(footers: int, *, chosen: bool) -> ReadDecision:
    return ReadDecision(
        what="rows below the table",
        value=f"{footers} left out",
        note="as you chose" if chosen else "totals or notes",
        option="footer_rows",
        chosen=str(footers),
        confidence="certain" if chosen else "likely",
        alternatives=(Alternative(value="0", label="every row is kept"),),
    )
