"""From tokens to items: every stretch of the question with all that it may mean. Longest stretch wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lakeglass.ask.language.columns import ColumnIndex, ColumnMatch, ColumnModel, column_model
from lakeglass.ask.language.lexicon import Keyword, Lexicon
from lakeglass.ask.language.taught import TaughtIndex
from lakeglass.ask.language.text import Token, stem, tokenise, words_of
from lakeglass.ask.language.values import ValueIndex, ValueMatch
from lakeglass.ask.plan import TableContext

_LONGEST_NAME = 7
_SAME_STEM = 0.9
_FEW_VALUES = 30
_SMALL = frozenset(
    ["from", "to", "by", "in", "of", "for", "with", "on", "at", "and", "or", "is", "a", "the", "per", "as"]
)


@dataclass(eq=False)
class Item:
    """A stretch of the question. The grammar sets `used` to the part of the plan that it
    went into, and `target` to the column of a condition. `supposed` rows go by a word that the table does not use;
    `guessed` ones by a word that nothing but its place in the question tells; `taught` words name their column because
    a user said so."""

    text: str
    tokens: tuple[Token, ...]
    keywords: tuple[Keyword, ...] = ()
    columns: tuple[ColumnMatch, ...] = ()
    values: tuple[ValueMatch, ...] = ()
    rows: bool = False
    supposed: bool = False
    guessed: bool = False
    used: str = ""
    target: str = ""
    inverse: bool = False
    taught: bool = False

    @property
    def number(self) -> float | None:
        """The number, if it is one."""
        return self.tokens[0].number if len(self.tokens) == 1 else None

    @property
    def quoted(self) -> bool:
        """True for text in quotes."""
        return self.tokens[0].kind == "quoted"

    @property
    def free(self) -> bool:
        """True while no part of the plan uses it."""
        return not self.used

    @property
    def exact_column(self) -> bool:
        """True when a column bears exactly this name."""
        return bool(self.columns) and self.columns[0].score >= 0.95

    def has(self, role: str, *names: str) -> bool:
        """True when a keyword of this role (and one of these names) is among the readings."""
        return any(k.role == role and (not names or k.name in names) for k in self.keywords)

    def name_of(self, role: str) -> str:
        """The first keyword's name in a role, or an empty string."""
        return next((k.name for k in self.keywords if k.role == role), "")


@dataclass(frozen=True)
class Schema:
    """A table prepared for language: built once a dataset version, then shared by every question."""

    table: TableContext
    index: ColumnIndex
    values: ValueIndex
    row_stems: frozenset[str]
    entities: frozenset[str]
    lexicon: Lexicon = field(repr=False)
    taught: TaughtIndex = field(repr=False)


def schema_of(table: TableContext, lexicon: Lexicon) -> Schema:
    """Prepare a table: column words and roles, value index, and the names that its rows go by."""
    rows = table.statistics.rows
    columns = [column_model(c, rows, lexicon) for c in table.statistics.columns]
    stems = {stem(w) for w in words_of(table.name)[-1:]}
    stems.add(stem("".join(words_of(table.name))))
    for column in columns:
        unique = rows > 0 and column.statistics.distinct == rows
        if unique and column.role == "identifier" and len(column.words) == 2:
            stems.add(stem(column.words[0]))
    return Schema(
        table,
        ColumnIndex(columns, lexicon),
        ValueIndex(columns, lexicon.value_synonyms, codes=lexicon.value_codes, contents=table.contents),
        frozenset(stems),
        _entities(columns, lexicon),
        lexicon,
        TaughtIndex(table.taught, columns),
    )


def _entities(columns: Sequence[ColumnModel], lexicon: Lexicon) -> frozenset[str]:
    """Words for the things that the rows are, as far as the columns show it: people have an age or a gender."""
    words = {w for c in columns for w in c.words}
    signs = lexicon.sections["entity_signs"]
    found = [
        n
        for sort, nouns in lexicon.sections["entity_nouns"].items()
        if words & set(signs[sort])
        for n in nouns
    ]
    return frozenset(found)


def link(question: str, schema: Schema) -> list[Item]:
    """The question as items, in order; a stretch without any meaning is an item without readings."""
    question, _ = schema.taught.expand(question)
    tokens = tokenise(question)
    items: list[Item] = []
    position = 0
    while position < len(tokens):
        item = _longest(question, tokens, position, schema)
        items.append(item)
        position += len(item.tokens)
    for before, item in zip([None, *items], items, strict=False):
        _guess(item, schema)
        if before is not None and not item.columns:
            _abbreviated(before, item, schema)
    items = _merged(items)
    for place, item in enumerate(items):
        _round_off(items, place, schema)
        if not (item.keywords or item.columns or item.values or item.rows):
            _opposite(item, schema)
    for place in range(len(items)):
        _named_value(items, place, schema)
    return items


