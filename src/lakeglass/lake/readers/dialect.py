"""How a delimited text is laid out: the delimiter, and whether its first row is a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# In the order of preference between equally good ones.
DELIMITERS = (",", ";", "\t", "|")
_ROWS = 500
_VALUE = re.compile(
    r"[+-]?[\d.,]*\d[\d.,%]*|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|true|false", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a file. `names` is the header row when there is one, else empty texts."""

    delimiter: str
    header: bool
    names: tuple[str, ...]


def detect(sample: str) -> Dialect:
    """The layout of a text that begins with `sample`: the delimiter under which most rows have equally many fields.

    A text without any delimiter is one column.
    """
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
    rows = best[2]
    header = _has_header(rows)
    names = tuple(rows[0]) if header else ("",) * len(rows[0])
    return Dialect(delimiter=chosen, header=header, names=names)


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
    if any(_VALUE.fullmatch(cell) for cell in first):
        return False
    return not (len(rows) > 1 and any(list(row) == list(rows[0]) for row in rows[1:]))
