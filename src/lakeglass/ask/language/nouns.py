"""The nouns of a question that are no column: what the rows of the table may be called.

'How many players are listed for each position' counts rows, whatever the table calls them. Such a noun is known
only by its place, so it costs confidence, and a noun that is known to mean something else is never taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.lexicon import Keyword
from lakeglass.ask.language.link import Item, Schema
from lakeglass.ask.language.text import stem

_SHORTEST = 4
# A column of which the question says only some words.
_PARTLY = 0.8
# Below this share of the rows, different numbers are those of areas or kinds.
_FEWEST_NUMBERED = 0.01
_LEADS = frozenset(
    [
        "the",
        "of",
        "many",
        "all",
        "these",
        "those",
        "among",
        "each",
        "per",
        "every",
        "which",
        "what",
        "for",
        "a",
        "an",
    ]
)


def suppose_rows(items: Sequence[Item], schema: Schema) -> None:
    """Take the only unknown noun that stands where rows are named for the rows of the table."""
    for item in items:
        analyses = [
            n
            for n in schema.lexicon.sections["adjectives"]
            if item.tokens[0].word in schema.lexicon.words("adjectives", n)
        ]
        if analyses and not (item.keywords or item.columns or item.values):
            item.keywords = (Keyword("statistic", analyses[0]),)  # 'is the fare normal'
    for place in range(len(items)):
        if _is_part_of_a_figure(items, place, schema):
            items[place].columns = ()
    if any(i.rows for i in items) or not any(
        i.columns or i.values or i.has("grain") or i.text.lower() in {"decade", "decades"} for i in items
    ):
        return
    found = [place for place in range(len(items)) if _may_name_rows(items, place, schema)]
    if len({stem(items[n].tokens[0].word) for n in found}) > 1:
        found = [n for n in found if _counted(items, n)][:1]
    for place in found:
        items[place].rows = items[place].supposed = items[place].guessed = True


def _may_name_rows(items: Sequence[Item], place: int, schema: Schema) -> bool:
    item = items[place]
    word = item.tokens[0].word
    if (
        not item.free
        or item.tokens[0].kind != "word"
        or item.keywords
        or item.columns
        or item.values
        or item.quoted
    ):
        return False
    if word in schema.lexicon.filler or schema.values.containing(word) or _recurs(items, place, schema):
        return False
    if len(word) < _SHORTEST or not word.isalpha():
        return False
    before = items[place - 1] if place else None
    if before is not None and before.has("aggregate") and not before.has("aggregate", "count", "share"):
        return False  # 'total gizmos': what is added up
    if before is not None and before.columns and not before.values:
        return False  # 'which species causes …': what the column does
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return True
    singular = before is not None and (
        before.text.lower() in {"per", "each", "every", "which"}
        or (before.has("superlative") and before.text.lower() not in {"most", "least"})
    )
    last = place + 1 == len(items) and before is not None and bool(before.values)
    return singular or last


def _is_part_of_a_figure(items: Sequence[Item], place: int, schema: Schema) -> bool:
    """'how many customers', where number_customer_service_calls counts calls: who calls is not what is counted."""
    item, word = items[place], items[place].tokens[0].word
    if len(item.tokens) > 1 or item.keywords or item.values or item.taught or not item.columns:
        return False
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or not _counted(items, place):
        return False
    weak = schema.lexicon.words("column_roles", "weak")
    heads = {stem(w) for m in item.columns for w in [x for x in m.column.words if x not in weak][-1:]}
    return stem(word) not in heads and all(m.score < _PARTLY and m.column.is_measure for m in item.columns)


def _recurs(items: Sequence[Item], place: int, schema: Schema) -> bool:
    """'how many customers' of a table that shows no people: the table can't tell how many there are.

    Where columns speak of them, and no time and no number of theirs comes again, each row is one of them.
    """
    word = items[place].tokens[0].word
    if word not in schema.lexicon.words("recurring"):
        return False
    spoken_of = any(stem(word) in column.stems for column in schema.index.columns)
    if spoken_of and not any(_repeats(column, schema) for column in schema.index.columns):
        return False
    before = items[place - 1] if place else None
    return (
        before is None
        or before.text.lower() not in {"of", "for", "the", "among", "all"}
        or any(i.has("aggregate", "count", "distinct", "share") for i in items[:place])
    )


def _repeats(column: ColumnModel, schema: Schema) -> bool:
    """Whether the column lets somebody stand in several rows: a time, or a number of theirs that comes again."""
    if column.role in {"date", "period"}:
        return True
    rows, distinct = schema.table.statistics.rows, column.statistics.distinct
    return column.role == "identifier" and _FEWEST_NUMBERED * rows < (distinct or 0) < rows


def _counted(items: Sequence[Item], place: int) -> bool:
    """True just behind 'how many', 'which', 'top 5', 'share of' or an article."""
    back = place - 1
    while back >= 0 and (items[back].values or items[back].text.lower() == "the"):
        back -= 1
    if back < 0:
        return True
    before = items[back]
    return (
        before.has("aggregate", "count", "share")
        or before.has("superlative")
        or before.number is not None
        or before.text.lower() in _LEADS
    )