def _named_value(items: list[Item], place: int, schema: Schema) -> None:
    """'never smoke', where Never is a value of Smoke: beside its column a small word is its value."""
    item = items[place]
    if item.values or item.columns or not item.has("negation", "answer") or item.tokens[0].kind != "word":
        return
    beside = [m.column.name for i in items[max(place - 2, 0) : place + 3] for m in i.columns if i is not item]
    values = tuple(v for v in schema.values.match(item.text) if v.column.name in beside and not v.part)
    if values and len({v.column.name for v in values}) == 1 and values[0].column.role != "flag":
        item.values, item.keywords = values, ()


def _round_off(items: list[Item], place: int, schema: Schema) -> None:
    """'union membership', 'years of education', '25 years old': nouns that add nothing to the column beside them."""
    item, word = items[place], items[place].tokens[0].word
    before = items[place - 1] if place else None
    named = before is not None and bool(before.columns) and before.columns[0].score >= 0.85
    if named and word in schema.lexicon.words("tail") and not item.exact_column and not item.values:
        item.columns, item.keywords, item.rows, item.used = (), (), False, "noun"
        return
    if not item.has("grain") or item.columns or not word.endswith("s"):
        return
    of = place + 1 < len(items) and items[place + 1].text.lower() == "of"
    counted = before is not None and (before.number is not None or before.has("numbers"))
    after = items[place + 1 + of] if place + 1 + of < len(items) else None
    if (of or counted) and after is not None and any(m.column.is_measure for m in after.columns):
        item.keywords, item.used = (), "noun"


def _opposite(item: Item, schema: Schema) -> None:
    """'unmarried' for a yes/no column Married."""
    word = item.tokens[0].word
    for named, opposites in schema.lexicon.sections["opposite"].items():
        matches = schema.index.match([named]) if word in opposites else ()
        if len(matches) == 1 and matches[0].column.role == "flag":
            item.columns, item.inverse = matches, True
            return
    if item.tokens[0].kind != "word" or not word.startswith(("un", "non")) or len(word) < 6:
        return
    matches = schema.index.match([word.removeprefix("non") if word.startswith("non") else word[2:]])
    if len(matches) == 1 and matches[0].column.role == "flag":
        item.columns, item.inverse = matches, True


def _abbreviated(before: Item, item: Item, schema: Schema) -> None:
    """'life expectancy' for lifeExp: a word that the column shortens, behind another word of the same column."""
    word = item.tokens[0].word
    if item.keywords or item.values or item.rows or item.quoted or before.exact_column or before.keywords:
        return
    if word in schema.lexicon.filler or len(before.columns) != 1:
        return
    column = before.columns[0].column
    if any(len(w) >= 3 and len(word) >= len(w) + 2 and word.startswith(w) for w in column.words[1:]):
        item.columns = (ColumnMatch(column, 0.85, fuzzy=True),)


def _merged(items: list[Item]) -> list[Item]:
    """'cost reapir', 'repair expenses': neighbours that each mean part of the same column become one."""
    kept: list[Item] = []
    for item in items:
        before = kept[-1] if kept else None
        shared = _shared(before, item) if before is not None else ()
        if before is None or not shared:
            kept.append(item)
            continue
        text = f"{before.text} {item.text}"
        kept[-1] = Item(text, before.tokens + item.tokens, columns=shared)
    return kept


def _shared(first: Item, second: Item) -> tuple[ColumnMatch, ...]:
    if first.keywords or second.keywords or first.values or second.values or first.rows or second.rows:
        return ()
    if first.exact_column or second.exact_column or second.tokens[0].start - first.tokens[-1].end != 1:
        return ()
    names = {m.column.name for m in first.columns}
    both = [m for m in second.columns if m.column.name in names]
    fuzzy = any(m.fuzzy for m in (*first.columns, *both))
    return tuple(ColumnMatch(m.column, 0.9, fuzzy) for m in both)


def _longest(question: str, tokens: Sequence[Token], position: int, schema: Schema) -> Item:
    token = tokens[position]
    if token.kind == "quoted":
        columns = schema.index.match(words_of(token.text))
        exact = tuple(c for c in columns if c.score >= 1.0)
        return Item(token.text, (token,), columns=exact, values=schema.values.match(token.text))
    most = max(schema.lexicon.longest, schema.values.longest, _LONGEST_NAME)
    stop = next(
        (i for i in range(position, min(position + most, len(tokens))) if tokens[i].kind == "quoted"), None
    )
    limit = min(len(tokens), position + most) if stop is None else stop
    for end in range(limit, position, -1):
        span = tuple(tokens[position:end])
        item = _read(question, span, position, schema)
        if item is not None and not _cuts_a_name(question, tokens, position, end, item, schema):
            return item
    return Item(token.text, (token,))


