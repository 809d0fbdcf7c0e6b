"""Rankings and shares within each value of a column: 'top 3 states by sales in each region'."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft, grain_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.periods import date_column
from lakeglass.ask.plan import Derive, Group
from lakeglass.ask.plan.naming import plain

_EACH = {"each", "every"}
_LEADS = {"in", "for", "of", "within", "by", "per", "from", "at", "on", "inside", "among"}
_WITHIN = {"within each", "within every", "within"}
_SKIPPED = {"the", "a", "an", "single", "individual"}


def read_within(draft: Draft) -> None:
    """Find the column in whose values the ranking or the share is made, and take it out of the question."""
    found = _each(draft)
    if found is None or found[1] is draft.across_item:
        return
    said, item = found
    if [i.text.lower() for i in said] == ["per"] and _ranked_at_the_end(draft, item):
        return  # 'cases per state, top 5'
    ranked = any((i.free or i.used == "limit") and i.has("superlative", "high", "low") for i in draft.items)
    ranked = ranked or draft.limit is not None or draft.nth is not None
    shared = any(i.free and i.has("aggregate", "share") for i in draft.items) and any(
        i.text.lower() in _WITHIN for i in said
    )
    period = not _is_key(item)
    others = [i for i in draft.items if i.free and i is not item and _is_key(i)]
    if ranked and _days(draft, item, others):
        return
    listed = draft.limit is not None and any(i.rows and i.free for i in draft.items)
    listed = listed or any(  # 'the heaviest penguin of each species'
        one.free and one.has("superlative", "high", "low") and other.rows and other.free
        for one, other in pairwise(draft.items)
    )
    if not (ranked and (others or listed)) and not (shared and others):
        return
    column = date_column(draft, item.text) if period else draft.choose(item, "key")
    if column is None or (column.statistics.distinct >= draft.rows and not period):
        return
    if period and listed and not others:
        column = _cut(draft, column, item)
    elif period and column.role == "date":
        draft.per_grain = grain_of(item)
    if draft.problems or column is None:
        return
    draft.per = column.name
    for each in (*said, item):
        each.used = "group"
    draft.note(f"group:{column.name}", " ".join(i.text for i in (*said, item)))


def _ranked_at_the_end(draft: Draft, item: Item) -> bool:
    """'sales per region, top 3' ranks the regions: only the number of places follows, and no other key is named."""
    place = draft.items.index(item)
    behind = draft.items[place + 1 :]
    keys = [i for i in draft.items if i.free and i is not item and _is_key(i) and not i.rows]
    return bool(behind) and not keys and all(i.used == "limit" or i.text.lower() == "the" for i in behind)


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
        if after >= len(items) or not items[after].free:
            continue
        if not _is_key(items[after]) and (items[after].columns or not items[after].has("grain")):
            continue
        start = place
        if set(words) & _EACH and len(words) == 1 and place and items[place - 1].text.lower() in _LEADS:
            start -= 1
        return items[start:after], items[after]
    return None


def _days(draft: Draft, item: Item, others: list[Item]) -> bool:
    """'top 3 days by wind in each year', 'warmest day of each month': days ranked within a key or a longer period."""
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    days = [
        i
        for i in draft.items
        if i.free and i is not item and i.name_of("grain") == "day" and _ranked(draft, i)
    ]
    if len(days) != 1 or len(dates) != 1 or any(i is not days[0] for i in others):
        return False
    if _is_key(item):
        key = draft.choose(item, "key")
        if key is None:
            return False
        draft.per = key.name
    else:
        draft.per, draft.per_grain = dates[0].name, grain_of(item)
    days[0].used = item.used = "group"
    for each in draft.items:
        if (
            each.free
            and set(each.text.lower().split()) <= _EACH | {"in", "of", "for", "per"}
            and _before(draft, each, item)
        ):
            each.used = "group"
    draft.groups.append(Group(column=dates[0].name, grain="day"))
    draft.note(f"group:{dates[0].name}", f"{days[0].text} … {item.text}")
    return True


def _before(draft: Draft, each: Item, item: Item) -> bool:
    place = draft.items.index(item)
    return each in draft.items[max(place - 3, 0) : place]


def _ranked(draft: Draft, item: Item) -> bool:
    """Just behind a superlative or a number of places: 'top 3 days', 'warmest day'."""
    place = draft.items.index(item)
    before = draft.items[place - 1] if place else None
    return before is not None and (before.has("superlative") or before.used == "limit")


def _cut(draft: Draft, column: ColumnModel, item: Item) -> ColumnModel | None:
    """'the 3 dearest orders of each year': the year as a column of its own; other periods repeat from year to year."""
    if column.role == "period":
        return column
    if grain_of(item) != "year":
        draft.fail(
            "unsupported", f"Rows can be ranked within each year, not yet within each {plain(item.text)}."
        )
        return None
    name = f"year of {column.name}"
    draft.derive.append(Derive(name=name, kind="grain", columns=(column.name,), grain="year"))
    return ColumnModel(
        column.statistics.model_copy(update={"name": name}), ("year",), frozenset(), frozenset(), "period", ""
    )


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
    first = Group(column=draft.per, grain=draft.per_grain)
    if (
        any(g == first or (g.column == draft.per and first.grain is None) for g in draft.groups)
        or len(draft.groups) > 2
    ):
        draft.fail("unclear", f"It is not clear what is ranked within each {plain(draft.per)}.")
        return
    draft.groups.insert(0, first)
