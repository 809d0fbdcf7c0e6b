"""Two measures at once: their difference ('total sales minus total profit'), and 'what is its profit'."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft, aggregate_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.usual import usual_aggregate
from lakeglass.ask.plan import Derive, Measure
from lakeglass.ask.plan.naming import derive_words, measure_words, plain

_LINKS = {"of", "the", "a", "in", "and"}
_LESS = {"minus", "less", "-"}
_OPENS = {"difference between", "difference of", "difference", "gap between"}
_OWN = {"its", "their", "his", "her"}
_ALIKE = {"sum", "mean"}


def read_pairs(draft: Draft) -> None:
    """'total sales minus total profit', 'difference between the maximum and the minimum age': one number of two."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or item.exact_column:
            continue
        text = item.text.lower()
        if text in _LESS:
            before, after = _measure_before(draft, place), _measure_after(draft, place + 1)
            start = before[0] if before is not None else place
        elif text in _OPENS:
            before = _measure_after(draft, place + 1)
            joint = before[0] if before is not None else place
            joined = joint < len(items) and items[joint].text.lower() in {"and", "to", "from"}
            after = _measure_after(draft, joint + 1) if joined else None
            start = place
        else:
            continue
        if before is not None and after is not None and _subtract(draft, start, after[0], before, after):
            return


_Found = tuple[int, str, ColumnModel | None]


def _measure_after(draft: Draft, place: int) -> _Found | None:
    """An aggregate and its column from here on: the place behind them, the aggregate, and the column if it is named."""
    items = draft.items
    place = _past(items, place, 1)
    aggregate = _reduces(items[place]) if place < len(items) and items[place].free else None
    if aggregate is None:
        return None
    at = _past(items, place + 1, 1)
    named = at < len(items) and items[at].free and any(m.column.is_measure for m in items[at].columns)
    if not named:
        return place + 1, aggregate, None
    column = draft.choose(items[at], "measure")
    return None if column is None else (at + 1, aggregate, column)


def _reduces(item: Item) -> str | None:
    if item.has("superlative", "high", "low") and not item.columns:
        return "max" if item.has("superlative", "high") else "min"
    return aggregate_of(item)


def _measure_before(draft: Draft, place: int) -> _Found | None:
    """The same before a place; the number is where they begin."""
    items = draft.items
    at = _past(items, place - 1, -1)
    if at < 1 or not items[at].free or not any(m.column.is_measure for m in items[at].columns):
        return None
    name = _past(items, at - 1, -1)
    aggregate = _reduces(items[name]) if name >= 0 and items[name].free else None
    column = draft.choose(items[at], "measure") if aggregate is not None else None
    return (name, str(aggregate), column) if column is not None else None


def _past(items: list[Item], place: int, step: int) -> int:
    while 0 <= place < len(items) and items[place].text.lower() in _LINKS - {"and"}:
        place += step
    return place


def _subtract(draft: Draft, start: int, end: int, first: _Found, second: _Found) -> bool:
    one, other = first[2] or second[2], second[2] or first[2]
    if one is None or other is None:
        return False
    kinds = {first[1], second[1]}
    if one is other and kinds == {"max", "min"}:
        measure = Measure(aggregate="range", column=draft.usable(one))
    elif one is not other and len(kinds) == 1 and kinds <= _ALIKE:
        if draft.column_nulls(one.name) or draft.column_nulls(other.name):
            return False  # each would rest on other rows
        made = Derive(name="made", kind="-", columns=(draft.usable(one), draft.usable(other)))
        made = made.model_copy(
            update={"name": derive_words(made.model_copy(update={"name": ""})).removeprefix(" is the ")}
        )
        draft.derive.append(made)
        measure = Measure(aggregate="sum" if "sum" in kinds else "mean", column=made.name)
        word = "totals" if "sum" in kinds else "averages"
        draft.assume(f"the difference of the {word} is that of the rows, taken together")
    else:
        return False
    draft.measures.append(measure)
    draft.note("measure:0", " ".join(i.text for i in draft.items[start:end]))
    for item in draft.items[start:end]:
        item.used = "measure"
    return True


def settle_its(draft: Draft) -> None:
    """'which state has the highest sales and what is its profit': a further measure of the group that is found."""
    if draft.problems or draft.statistic is not None or not draft.groups or not draft.measures:
        return
    if draft.limit != 1 and not draft.pick_one:
        return
    for place, item in enumerate(draft.items):
        before = {i.text.lower() for i in draft.items[max(place - 2, 0) : place]}
        if not item.free or not before & _OWN or not any(m.column.is_measure for m in item.columns):
            continue
        column = draft.choose(item, "measure")
        if column is None:
            return
        first = draft.measures[0].aggregate
        aggregate = first if first in {"sum", "mean", "median"} else usual_aggregate(draft, column)
        measure = Measure(aggregate=aggregate, column=draft.usable(column))
        item.used = "measure"
        if measure not in draft.measures:
            draft.measures.append(measure)
            draft.assume(f"“its {plain(item.text)}” is read as its {measure_words(measure)}", cost=0.95)
