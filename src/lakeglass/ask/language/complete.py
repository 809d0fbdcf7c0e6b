"""Fill what the question leaves open: the measure behind a superlative, the usual aggregate, shares."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.measures import sort_for
from lakeglass.ask.plan import Aggregate, Filter, Group, Measure, Sort, Statistic
from lakeglass.ask.plan.naming import plain

LISTED = 10


def complete(draft: Draft) -> None:
    """Decide everything that is still open; a problem is noted where that would be a guess."""
    _compared_values(draft)
    if draft.statistic is None:
        _open_measures(draft)
    elif draft.groups and draft.statistic.kind != "distribution":
        draft.fail("unsupported", "This analysis can't be split into groups yet.")
    elif len(draft.groups) > 1:
        draft.fail("unsupported", "A distribution can be split by one column only.")
    if draft.groups and draft.limit is not None and len(draft.groups) > 1:
        draft.fail("unsupported", "The first few within several groupings are not supported yet.")
    if draft.problems or draft.statistic is not None:
        return
    if not draft.measures:
        draft.fail("incomplete", "No measure, count or analysis was recognised in the question.")
        return
    if draft.limit is not None and draft.high is None and draft.groups:
        draft.high = True
    draft.sort = draft.sort or sort_for(draft)
    if draft.pick_one:
        draft.limit = 1


def _open_measures(draft: Draft) -> None:
    _superlatives(draft)
    if draft.problems:
        return
    if draft.share:
        _share(draft)
    elif not draft.measures and draft.statistic is None:
        _open_columns(draft)


def _compared_values(draft: Draft) -> None:
    """'compare day and night': the values that are compared are the groups."""
    if draft.groups or not any(i.has("compare_verb") or i.has("versus") for i in draft.items):
        return
    several = [f for f in draft.filters if f.operator == "in"]
    if len(several) == 1:
        draft.groups.append(Group(column=several[0].column))
        draft.note(f"group:{several[0].column}", "compare")


def _superlatives(draft: Draft) -> None:
    for place, item in enumerate(draft.items):
        if (not item.free and item.used != "limit") or not item.has("superlative"):
            continue
        if (
            item.used != "limit"
            and item.has("superlative", "early", "late")
            and not item.has("superlative", "high", "low")
        ):
            _date_extreme(draft, place)
            continue
        vague = item.text.lower() in draft.lexicon.words("vague")
        if vague and not draft.measures and not _columns_after(draft, place):
            draft.fail("unclear", f"“{plain(item.text)}” by which measure?", words=item.text)
            return
        high = item.has("superlative", "high", "late")
        if draft.groups:
            _rank(draft, place, high=high)
        elif draft.limit is not None and item.used == "limit":
            _list(draft, place, high=high)
        else:
            _extreme(draft, place, high=high)
        if draft.problems:
            return


def _date_extreme(draft: Draft, place: int) -> None:
    """'earliest flight date', 'when was the first strike'."""
    item = draft.items[place]
    after = draft.items[place + 1 : place + 3]
    dated = [
        i
        for i in after
        if (i.free and any(m.column.role == "date" for m in i.columns)) or i.has("grain", "day")
    ]
    asked = any(i.has("when") or i.text.lower() == "when" for i in draft.items)
    if not dated and not asked:
        return
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    column = (
        draft.choose(dated[0], "date")
        if dated and dated[0].columns
        else dates[0]
        if len(dates) == 1
        else None
    )
    if column is None:
        if not draft.problems:
            draft.fail("ambiguous", "Which date is meant?", choices=tuple(c.name for c in dates[:3]))
        return
    item.used = "measure"
    for each in dated:
        each.used = "measure"
    aggregate: Aggregate = "min" if item.has("superlative", "early") else "max"
    draft.measures.append(Measure(aggregate=aggregate, column=column.name))
    draft.note(f"measure:{len(draft.measures) - 1}", item.text)


def _columns_after(draft: Draft, place: int) -> list[Item]:
    """The free column words that a superlative stands before, else the only ones of the question."""
    items = draft.items
    after: list[Item] = []
    for item in items[place + 1 : place + 5]:
        if item.free and item.columns and any(m.column.is_measure for m in item.columns):
            after.append(item)
            break
        if item.rows or item.has("superlative"):
            break
    return after or [i for i in items if i.free and any(m.column.is_measure for m in i.columns)]


def _rank(draft: Draft, place: int, *, high: bool) -> None:
    """The groups are ranked: by a measure already read, by the column named here, or by their rows."""
    item = draft.items[place]
    draft.high = high if draft.high is None or item.used != "limit" else draft.high
    if not draft.pick_one and draft.limit is None and not draft.measures and _columns_after(draft, place):
        draft.high = None
        _extreme(draft, place, high=high)  # 'highest speed by phase' is a maximum for each phase
        return
    if item.used != "limit":
        item.used = "sort"
        if draft.limit is None and not draft.pick_one and not _plain_order(draft):
            draft.pick_one = True
    draft.note("sort", item.text)
    if draft.measures or draft.share:
        return
    columns = _columns_after(draft, place) or _implied(draft, item)
    if columns:
        _measure_column(draft, columns[0], high=high)
        return
    object_of = _object_of(draft, place)
    if object_of is not None:
        draft.fail(
            "unclear",
            f"“{plain(item.text)} {plain(object_of.text)}”: no column with numbers was found for it.",
            words=object_of.text,
        )
        return
    named_rows = any(i.rows for i in draft.items)
    if named_rows or item.text.lower() in draft.lexicon.words("frequency") or item.used == "limit":
        draft.measures.append(Measure(aggregate="count"))
        if not named_rows:
            draft.assume("ranked by the number of rows", cost=0.95)
        return
    draft.fail("incomplete", f"“{plain(item.text)}” by which measure?", words=item.text)


def _object_of(draft: Draft, place: int) -> Item | None:
    """What a superlative is said of, when that is neither the rows nor a part of the plan ('most damage')."""
    for item in draft.items[place + 1 : place + 3]:
        if item.rows or item.used:
            return None
        if item.columns or not (item.keywords or item.tokens[0].word in draft.lexicon.filler):
            return item
    return None


def _plain_order(draft: Draft) -> bool:
    return any(i.has("order", "marker") for i in draft.items)


def _implied(draft: Draft, item: Item) -> list[Item]:
    """'most expensive' speaks of a cost."""
    for word in draft.lexicon.sections["implied"].get(item.text.lower(), ()):
        matches = draft.schema.index.match([word]) or draft.schema.index.similar(word)
        if any(m.column.is_measure for m in matches):
            return [Item(item.text, item.tokens, columns=matches)]
    return []


def _measure_column(draft: Draft, item: Item, *, high: bool) -> None:
    """'which state has the highest cost': totals of what adds up, extremes of what does not."""
    column = draft.choose(item, "measure")
    if column is None:
        return
    item.used = "measure"
    aggregate = usual_aggregate(draft, column)
    if aggregate == "mean":
        aggregate = "max" if high else "min"
    words = {"sum": "total", "max": "highest", "min": "lowest"}[aggregate]
    said = "total" in item.text.lower()
    if not said:
        draft.assume(f"groups are compared by the {words} {plain(column.name)}", cost=0.9)
    draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
    draft.note(f"measure:{len(draft.measures) - 1}", item.text)


def usual_aggregate(draft: Draft, column: ColumnModel) -> Aggregate:
    """Sum for amounts that add up (cost, quantity, …), mean for everything else (speed, price a unit, …)."""
    additive = draft.lexicon.words("column_roles", "additive")
    return "sum" if set(column.words) & additive or column.unit in {"$", "€", "£"} else "mean"


def _list(draft: Draft, place: int, *, high: bool) -> None:
    """'the 10 most expensive strikes': rows, in order of a column."""
    columns = _columns_after(draft, place) or _implied(draft, draft.items[place])
    item = draft.items[place]
    if not columns:
        if (
            item.has("superlative", "early")
            and any(i.rows for i in draft.items)
            and item.text.lower() == "first"
        ):
            draft.statistic = Statistic(kind="rows")
            draft.note("statistic", draft.limit_text)
            return
        draft.fail(
            "incomplete",
            f"“{plain(draft.limit_text)}” of what, and by which measure?",
            words=draft.limit_text,
        )
        return
    column = draft.choose(columns[0], "measure")
    if column is None:
        return
    columns[0].used = "sort"
    draft.statistic = Statistic(kind="rows")
    draft.sort = Sort(by="column", column=draft.usable(column), descending=high)
    draft.note("statistic", draft.limit_text)


def _extreme(draft: Draft, place: int, *, high: bool) -> None:
    """'highest repair cost' is a maximum; 'most expensive strike' is a row."""
    item = draft.items[place]
    columns = _columns_after(draft, place)
    if draft.measures:
        return
    if columns:
        column = draft.choose(columns[0], "measure")
        if column is None:
            return
        columns[0].used = item.used = "measure"
        aggregate: Aggregate = "max" if high else "min"
        draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
        draft.note(f"measure:{len(draft.measures) - 1}", f"{item.text} {columns[0].text}")
        return
    implied = _implied(draft, item)
    if implied and any(i.rows for i in draft.items):
        column = draft.choose(implied[0], "measure")
        if column is None:
            return
        item.used = "sort"
        draft.statistic = Statistic(kind="rows")
        draft.limit = 1
        draft.sort = Sort(by="column", column=draft.usable(column), descending=high)
        draft.assume(
            f"“{plain(item.text)}” is read as the {'highest' if high else 'lowest'} {plain(column.name)}",
            cost=0.9,
        )
        draft.note("statistic", item.text)


def _share(draft: Draft) -> None:
    """Shares of rows, of a sum, or of the whole by group."""
    column = next((i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)), None)
    summed: str | None = None
    if draft.measures:
        kept = draft.measures[0]
        if len(draft.measures) > 1 or kept.aggregate not in {"count", "sum"}:
            draft.fail("unclear", "A share needs a count or a sum.")
            return
        summed, draft.measures = kept.column, []
    elif column is not None:
        chosen = draft.choose(column, "measure")
        if chosen is None:
            return
        column.used = "measure"
        summed = draft.usable(chosen)
    flag = _flag_share(draft) if summed is None else None
    if flag is not None:
        draft.measures.append(Measure(aggregate="share", where=(flag,)))
        return
    base, where = _split_filters(draft)
    if draft.problems:
        return
    if where:
        draft.filters = base
        draft.measures.append(Measure(aggregate="share", column=summed, where=tuple(where)))
    elif draft.groups:
        draft.measures.append(Measure(aggregate="sum" if summed else "count", column=summed, of_total=True))
    else:
        _share_of_key(draft)


def _share_of_key(draft: Draft) -> None:
    """'percentage of each size', 'share of species': how often each value occurs."""
    keys = [i for i in draft.items if i.free and any(m.column.is_key for m in i.columns)]
    column = draft.choose(keys[0], "key") if len(keys) == 1 else None
    if column is None or column.role == "date":
        if not draft.problems:
            draft.fail("incomplete", "A share of what? Name the value or the group whose share is wanted.")
        return
    keys[0].used = "statistic"
    draft.statistic = Statistic(kind="distribution", columns=(column.name,))
    draft.note("statistic", keys[0].text)


def _flag_share(draft: Draft) -> Filter | None:
    """'survival rate': rows for which a yes/no column that the question names is yes."""
    for item in draft.items:
        flags = [m.column for m in item.columns if m.column.role == "flag"]
        if item.free and len(flags) == 1:
            item.used = "measure"
            yes: bool | int = True if flags[0].statistics.kind == "boolean" else 1
            if flags[0].statistics.nulls:
                draft.filters.append(Filter(column=flags[0].name, operator="present"))
            return Filter(column=flags[0].name, operator="=", values=(yes,))
    return None


def _split_filters(draft: Draft) -> tuple[list[Filter], list[Filter]]:
    """Which conditions make the base, and which are counted.

    Periods always belong to the base. Of several others, those said before the noun ('of large strikes') or,
    without a noun, the first one ('of females survived') are the base; what follows is counted.
    """
    base = [f for f in draft.filters if _is_base(draft, f)]
    rest = [f for f in draft.filters if f not in base]
    if len(rest) <= 1:
        return base, rest
    places = {f.column: _place_of(draft, f) for f in rest}
    items = draft.items
    start = next((n for n, i in enumerate(items) if i.has("aggregate", "share")), 0)
    noun = next((n for n in range(start, len(items)) if items[n].rows), None)
    ordered = sorted(rest, key=lambda f: places[f.column])
    if any(places[f.column] < 0 for f in rest) or any(f.operator != "=" for f in rest):
        inside: list[Filter] = []
    elif noun is None:
        inside = (
            ordered[:1]
            if places[ordered[0].column] > start
            else [f for f in ordered if places[f.column] < start]
        )
    else:
        inside = [f for f in ordered if start < places[f.column] < noun] or [
            f for f in ordered if places[f.column] < start
        ]
    outside = [f for f in ordered if f not in inside]
    if not inside or len(outside) != 1:
        draft.fail(
            "unclear", "It is not clear which condition is the whole and which is the part of the share."
        )
        return base, rest
    return base + inside, outside


def _place_of(draft: Draft, each: Filter) -> int:
    """Where in the question a condition stands; -1 when it can't be told."""
    said = draft.words.get(f"filter:{each.column}", "")
    return next((n for n, i in enumerate(draft.items) if i.used == "filter" and i.text in said), -1)


