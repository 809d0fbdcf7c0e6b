"""The shape of a table of groups: numbers cut into intervals, and two columns crossed."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnMatch, ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Derive, Group, Measure, Sort, Statistic
from lakeglass.ask.plan.model import DeriveKind
from lakeglass.ask.plan.naming import derive_words, plain
from lakeglass.lake.model import ColumnStatistics

_REACH = 5
_BETWEEN = {
    "in", "into", "of", "by", "with", "the", "a", "an", "each", "every", "to", "as", "using", "column", "values",
    "value", "width", "wide", "size", "years", "year", "same", "number", "rows",
}  # fmt: skip
_OPENS = {
    "by",
    "per",
    "for each",
    "each",
    "in each",
    "of each",
    "for every",
    "every",
    "across",
    "grouped by",
    "within each",
}


def read_bins(draft: Draft) -> None:
    """'age groups of 10 years', 'price in 5 bins', 'by income quartile': groups of an interval each."""
    for place, item in enumerate(draft.items):
        if not item.free or item.exact_column or item.values:
            continue
        if item.text.lower() in {"decade", "decades"} and not item.columns and _decades(draft, place):
            return
        name = item.name_of("binning")
        if name.isdigit() and not _asks_quartile(draft, place):
            found = _cut(draft, place, "quantiles", float(name), [item])
        elif item.has("binning", "noun"):
            found = _sized(draft, place)
        else:
            continue
        if found:
            return


def _decades(draft: Draft, place: int) -> bool:
    """'movies per decade': ten years of the only column of years."""
    years = [c for c in draft.schema.index.columns if c.role == "period" and "year" in c.words]
    before = draft.items[place - 1] if place else None
    if len(years) != 1 or before is None or not (before.has("group") or before.has("which")):
        return False
    made = Derive(name=f"decade of {years[0].name}", kind="bin", columns=(years[0].name,), number=10)
    draft.derive.append(made)
    draft.items[place].columns = (_match(made, draft.rows),)
    draft.items[place].keywords = ()
    return True


def _asks_quartile(draft: Draft, place: int) -> bool:
    """'the first quartile of salary' and 'the quartiles of salary' are numbers, not groups."""
    items = draft.items
    verb = any(i.has("binning", "verb") for i in items[:place])
    before = items[place - 1] if place else None
    named = before is not None and bool(before.columns) and before.free
    return items[place].has("quartile") or not (verb or named)


def _sized(draft: Draft, place: int) -> bool:
    """Intervals with a width ('groups of 10') or a number of them ('5 equal bins')."""
    items = draft.items
    said = [items[place]]
    after = [n for n in range(place + 1, min(place + 4, len(items))) if items[n].number is not None]
    linked = after and all(
        i.text.lower() in {"of", "width", "size"} or i.has("binning") for i in items[place + 1 : after[0]]
    )
    if after and linked and after[0] > place + 1 and items[after[0]].free:
        return _cut(
            draft, place, "bin", items[after[0]].number or 0, [*said, *items[place + 1 : after[0] + 1]]
        )
    before = place - 1
    even = crowd = False
    while before >= 0 and (
        items[before].has("binning", "even", "crowd") or items[before].has("grain") or items[before].columns
    ):
        even, crowd = (
            even or items[before].has("binning", "even"),
            crowd or items[before].has("binning", "crowd"),
        )
        before -= 1
    number = None
    if before >= 0 and items[before].free:
        name = items[before].name_of("numbers")
        number = items[before].number if items[before].number is not None else float(name) if name else None
    if number is None:
        return False
    said = [*items[before:place], *said]
    unit = any(i.has("grain") for i in items[before:place]) or items[before].text.endswith("-")
    verb = any(i.has("binning", "verb") for i in items[:before])
    if unit and not even:
        return _cut(draft, place, "bin", number, said)
    if verb or even or crowd or items[place].text.lower() in {"bins", "buckets", "intervals"}:
        return _cut(draft, place, "quantiles" if crowd else "bins", number, said)
    return False


def _cut(draft: Draft, place: int, kind: DeriveKind, number: float, said: list[Item]) -> bool:
    """Make the column of intervals, and put one item for it in the place of the words."""
    items = draft.items
    target = _target(draft, place)
    if target is None or number <= 0 or (kind != "bin" and not (number.is_integer() and 2 <= number <= 100)):
        return False
    at, column = target
    places = [at, *(n for n, i in enumerate(items) if any(i is s for s in said))]
    first, last = min(places), max(places)
    if any(not _passes(items[n]) for n in range(first, last + 1) if n not in places):
        return False
    made = Derive(name="made", kind=kind, columns=(draft.usable(column),), number=number)
    made = made.model_copy(
        update={"name": derive_words(made.model_copy(update={"name": ""})).removeprefix(" is the ")}
    )
    draft.derive.append(made)
    while (
        last + 1 < len(items)
        and items[last + 1].free
        and items[last + 1].has("grain")
        and items[last].number is not None
    ):
        last += 1
    verb = next(
        (
            n
            for n in range(first - 1, max(first - 4, -1), -1)
            if items[n].has("binning", "verb") and items[n].free
        ),
        None,
    )
    span = items[first : last + 1]
    item = Item(
        " ".join(i.text for i in span),
        tuple(t for i in span for t in i.tokens),
        columns=(_match(made, draft.rows),),
    )
    draft.note(f"derive:{made.name}", item.text)
    items[first : last + 1] = [item]
    if verb is not None:
        items[verb].used = "derive"
    before = [i for i in items[max(first - 2, 0) : first] if i.text.lower() not in {"the", "a", "an"}]
    asked = any(i.has("which") for i in items[:first]) and any(i.has("superlative") for i in items)
    if verb is not None or not (
        asked or (before and before[-1].text.lower() in _OPENS) or any(i.has("group") for i in items[:first])
    ):
        item.used = "group"
        draft.groups.append(Group(column=made.name))
        draft.note(f"group:{made.name}", item.text)
    _each(draft, first)
    return True


def _each(draft: Draft, place: int) -> None:
    """'… and count the rows in each': the intervals again."""
    for number, item in enumerate(draft.items[place + 1 :], start=place + 1):
        last = number + 1 == len(draft.items)
        noun = not last and draft.items[number + 1].has("binning", "noun")
        if (
            item.free
            and item.has("group")
            and (last or noun or draft.items[number + 1].text.lower() in {"one", "group"})
        ):
            item.used = "group"
            if not last:
                draft.items[number + 1].used = "group"


def _passes(item: Item) -> bool:
    return item.text.lower() in _BETWEEN or item.has("binning") or item.has("grain")


def _target(draft: Draft, place: int) -> tuple[int, ColumnModel] | None:
    """The nearest column with numbers."""
    items = draft.items
    near = sorted(
        range(max(place - _REACH, 0), min(place + _REACH + 1, len(items))), key=lambda n: (abs(n - place), n)
    )
    for at in near:
        if items[at].free and any(m.column.is_measure for m in items[at].columns):
            column = draft.choose(items[at], "measure")
            return None if column is None else (at, column)
    return None


def _match(made: Derive, rows: int) -> ColumnMatch:
    few = int(made.number or 10) if made.kind != "bin" else 10
    statistics = ColumnStatistics(
        name=made.name,
        dtype="BIGINT" if made.kind == "quantiles" else "VARCHAR",
        kind="integer" if made.kind == "quantiles" else "text",
        nulls=0,
        null_share=0.0,
        distinct=min(few, rows),
        distinct_is_exact=False,
    )
    return ColumnMatch(ColumnModel(statistics, ("",), frozenset(), frozenset(), "category", ""), 1.0)


def read_pivot(draft: Draft) -> None:
    """'pivot table of sales by region and category', 'crosstab of sex and survived': two columns crossed."""
    said = [i for i in draft.items if i.free and i.has("pivot") and not i.exact_column]
    if not said:
        return
    for item in said:
        item.used = "chart"
    for place, item in enumerate(draft.items):
        if (
            item.text.lower() in {"rows", "columns"}
            and place
            and draft.items[place - 1].text.lower() in {"as", "in", "on", "the"}
        ):
            item.used, item.rows = "group", False
            _cross(draft, draft.items[max(place - 4, 0) : place])
    if draft.groups or any(i.free and i.has("group") for i in draft.items):
        return
    keys = [i for i in draft.items if i.free and any(m.column.is_key for m in i.columns)]
    if len(keys) < 2:
        draft.fail(
            "incomplete", f"“{plain(said[0].text)}” needs two columns of categories.", words=said[0].text
        )
        return
    for item in keys[:3]:
        _cross(draft, [item])
    for item in draft.items:
        if item.free and (item.has("versus") or item.text.lower() in {"against", "by"}):
            item.used = "group"
    if not any(i.free and i.has("aggregate") for i in draft.items):
        draft.measures.append(Measure(aggregate="count"))


def _cross(draft: Draft, items: list[Item]) -> None:
    for item in reversed(items):
        if item.free and any(m.column.is_key for m in item.columns):
            column = draft.choose(item, "key")
            if column is not None and all(g.column != column.name for g in draft.groups):
                item.used = "group"
                draft.groups.append(Group(column=column.name))
                draft.note(f"group:{column.name}", item.text)
            return


def read_ranking(draft: Draft) -> None:
    """'rank the days by average tip': groups in the order of what follows 'by'."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or not item.has("ranking") or item.columns:
            continue
        key = next(
            (i for i in items[place + 1 : place + 4] if i.free and any(m.column.is_key for m in i.columns)),
            None,
        )
        if key is None or draft.groups or any(m.column.is_measure for m in key.columns):
            continue
        _cross(draft, [key])
        by = next((i for i in items[items.index(key) + 1 :] if i.free and i.has("group")), None)
        if by is None or not draft.groups:
            return
        by.used = item.used = "sort"
        draft.high = True if draft.high is None else draft.high
        return


