"""Where the table begins in a text, what its columns are called, and what stands above and below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lakeglass.lake.decisions import Alternative, Confidence, ReadDecision, ReadOptions
from lakeglass.lake.readers.rows import Row
from lakeglass.lake.readers.shapes import (
    FLAG_PAIRS,
    is_ruler,
    is_year,
    look,
    pattern,
    says_total,
    years_in_a_row,
)

_BODY = 300
_TYPED = frozenset({"number", "time", "flag"})
_NOTES = 12
_REMARK = re.compile(r"[#%](?:\w+:)?")


@dataclass(frozen=True, slots=True)
class Frame:
    """The table's place. `skip` counts rows above the header, `last_line` is the line on which the header ends.

    `names` are as the file has them (blank ones too), one for each of `width` columns.
    """

    names: tuple[str, ...]
    skip: int
    header_rows: int
    last_line: int
    decisions: tuple[ReadDecision, ...]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names)

    def is_header(self, cells: Sequence[str]) -> bool:
        """True for a row that repeats the header."""
        names = self.names
        if not (self.header_rows and names[0] and len(cells) == len(names) and cells[0].strip() == names[0]):
            return False
        return len(names) > 1 and [cell.strip() for cell in cells] == list(names)


def frame_of(rows: Sequence[Row], options: ReadOptions, *, skip: int = 0) -> Frame:
    """The table's place, from its first rows (blank ones among them); `skip` lines were taken away before."""
    full = [row for row in rows if any(cell.strip() for cell in row.cells) and not is_ruler(row.cells)]
    width = _usual_width(full)
    above = _title_rows(full, width) if options.skip_rows is None else _at_row(full, options.skip_rows)
    below = full[above:]
    votes = _votes(below, width)
    header = _header_rows(below, width, votes) if options.header_rows is None else options.header_rows
    header = min(header, len(below))
    head = [row.cells for row in below[:header]]
    if header == 1 and head and len(head[0]) == width + 1 and _REMARK.fullmatch(head[0][0].strip()):
        head = [head[0][1:]]  # the mark of a remark that names the columns, as '# x y' or '#Fields: x y'
    if header == 1 and head and len(head[0]) == width - 1 and _has_row_names(below[1:], width):
        head = [["", *head[0]]]  # as R writes row names: the header lacks their column
    widest = max([width, *(len(cells) for cells in head)])
    names = _names([_comment_cut(cells) for cells in head], widest)
    last = below[header - 1].line if header else (full[above - 1].line if above else 0)
    decisions = _told(full, above, header, votes, options)
    return Frame(tuple(names), above, header, last + skip, tuple(decisions))


def footer_rows(tail: Sequence[Row], body: Sequence[Row], width: int) -> tuple[int, bool]:
    """How many rows at the end are no rows of the table: totals, notes. `tail` holds its last rows, blank ones too.

    The second value says whether the last row kept might be a total as well.
    """
    looks = _columns(body, width)
    count = 0
    for place in range(len(tail) - 1, -1, -1):
        cells = tail[place].cells
        if not any(cell.strip() for cell in cells):
            continue
        if count >= _NOTES:
            return 0, False
        above = tail[max(0, place - _NOTES) : place]
        apart = any(not any(cell.strip() for cell in row.cells) for row in above)
        if not _is_footer(cells, looks, width=width, apart=apart):
            break
        count += 1
    rest = [row for row in tail if any(cell.strip() for cell in row.cells)]
    kept = rest[: len(rest) - count]
    doubtful = bool(kept) and says_total(next(cell for cell in kept[-1].cells if cell.strip()))
    return count, doubtful


