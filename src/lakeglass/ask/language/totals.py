"""Groups taken together, and the place of one group: 'average number of orders per customer', 'rank of Texas by sales'.

'Average sales by state' is an average of rows for each state. 'Average total sales per state', 'average daily revenue'
and 'how many orders does each customer have on average' are one number: each group has its total first.
"""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft, aggregate_of, grain_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.values import ValueMatch
from lakeglass.ask.plan import Across, Group, Measure
from lakeglass.ask.plan.naming import plain

_TOGETHER: frozenset[str] = frozenset({"mean", "median", "deviation"})
_BETWEEN = {"of", "the", "a", "all", "of the", "its", "their"}
_EACH = {"per", "each", "every", "for each", "for every", "in each", "of each", "from each", "at each"}
_BY = {"by", "across", "over", "among"}
_WORTH = {"value", "total", "worth"}
_LINKS = {
    "by",
    "in",
    "for",
    "on",
    "of",
    "according to",
    "based on",
    "when it comes to",
    "terms",
    "terms of",
    "the",
}


def read_across(draft: Draft) -> None:
    """Find an aggregate of other aggregates, and mark its word; the inner one is read as always."""
    for place, item in enumerate(draft.items):
        name = aggregate_of(item)
        if not item.free or item.columns or name not in _TOGETHER:
            continue
        found = _of_totals(draft, place) or _of_periods(draft, place) or _on_average(draft, place)
        found = found or _of_parts(draft, place)
        if found is None:
            continue
        draft.across, draft.across_item = _known(name), found
        item.used = "across"
        draft.note("across", item.text)
        return


def _known(name: str) -> Across:
    return "median" if name == "median" else "deviation" if name == "deviation" else "mean"


def _after(draft: Draft, place: int) -> tuple[int, int]:
    """The next item that says something, and how many small words lie between."""
    at = place + 1
    while at < len(draft.items) and draft.items[at].text.lower() in _BETWEEN:
        at += 1
    return at, at - place - 1


def _of_totals(draft: Draft, place: int) -> Item | None:
    """'average total sales per state', 'mean of the means of age by class', 'average number of orders per customer'."""
    items = draft.items
    at, small = _after(draft, place)
    if at >= len(items) or not items[at].free or items[at].columns:
        return None
    inner = aggregate_of(items[at])
    nested = small > 0 and any(i.text.lower() in {"of", "of the"} for i in items[place + 1 : at])
    if inner == "count" and at + 1 < len(items) and _counts_a_measure(draft, at + 1):
        return None
    if inner not in {"count", "sum", "distinct"} and not (
        nested and inner in {"mean", "median", "min", "max"}
    ):
        return None
    return _key_after(draft, at, _EACH | _BY if nested else _EACH)


def _counts_a_measure(draft: Draft, at: int) -> bool:
    """'average number of breaks', where breaks are a column of numbers: nothing is counted."""
    after = draft.items[at]
    return not after.rows and bool(after.columns) and after.columns[0].column.is_measure


def _key_after(draft: Draft, at: int, words: set[str]) -> Item | None:
    """The key behind the next 'per' or 'each'."""
    items = draft.items
    for n in range(at, len(items) - 1):
        if not items[n].free or items[n].text.lower() not in words:
            continue
        for key in items[n + 1 : n + 4]:
            if key.free and (any(m.column.is_key for m in key.columns) or key.has("grain")):
                return key
            if key.text.lower() not in _BETWEEN | {"single", "individual", "different"}:
                return None
    return None


def _of_periods(draft: Draft, place: int) -> Item | None:
    """'average daily revenue', 'average monthly number of orders': the total of each period first."""
    items = draft.items
    at, small = _after(draft, place)
    if small or at + 1 >= len(items) or not items[at].free or items[at].exact_column:
        return None
    if items[at].tokens[0].word not in draft.lexicon.words("adverb_grain"):
        return None
    if all(c.role != "date" for c in draft.schema.index.columns):
        return None
    after = items[at + 1]
    if after.rows and after.free:
        draft.measures.append(Measure(aggregate="count"))
        after.used = "measure"
        return items[at]
    if aggregate_of(after) in {"count", "sum"} and after.free:
        return items[at]
    if _is_finest(draft, items[at]):
        items[at].used = "noun"  # 'average daily riders' where each row is a day
        return None
    return items[at] if _adds_up(draft, after) else None


def _adds_up(draft: Draft, item: Item) -> bool:
    additive = draft.lexicon.words("column_roles", "additive")
    names = {w for m in item.columns if m.column.is_measure for w in m.column.words}
    said = {t.word for t in item.tokens} if names else set()
    return bool((names | said) & additive)


def _is_finest(draft: Draft, item: Item) -> bool:
    """'daily precipitation' in a table with a row a day: the rows are those of the periods already."""
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    return grain_of(item) == "day" and len(dates) == 1 and dates[0].statistics.distinct == draft.rows


