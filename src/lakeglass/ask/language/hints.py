"""Brackets that name what the words before them describe: 'red-tailed hawks (RT)', 'the writing hand (Wr.Hnd)'."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.link import Item

_REACH = 5
_MOST = 3


def read_hints(items: Sequence[Item], text: str) -> None:
    """Words that a bracket explains say nothing more; what stands in the bracket is meant."""
    for place in range(1, len(items)):
        end = _bracketed(items, place, text)
        if end is None or not all(_known(i) for i in items[place:end]):
            continue
        names = {m.column.name for i in items[place:end] for m in i.columns[:1]}
        names |= {v.column.name for i in items[place:end] for v in i.values[:1]}
        for back in range(place - 1, max(place - 1 - _REACH, -1), -1):
            item = items[back]
            said_before = back > 0 and items[back - 1].free and item.has("aggregate") and back == place - 1
            if said_before and any(i.has("aggregate") for i in items[max(back - 3, 0) : back]):
                item.used = "noun"  # 'the mean batting average (AVG)'
                continue
            if _ends(items, back, text) or not _described(item, names):
                break
            item.used = "noun"


def _bracketed(items: Sequence[Item], place: int, text: str) -> int | None:
    """Where a bracket that opens just before this place ends; None without one, or for a long one."""
    if "(" not in text[items[place - 1].tokens[-1].end : items[place].tokens[0].start]:
        return None
    for end in range(place, min(place + _MOST, len(items))):
        after = items[end + 1].tokens[0].start if end + 1 < len(items) else len(text)
        if ")" in text[items[end].tokens[-1].end : after]:
            return end + 1
    return None


def _known(item: Item) -> bool:
    return item.exact_column or bool(item.values) or item.number is not None


def _described(item: Item, names: set[str]) -> bool:
    """A word without a meaning, or with a vague one that the bracket makes clear."""
    if not item.free or item.rows or item.has("aggregate") or item.has("statistic") or item.has("group"):
        return False
    if item.exact_column:
        return item.columns[0].column.name in names
    weak = not item.values or any(v.column.name in names for v in item.values)
    return weak and not (item.keywords and not item.columns)


def _ends(items: Sequence[Item], place: int, text: str) -> bool:
    after = items[place + 1].tokens[0].start if place + 1 < len(items) else len(text)
    return any(c in text[items[place].tokens[-1].end : after] for c in ",.;:?!)")
