"""Delimited text: DuckDB reads it under an explicit layout; types are verified over every row.

The clean file costs one pass. A value that does not fit its column's proposed type stops that pass, then one
aggregate looks at every value and a second pass writes the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from lakeglass.core.errors import EmptyFile, UnprocessableFile
from lakeglass.lake.engine import file_literal, literal, quoted
from lakeglass.lake.model import ReadDecision
from lakeglass.lake.readers.base import BROKEN, EMPTY, HEAD_BYTES, Capabilities, ReadResult
from lakeglass.lake.readers.dialect import DELIMITERS, Dialect, detect
from lakeglass.lake.readers.names import unique_names
from lakeglass.lake.readers.strangers import stranger
from lakeglass.lake.readers.text import clean_text, even_line_ends, guess_encoding, looks_like_text
from lakeglass.lake.readers.types import (
    LADDER,
    MISFIT,
    ColumnType,
    candidates,
    checked_cast,
    every_value_fits,
)

_SAMPLE_ROWS = 2_000
# Expressions over many columns cost DuckDB quadratic time and 2 MB a column: wider tables are typed in groups.
_WIDE = 200
_GROUP = 100
_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MAX_LINE = 64 << 20
# What the engine says of files that several threads can't share, and of lines above its usual 2 MB.
_NOT_IN_PARALLEL = ("parallel = false", "Maximum line size", "maximum_line_size", "max_line_size")
# What it says when it meets another kind of line end than before.
_OTHER_LINES = ("state machine reached an invalid state", "unterminated quote")
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_ARROW_COLUMNS = re.compile(r"Expected (\d+) columns, got (\d+)")
_COLUMNS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")

Kinds = list[ColumnType | None]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A clean text with its layout.

    `careful` takes one thread and very long lines, `pad` fills short rows, `evened` is a copy with like line ends.
    """

    path: Path
    dialect: Dialect
    names: tuple[str, ...]
    careful: bool = False
    pad: bool = False
    evened: bool = False

    @property
    def wide(self) -> bool:
        """True for a table that is read and typed in groups of columns."""
        return len(self.names) > _WIDE

    @property
    def sql(self) -> str:
        """What reads every column as text, under the names c0, c1, …"""
        if self.wide:
            return "wide_text"
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(self.names)))
        lines = f", max_line_size={_MAX_LINE}, buffer_size={_MAX_LINE + 1}" if self.careful else ""
        return (
            f"read_csv({file_literal(self.path)}, delim={literal(self.dialect.delimiter)}, quote='\"', escape='\"', "
            f"header={str(self.dialect.header).lower()}, skip={self.dialect.skip}, columns={{{columns}}}, "
            f"auto_detect=false, hive_partitioning=false, nullstr='', strict_mode=true, "
            f"null_padding={str(self.pad).lower()}, parallel={str(not self.careful).lower()}{lines})"
        )


class CsvReader:
    """Text with a delimiter (RFC 4180 and what people make of it)."""

    capabilities = Capabilities(name="csv", label="CSV", suffixes=(".csv", ".tsv", ".txt"))

    def recognises(self, head: bytes) -> bool:
        """Any text that is not known to be something else."""
        return looks_like_text(head) and stranger(head) is None

    def check(self, source: Path) -> None:
        """Look at the beginning; raises EmptyFile for nothing but a header."""
        with source.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        text = head.decode(guess_encoding(head) or "utf-8", errors="replace").lstrip("\ufeff")
        lines = [line for line in text.splitlines() if line.strip(" \t\x00" + "".join(DELIMITERS))]
        if not lines:
            raise EmptyFile(EMPTY)
        if len(lines) == 1 and len(head) < HEAD_BYTES and detect(text).header:
            raise EmptyFile(f"{EMPTY} There is only a header row.")

    def read(self, source: Path, target: Path, connection: duckdb.DuckDBPyConnection) -> ReadResult:
        """Write the table; raises EmptyFile, UnprocessableFile with the line that can't be read."""
        scratch, lines = target.with_suffix(".text"), target.with_suffix(".lines")
        try:
            text = clean_text(source, scratch)
            dialect = detect(_sample(text.path))
            names, renamed = unique_names(dialect.names)
            layout = _Layout(text.path, dialect, tuple(names))
            rows, typed, layout = self._write(layout, target, connection, lines=lines)
        finally:
            scratch.unlink(missing_ok=True)
            lines.unlink(missing_ok=True)
        if rows == 0:
            raise EmptyFile(EMPTY)
        word = _WORDS.get(dialect.delimiter, dialect.delimiter)
        told = [
            *text.decisions,
            ReadDecision(what="delimiter", value=word),
            ReadDecision(
                what="header", value="first row" if dialect.header else "none", note=_header_note(dialect)
            ),
            *renamed,
            *typed,
        ]
        if layout.evened:
            told.append(
                ReadDecision(what="line ends", value="mixed", note="read as if they were all the same")
            )
        if layout.pad:
            told.append(ReadDecision(what="short rows", value="filled with missing values"))
        return ReadResult(rows=rows, decisions=tuple(told))

    def _write(
        self, layout: _Layout, target: Path, connection: duckdb.DuckDBPyConnection, *, lines: Path
    ) -> tuple[int, list[ReadDecision], _Layout]:
        """Write the table, as fast as the file allows, and say how it was read in the end."""
        try:
            return (*_typed(layout, target, connection), layout)
        except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InterruptException):
            raise  # not the file's fault
        except duckdb.Error as error:
            slower = _slower(layout, str(error), lines=lines)
            if slower is None:
                raise _unreadable(error) from error
        return self._write(slower, target, connection, lines=lines)


