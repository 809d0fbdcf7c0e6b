"""Columns and values that a sentence of a long question speaks of, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.link import Item, Schema, link
from lakeglass.ask.language.prose.words import has, pattern, tables
from lakeglass.ask.language.text import words_of
from lakeglass.ask.plan.validate import NUMERIC, TEMPORAL

_BRACKET = pattern("mentions", "bracket")
_BEFORE = pattern("mentions", "before")
_STOPS = frozenset(tables()["stop"]["words"])
_LEAST = 0.77
_FEW_VALUES = 60
_NUMBER = pattern("mentions", "number")


@dataclass(frozen=True)
class Mention:
    """A column by its name, or a value of one; `end` is behind its last letter. `exact` as it is written."""

    start: int
    end: int
    column: str
    value: str | None = None
    exact: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numeral:
    """A number in a sentence."""

    start: int
    end: int
    value: float


@dataclass
class Sentence:
    """A sentence with what it speaks of; `used` are stretches of it that something in the plan stands for."""

    text: str
    columns: list[Mention]
    values: list[Mention]
    numbers: list[Numeral]
    used: list[tuple[int, int]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def low(self) -> str:
        """In lower case."""
        return self.text.lower()

    def take(self, start: int, end: int) -> None:
        """Mark a stretch."""
        self.used.append((start, end))

    def free(self, start: int, end: int) -> bool:
        """True while nothing stands for any of it."""
        return not any(a < end and start < b for a, b in self.used)

    def left(self) -> list[Mention]:
        """Columns that nothing stands for yet."""
        return [m for m in self.columns if self.free(m.start, m.end)]


class Reader:
    """Reads sentences over one table; knows the columns that the question makes on the way."""

    def __init__(self, schema: Schema, question: str) -> None:
        self.schema = schema
        self.columns = {c.name: c for c in schema.index.columns}
        self.made: dict[str, tuple[str, ...]] = {}
        self.aliases: dict[tuple[str, ...], str] = {}
        self.named = self._written(question)

    def _written(self, question: str) -> frozenset[str]:
        """Columns whose name the question writes as the table does."""
        return frozenset(
            n for n in self.columns if re.search(rf"(?<![\w.]){re.escape(n)}(?!\w|\.\w)", question)
        )

    def sentence(self, text: str) -> Sentence:
        """A sentence with its mentions."""
        told = self._explained(text)
        columns, values = [], []
        for item in link(told, self.schema):
            start, end = item.tokens[0].start, item.tokens[-1].end
            found = self._column(item, start, end)
            if found is not None:
                columns.append(found)
            elif item.values:
                value = self._value(item, start, end)
                if value is not None:
                    values.append(value)
        columns = self._written_here(told, columns)
        columns = self._made_here(told, columns)
        columns, values = self._spelled_values(told, columns, values)
        values = [v for v in values if not any(c.start < v.end and v.start < c.end for c in columns)]
        numbers = [
            Numeral(m.start(), m.end(), float(m.group().replace(",", "").replace("$", "")))
            for m in _NUMBER.finditer(told)
            if not any(c.start <= m.start() < c.end for c in (*columns, *values))
        ]
        return Sentence(told, columns, values, numbers)

    def _explained(self, text: str) -> str:
        """'the crime rate (crim)': the column in brackets stands for the words before it."""
        for match in list(_BRACKET.finditer(text)):
            inner = match.group(1)
            exact = inner in self.columns
            if not exact:
                found = self.schema.index.match(words_of(inner)) if words_of(inner) else ()
                exact = bool(found) and found[0].score >= 1.0 and not inner.isdigit()
            if not exact:
                continue
            begin = match.start()
            for _ in range(6):
                before = _BEFORE.search(text[:begin])
                if before is None or before.group().strip().lower() in _STOPS or not before.group().strip():
                    break
                if has("superlative", before.group()) or has("quantity", before.group()):
                    break
                if re.search(r"[,;:)]", before.group()) or re.fullmatch(r"\d{1,3}", before.group().strip()):
                    break
                begin = before.start()
            self.alias(text[begin : match.start()], inner)
            text = (
                text[:begin]
                + " " * (match.start() - begin)
                + " "
                + text[match.start() + 1 : match.end() - 1]
                + " "
                + text[match.end() :]
            )
        return text

    def alias(self, words: str, name: str) -> None:
        """Words that the question explains by a column in brackets name it from there on."""
        found = words_of(words)
        column = name if name in self.columns else self.schema.index.match(words_of(name))[0].column.name
        if found and all(w not in _STOPS for w in found) and (len(found) > 1 or len(found[0]) > 4):
            self.aliases[found] = column

    def _column(self, item: Item, start: int, end: int) -> Mention | None:
        if not item.columns or item.number is not None:
            return None
        best = item.columns[0]
        if best.score < _LEAST:
            return None
        if item.keywords and best.score < 0.95 and best.column.name not in self.named:
            return None
        if item.text.lower() in tables()["stop"]["common"] and best.column.name not in self.named:
            return None
        if best.fuzzy and any(t.word in _STOPS for t in item.tokens):
            return None
        close = [m.column.name for m in item.columns if m.score >= best.score - 0.04]
        if len(close) > 1:
            said = [n for n in close if n in self.named]
            if len(said) != 1:
                return None
            return Mention(start, end, said[0])
        return Mention(start, end, best.column.name, exact=best.score >= 0.95)

    def _value(self, item: Item, start: int, end: int) -> Mention | None:
        matches = [v for v in item.values if not v.part]
        if item.keywords and not item.quoted and not any(item.text == v.value for v in matches):
            return None
        names = list(dict.fromkeys(v.column.name for v in matches))
        if not names:
            return None
        said = [n for n in names if n in self.named]
        name = said[0] if said else names[0]
        value = next(v.value for v in matches if v.column.name == name)
        return Mention(
            start, end, name, value=value, exact=len(names) == 1 or len(said) == 1, others=tuple(names)
        )

    def _written_here(self, text: str, columns: list[Mention]) -> list[Mention]:
        """Names as they are written in the table win over any other reading of the same words."""
        for name in self.named:
            if len(name) < 2 and not name.isupper():
                continue
            for m in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", text):
                if name.islower() and name in _STOPS:
                    continue
                exact = Mention(m.start(), m.end(), name, exact=True)
                inside = [c for c in columns if c.start < exact.end and exact.start < c.end]
                if any(c.end - c.start > exact.end - exact.start and c.exact for c in inside):
                    continue
                columns = [c for c in columns if c not in inside] + [exact]
        return sorted(columns, key=lambda c: c.start)

    def _made_here(self, text: str, columns: list[Mention]) -> list[Mention]:
        """Columns that the question made, by the name that it gave them."""
        for words, name in self.aliases.items():
            for m in re.finditer(
                r"(?i)(?<!\w)" + r"\s+".join(re.escape(w) for w in words) + r"s?(?!\w)", text
            ):
                columns = [c for c in columns if not (c.start < m.end() and m.start() < c.end)]
                columns.append(Mention(m.start(), m.end(), name, exact=True))
        for name, words in self.made.items():
            spelled = (
                {re.escape(name), r"[\s_-]+".join(re.escape(w) for w in words)}
                if words
                else {re.escape(name)}
            )
            for m in re.finditer(
                rf"(?i)(?<!\w)(?:{'|'.join(sorted(spelled, key=len, reverse=True))})(?!\w)", text
            ):
                columns = [c for c in columns if not (c.start < m.end() and m.start() < c.end)]
                columns.append(Mention(m.start(), m.end(), name, exact=True))
        return sorted(columns, key=lambda c: c.start)

    def _spelled_values(
        self, text: str, columns: list[Mention], values: list[Mention]
    ) -> tuple[list[Mention], list[Mention]]:
        """'mature moms' is a value of mature, and 'low birthweight' the value low of lowbirthweight; 'German' is one
        that begins like Germany."""
        for column in self.columns.values():
            if column.statistics.kind != "text" or column.statistics.distinct > _FEW_VALUES:
                continue
            for value in (str(t.value) for t in column.statistics.top_values if t.value is not None):
                for m in (
                    re.finditer(rf"(?i)(?<![\w-]){re.escape(value)}s?(?![\w-])", text)
                    if len(value) > 2
                    else ()
                ):
                    columns, values = self._weighed(text, m, column.name, value, columns, values)
        return columns, self._inflected(text, columns, self._beside(text, columns, values))

    def _beside(self, text: str, columns: list[Mention], values: list[Mention]) -> list[Mention]:
        """'garage no': directly behind its column, a short word is its value."""
        for mention in columns:
            column = self.columns.get(mention.column)
            if column is None or column.statistics.kind != "text" or column.statistics.distinct > _FEW_VALUES:
                continue
            for value in (str(t.value) for t in column.statistics.top_values if t.value is not None):
                match = re.compile(
                    rf"(?i)\s*(?:=|:|is|are|equal to)?\s*['\"“]?({re.escape(value)})(?!\w)"
                ).match(text, mention.end)
                if match is None or match.start(1) == mention.end or value.lower() in _STOPS:
                    continue
                if not any(v.start < match.end() and match.start(1) < v.end for v in values):
                    found = Mention(
                        match.start(1),
                        match.end(1),
                        column.name,
                        value=value,
                        exact=True,
                        others=(column.name,),
                    )
                    values = [*values, found]
        return values

    def _weighed(
        self,
        text: str,
        match: re.Match[str],
        name: str,
        value: str,
        columns: list[Mention],
        values: list[Mention],
    ) -> tuple[list[Mention], list[Mention]]:
        covers = [
            c
            for c in columns
            if match.start() <= c.start and c.end <= match.end() and len(match.group()) > c.end - c.start
        ]
        beside = [
            c
            for c in columns
            if c.column == name
            and c.start <= match.end() + 1
            and match.start() <= c.end
            and c not in covers
            and (c.start < match.start() or text[c.start : c.end] != match.group())
        ]
        if not covers and not beside:
            return columns, values
        end = max([match.end(), *(c.end for c in beside)])
        columns = [c for c in columns if c not in covers and c not in beside]
        values = [v for v in values if not (v.start < end and match.start() < v.end)]
        return columns, [*values, Mention(match.start(), end, name, value=value, exact=True, others=(name,))]

    def _inflected(self, text: str, columns: list[Mention], values: list[Mention]) -> list[Mention]:
        """A name in capitals that begins like one value of the table."""
        for m in re.finditer(r"(?<=\s)[A-Z][a-z]{3,}\b", text):
            if any(c.start < m.end() and m.start() < c.end for c in (*columns, *values)):
                continue
            word = m.group().lower()
            near = [
                (c.name, str(t.value))
                for c in self.columns.values()
                if c.statistics.kind == "text" and c.statistics.distinct <= 250
                for t in c.statistics.top_values
                if t.value is not None and _alike(word, str(t.value).lower())
            ]
            if len(near) == 1:
                values = [
                    *values,
                    Mention(m.start(), m.end(), near[0][0], value=near[0][1], others=(near[0][0],)),
                ]
        return sorted(values, key=lambda v: v.start)

    def numeric(self, name: str) -> bool:
        """True for numbers, made ones included."""
        column = self.columns.get(name)
        return name in self.made if column is None else column.statistics.kind in NUMERIC

    def dated(self, name: str) -> bool:
        """True for dates."""
        column = self.columns.get(name)
        return column is not None and column.statistics.kind in TEMPORAL

    def few(self, name: str, limit: int = 12) -> bool:
        """True for a column that can cut the rows into a few groups."""
        column = self.columns.get(name)
        if column is None:
            return False
        few = column.statistics.distinct <= limit
        return few if column.statistics.kind in NUMERIC else column.statistics.kind in {"text", "boolean"}

    def distinct(self, name: str) -> int:
        """How many values a column has."""
        column = self.columns.get(name)
        return column.statistics.distinct if column is not None else 0

    def has_value(self, column: str, value: float) -> bool:
        """True when a number lies within the column's bounds."""
        known = self.columns.get(column)
        if known is None:
            return True
        low, high = known.statistics.minimum, known.statistics.maximum
        return isinstance(low, int | float) and isinstance(high, int | float) and low <= value <= high

    def label(self) -> str | None:
        """The column that names the rows: text, and hardly ever the same."""
        texts = [c for c in self.columns.values() if c.statistics.kind == "text"]
        best = max(texts, key=lambda c: c.statistics.distinct, default=None)
        enough = best is not None and best.statistics.distinct >= 0.5 * self.schema.table.statistics.rows
        return best.name if best is not None and enough else None

    def date_column(self) -> str | None:
        """The only column of dates."""
        dates = [c.name for c in self.columns.values() if c.statistics.kind in TEMPORAL]
        return dates[0] if len(dates) == 1 else None


def _alike(word: str, value: str) -> bool:
    """'german' and 'germany', 'italian' and 'italy'."""
    shared = 0
    for a, b in zip(word, value, strict=False):
        if a != b:
            break
        shared += 1
    return " " not in value and shared >= 4 and shared >= len(value) - 2 and len(word) - shared <= 4


def nearest_before(mentions: Sequence[Mention], text: str, place: int, words: int) -> Mention | None:
    """The last mention that ends at most so many words before a place of the text, in the same clause."""
    for mention in reversed(mentions):
        if mention.end <= place:
            between = text[mention.end : place]
            if len(between.split()) <= words and not re.search(r"[,;:]", between):
                return mention
            return None
    return None


def next_after(mentions: Sequence[Mention], text: str, place: int, words: int) -> Mention | None:
    """The first mention that begins at most so many words behind a place of the text."""
    for mention in mentions:
        if mention.start >= place:
            between = text[place : mention.start]
            return mention if len(between.split()) <= words and not re.search(r"[,;:.?]", between) else None
    return None


def model_of(reader: Reader, name: str) -> ColumnModel | None:
    """The table's own column of this name."""
    return reader.columns.get(name)