def _on_average(draft: Draft, place: int) -> Item | None:
    """'how many orders does each customer have on average'."""
    items = draft.items
    if items[place].text.lower() not in {"on average", "average", "typically"}:
        return None
    counted = [n for n, i in enumerate(items) if i.free and i.has("aggregate", "count") and n != place]
    if not counted or items[place].text.lower() != "on average":
        return None
    if counted[0] + 1 < len(items) and _counts_a_measure(draft, counted[0] + 1):
        return None
    return _key_after(draft, counted[0], _EACH)


def _of_parts(draft: Draft, place: int) -> Item | None:
    """'average order value': what the rows of an order come to, where an order has several rows."""
    items = draft.items
    at, small = _after(draft, place)
    if small or at + 1 >= len(items) or items[at + 1].text.lower() not in _WORTH or items[at + 1].columns:
        return None
    keys = [m.column for m in items[at].columns if m.column.role in {"identifier", "category"}]
    money = [c for c in draft.schema.index.columns if _is_money(draft, c.name, c.words) and c.is_measure]
    if len(keys) != 1 or len(money) != 1 or keys[0].statistics.distinct >= draft.rows:
        return None
    items[at + 1].used = "measure"
    items[at].used = "group"
    draft.groups.append(Group(column=keys[0].name))
    draft.measures.append(Measure(aggregate="sum", column=draft.usable(money[0])))
    draft.assume(f"the value of a {plain(items[at].text)} is its total {plain(money[0].name)}", cost=0.9)
    return items[at]


def _is_money(draft: Draft, name: str, words: tuple[str, ...]) -> bool:
    known = {*draft.lexicon.synonyms.get("sales", ()), *draft.lexicon.synonyms.get("price", ()), "amount"}
    return bool(set(words) & known) or any(mark in name for mark in "$€£")


def settle_across(draft: Draft) -> None:
    """Put the key whose groups are taken together last."""
    if draft.across is None or draft.problems:
        return
    item = draft.across_item
    if draft.statistic is not None or len(draft.measures) != 1 or not draft.groups or item is None:
        draft.fail("unclear", "It is not clear what is averaged over which groups.")
        return
    names, grain = {m.column.name for m in item.columns}, grain_of(item)
    last = [g for g in draft.groups if (g.grain == grain and grain is not None) or g.column in names]
    if not last or draft.series is not None or draft.per is not None:
        draft.fail("unclear", f"It is not clear which groups “{plain(item.text)}” stands for.")
        return
    draft.groups = [g for g in draft.groups if g is not last[0]] + [last[0]]
    if len(draft.groups) == 1:
        draft.sort = draft.limit = draft.nth = draft.high = None


def read_place(draft: Draft) -> None:
    """'what is the rank of Texas by sales', 'how does Texas rank in sales': the place of one group."""
    items = draft.items
    said = [n for n, i in enumerate(items) if i.free and not i.columns and _ranks(i)]
    named = [(n, v) for n, i in enumerate(items) if i.free and (v := _one(items, n)) is not None]
    if len(said) != 1 or not named or draft.limit is not None:
        return
    if any((i.free and (i.has("which") and i.has("group"))) or i.has("superlative") for i in items):
        return
    near = sorted(named, key=lambda pair: abs(pair[0] - said[0]))
    place, match = near[0]
    if match.column.role == "flag" or abs(place - said[0]) > 5:
        return
    if _key_after(draft, said[0], {"by", "per", "for each", "each"}) is not None and _ranks_keys(
        items, said[0]
    ):
        return
    items[said[0]].used, items[place].used = "sort", "group"
    items[place].target = match.column.name
    for at in (said[0] + 1, place + 1):
        if at < len(items) and items[at].free and items[at].text.lower() in _LINKS and not items[at].columns:
            items[at].used = "sort"
    for each in items[max(place - 1, 0) : place]:
        if each.free and any(m.column is match.column for m in each.columns):
            each.used = "group"
    opens = items[0]
    if opens.free and opens.text.lower() in {"where", "what", "how", "what is the"}:
        opens.used = "sort"
    draft.groups.append(Group(column=match.column.name))
    draft.place_of, draft.high = match.value, True
    draft.note(f"group:{match.column.name}", f"{items[said[0]].text} {items[place].text}")


def _ranks(item: Item) -> bool:
    return item.has("ranking") or item.text.lower() in {"rank by", "ranked by", "rank", "ranking", "ranks"}


def _ranks_keys(items: list[Item], place: int) -> bool:
    """'rank the days by …' has the key just behind."""
    after = [i for i in items[place + 1 : place + 3] if i.text.lower() not in {"the", "all"}]
    return bool(after) and any(m.column.is_key and not m.column.is_measure for m in after[0].columns)


def _one(items: list[Item], place: int) -> ValueMatch | None:
    """The one value that an item means, by itself or by the column named beside it ('region S')."""
    item = items[place]
    if not item.values or item.keywords:
        return None
    beside = {m.column.name for i in items[max(place - 1, 0) : place + 2] if i is not item for m in i.columns}
    found = [v for v in item.values if v.column.name in beside] or list(item.values)
    return found[0] if len({(v.column.name, v.value) for v in found}) == 1 else None