def _slower(layout: _Layout, reason: str, *, lines: Path) -> _Layout | None:
    """The next way to read a file that could not be read in this one; None when none is left."""
    if not layout.careful and any(sign in reason for sign in _NOT_IN_PARALLEL):
        return replace(layout, careful=True)
    if not layout.evened and any(sign in reason for sign in _OTHER_LINES):
        even_line_ends(layout.path, lines)
        return replace(layout, path=lines, evened=True)
    # A stray CR that was taken for a line end would look like two short rows.
    if not layout.pad and not layout.evened and _COLUMNS.search(reason):
        return replace(layout, careful=True, pad=True)
    return None


def _typed(
    layout: _Layout, target: Path, connection: duckdb.DuckDBPyConnection
) -> tuple[int, list[ReadDecision]]:
    """Propose types, write the table; when a value does not fit, look at every value and write it again."""
    if layout.wide:
        _load_wide(layout, connection)
    sample = connection.execute(f"SELECT * FROM {layout.sql} LIMIT {_SAMPLE_ROWS}").fetchall()
    proposed = [candidates([row[index] for row in sample]) for index in range(len(layout.names))]
    ambiguous = any(len({kind.name for kind in kinds if "%" in kind.name}) > 1 for kinds in proposed)
    kinds: Kinds = [options[0] if options else None for options in proposed]
    if not ambiguous:
        try:
            return _copy(layout, kinds, target, connection), _zones(layout, kinds)
        except duckdb.InvalidInputException as error:
            if MISFIT not in str(error):
                raise
    kinds, decisions = _verified(layout, kinds, connection)
    return _copy(layout, kinds, target, connection), [*decisions, *_zones(layout, kinds)]


def _zones(layout: _Layout, kinds: Kinds) -> list[ReadDecision]:
    return [
        ReadDecision(what=f"type of {name}", value="time in UTC", note="the zone of each value is not kept")
        for name, kind in zip(layout.names, kinds, strict=True)
        if kind is not None and kind.dtype == "TIMESTAMPTZ"
    ]


def _verified(
    layout: _Layout, proposed: Kinds, connection: duckdb.DuckDBPyConnection
) -> tuple[Kinds, list[ReadDecision]]:
    """The narrowest type that every value of a column has; text when none does or two readings of a date fit."""
    kinds: Kinds = [None] * len(proposed)
    decisions: list[ReadDecision] = []
    columns = [index for index, kind in enumerate(proposed) if kind is not None]
    for start in range(0, len(columns), 8):
        group = columns[start : start + 8]
        checks = [every_value_fits(f"c{index}", kind) for index in group for kind in LADDER]
        trimmed = _trimmed(layout, group, proposed)
        answers = connection.execute(f"SELECT {', '.join(checks)} FROM {trimmed}").fetchone() or ()
        for place, index in enumerate(group):
            answer = answers[place * len(LADDER) : (place + 1) * len(LADDER)]
            fitting = [kind for kind, fits in zip(LADDER, answer, strict=True) if fits]
            name = layout.names[index]
            readings = [kind.name for kind in fitting if "%d" in kind.name]
            if len(readings) > 1:
                note = f"day and month can't be told apart: {' and '.join(readings)} both fit"
                decisions.append(ReadDecision(what=f"type of {name}", value="text", note=note))
            elif fitting:
                kinds[index] = fitting[0]
            else:
                note = "not every value fits one type"
                decisions.append(ReadDecision(what=f"type of {name}", value="text", note=note))
    return kinds, decisions


