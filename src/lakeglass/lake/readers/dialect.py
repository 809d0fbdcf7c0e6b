"""How a delimited text is laid out: its delimiter, quotes and escapes.

A candidate is as good as its rows are alike and its cells look like values (after 'Wrangling messy CSV files by
detecting row and type patterns', van den Burg et al. 2019, https://doi.org/10.1007/s10618-019-00646-y).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lakeglass.lake.decisions import Alternative, Confidence, ReadDecision, ReadOptions
from lakeglass.lake.readers.rows import (
    FIXED,
    NONE,
    SPACES,
    WIDE_SPACES,
    Dialect,
    Irregular,
    is_blank,
    rows_of,
)
from lakeglass.lake.readers.shapes import typed

_WORDS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    "^": "caret",
    "~": "tilde",
    ":": "colon",
    "\x1f": "unit separator",
    "\x1e": "record separator",
    "\x01": "control A",
    SPACES: "blanks",
    WIDE_SPACES: "two or more blanks",
    FIXED: "fixed widths",
    NONE: "none (one column)",
}
# How much a delimiter is expected: signs that stand inside of values need more evidence.
_USUAL = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.03,
    "|": 1.0,
    "^": 0.98,
    "~": 0.98,
    "\x1f": 1.0,
    "\x1e": 1.0,
    "\x01": 1.0,
}
_UNUSUAL = {
    ":": 0.78,
    SPACES: 0.7,
    WIDE_SPACES: 0.8,
    FIXED: 0.77,
    "-": 0.5,
    "/": 0.5,
    ".": 0.4,
    "_": 0.5,
    "'": 0.3,
}
_OTHER = 0.75
_LONG = re.compile(r"\|\||::|;;|,,|\^\^|~~|\|~\||~\|~|#\|#|@@|\t\t|\|#\||<>|\$\$|, (?=\S)")
_SIGN = re.compile(r"[^\w\s\"'().+\-/\\€£¥￥₹₩]|[\t\x01\x1e\x1f]")
_CLOCK = re.compile(r"(?<![\d.,])\d{1,2}:\d\d(?::\d\d)?(?!\d)")
# One column is as good as this, plus what its cells look like.
_ALONE = 0.35
_LINES = 300
# A drawn line below the names of columns, and how soon it comes.
_RULED = re.compile(r"\s*[-=]{2,}(?: +[-=]{2,})+")
_LEAST_RULED = 20
# What is drawn, or written in signs that nothing else uses, is meant so.
_DRAWN = 1.3
_FIXED_WIDTH = 2_000
# A first line of Excel's own, which names the delimiter.
_SEPARATOR = re.compile(r'\ufeff?"?sep=([^"\s]|\t)"?\r?\n', re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'(?:[^'\n]|'')*'(?=[,;\t|]|\r?$)", re.MULTILINE)
# A line that was quoted as if it were a single value.
_WRAPPED = re.compile(r'"(?:[^"]|"")*"')
_ESCAPED = re.compile(r"\\[\"',;\t|^~\\]")


@dataclass(frozen=True, slots=True)
class Detected:
    """The dialect, what speaks for another one, and how many leading lines name it (Excel's `sep=;`)."""

    dialect: Dialect
    decisions: tuple[ReadDecision, ...]
    skip: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    dialect: Dialect
    score: float


def detect(sample: str, *, whole: bool, options: ReadOptions, lone_returns: bool = False) -> Detected:
    """The dialect of a text that begins with `sample`; `whole` when there is no more. Options are followed."""
    skip = 0
    said = None
    if match := _SEPARATOR.match(sample):
        skip, said = 1, match.group(1)
        sample = sample[match.end() :]
    lines = sample.splitlines(keepends=True)
    if not whole and len(lines) > 1:
        lines.pop()
    lines = _without_comments(lines[:_LINES])
    wanted = options.delimiter or said
    candidates = sorted(_candidates(lines, wanted, options), key=lambda found: -found.score)
    best = candidates[0] if candidates else _Candidate(Dialect(wanted or ","), 0.0)
    if _is_padded(lines, best.dialect.delimiter):
        best = replace(best, dialect=replace(best.dialect, padded=True))
    if lone_returns:
        best = _with_returns(best, sample, lines_end=whole)
    told = [_delimiter_told(best, candidates, chosen=options.delimiter, said=said)]
    if best.dialect.quote != '"':
        value = {"'": "single quotes", "": "none"}.get(best.dialect.quote, best.dialect.quote)
        alternatives = (Alternative(value='"', label="double quotes"),)
        told.append(
            ReadDecision(
                what="quotes",
                value=value,
                option="quote",
                chosen=best.dialect.quote,
                confidence="likely",
                alternatives=alternatives,
            )
        )
    if best.dialect.escape:
        told.append(
            ReadDecision(
                what="escape",
                value="backslash",
                option="escape",
                chosen=best.dialect.escape,
                confidence="likely",
                alternatives=(Alternative(value="", label="none: quotes are doubled"),),
            )
        )
    return Detected(best.dialect, tuple(told), skip)


def _without_comments(lines: list[str]) -> list[str]:
    """The lines below those remarks that stand above a table; the last one may hold the names of its columns."""
    first = next((place for place, line in enumerate(lines) if not line.startswith("#")), 0)
    return lines[first:] if first > 1 else lines


def in_words(delimiter: str) -> str:
    """A delimiter as people call it."""
    return _WORDS.get(delimiter, delimiter)


def _candidates(lines: Sequence[str], wanted: str | None, options: ReadOptions) -> Iterator[_Candidate]:
    text = "".join(lines)
    quotes = [options.quote] if options.quote is not None else ['"']
    if options.quote is None and _single_quoted(text):
        quotes.append("'")
    escapes = [options.escape] if options.escape is not None else [""]
    if options.escape is None and _ESCAPED.search(text):
        escapes.append("\\")
    for delimiter in [wanted] if wanted else _delimiters(lines):
        if delimiter == FIXED:
            ruled = _ruled_starts(lines)
            if len(starts := ruled or _fixed_starts(lines)) > 1:
                fixed = Dialect(FIXED, starts=starts)
                # Where blanks divide every line evenly, places that happen to be blank say less.
                sure = _DRAWN if ruled else 0.9 if _is_even(lines, Dialect(SPACES)) else 1.0
                yield _Candidate(fixed, _fit(lines, fixed) * sure)
            continue
        for quote in quotes:
            # Where doubled quotes make every row alike, a backslash before a quote is the end of a value.
            doubled = len(escapes) > 1 and _is_even(lines, Dialect(delimiter, quote))
            for escape in escapes[:1] if doubled else escapes:
                dialect = Dialect(delimiter, quote, escape)
                # The plainest one wins between equals.
                plain = 1.0 - 0.01 * bool(escape) - 0.005 * (quote == "'")
                yield _Candidate(dialect, _fit(lines, dialect) * plain)
        if len(delimiter) == 1 and options.escape is None and _dumped(text, delimiter):
            dump = Dialect(delimiter, quote="", around="dump")
            yield _Candidate(dump, _fit(lines, dump) * _DRAWN)
        around = _around(lines, delimiter)
        if around and options.quote is None:
            framed = Dialect(delimiter, around=around, padded=around == "pipes")
            yield _Candidate(framed, _fit(lines, framed) * 1.02)


def _dumped(text: str, delimiter: str) -> bool:
    """True where `\\N` stands for a missing value, as in the dumps of MySQL, PostgreSQL and Hive."""
    edge = re.escape(delimiter)
    return re.search(rf"(?:^|{edge})\\N(?:{edge}|\r?$)", text, re.MULTILINE) is not None


def _around(lines: Sequence[str], delimiter: str) -> Literal["", "pipes", "quotes"]:
    """What stands around the lines, if it is the same for all of them."""
    texts = [text for line in lines if (text := line.strip())]
    if delimiter == "|":
        tables = [text for text in texts if text.count("|") > 1 and text[:1] == "|"]
        drawn = len(tables) > 1 and all(text[-1] == "|" for text in tables) and len(tables) * 2 > len(texts)
        return "pipes" if drawn else ""
    if not all(_WRAPPED.fullmatch(text) for text in texts) or any(f"{delimiter} " in text for text in texts):
        return ""
    # A single column of quoted values may hold a comma here and there, or amounts; hardly the same two in every row.
    counts = {text.count(delimiter) for text in texts}
    whole = len(texts) > 1 and len(counts) == 1 and min(counts) > 1 and not typed(texts[-1][1:-1])
    return "quotes" if whole and delimiter in _USUAL else ""


def _is_even(lines: Sequence[str], dialect: Dialect) -> bool:
    """True when every row follows the rules and has as many cells as the others, more than one."""
    try:
        widths = {len(row.cells) for row in rows_of(lines, dialect) if not is_blank(row.cells)}
    except Irregular:
        return False
    return len(widths) == 1 and widths != {1}


def _single_quoted(text: str) -> bool:
    found = len(_SINGLE_QUOTED.findall(text))
    return found > 0 and found >= text.count("\n'") and '"' not in text[:1]


def _delimiters(lines: Sequence[str]) -> list[str]:
    """What might delimit: signs that stand on at least a third of the lines."""
    least = max(1, len([line for line in lines if line.strip()]) // 3)
    on_lines = Counter(sign for line in lines for sign in set(_SIGN.findall(_CLOCK.sub("", line))))
    found = [sign for sign, count in on_lines.items() if count >= least]
    long = Counter(sign for line in lines for sign in set(_LONG.findall(line)))
    found += [sign for sign, count in long.items() if count >= least and sign != ", "]
    return [*sorted(found), SPACES, WIDE_SPACES, FIXED, NONE]


def _fit(lines: Sequence[str], dialect: Dialect) -> float:
    """How well the lines read in this dialect: at most about 1."""
    rows: list[list[str]] = []
    broken = 1.0
    try:
        rows.extend(row.cells for row in rows_of(lines, dialect) if not is_blank(row.cells))
    except Irregular as error:
        # What came before it can be judged, and the sample may only have been cut inside of a field.
        broken = 0.9 if error.line < len(lines) else 1.0
        if error.line < len(lines):
            rows = [
                row.cells
                for row in rows_of(lines, dialect, quoting="plain")
                if any(c.strip() for c in row.cells)
            ]
    if not rows:
        return 0.0
    if dialect.delimiter == NONE:
        return _ALONE + 0.6 * _alone(rows)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, _ = max(widths.items(), key=lambda item: (item[1], item[0]))
    first = next(place for place, row in enumerate(rows) if len(row) == width)
    body = rows[first:]
    alike = sum(1.0 if len(row) == width else 0.4 if len(row) > 1 else 0.0 for row in body) / len(body)
    alike *= 1.0 - 0.3 * first / len(rows)
    if first and len(rows[first - 1]) == 1:
        # A title, or the name of a single column whose values hold the delimiter; surely where another one divides
        # every line, that name among them.
        alike *= 0.7 if _otherwise_even(lines, dialect.delimiter) else 0.9 if first == 1 else 1.0
    cells = [cell for row in (body[1:] or body)[:_LINES] if len(row) == width for cell in row if cell.strip()]
    values = sum(typed(cell) for cell in cells) / len(cells) if cells else 0.0
    usual = _USUAL.get(dialect.delimiter) or _UNUSUAL.get(dialect.delimiter) or _OTHER
    if len(dialect.delimiter) > 1 and dialect.delimiter not in _WORDS:
        usual = 1.02  # as good as its single sign, but without the empty columns between
    full = sum(bool(cell.strip()) for row in body for cell in row) / max(sum(len(row) for row in body), 1)
    return alike * (0.45 + 0.55 * values) * usual * (0.8 + 0.2 * full) * broken


def _otherwise_even(lines: Sequence[str], delimiter: str) -> bool:
    """True where another usual delimiter is as often on the line of names as on those of values."""
    texts = [line for line in lines if line.strip()]
    first = next((place for place, line in enumerate(texts) if delimiter in line), 0)
    if not first:
        return False
    body = texts[first:]
    for other in ",;\t|":
        count = texts[first - 1].count(other)
        if (
            other != delimiter
            and count
            and sum(text.count(other) == count for text in body) >= 0.8 * len(body)
        ):
            return True
    return False


def _alone(rows: Sequence[Sequence[str]]) -> float:
    """The share of whole lines that are values; one with a comma is only where the first line has none."""
    divided = any(sign in rows[0][0] for sign in ",; \t|")
    values = [row[0] for row in rows[1:] or rows]
    return sum(
        typed(value) and not (divided and any(sign in value for sign in ",; \t|")) for value in values
    ) / len(values)


def _ruled_starts(lines: Sequence[str]) -> tuple[int, ...]:
    """Where columns begin by a line of dashes below their names, as clients of databases draw it."""
    for line in lines[:_LEAST_RULED]:
        if _RULED.fullmatch(line.rstrip()):
            return tuple(match.start() for match in re.finditer(r"[-=]+", line))
    return ()


def _fixed_starts(lines: Sequence[str]) -> tuple[int, ...]:
    """Where columns of fixed width begin: after places that are blank on every line."""
    texts = [line.rstrip("\r\n") for line in lines if line.strip() and "\t" not in line]
    width = max(map(len, texts), default=0)
    if len(texts) < 3 or width > _FIXED_WIDTH:
        return ()
    blank = [all(len(text) <= place or text[place] == " " for text in texts) for place in range(width)]
    return tuple(place for place in range(width) if not blank[place] and (place == 0 or blank[place - 1]))


def _is_padded(lines: Sequence[str], delimiter: str) -> bool:
    """True when blanks follow nearly every delimiter: they belong to the layout."""
    if delimiter in _WORDS and len(delimiter) > 1:
        return False
    text = "".join(lines)
    found = text.count(delimiter)
    return found > 2 and text.count(delimiter + " ") >= 0.95 * found


def _with_returns(best: _Candidate, sample: str, *, lines_end: bool) -> _Candidate:
    """Whether a CR alone ends a row or belongs to a value: as the rows are more alike."""
    kept = re.split(r"(?<=\n)", sample)
    kept = kept if lines_end or len(kept) < 2 else kept[:-1]
    text = replace(best.dialect, lone_returns="text")
    return _Candidate(text, score) if (score := _fit(kept[:_LINES], text)) > best.score else best


def _delimiter_told(
    best: _Candidate, candidates: Sequence[_Candidate], *, chosen: str | None, said: str | None
) -> ReadDecision:
    delimiter = best.dialect.delimiter
    others: dict[str, float] = {}
    for candidate in candidates:
        other = candidate.dialect.delimiter
        if other != delimiter and candidate.score > 0:
            others[other] = max(candidate.score, others.get(other, 0.0))
    near = [other for other, score in others.items() if score >= best.score * 0.9]
    confidence: Confidence = "likely" if near and chosen is None and said is None else "certain"
    note = "as you chose" if chosen else "the first line says so" if said else ""
    if confidence == "likely":
        note = f"{' or '.join(in_words(other) for other in near[:2])} would divide the rows about as evenly"
    offered = [
        *near,
        *(other for other in (",", ";", "\t", "|", NONE) if other not in near and other != delimiter),
    ]
    return ReadDecision(
        what="delimiter",
        value=in_words(delimiter),
        note=note,
        option="delimiter",
        chosen=delimiter,
        confidence=confidence,
        alternatives=tuple(Alternative(value=other, label=in_words(other)) for other in offered[:5]),
    )
