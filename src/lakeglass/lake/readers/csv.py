"""Delimited text: DuckDB reads what is regular in one pass, everything else is made regular first.

Types are verified over every row: a value that does not fit its column's proposed type stops the pass, then the
possible types are held against every value and a second pass writes the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lakeglass.core.errors import EmptyFile, InvalidInput, UnprocessableFile
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.readers import repair
from lakeglass.lake.readers.base import BROKEN, EMPTY, HEAD_BYTES, Capabilities, Reading, ReadResult
from lakeglass.lake.readers.choice import Hints, TextTable, typed
from lakeglass.lake.readers.dialect import Detected, detect
from lakeglass.lake.readers.frame import Frame, footer_rows, frame_of
from lakeglass.lake.readers.names import unique_names
from lakeglass.lake.readers.narrow import Layout, NarrowTable
from lakeglass.lake.readers.rows import (
    FIXED,
    NONE,
    SPACES,
    WIDE_SPACES,
    Dialect,
    Irregular,
    Row,
    is_blank,
    rows_of,
)
from lakeglass.lake.readers.shapes import is_ruler
from lakeglass.lake.readers.strangers import stranger
from lakeglass.lake.readers.text import Text, clean_text, decoded_head, looks_like_text
from lakeglass.lake.readers.wide import WideTable

# Wider tables are read and typed in groups of columns.
_WIDE = 200
_SAMPLE_BYTES = 256 << 10
_LEAST_LINES = 30
_MOST_BYTES = 8 << 20
_TAIL_BYTES = 64 << 10
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_LONG_LINE = ("parallel = false", "Maximum line size", "maximum_line_size", "max_line_size")
_WORDED = frozenset({SPACES, WIDE_SPACES, NONE, FIXED})
_REGULAR = Dialect(",")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the beginning and the end of a text say about it; `regular` when DuckDB can read it as it is."""

    text: Text
    detected: Detected
    frame: Frame
    regular: bool
    first: tuple[str, ...]


class CsvReader:
    """Text with a delimiter (RFC 4180 and what people make of it)."""

    capabilities = Capabilities(
        name="csv",
        label="CSV",
        suffixes=(".csv", ".tsv", ".tab", ".psv", ".txt", ".dat", ".asc"),
        options=(
            *("encoding", "delimiter", "quote", "escape", "skip_rows", "header_rows", "footer_rows"),
            *("decimal", "date_order"),
        ),
    )

    def recognises(self, head: bytes) -> bool:
        """Any text that is not known to be something else."""
        return looks_like_text(head) and stranger(head) is None

    def check(self, source: Path) -> None:
        """Look at the beginning; raises EmptyFile where there is nothing but blanks and delimiters."""
        with source.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES and not decoded_head(head).strip(" \t\r\n\x00\ufeff,;|"):
            raise EmptyFile(EMPTY)

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write the table; raises EmptyFile, UnprocessableFile with the line that can't be read."""
        plan = _plan(clean_text(source, reading), reading)
        told = [*plan.text.decisions, *plan.detected.decisions, *plan.frame.decisions]
        hint = Hints(order="day first") if plan.detected.dialect.delimiter == ";" else Hints()
        if plan.regular:
            try:
                return _read_regular(plan, target, reading, told=told, hint=hint)
            except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InterruptException):
                raise  # not the file's fault
            except (duckdb.Error, Irregular):
                target.unlink(missing_ok=True)
        return _read_carefully(plan, target, reading, told=told, hint=hint)


def _plan(text: Text, reading: Reading) -> _Plan:
    options = reading.options
    sample, whole = _beginning(text.path)
    detected = detect(sample, whole=whole, options=options, lone_returns=text.ends == "mixed")
    lines = sample.splitlines(keepends=True)[detected.skip :]
    if not lines:
        raise EmptyFile(EMPTY)
    rows = _sampled_rows(lines, detected.dialect, whole=whole)
    if all(is_blank(row.cells) for row in rows):
        raise EmptyFile(EMPTY)
    frame = frame_of(rows, options, skip=detected.skip)
    body = [row for row in rows if row.line + detected.skip > frame.last_line]
    full = [row for row in body if not is_blank(row.cells)]
    regular = (
        detected.dialect.delimiter not in _WORDED
        and not detected.dialect.padded
        and text.ends in {"LF", "CR LF"}
        and all(len(row.cells) == frame.width for row in body if row.cells)
        and bool(full)
        and not is_blank(body[-1].cells)
        and not detected.dialect.around
        and not is_ruler(full[0].cells)
        and not any(frame.is_header(row.cells) for row in full)
        and _ends_regularly(text.path, detected.dialect, frame, full, whole=whole, wanted=options.footer_rows)
    )
    return _Plan(text, detected, frame, regular, tuple(full[0].cells) if full else ())


def _beginning(path: Path) -> tuple[str, bool]:
    """The first part of the text, with enough lines of it, and whether that is all."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
        while head.count(b"\n") + head.count(b"\r") < _LEAST_LINES and len(head) < _MOST_BYTES:
            more = stream.read(_SAMPLE_BYTES)
            if not more:
                break
            head += more
        whole = not stream.read(1)
    text = head.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    if whole:
        return text, True
    cut = max(text.rfind("\n"), text.rfind("\r")) + 1
    return (text[:cut] or text), False


def _sampled_rows(lines: Sequence[str], dialect: Dialect, *, whole: bool) -> list[Row]:
    """The rows of the sample, up to where it can't be followed (its end may be inside of a quoted field)."""
    if dialect.lone_returns == "text":
        lines = re.split(r"(?<=\n)", "".join(lines))
    for quoting in ("strict", "loose", "plain"):
        rows: list[Row] = []
        try:
            rows.extend(rows_of(lines, dialect, quoting=quoting))
        except Irregular as error:
            if not whole and error.line >= len(lines) and rows:
                return rows
            continue
        # The last row of a sample may go on behind it.
        return rows if whole or len(rows) < 3 else rows[:-1]
    raise AssertionError("plain quoting finds nothing irregular")


