"""The careful way through a text: row by row, whatever its quoting and shape, into a regular copy.

The copy is UTF-8 with commas and doubled quotes, every row as wide as the table, without header, title, total and
blank rows. What was mended is counted and told.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TextIO

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.decisions import Alternative, ReadDecision, ReadOptions
from lakeglass.lake.readers.base import BROKEN, Progress
from lakeglass.lake.readers.frame import Frame, footer_rows
from lakeglass.lake.readers.rows import Dialect, Irregular, Quoting, Row, is_blank, lines_of, rows_of
from lakeglass.lake.readers.shapes import is_ruler
from lakeglass.lake.readers.text import Text
from lakeglass.lake.readers.totals import adds_up

_TAIL = 24
_BODY = 300
_EVERY = 20_000
# A run of blank rows may be this long before it counts as rows.
_HELD = 50_000
_RULER = frozenset("-=+|: \t_")
# A table may grow by this many columns to hold what rows have too much.
_EXTRA = 50


class CsvWriter(Protocol):
    """What the csv module writes with; it has no public name for it."""

    def writerow(self, row: Sequence[str], /) -> object:
        """Write a row."""

    def writerows(self, rows: Iterable[Sequence[str]], /) -> None:
        """Write rows."""


@dataclass(slots=True)
class Mended:
    """What happened on the way; `width` is that of the rows written."""

    width: int
    quoting: Quoting
    rows: int = 0
    exact: int = 0
    short: int = 0
    first_short: int = 0
    long: int = 0
    first_long: int = 0
    headers: int = 0
    comments: int = 0
    footers: int = 0
    padding: int = 0
    broken_line: int = 0
    total: list[str] | None = None


def repair(
    text: Text, target: Path, dialect: Dialect, *, frame: Frame, options: ReadOptions, progress: Progress
) -> Mended:
    """Write the regular copy; raises UnprocessableFile when the rows make no table."""
    broken_line = 0
    quotings: tuple[Quoting, ...] = ("strict", "loose", "plain") if dialect.quote else ("plain",)
    for quoting in quotings:
        try:
            mender = _Mender(text, dialect, frame, quoting=quoting, options=options, progress=progress)
            mended = mender.write(target, width=frame.width)
            if mended.width > frame.width:
                # Some rows hold more: the table is made wide enough for them, and read again.
                mended = mender.write(target, width=mended.width)
        except Irregular as error:
            broken_line = error.line
            continue
        if quoting != "loose" or mended.exact * 10 >= mended.rows * 9:
            break
    mended.broken_line = broken_line
    if frame.width > 1 and mended.rows and not mended.exact:
        raise UnprocessableFile(
            f"{BROKEN} No row has {frame.width} fields as the first ones do: is another delimiter meant?"
        )
    return mended


class _Mender:
    """One way through the text."""

    def __init__(
        self,
        text: Text,
        dialect: Dialect,
        frame: Frame,
        *,
        quoting: Quoting,
        options: ReadOptions,
        progress: Progress,
    ) -> None:
        self._text = text.path
        # The engine takes a CR that is not quoted for the end of a line; the module does not quote it by itself.
        self._quotes: Literal[0, 1] = csv.QUOTE_MINIMAL if text.ends in {"LF", "CR LF"} else csv.QUOTE_ALL
        self._dialect = dialect
        self._frame = frame
        self._quoting: Quoting = quoting
        self._options = options
        self._progress = progress
        self._done = Mended(frame.width, quoting)

    def write(self, target: Path, *, width: int) -> Mended:
        """Write the copy with rows of this width, or wider ones where a row has more: then once again."""
        done = self._done = Mended(width, self._quoting)
        with target.open("w", encoding="utf-8", newline="") as stream:
            self._writer(stream).writerows(self._rows())
        if done.total is not None and adds_up(done.total, target):
            done.footers, done.total = done.footers + 1, None
        elif done.total is not None:
            done.rows += 1
            with target.open("a", encoding="utf-8", newline="") as stream:
                self._writer(stream).writerow(done.total)
        return done

    def _writer(self, stream: TextIO) -> CsvWriter:
        return csv.writer(stream, lineterminator="\n", quoting=self._quotes)

    def _rows(self) -> Iterator[list[str]]:
        """The rows of the table; the last ones are held back until it is known what they are."""
        held: deque[Row] = deque()
        body: list[Row] = []
        filled = 0
        for row in rows_of(self._lines(), self._dialect, quoting=self._quoting, width=self._frame.width):
            if row.line <= self._frame.last_line:
                continue
            held.append(row)
            if is_blank(row.cells):
                continue
            filled += 1
            if len(body) < _BODY:
                body.append(row)
            while filled > _TAIL or len(held) > _HELD:
                first = held.popleft()
                filled -= not is_blank(first.cells)
                yield from self._fitted(first)
        yield from self._end(list(held), body)

    def _end(self, held: Sequence[Row], body: Sequence[Row]) -> Iterator[list[str]]:
        given = self._options.footer_rows
        full = [row for row in held if not is_blank(row.cells)]
        count, doubtful = footer_rows(held, body, self._frame.width) if given is None else (given, False)
        self._done.footers = min(count, len(full))
        kept = full[: len(full) - self._done.footers]
        last = kept[-1].line if kept else 0
        for row in held:
            if row.line > last and given != 0:
                self._done.padding += len(row.cells) == self._frame.width > 1 and is_blank(row.cells)
                continue
            for cells in self._fitted(row):
                if doubtful and row.line == last:
                    self._done.total = cells
                    self._done.rows -= 1
                else:
                    yield cells

    def _lines(self) -> Iterator[str]:
        total, done = self._text.stat().st_size, 0
        for number, line in enumerate(lines_of(self._text, self._dialect)):
            done += len(line)
            if number % _EVERY == 0:
                self._progress("mend", min(done, total), total)
            yield line

    def _fitted(self, row: Row) -> Iterator[list[str]]:
        """The row as wide as the table, unless it is none of its rows."""
        cells, done, width = row.cells, self._done, self._frame.width
        if not done.rows and is_ruler(cells):
            done.comments += 1
            return
        if len(cells) == width:
            if self._frame.is_header(cells):
                done.headers += 1
                return
            done.exact += 1
        elif is_blank(cells):
            return
        elif cells[0].lstrip().startswith("#") or all(_RULER.issuperset(cell) for cell in cells):
            done.comments += 1
            return
        elif len(cells) < width:
            done.short += 1
            done.first_short = done.first_short or row.line
        else:
            cells = self._cut(row)
        done.rows += 1
        yield cells if len(cells) == done.width else cells + [""] * (done.width - len(cells))

    def _cut(self, row: Row) -> list[str]:
        """A row without the blank cells that it has too many; one with values there makes the table wider."""
        done, width, length = self._done, self._frame.width, len(row.cells)
        while length > width and not row.cells[length - 1].strip():
            length -= 1
        if length == width:
            done.exact += 1
            return row.cells[:width]
        if length > width + _EXTRA:
            raise UnprocessableFile(f"{BROKEN} Expected {width} fields in line {row.line}, found {length}.")
        done.long += 1
        done.first_long = done.first_long or row.line
        done.width = max(done.width, length)
        return row.cells[:length]


def told(done: Mended, frame: Frame, options: ReadOptions) -> list[ReadDecision]:
    """What was mended, in words."""
    found: list[ReadDecision] = []
    if done.short:
        note = f"{done.short:,} of {done.rows:,}, the first in line {done.first_short:,}"
        found.append(
            ReadDecision(
                what="short rows", value="filled with missing values", note=note, confidence="likely"
            )
        )
    if done.long:
        note = (
            f"{done.long:,} of {done.rows:,}, the first in line {done.first_long:,}, have more than {frame.width} "
            "fields; a delimiter inside of a value that is not quoted looks the same"
        )
        found.append(
            ReadDecision(what="long rows", value="kept in more columns", note=note, confidence="assumed")
        )
    if done.headers:
        found.append(ReadDecision(what="repeated header rows", value=f"{done.headers:,} skipped"))
    if done.comments:
        found.append(ReadDecision(what="comment lines", value=f"{done.comments:,} skipped"))
    if done.padding:
        found.append(
            ReadDecision(
                what="empty rows at the end",
                value=f"{done.padding:,} skipped",
                option="footer_rows",
                alternatives=(Alternative(value="0", label="kept as rows"),),
            )
        )
    if done.broken_line:
        value = (
            "one ends a value only before a delimiter"
            if done.quoting == "loose"
            else "characters like any other"
        )
        note = f"the quoting breaks in line {done.broken_line:,}"
        found.append(ReadDecision(what="quotes", value=value, note=note, option="quote", confidence="likely"))
    return [*found, *_below(done, options)]


def _below(done: Mended, options: ReadOptions) -> list[ReadDecision]:
    chosen = options.footer_rows is not None
    if done.footers or chosen:
        return [
            ReadDecision(
                what="rows below the table",
                value=f"{done.footers} skipped" if done.footers else "none",
                note="as you chose" if chosen else "totals or notes, no rows of the table",
                option="footer_rows",
                chosen=str(done.footers),
                confidence="certain" if chosen else "likely",
                alternatives=() if not done.footers else (Alternative(value="0", label="every row is kept"),),
            )
        ]
    if done.total is None:
        return []
    return [
        ReadDecision(
            what="last row",
            value="kept",
            note="it is called a total, but does not add up the rows above",
            option="footer_rows",
            chosen="0",
            confidence="assumed",
            alternatives=(Alternative(value="1", label="leave out the last row"),),
        )
    ]