def _cuts_a_name(
    question: str, tokens: Sequence[Token], position: int, end: int, item: Item, schema: Schema
) -> bool:
    """'are not' in 'are not started', where 'not started' is a value: the longer name keeps its words."""
    if item.columns or item.values or end - position < 2:
        return False
    for start in range(position + 1, end):
        if _ends_in_a_name(tokens, position, start, end, schema):
            return True
        for stop in range(end + 1, min(len(tokens), end + _LONGEST_NAME) + 1):
            span = tokens[start:stop]
            if any(t.kind == "quoted" for t in span):
                break
            columns = schema.index.match([t.word for t in span])
            named = bool(columns) and columns[0].score >= 1.0
            if named or schema.values.match(question[span[0].start : span[-1].end]):
                return True
    return False


def _ends_in_a_name(tokens: Sequence[Token], position: int, start: int, end: int, schema: Schema) -> bool:
    """'total amount' where a column is called amount: 'total', and the column."""
    head = " ".join(t.word for t in tokens[position:start])
    columns = schema.index.match([t.word for t in tokens[start:end]])
    return bool(columns) and columns[0].score >= 1.0 and head in schema.lexicon.phrases


def _read(question: str, span: tuple[Token, ...], position: int, schema: Schema) -> Item | None:
    words = [t.word for t in span]
    text = question[span[0].start : span[-1].end]
    meant = schema.taught.column(words) if all(t.kind != "quoted" for t in span) else None
    if meant is not None:
        return Item(text, span, columns=(ColumnMatch(meant, 1.0),), taught=True)
    keywords = schema.lexicon.phrases.get(" ".join(words), ())
    columns: tuple[ColumnMatch, ...] = ()
    if len(words) <= _LONGEST_NAME and any(t.kind == "word" for t in span):
        columns = schema.index.match(words)
        if (
            keywords
            and columns
            and len(words) == 1
            and _is_keyword(words[0], columns[0].score, span[0], schema)
        ):
            columns = ()
    supposed = len(words) == 1 and words[0] in schema.entities and not (columns and columns[0].score >= 0.95)
    if supposed and _is_value(text, schema):
        return Item(text, span, values=schema.values.match(text))
    if supposed:
        return Item(text, span, rows=True, supposed=True)
    values: tuple[ValueMatch, ...] = ()
    if _may_be_value(span, keywords, position, text, schema):
        values = schema.values.match(text) or schema.values.match(_owner(text))
    rows = _means_rows(words, schema)
    if rows and columns and columns[0].score >= _SAME_STEM and columns[0].column.role == "flag":
        rows = False  # 'churned' of a table called churn, where churn is a column of yes and no
    if rows and not (columns and columns[0].score >= 1.0):
        columns = ()
    if not (keywords or columns or values or rows):
        return None
    return Item(text, span, keywords, columns, values, rows)


def _owner(text: str) -> str:
    """'California' of "California's"; the text itself, where nothing is owned."""
    return text[:-2] if text.lower().endswith(("'s", "’s")) else ""


def _is_value(text: str, schema: Schema) -> bool:
    """'birds' where one column has birds among other animals: a condition, not what all rows are."""
    found = {v.column.name: v.column for v in schema.values.match(text) if not v.part}
    return len(found) == 1 and next(iter(found.values())).statistics.distinct <= _FEW_VALUES


def _is_keyword(word: str, score: float, token: Token, schema: Schema) -> bool:
    """Small words ('from', 'by') are columns only as written in the table; 'weekly' is never 'weeks'."""
    if word in schema.lexicon.words("adverb_grain"):
        return score < 1.0
    return word in schema.lexicon.filler and (score < 1.0 or (token.text.islower() and word in _SMALL))


def _may_be_value(
    span: tuple[Token, ...], keywords: tuple[Keyword, ...], position: int, text: str, schema: Schema
) -> bool:
    """Small words are values only when written exactly as in the data ('OR', 'None')."""
    if len(span) > 1 or (
        not keywords and span[0].word not in schema.lexicon.filler and len(span[0].word) > 1
    ):
        return True
    if any(k.role in {"grain", "chart", "filler_nouns", "numbers", "months", "weekdays"} for k in keywords):
        return True
    if position == 0 or text == text.lower():
        return False
    shouted = text.isupper() and len(text) > 1  # 'US companies', where the value is United States
    return any(v.value == text or shouted for v in schema.values.match(text))


def _means_rows(words: Sequence[str], schema: Schema) -> bool:
    key = " ".join(words)
    if key in schema.lexicon.words("row_nouns"):
        return True
    joined = stem("".join(words))
    if joined in schema.row_stems:
        return True
    last = stem(words[-1])
    return len(words) == 1 and len(last) > 4 and any(s.endswith(last) and s != last for s in schema.row_stems)


def _guess(item: Item, schema: Schema) -> None:
    """Synonyms and typing errors, for words that nothing else explains."""
    token = item.tokens[0]
    named = item.keywords and not all(k.role == "filler_nouns" for k in item.keywords)
    known = named or item.columns or item.values or item.rows
    if known or token.kind != "word" or token.word in schema.lexicon.filler:
        return
    item.columns = schema.index.similar(token.word)
    if not item.columns and token.word in schema.entities:
        item.rows = item.supposed = True
        return
    if not item.columns and not item.keywords:
        item.keywords = schema.lexicon.nearly(token.word)