def _is_footer(cells: Sequence[str], looks: Sequence[str], *, width: int, apart: bool) -> bool:
    present = [(place, cell) for place, cell in enumerate(cells) if cell.strip()]
    first, text = present[0]
    if text.lstrip().startswith("#") and len(cells) != width:
        return True
    kinds = {place: look(cell) for place, cell in present}
    breaks = any(
        kinds[place] == "word" and place < len(looks) and looks[place] in _TYPED for place, _ in present
    )
    if says_total(text):
        # In a column of words 'Total' may be a value: then nothing else is missing from its row.
        words = [place for place, kind in enumerate(looks) if kind == "word" and place != first]
        missing = [place for place in words if place not in kinds]
        return breaks or (bool(words) and len(missing) * 2 > len(words))
    if len(present) > 1 and len(cells) < width and apart and (breaks or ":" in text):
        return True
    if len(present) > 1 or width < 2:
        return False
    if width == 2 and len(cells) == 2:
        return breaks and apart
    wordy = " " in text.strip() or text.strip().endswith((":", ".", ")"))
    return (
        (breaks and (len(cells) != width or apart or wordy))
        or (apart and len(cells) != width)
        or (len(cells) == 1 and width > 2 and len(text.split()) > 2)
    )


def _usual_width(rows: Sequence[Row]) -> int:
    """As many cells as most rows have; a single one only when no row has more."""
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 1