def _is_base(draft: Draft, each: Filter) -> bool:
    if each.operator in {"period", "present"}:
        return True
    column = draft.schema.table.column(each.column)
    return column is not None and column.kind in {"date", "datetime"}


def _open_columns(draft: Draft) -> None:
    """Columns without an aggregate, or nothing but rows and conditions."""
    numbers = [i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)]
    keys = [i for i in draft.items if i.free and i.columns and i not in numbers]
    if draft.groups and numbers:
        for item in numbers:
            column = draft.choose(item, "measure")
            if column is None:
                return
            item.used = "measure"
            aggregate = usual_aggregate(draft, column)
            said = "total" in item.text.lower()
            if not said:
                word = "total" if aggregate == "sum" else "average"
                draft.assume(f"“{plain(item.text)}” is read as the {word} {plain(column.name)}", cost=0.9)
            draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
            draft.note(f"measure:{len(draft.measures) - 1}", item.text)
    elif draft.groups and not keys:
        draft.measures.append(Measure(aggregate="count"))
        if not any(i.rows for i in draft.items):
            draft.assume("no measure was named: rows are counted", cost=0.85)
    elif len(numbers) == 1 and not keys:
        column = draft.choose(numbers[0], "measure")
        if column is not None:
            _single(draft, numbers[0], column)
    elif len(keys) == 1 and not numbers and not draft.groups:
        column = draft.choose(keys[0], "key")
        if column is not None and column.role != "date":
            keys[0].used = "statistic"
            draft.statistic = Statistic(kind="distribution", columns=(column.name,))
            draft.note("statistic", keys[0].text)
            draft.assume(
                f"“{plain(keys[0].text)}” alone is read as how often each {plain(column.name)} occurs",
                cost=0.9,
            )
    elif not numbers and not keys and any(i.rows for i in draft.items):
        _only_rows(draft)