def read_nearest(draft: Draft) -> None:
    """'which car has a price closest to 20', 'height closest to the mean height': the nearest row."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or not item.has("nearest") or draft.statistic is not None:
            continue
        named = [
            i
            for i in items[max(place - 4, 0) : place]
            if i.free and any(m.column.is_measure for m in i.columns)
        ]
        after = range(place + 1, min(place + 5, len(items)))
        value = next(
            (n for n in after if items[n].number is not None or items[n].has("aggregate", "mean", "median")),
            None,
        )
        if value is None:
            return
        named = named or [
            i for i in items[value + 1 : value + 4] if i.free and any(m.column.is_measure for m in i.columns)
        ]
        column = draft.choose(named[-1], "measure") if named else None
        target = items[value].number if column is not None else None
        if column is not None and target is None:
            quantiles = column.statistics.quantiles
            mean = items[value].has("aggregate", "mean")
            known = column.statistics.mean if mean else quantiles.p50 if quantiles else None
            target = known if isinstance(known, float) else None
        if column is None or not isinstance(target, int | float):
            return
        last = value + 2 if items[value].number is None else value
        for each in (named[-1], *items[place : last + 1], *(i for i in items if i.has("which"))):
            if not each.columns or any(m.column is column for m in each.columns):
                each.used = "sort"
        draft.statistic = Statistic(kind="rows")
        draft.sort, draft.limit = (
            Sort(by="column", column=draft.usable(column), descending=False, near=float(target)),
            1,
        )
        draft.note("statistic", item.text)
        return
