"""Rankings and shares within each value of a column: 'top 3 states by sales in each region'."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Group
from lakeglass.ask.plan.naming import plain

_EACH = {"each", "every"}
_LEADS = {"in", "for", "of", "within", "by", "per", "from", "at", "on", "inside", "among"}
_WITHIN = {"within each", "within every", "within"}
_SKIPPED = {"the", "a", "an", "single", "individual"}


def read_within(draft: Draft) -> None:
    """Find the column in whose values the ranking or the share is made, and take it out of the question."""
    found = _each(draft)
    if found is None:
        return
    said, item = found
    ranked = any((i.free or i.used == "limit") and i.has("superlative", "high", "low") for i in draft.items)
    ranked = ranked or draft.limit is not None or draft.nth is not None
    shared = any(i.free and i.has("aggregate", "share") for i in draft.items) and any(
        i.text.lower() in _WITHIN for i in said
    )
    others = [i for i in draft.items if i.free and i is not item and _is_key(i)]
    listed = draft.limit is not None and any(i.rows and i.free for i in draft.items)
    listed = listed or any(  # 'the heaviest penguin of each species'
        one.free and one.has("superlative", "high", "low") and other.rows and other.free
        for one, other in pairwise(draft.items)
    )
    if not (ranked and (others or listed)) and not (shared and others):
        return
    column = draft.choose(item, "key")
    if column is None or column.statistics.distinct >= draft.rows:
        return
    draft.per = column.name
    for each in (*said, item):
        each.used = "group"
    draft.note(f"group:{column.name}", " ".join(i.text for i in (*said, item)))


def _each(draft: Draft) -> tuple[list[Item], Item] | None:
    """'in each region', 'per region', 'within every region': the words and the column."""
    items = draft.items
    for place, item in enumerate(items):
        words = item.text.lower().split()
        opens = bool(set(words) & _EACH) or words in (["per"], ["within"])
        if not item.free or item.columns or not opens:
            continue
        after = place + 1
        while after < len(items) and items[after].text.lower() in _SKIPPED | _EACH:
            after += 1
        if after >= len(items) or not items[after].free or not _is_key(items[after]):
            continue
        start = place
        if set(words) & _EACH and len(words) == 1 and place and items[place - 1].text.lower() in _LEADS:
            start -= 1
        return items[start:after], items[after]
    return None


def _is_key(item: Item) -> bool:
    return any(m.column.is_key and not m.column.is_measure for m in item.columns[:1])


def settle_within(draft: Draft) -> None:
    """Put the column before the groups that are ranked within it."""
    if draft.per is None or draft.problems:
        return
    if draft.statistic is not None:
        if draft.statistic.kind != "rows" or draft.sort is None or draft.limit is None:
            draft.fail("unsupported", f"This can't be told for each {plain(draft.per)} yet.")
        return
    shares = any(m.of_total for m in draft.measures)
    if not draft.groups or (draft.limit is None and draft.nth is None and not shares):
        draft.fail("unclear", f"It is not clear what is ranked within each {plain(draft.per)}.")
        return
    if any(g.column == draft.per for g in draft.groups) or len(draft.groups) > 2:
        draft.fail("unclear", f"It is not clear what is ranked within each {plain(draft.per)}.")
        return
    draft.groups.insert(0, Group(column=draft.per))