def _ends_regularly(
    path: Path, dialect: Dialect, frame: Frame, body: Sequence[Row], *, whole: bool, wanted: int | None
) -> bool:
    """True when the last rows are rows of the table."""
    if wanted is not None:
        return False
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read().decode("utf-8", errors="ignore")
    lines = tail.splitlines(keepends=True)
    if whole:
        tail_rows = list(body[-24:])
        blank = tail.endswith(("\n\n", "\n\r\n"))
        return not blank and footer_rows(tail_rows, body, frame.width) == (0, False)
    try:
        rows = list(rows_of(lines[-24:], dialect))
    except Irregular:
        return True  # cut inside of a quoted field; the engine will tell
    rows = rows[1:] if len(rows) > 2 else rows
    if any(row.cells and is_blank(row.cells) for row in rows[-1:]):
        return False
    return footer_rows(rows, body, frame.width) == (0, False)


def _read_regular(
    plan: _Plan, target: Path, reading: Reading, *, told: list[ReadDecision], hint: Hints
) -> ReadResult:
    """Let DuckDB read the text where it lies; raises duckdb.Error or Irregular where that is not as regular."""
    dialect, frame = plan.detected.dialect, plan.frame
    if frame.width > _WIDE:
        raise Irregular(0)
    layout = Layout(plan.text.path, dialect, frame.width, frame.last_line, feeds=plan.text.ends == "LF")
    return _finish(plan.frame, layout, target, reading, told=told, hint=hint, first=plan.first)


def _read_carefully(
    plan: _Plan, target: Path, reading: Reading, *, told: list[ReadDecision], hint: Hints
) -> ReadResult:
    copy = reading.scratch / "regular.csv"
    frame = plan.frame
    mended = repair.repair(
        plan.text,
        copy,
        plan.detected.dialect,
        frame=frame,
        options=reading.options,
        progress=reading.progress,
    )
    told = [*told, *_ends_told(plan), *repair.told(mended, frame, reading.options)]
    layout = Layout(copy, _REGULAR, mended.width, 0)
    try:
        return _finish(frame, layout, target, reading, told=told, hint=hint, rows=mended.rows)
    except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        raise _unreadable(error) from error


def _ends_told(plan: _Plan) -> list[ReadDecision]:
    if plan.text.ends in {"LF", "CR LF"}:
        return []
    kept = plan.detected.dialect.lone_returns == "text"
    note = "a CR alone belongs to its value" if kept else "read as if they were all the same"
    return [
        ReadDecision(what="line ends", value=plan.text.ends, note=note if plan.text.ends == "mixed" else "")
    ]


def _finish(
    frame: Frame,
    layout: Layout,
    target: Path,
    reading: Reading,
    *,
    told: list[ReadDecision],
    hint: Hints,
    rows: int | None = None,
    first: Sequence[str] | None = None,
) -> ReadResult:
    """Type and write; `rows` is how many there must be, and `first` what the first one must be (else Irregular)."""
    names, renamed = unique_names([*frame.names, *[""] * (layout.width - len(frame.names))])
    told = [*told, *renamed]
    if rows == 0 and not frame.header_rows:
        raise EmptyFile(EMPTY)
    # The regular copy has no header rows any more.
    header = frame.names if frame.header_rows and rows is None else ()
    try:
        table = _table(layout, names, reading, header=header, first=first)
        count, types = typed(table, target, reading.options, hint=hint)
    except duckdb.Error as error:
        if layout.long_lines or not any(sign in str(error) for sign in _LONG_LINE):
            raise
        slow = replace(layout, long_lines=True)
        table = _table(slow, names, reading, header=header, first=first)
        count, types = typed(table, target, reading.options, hint=hint)
    if rows is not None and count != rows:
        raise UnprocessableFile(f"{BROKEN} Expected {rows:,} rows, found {count:,}.")
    if count == 0:
        told.append(ReadDecision(what="rows", value="none", note="there is only a header"))
    return ReadResult(rows=count, decisions=(*told, *types))


def _table(
    layout: Layout,
    names: Sequence[str],
    reading: Reading,
    *,
    header: Sequence[str],
    first: Sequence[str] | None,
) -> TextTable:
    if layout.width > _WIDE:
        return WideTable(reading.connection, layout.path, names, progress=reading.progress)
    return NarrowTable(
        reading.connection, layout, names, header=header, first=first, progress=reading.progress
    )


def _unreadable(error: duckdb.Error) -> UnprocessableFile:
    """Name the line; the engine's own text quotes cells, so it is not shown."""
    where = f" (line {match.group(1)} of its rows)" if (match := _LINE.search(str(error))) else ""
    return UnprocessableFile(f"{BROKEN} It can't be read as delimited text{where}.")


def refuse_unknown_delimiter(delimiter: str) -> None:
    """Raises InvalidInput for a delimiter that ends lines or quotes."""
    if any(sign in delimiter for sign in '\r\n"'):
        raise InvalidInput("A delimiter can't hold line ends or quotes.")
