"""Rows of delimited text, however it is quoted: each with the line on which it ends."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.readers.base import BROKEN

# A line, or a quoted field over several ones, may be this long.
MAX_LINE = 64 << 20
# The module's own limit is 128 KB a field; it is one for the whole process, and nobody else here reads CSV.
csv.field_size_limit(MAX_LINE)

# Delimiters in words: any run of blanks, at least two of them, one column, columns of fixed width.
SPACES = "space"
WIDE_SPACES = "spaces"
NONE = "none"
FIXED = "fixed"

# 'strict': quotes as RFC 4180 has them. 'loose': a quote ends a field only before a delimiter or the line's end.
# 'plain': a quote is a character like any other.
Quoting = Literal["strict", "loose", "plain"]
# Stand-ins while the csv module, which knows only single characters, looks at the text.
_STAND_IN = "\ue01f"
_RETURN = "\ue00d"
_LOOSE_LINES = 200
_RULER = frozenset("-=+|: ")
_REMARK = re.compile(r"#(?:\s|\w+:|$)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "0": "", "b": "\b", "Z": "\x1a"}
_QUOTED_WORD = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart.

    `starts` are the columns of fixed width, `lone_returns` says what a CR alone is, `padded` cells have blanks around
    them that are no part of the value.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    starts: tuple[int, ...] = ()
    lone_returns: Literal["end", "text"] = "end"
    padded: bool = False
    # What stands around every line: pipes on both sides, or quotes (the line was quoted as if it were one value).
    # 'dump': nothing is quoted, a backslash takes the meaning of the sign behind it or gives it one, as MySQL writes.
    around: Literal["", "pipes", "quotes", "dump"] = ""


class Irregular(Exception):
    """The text does not keep to its quoting; `line` is where that shows."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row and the number of the line on which it ends (the first one is 1)."""

    line: int
    cells: list[str]


def is_blank(cells: Sequence[str]) -> bool:
    """True for a row without any value."""
    return not any(cell and not cell.isspace() for cell in cells)


def lines_of(path: Path, dialect: Dialect) -> Iterator[str]:
    """The lines of a UTF-8 text with their ends; raises UnprocessableFile for one above 64 MB."""
    newline = "" if dialect.lone_returns == "end" else "\n"
    with path.open(encoding="utf-8-sig", newline=newline) as stream:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise UnprocessableFile(
                    f"{BROKEN} Line {number} is longer than {MAX_LINE >> 20} MB. Is a quotation mark left open there? "
                    "If its text is meant to be that long, keep it in a file of its own."
                )
            yield line


def rows_of(
    lines: Iterable[str], dialect: Dialect, *, quoting: Quoting = "strict", width: int = 0
) -> Iterator[Row]:
    """The rows; raises Irregular in strict quoting. `width` helps loose quoting to find where a row ends."""
    match dialect.delimiter:
        case "space" | "spaces":
            yield from _blanks(lines, 1 if dialect.delimiter == SPACES else 2)
        case "none":
            yield from _single(lines, dialect, quoting=quoting)
        case "fixed":
            yield from _fixed(lines, dialect.starts)
        case _ if dialect.around == "dump":
            yield from _dumped(lines, dialect.delimiter)
        case _ if quoting == "loose" and dialect.quote and not dialect.around:
            yield from _loose(lines, dialect, width)
        case _:
            yield from _regular(lines, dialect, quoting=quoting)


def _regular(lines: Iterable[str], dialect: Dialect, *, quoting: Quoting) -> Iterator[Row]:
    delimiter = dialect.delimiter
    long = len(delimiter) > 1
    if dialect.around == "pipes" or dialect.around == "quotes":
        lines = (bare(line, dialect.around) for line in lines)
    if long:
        lines = (line.replace(delimiter, _STAND_IN) for line in lines)
    if dialect.lone_returns == "text":
        lines = (_hidden_returns(line) for line in lines)
    quoted = bool(dialect.quote) and quoting != "plain"
    reader = csv.reader(
        lines,
        delimiter=_STAND_IN if long else delimiter,
        quotechar=dialect.quote if quoted else None,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape or dialect.escape == dialect.quote,
        strict=quoting == "strict",
        skipinitialspace=dialect.padded,
    )
    try:
        for row in reader:
            cells = row
            if long:
                cells = [cell.replace(_STAND_IN, delimiter) for cell in cells]
            if dialect.lone_returns == "text":
                cells = [cell.replace(_RETURN, "\r") for cell in cells]
            if dialect.padded:
                cells = [cell.strip() for cell in cells]
            yield Row(reader.line_num, cells)
    except csv.Error as error:
        raise Irregular(reader.line_num) from error