def _title_rows(rows: Sequence[Row], width: int) -> int:
    """How many rows stand above the header: they fill fewer columns than the table does."""
    if width < 2:
        return _leading_comments(rows)
    filled = sorted(_filled(row) for row in rows if len(row.cells) >= width - 1)
    usual = filled[len(filled) // 2] if filled else width
    for place, row in enumerate(rows[:-1]):
        wide_enough = len(row.cells) >= width - 1
        sparse = _filled(row) < max(2, 0.6 * usual)
        if not wide_enough or (sparse and not _names_sparsely(row, rows[place + 1], width)):
            continue
        if _stands_apart(row, rows[place + 1 :], width):
            continue
        if _is_comment(row) and _is_comment(rows[place + 1]):
            continue
        if _is_comment(row) and _filled(rows[place + 1]) >= width and not _is_comment(rows[place + 1]):
            # '#id,name' above its rows is a header; '# one, two' above a header is a remark.
            following = rows[place + 1].cells
            if not any(look(cell) in _TYPED for cell in following) and place + 2 < len(rows):
                continue
        if place and _spans(rows[place - 1], row, width):
            return place - 1
        return place
    return 0


def _stands_apart(row: Row, below: Sequence[Row], width: int) -> bool:
    """True for a row above the header although it fills as many columns: the row that names columns comes after it.

    It says what a file is, in more columns than the table has or as 'label: value', or a blank line follows it.
    """
    names = next((place for place, each in enumerate(below[:_NOTES]) if _names_all(each, width)), None)
    if names is None or not any(kind in _TYPED for kind in _columns(below[names + 1 :], width)):
        return False
    present = [cell.strip() for cell in row.cells if cell.strip()]
    label = len(present) <= 2 and present[0].endswith(":") and not present[-1].endswith(":") and width > 2
    header = below[names]
    blank = names == 0 and header.line - row.line > 1 + sum(cell.count("\n") for cell in header.cells)
    valued = any(look(cell) in {"number", "time"} and not is_year(cell) for cell in present)
    longer = names == 0 and _filled(row) > width and valued
    return label or (blank and (valued or _filled(row) < _filled(header))) or longer


def _names_all(row: Row, width: int) -> bool:
    """True for a row that could name every column: words, each another one."""
    cells = [cell.strip() for cell in row.cells[:width]]
    return (
        len(row.cells) == width
        and len(set(cells)) == width
        and all(look(cell) == "word" for cell in cells)
        and not any(cell.endswith(":") for cell in cells)
    )


def _names_sparsely(row: Row, below: Row, width: int) -> bool:
    """True for a header with many blank names: a title would begin in the first column."""
    places = [place for place, cell in enumerate(row.cells) if cell.strip()]
    return (
        len(row.cells) == len(below.cells) == width
        and bool(places)
        and places != list(range(len(places)))
        and all(look(row.cells[place]) == "word" for place in places)
        and any(look(cell) in _TYPED for cell in below.cells)
    )


def _leading_comments(rows: Sequence[Row]) -> int:
    count = 0
    for row in rows:
        if not _is_comment(row):
            break
        count += 1
    return count if count < len(rows) else 0


def _at_row(full: Sequence[Row], skip_rows: int) -> int:
    """How many of the full rows lie in the first `skip_rows` lines."""
    return min(sum(row.line <= skip_rows for row in full), len(full))


def _is_comment(row: Row) -> bool:
    return row.cells[0].lstrip().startswith(("#", "//", "--"))


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _spans(above: Row, header: Row, width: int) -> bool:
    """True when `above` names groups of the header's columns, as merged cells do."""
    places = [place for place, cell in enumerate(above.cells) if cell.strip()]
    if len(above.cells) < width - 1 or len(places) < 2 or header.line - above.line > 1:
        return False
    if any(look(cell) in _TYPED and not is_year(cell) for cell in above.cells if cell.strip()):
        return False
    return places != list(range(len(places)))


def _columns(body: Sequence[Row], width: int) -> list[str]:
    """The look that at least four in five values of each column share; 'word' for none."""
    found = []
    for place in range(width):
        looks = Counter(look(row.cells[place]) for row in body[:_BODY] if place < len(row.cells))
        del looks["blank"], looks["missing"]
        if not looks:
            found.append("blank")
            continue
        kind, count = looks.most_common(1)[0]
        found.append(kind if count >= 0.8 * looks.total() else "word")
    return found


def _votes(rows: Sequence[Row], width: int) -> float:
    """Above 0: the first row names columns; below: it is one of values; 0: nothing tells."""
    if not rows:
        return 0.0
    first, body = [cell.strip() for cell in rows[0].cells], rows[1:]
    if not body:
        return -1.0 if any(look(cell) in {"number", "time"} for cell in first) else 0.5
    # The row below may be a second header row, and values begin after it.
    looks = _columns(body[1:] if len(body) > 2 else body, width)
    numbers = [cell for place, cell in enumerate(first[:width]) if look(cell) == "number"]
    counted = years_in_a_row(numbers) or numbers in _counts(len(numbers))
    votes = 0.0
    for place, cell in enumerate(first[:width]):
        kind = look(cell)
        if not cell or looks[place] == "blank":
            continue
        values = [row.cells[place].strip() for row in body[:_BODY] if place < len(row.cells)]
        if looks[place] in _TYPED:
            if kind in {"word", "missing"} or (kind == "flag" and not _same_flags(cell, values)):
                votes += 1.0
            elif kind == "number" and counted and len(numbers) > 1 and not all(map(is_year, values[:5])):
                votes += 0.3
            else:
                votes -= 1.5
        else:
            votes += _word_vote(cell, kind, values)
    return votes


def _same_flags(cell: str, values: Sequence[str]) -> bool:
    """Whether a column writes its truth values as this cell would: `y` stands above `false` as a name only."""
    pairs = [pair for pair in FLAG_PAIRS if cell.lower() in pair]
    return any(value.lower() in pair for pair in pairs for value in values)


def _word_vote(cell: str, kind: str, values: Sequence[str]) -> float:
    if cell in values:
        return -1.0
    if kind in {"number", "time"}:
        return 0.0 if is_year(cell) else -0.7
    shapes = Counter(pattern(value) for value in values if value)
    shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
    if count < 0.8 * shapes.total() or (len(shapes) > 1 and count < 3):
        return 0.0
    return 0.5 if pattern(cell) != shape else (-0.3 if any(sign.isdigit() for sign in cell) else 0.0)


def _counts(length: int) -> tuple[list[str], list[str]]:
    return [str(number) for number in range(length)], [str(number + 1) for number in range(length)]


def _header_rows(rows: Sequence[Row], width: int, votes: float) -> int:
    """0, 1, or 2 for a header of groups above names (or names above units)."""
    if votes < 0 or not rows:
        return 0
    if len(rows) < 4 or width < 2:
        return 1
    first, second = rows[0].cells, rows[1].cells
    looks = _columns(rows[2:], width)
    typed_places = [place for place in range(min(width, len(second))) if looks[place] in _TYPED]
    words = [place for place in typed_places if second[place].strip() and look(second[place]) == "word"]
    values = [place for place in typed_places if look(second[place]) in _TYPED]
    if values or not words:
        return 1
    names = [cell.strip() for cell in first[:width]]
    repeats = len(set(names)) < len(names)
    least = 1 if repeats or _described(second, rows[2:], looks) else 2
    if len(words) < least or len(words) * 2 < len(typed_places):
        return 1
    return 2 + _more_header(rows[2:], width)


def _more_header(rows: Sequence[Row], width: int) -> int:
    """How many more rows below two of a header are none of values either, as instruments write units and methods."""
    count = 0
    for place, row in enumerate(rows[: min(2, len(rows) - 2)]):
        looks = _columns(rows[place + 1 :], width)
        typed_places = [at for at in range(min(width, len(row.cells))) if looks[at] in _TYPED]
        kinds = {look(row.cells[at]) for at in typed_places}
        if kinds & _TYPED or "word" not in kinds:
            break
        count = place + 1
    return count


def _described(second: Sequence[str], body: Sequence[Row], looks: Sequence[str]) -> bool:
    """True where the second row differs from the rows below it in a column of words as well: they share a shape."""
    if len(second) < 3 or not any(" " in cell.strip() or "!!" in cell for cell in second):
        return False  # a word among numbers may as well be a value
    for place, kind in enumerate(looks[: len(second)]):
        values = [row.cells[place].strip() for row in body[:_BODY] if place < len(row.cells)]
        shapes = {pattern(value) for value in values if value}
        if kind == "word" and len(shapes) == 1 and len(values) > 2 and pattern(second[place]) not in shapes:
            return any(sign.isdigit() for sign in values[0])
    return False


def _has_row_names(body: Sequence[Row], width: int) -> bool:
    return bool(body) and all(len(row.cells) == width and row.cells[-1].strip() for row in body[:_BODY])


def _comment_cut(cells: list[str]) -> list[str]:
    return (
        [cells[0].lstrip().lstrip("#").lstrip(), *cells[1:]]
        if cells and cells[0].lstrip().startswith("#")
        else cells
    )


def _names(head: Sequence[Sequence[str]], width: int) -> list[str]:
    """One name a column; groups reach over the blank cells to their right."""
    names = [""] * width
    for level, cells in enumerate(head):
        group = ""
        below = head[level + 1] if level + 1 < len(head) else None
        for place in range(width):
            cell = cells[place].strip() if place < len(cells) else ""
            if below is not None:
                named = place < len(below) and below[place].strip()
                group = cell or (group if named else "")
                cell = group
            if cell and cell != names[place]:
                names[place] = f"{names[place]} {cell}".strip()
    return names


def _told(
    full: Sequence[Row], above: int, header: int, votes: float, options: ReadOptions
) -> list[ReadDecision]:
    told = []
    if above or options.skip_rows is not None:
        line = full[above - 1].line if above else 0
        told.append(
            ReadDecision(
                what="rows above the table",
                value=f"{above} skipped" if above else "none",
                note="as you chose"
                if options.skip_rows is not None
                else "they fill fewer columns than the table does",
                option="skip_rows",
                chosen=str(line),
                confidence="certain" if options.skip_rows is not None else "likely",
                alternatives=(Alternative(value="0", label="none: the table begins in the first line"),),
            )
        )
    confidence: Confidence = "certain" if abs(votes) >= 1 or options.header_rows is not None else "assumed"
    value = {0: "none", 1: "first row", 2: "first two rows"}.get(header, f"first {header} rows")
    notes = {
        0: "the first row looks like values, so the columns are numbered",
        2: "the names of both are joined",
    }
    note = "as you chose" if options.header_rows is not None else notes.get(header, "")
    if confidence == "assumed":
        note = "nothing in the file tells whether the first row holds names or values"
    others = [(0, "none: the first row is data"), (1, "first row"), (2, "first two rows")]
    told.append(
        ReadDecision(
            what="header",
            value=value,
            note=note,
            option="header_rows",
            chosen=str(header),
            confidence=confidence,
            alternatives=tuple(Alternative(value=str(n), label=label) for n, label in others if n != header),
        )
    )
    return told
