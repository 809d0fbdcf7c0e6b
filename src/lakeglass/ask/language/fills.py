"""Gaps filled group by group: 'fill missing mass with the mean of each species', 'by the species median'."""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item

_JOINTS = {"of", "by", "per", "within", "for", "in", "across", "grouped"}
_SMALL = {"the", "each", "every", "its", "their", "same", "own", "respective", "group", "a"}
_REACH = 5


def read_fill_groups(draft: Draft) -> None:
    """Find the column whose values are filled apart, and take it out of the question."""
    items = draft.items
    fills = [n for n, i in enumerate(items) if i.free and i.has("clean", "fill") and not i.exact_column]
    if not fills:
        return
    for end in range(fills[0] + 1, len(items)):
        if not items[end].has("filling", "mean", "median", "mode") or not items[end].free:
            continue
        found = _behind(items, end) or _before(items, end)
        column = draft.choose(found[-1], "key") if found else None
        if found and column is not None:
            draft.fill_per = column.name
            for each in found:
                each.used = "clean"
        return


def _is_key(item: Item) -> bool:
    return item.free and bool(item.columns) and item.columns[0].column.is_key


def _behind(items: list[Item], end: int) -> list[Item]:
    """'the mean of each species', 'the median by species': the words and the column."""
    found: list[Item] = []
    joined = False
    for item in items[end + 1 : end + 1 + _REACH]:
        words = set(item.text.lower().split())
        if _is_key(item):
            return [*found, item] if joined else []
        if not words <= _JOINTS | _SMALL:
            return []
        joined = joined or bool(words & (_JOINTS | {"each", "every"}))
        found.append(item)
    return []


def _before(items: list[Item], end: int) -> list[Item]:
    """'the species median'."""
    item = items[end - 1]
    return [item] if _is_key(item) else []


def settle_fill_groups(draft: Draft) -> None:
    """Hand the column to the step that fills."""
    if draft.fill_per is None:
        return
    for steps in (draft.clean, draft.pending):
        for place, step in enumerate(steps):
            if step.kind == "fill" and step.by != "value":
                steps[place] = step.model_copy(update={"per": draft.fill_per})