def _single(draft: Draft, item: Item, column: ColumnModel) -> None:
    item.used = "statistic"
    summed = next((i for i in draft.items if i.has("unspecific", "sum")), None)
    said_total = "total" in item.text.lower() or summed is not None
    if usual_aggregate(draft, column) == "sum" and not draft.chart_wanted and draft.chart is None:
        if not said_total:
            draft.assume(f"“{plain(item.text)}” is read as the total {plain(column.name)}", cost=0.85)
        draft.measures.append(Measure(aggregate="sum", column=draft.usable(column)))
        draft.note("measure:0", item.text)
        return
    kind = "distribution" if draft.chart_wanted or draft.chart is not None else "describe"
    draft.statistic = Statistic(
        kind="distribution" if kind == "distribution" else "describe", columns=(draft.usable(column),)
    )
    draft.note("statistic", item.text)
    draft.assume(f"no aggregate was named: {plain(column.name)} is described as a whole", cost=0.85)


def _only_rows(draft: Draft) -> None:
    if draft.limit is not None or any(
        i.text.lower() in {"show", "list", "display"} or i.has("list_verb") for i in draft.items
    ):
        draft.statistic = Statistic(kind="rows")
        draft.note("statistic", "rows")
        if draft.limit is None:
            draft.limit = LISTED
            draft.assume(f"the first {LISTED} rows are shown")
        return
    if draft.filters:
        draft.measures.append(Measure(aggregate="count"))
        draft.assume("no measure was named: rows are counted", cost=0.85)