def _copy(layout: _Layout, kinds: Kinds, target: Path, connection: duckdb.DuckDBPyConnection) -> int:
    if layout.wide:
        return _copy_wide(layout, kinds, target, connection)
    query = _casts(layout, range(len(kinds)), kinds)
    copy = f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, CODEC zstd)"
    written = connection.execute(copy).fetchone()
    return int(written[0]) if written else 0


def _copy_wide(layout: _Layout, kinds: Kinds, target: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Type a wide table in groups of columns; it is bounded by the size of an upload, so it fits in memory."""
    parts: list[pa.Table] = []
    for start in range(0, len(kinds), _GROUP):
        group = range(start, min(start + _GROUP, len(kinds)))
        parts.append(connection.execute(_casts(layout, group, kinds)).to_arrow_table())
    fields = [field for part in parts for field in part.schema]
    columns = [column for part in parts for column in part.columns]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields))
    pq.write_table(table, target, compression="zstd")
    return int(table.num_rows)


def _load_wide(layout: _Layout, connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the text of a wide table as the view `wide_text`, by Arrow's reader.

    DuckDB keeps buffers for every column and thread: 1,500 columns are more than 2 GB.
    """
    names = [f"c{index}" for index in range(len(layout.names))]
    try:
        table = pa.csv.read_csv(
            layout.path,
            read_options=pa.csv.ReadOptions(
                column_names=names, skip_rows=layout.dialect.skip + int(layout.dialect.header)
            ),
            parse_options=pa.csv.ParseOptions(delimiter=layout.dialect.delimiter, newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        match = _ARROW_COLUMNS.search(str(error))
        told = (
            f"Expected {match.group(1)} fields in a row, found {match.group(2)}."
            if match
            else "It is malformed."
        )
        raise UnprocessableFile(f"{BROKEN} {told}") from error
    connection.register("wide_text", table)


def _casts(layout: _Layout, positions: Sequence[int], kinds: Kinds) -> str:
    """The query that gives these columns their types and names."""
    columns = ", ".join(
        f"{checked_cast(f'c{index}', kinds[index], position=index)} AS {quoted(layout.names[index])}"
        for index in positions
    )
    return f"SELECT {columns} FROM {_trimmed(layout, positions, kinds)}"


def _trimmed(layout: _Layout, positions: Sequence[int], kinds: Kinds) -> str:
    """The table with the columns that become numbers, dates or truth values trimmed, and words as they are."""
    columns = ", ".join(f"trim(c{index}) AS c{index}" if kinds[index] else f"c{index}" for index in positions)
    return f"(SELECT {columns} FROM {layout.sql})"


def _sample(path: Path) -> str:
    """The beginning of the text, up to its last whole line."""
    with path.open("rb") as stream:
        head = stream.read(4 * HEAD_BYTES)
        whole = not stream.read(1)
    text = head.decode("utf-8-sig", errors="ignore")
    return text if whole else text[: text.rfind("\n") + 1] or text


def _header_note(dialect: Dialect) -> str:
    return "" if dialect.header else "the first row looks like values, so the columns are numbered"


def _unreadable(error: duckdb.Error) -> UnprocessableFile:
    """Name the line and the reason; the engine's own text quotes cells, so it is not shown."""
    text = str(error)
    where = f" in line {match.group(1)}" if (match := _LINE.search(text)) else ""
    if match := _COLUMNS.search(text):
        expected, found = (int(number) for number in match.groups())
        # The engine stops counting at the first field too many.
        told = "more" if found > expected else str(found)
        return UnprocessableFile(f"{BROKEN} Expected {expected} fields{where}, found {told}.")
    if _OTHER_LINES[0] in text:
        return UnprocessableFile(
            f"{BROKEN} A quote or a line end stands where none belongs{where}: is a quoted field not closed?"
        )
    if "quote" in text.lower():
        return UnprocessableFile(f"{BROKEN} A quoted field{where} is not closed properly.")
    return UnprocessableFile(f"{BROKEN} It can't be read as delimited text{where}.")
