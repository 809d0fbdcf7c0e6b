"""The nouns of a question that are no column: what the rows of the table may be called.

'How many players are listed for each position' counts rows, whatever the table calls them. Such a noun is known
only by its place, so it costs confidence, and a noun that is known to mean something else is never taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.lexicon import Keyword
from lakeglass.ask.language.link import Item, Schema
from lakeglass.ask.language.text import stem

_SHORTEST = 4
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


def _recurs(items: Sequence[Item], place: int, schema: Schema) -> bool:
    """'how many customers' of a table that shows no people: the table can't tell how many there are."""
    if items[place].tokens[0].word not in schema.lexicon.words("recurring"):
        return False
    before = items[place - 1] if place else None
    return (
        before is None
        or before.text.lower() not in {"of", "for", "the", "among", "all"}
        or any(i.has("aggregate", "count", "distinct", "share") for i in items[:place])
    )


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
