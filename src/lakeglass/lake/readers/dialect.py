"""How a delimited text is laid out: the delimiter, and whether its first row is a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# In the order of preference between equally good ones.
DELIMITERS = (",", ";", "\t", "|")
_ROWS = 500
_VALUE = re.compile(
    r"[+-]?[\d.,]*\d[\d.,%]*|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|true|false", re.IGNORECASE
)
_YEAR = re.compile(r"(19|20)\d\d")
# A first line of Excel's own, which names the delimiter.
_SEPARATOR = re.compile(r'\ufeff?"?sep=([^"\s]|\t)"?\r?\n', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a file. `names` is the header row when there is one, else empty texts.

    `skip` leading lines say something about the file, as Excel's `sep=;` does, and are no part of the table.
    """

    delimiter: str
    header: bool
    names: tuple[str, ...]
    skip: int = 0


def detect(sample: str) -> Dialect:
    """The layout of a text that begins with `sample`: the delimiter under which most rows have equally many fields.

    A text without any delimiter is one column.
    """
    if match := _SEPARATOR.match(sample):
        said = match.group(1)
        rows = _rows(sample[match.end() :], said)
        return _laid_out(said, rows, skip=1) if rows else Dialect(said, header=False, names=(), skip=1)
    best: tuple[float, int, list[list[str]]] | None = None
    chosen = ","
    for delimiter in DELIMITERS:
        rows = _rows(sample, delimiter)
        if not rows:
            continue
        width, agreeing = Counter(len(row) for row in rows).most_common(1)[0]
        score = (agreeing / len(rows) if width > 1 else 0.0, width, rows)
        if best is None or score[:2] > best[:2]:
            best, chosen = score, delimiter
    if best is None:
        return Dialect(delimiter=",", header=False, names=())
    return _laid_out(chosen, best[2], skip=0)


def _laid_out(delimiter: str, rows: Sequence[Sequence[str]], *, skip: int) -> Dialect:
    header = _has_header(rows)
    names = tuple(rows[0]) if header else ("",) * len(rows[0])
    return Dialect(delimiter=delimiter, header=header, names=names, skip=skip)


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample), delimiter=delimiter, strict=False)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _ROWS:
                break
    except csv.Error:
        # A field longer than the module's limit: what came before it is enough to judge by.
        return rows
    return rows


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """The first row names columns unless a cell of it looks like a value, or it is like every other row."""
    first = [cell.strip() for cell in rows[0]]
    values = [cell for cell in first if _VALUE.fullmatch(cell)]
    if values and not (len(values) < len(first) and _are_years_in_a_row(values)):
        return False
    return not (len(rows) > 1 and any(list(row) == list(rows[0]) for row in rows[1:]))


def _are_years_in_a_row(cells: Sequence[str]) -> bool:
    """Years as names of columns, such as 2019, 2020, 2021: at least two, equally far apart."""
    if len(cells) < 2 or not all(_YEAR.fullmatch(cell) for cell in cells):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(cells)}
    return len(steps) == 1 and steps != {0}