def _dumped(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Rows of a dump (https://dev.mysql.com/doc/refman/8.4/en/load-data.html): `\\N` is a missing value."""
    cell = re.compile(rf"(?:\\.|[^\\{re.escape(delimiter)}])*", re.DOTALL)
    held = ""
    for number, line in enumerate(lines, start=1):
        held += line
        text = held.rstrip("\r\n")
        if (len(text) - len(text.rstrip("\\"))) % 2 and len(held) < MAX_LINE:
            continue  # the line end belongs to a value
        held = ""
        cells, place = [], 0
        while place <= len(text):
            found = cell.match(text, place)
            end = found.end() if found else len(text)
            cells.append(_undumped(text[place:end]))
            place = end + 1
        yield Row(number, cells if text else [])


def _undumped(value: str) -> str:
    if value == "\\N":
        return ""
    return (
        _ESCAPE.sub(lambda match: _MEANT.get(match.group(1), match.group(1)), value)
        if "\\" in value
        else value
    )


def bare(line: str, around: Literal["pipes", "quotes"]) -> str:
    """A line without what stands around it; a drawn rule becomes a blank line."""
    text = line.strip()
    if around == "quotes":
        whole = len(text) > 1 and text[0] == text[-1] == '"'
        return text[1:-1].replace('""', '"') + "\n" if whole else line
    if _RULER.issuperset(text):
        return "\n"
    return text[1:-1] + "\n" if len(text) > 1 and text[0] == text[-1] == "|" else line


def _hidden_returns(line: str) -> str:
    body, end = (line[:-2], "\n") if line.endswith("\r\n") else (line, "")
    return body.replace("\r", _RETURN) + end if "\r" in body else line


def _single(lines: Iterable[str], dialect: Dialect, *, quoting: Quoting) -> Iterator[Row]:
    """One column: a line is a cell; where the text is quoted, a cell may hold line ends."""
    if quoting == "plain" or not dialect.quote:
        for number, line in enumerate(lines, start=1):
            yield Row(number, [text] if (text := line.rstrip("\r\n")) else [])
        return
    # No text holds this character: nothing divides a line.
    yield from _regular(lines, Dialect("\x00", dialect.quote, dialect.escape), quoting=quoting)


def _blanks(lines: Iterable[str], least: int) -> Iterator[Row]:
    gap = re.compile(rf"[ \t\u00a0\u3000]{{{least},}}")
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if '"' in text and least == 1:
            found = [
                quoted.replace('""', '"') if quoted else bare for quoted, bare in _QUOTED_WORD.findall(text)
            ]
            yield Row(number, found)
        else:
            yield Row(number, gap.split(text) if text else [])


def _fixed(lines: Iterable[str], starts: tuple[int, ...]) -> Iterator[Row]:
    ends = (*starts[1:], None)
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        reached = [start for start in starts[1:] if start < len(text)]
        if _REMARK.match(text) or (
            reached and len(reached) < len(starts) - 1 and all(text[s - 1] != " " != text[s] for s in reached)
        ):
            yield Row(number, [text.strip()])  # a remark, which runs over the columns
            continue
        yield Row(
            number, [text[start:end].strip() for start, end in zip(starts, ends, strict=True)] if text else []
        )


def _loose(lines: Iterable[str], dialect: Dialect, width: int) -> Iterator[Row]:
    held: list[str] = []
    number = 0
    for line in lines:
        number += 1
        held.append(line)
        while held:
            cells = _cells("".join(held).rstrip("\r\n"), dialect)
            alone = held[0].rstrip("\r\n").split(dialect.delimiter)
            if cells is None and len(held) < _LOOSE_LINES and (len(held) > 1 or len(alone) != width):
                break  # the quoted field may end on a later line
            if cells is not None and (len(held) == 1 or not width or len(cells) == width):
                yield Row(number, cells)
                held = []
                break
            # What was opened here was no quoted field: the line stands for itself.
            yield Row(number - len(held) + 1, alone)
            held = held[1:]
    for place, line in enumerate(held):
        yield Row(number - len(held) + 1 + place, line.rstrip("\r\n").split(dialect.delimiter))


def _cells(text: str, dialect: Dialect) -> list[str] | None:
    """The cells of a whole row, where a quote inside a quoted field may stand for itself; None: not at its end yet."""
    delimiter, quote = dialect.delimiter, dialect.quote
    cells: list[str] = []
    place, end = 0, len(text)
    while True:
        if text.startswith(quote, place):
            found = _quoted(text, place + 1, dialect)
            if found is None:
                return None
            cell, place = found
        else:
            stop = text.find(delimiter, place)
            stop = end if stop < 0 else stop
            cell, place = text[place:stop], stop
        cells.append(cell)
        if place >= end:
            return cells
        place += len(delimiter)


def _quoted(text: str, place: int, dialect: Dialect) -> tuple[str, int] | None:
    parts: list[str] = []
    while (stop := text.find(dialect.quote, place)) >= 0:
        after = stop + 1
        if after == len(text) or text.startswith(dialect.delimiter, after):
            parts.append(text[place:stop])
            return "".join(parts), after
        parts.append(text[place : stop + 1])
        place = after + 1 if text.startswith(dialect.quote, after) else after
    return None
