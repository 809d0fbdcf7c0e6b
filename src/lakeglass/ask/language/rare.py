"""Values that the statistics do not list, found in the index of the version's contents."""

from __future__ import annotations

from lakeglass.ask.language.link import Item, Schema
from lakeglass.ask.language.values import ValueMatch
from lakeglass.lake.contents import MOST_WORDS


def look_up_rare(question: str, items: list[Item], schema: Schema) -> list[Item]:
    """Values that the statistics do not list: looked for only around words that mean nothing else, and in quotes."""
    if not schema.values.has_rare:
        return items
    place = 0
    while place < len(items):
        item = items[place]
        if item.quoted and not (item.columns or item.values):
            item.values = schema.values.rare(item.text)
        elif _means_nothing(item, schema):
            span = _rare_span(question, items, place, schema)
            if span is not None:
                first, last, found = span
                text = question[items[first].tokens[0].start : items[last].tokens[-1].end]
                tokens = tuple(t for i in items[first : last + 1] for t in i.tokens)
                items[first : last + 1] = [Item(text, tokens, values=found)]
                place = first
        place += 1
    return items


def _means_nothing(item: Item, schema: Schema) -> bool:
    named = item.keywords or item.columns or item.values or item.quoted or (item.rows and not item.guessed)
    word = item.tokens[0]
    return (
        not named and word.kind == "word" and len(word.word) >= 3 and word.word not in schema.lexicon.filler
    )


def _rare_span(
    question: str, items: list[Item], place: int, schema: Schema
) -> tuple[int, int, tuple[ValueMatch, ...]] | None:
    """The longest stretch around this place that is a value: its first and last item."""
    spans = [
        (first, last)
        for first in range(max(0, place - MOST_WORDS + 1), place + 1)
        for last in range(place, min(len(items), first + MOST_WORDS))
        if not any(i.quoted or i.taught for i in items[first : last + 1])
    ]
    for first, last in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        text = question[items[first].tokens[0].start : items[last].tokens[-1].end]
        found = schema.values.rare(text)
        if found:
            return first, last, found
    return None
