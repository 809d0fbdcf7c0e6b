"""Superlatives: 'the highest cost', 'which state has the most strikes', 'the 10 most expensive strikes'."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnMatch
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.everyday import of_family
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.usual import divide, of_a_kind, usual_aggregate
from lakeglass.ask.plan import Aggregate, Measure, Sort, Statistic, Top
from lakeglass.ask.plan.naming import plain


def read_superlatives(draft: Draft) -> None:
    """What each superlative asks for: a ranking of groups, the first rows, an extreme value, or a date."""
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
        if vague and not draft.measures and not _rates(draft, place):
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


def _rates(draft: Draft, place: int) -> bool:
    """'best' is a high rating, but who knows what the best mileage is."""
    good = draft.lexicon.words("column_roles", "rating")
    return any(set(m.column.words) & good for i in _columns_after(draft, place) for m in i.columns)


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
    wanted = draft.pick_one or draft.nth is not None or draft.limit is not None
    if not wanted and not draft.measures and _columns_after(draft, place):
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
    columns = _columns_after(draft, place) or _implied(draft, item) or _implied_beside(draft, place)
    if columns:
        _measure_column(draft, columns[0], high=high)
        return
    object_of = _object_of(draft, place)
    counted = _counted_key(draft, item, object_of)
    object_of = None if object_of is not None and object_of.rows else object_of
    if counted is not None:
        draft.measures.append(Measure(aggregate="distinct", column=counted))
        draft.note(f"measure:{len(draft.measures) - 1}", f"{item.text} {object_of.text if object_of else ''}")
        draft.assume(f"each different {plain(counted)} is counted once", cost=0.95)
        return
    if object_of is not None:
        draft.fail(
            "unclear",
            f"“{plain(item.text)} {plain(object_of.text)}”: no column with numbers was found for it.",
            words=object_of.text,
        )
        return
    before = draft.items[place - 1] if place else None
    before = (
        draft.items[place - 2]
        if before is not None and before.text.lower() == "the" and place > 1
        else before
    )
    if before is not None and before.rows and item.text.lower() in {"most", "least"}:
        draft.fail(
            "unclear", f"“{plain(before.text)} {plain(item.text)}” by which measure?", words=before.text
        )
        return
    named_rows = any(i.rows for i in draft.items)
    if named_rows or item.text.lower() in draft.lexicon.words("frequency") or item.used == "limit":
        draft.measures.append(Measure(aggregate="count"))
        if not named_rows:
            draft.assume("ranked by the number of rows", cost=0.95)
        return
    draft.fail("incomplete", f"“{plain(item.text)}” by which measure?", words=item.text)


def _counted_key(draft: Draft, item: Item, named: Item | None) -> str | None:
    """'which region has the most cities': how many different ones."""
    if named is None or not named.columns or item.text.lower() not in {"most", "fewest", "least"}:
        return None
    if of_a_kind(named):
        named.columns, named.rows = (), True
        draft.assume(f"“{plain(named.text)}” are the rows of the table", cost=0.85)
        return None
    keys = [m.column for m in named.columns if m.column.role in {"category", "identifier", "text"}]
    if len(named.columns) != 1 or named.columns[0].score < 0.75 or not keys:
        return None
    if any(g.column == keys[0].name for g in draft.groups):
        return None
    named.used = "measure"
    return keys[0].name


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
            return [Item(item.text, item.tokens, columns=_extremes(draft, item, matches))]
    return []


def _implied_beside(draft: Draft, place: int) -> list[Item]:
    """'top 2 windiest days': the superlative that says what is measured."""
    for other in draft.items[place + 1 : place + 4]:
        if other.free and other.has("superlative", "high", "low") and _implied(draft, other):
            draft.high = other.has("superlative", "high")
            other.used = "limit"
            return _implied(draft, other)
    return []


def _extremes(draft: Draft, item: Item, matches: tuple[ColumnMatch, ...]) -> tuple[ColumnMatch, ...]:
    """Of temp_max and temp_min, the hottest day has the highest temp_max."""
    words = {"max", "maximum", "high"} if item.has("superlative", "high") else {"min", "minimum", "low"}
    family = of_family(matches, "max" if item.has("superlative", "high") else "min", draft)
    if family is not None:
        return (ColumnMatch(family, 0.95),)
    found = [m for m in matches if set(m.column.words) & words]
    return (ColumnMatch(found[0].column, 0.95),) if len(found) == 1 and len(matches) == 2 else matches


def _measure_column(draft: Draft, item: Item, *, high: bool) -> None:
    """'which state has the highest cost': totals of what adds up, extremes of what does not."""
    column = draft.choose(item, "measure")
    if column is None or divide(draft, item, column):
        return
    item.used = "measure"
    aggregate = usual_aggregate(draft, column)
    word = _said_before(draft, item)
    if aggregate == "mean" and word in {"most", "least", "fewest"} and not _a_row_each(draft):
        draft.fail(
            "ambiguous",
            f"“{word} {plain(item.text)}” can mean the total, the average or the highest {plain(column.name)}.",
            words=item.text,
            choices=(column.name,),
        )
        return
    single = any(i.text.lower() in {"single", "individual"} for i in draft.items)
    if aggregate == "mean" or single:
        aggregate = "max" if high else "min"
    words = {"sum": "total", "max": "highest", "min": "lowest"}[aggregate]
    said = "total" in item.text.lower()
    if not said:
        draft.assume(f"groups are compared by the {words} {plain(column.name)}", cost=0.9)
    draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
    draft.note(f"measure:{len(draft.measures) - 1}", item.text)


def _a_row_each(draft: Draft) -> bool:
    """True when every group is a single row, so that total, average and highest are the same."""
    column = draft.schema.table.column(draft.groups[0].column) if len(draft.groups) == 1 else None
    return column is not None and draft.groups[0].grain in {None, "day"} and column.distinct == draft.rows


def _said_before(draft: Draft, item: Item) -> str:
    place = next((n for n, i in enumerate(draft.items) if i is item), 0)
    before = [i for i in draft.items[max(place - 3, 0) : place] if i.has("superlative")]
    return before[-1].text.lower() if before else ""


def _list(draft: Draft, place: int, *, high: bool) -> None:
    """'the 10 most expensive strikes': rows, in order of a column."""
    columns = _columns_after(draft, place) or _implied(draft, draft.items[place])
    item = draft.items[place]
    for other in draft.items[place + 1 : place + 4]:
        if not columns and other.free and other.has("superlative", "high", "low"):
            columns, high = _implied(draft, other), other.has("superlative", "high")
            other.used = "limit"
    if draft.measures:
        _over_the_best(draft, columns, high=high)
        return
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


def _over_the_best(draft: Draft, columns: list[Item], *, high: bool) -> None:
    """'average price of the 10 longest rows': the measure over the rows that a ranking leaves."""
    measured = [m.column for m in draft.measures if m.column is not None]
    column = draft.choose(columns[0], "measure") if columns else None
    name = draft.usable(column) if column is not None else measured[0] if len(set(measured)) == 1 else None
    if name is None or draft.limit is None or draft.groups:
        draft.fail("unsupported", f"“{plain(draft.limit_text)}”: by which measure?", words=draft.limit_text)
        return
    if columns:
        columns[0].used = "sort"
    else:
        draft.assume(f"“{plain(draft.limit_text)}” is read as by {plain(name)}", cost=0.9)
    draft.top = Top(column=name, count=draft.limit, descending=high)
    draft.limit = draft.sort = draft.high = None
    draft.note("limit", draft.limit_text)
    for each in draft.items:
        if (
            each.free
            and each.has("group")
            and each.text.lower() in {"by", "by the", "according to", "based on"}
        ):
            each.used = "sort"


def _asks_row(draft: Draft) -> bool:
    """'which storm had the lowest pressure': the row is asked for, not the number."""
    items = draft.items
    opening = [
        i for i in items[:4] if i.text.lower() not in {"the", "list", "show", "me", "find", "get", "give"}
    ]
    if (
        len(opening) > 1
        and opening[0].rows
        and opening[1].text.lower() in {"with", "having", "that has", "that had"}
    ):
        return True
    for place, item in enumerate(items):
        if not item.has("which"):
            continue
        after = [i for i in items[place + 1 : place + 3] if i.text.lower() not in {"the", "is", "was"}]
        if (place == 0 and item.text.lower() in {"when", "where", "who"}) or (
            item.text.lower() in {"which", "what", "whose", "in which"} and after and after[0].rows
        ):
            return True
    return False


def _row_follows(draft: Draft, column: Item) -> bool:
    """'highest rated movie', 'longest awake animal'."""
    place = next((n for n, i in enumerate(draft.items) if i is column), -1)
    after = draft.items[place + 1] if 0 <= place < len(draft.items) - 1 else None
    return after is not None and after.rows


def _top_row(draft: Draft, place: int, item: Item, *, high: bool) -> None:
    column = draft.choose(item, "measure")
    if column is None:
        return
    item.used = draft.items[place].used = "sort"
    for each in draft.items:
        if each.has("which") and each.free:
            each.used = "statistic"
    draft.statistic = Statistic(kind="rows")
    draft.limit = 1
    draft.sort = Sort(by="column", column=draft.usable(column), descending=high)
    draft.note("statistic", f"{draft.items[place].text} {item.text}")


def _reduce(draft: Draft, item: Item, named: Item, aggregate: Aggregate) -> None:
    column = draft.choose(named, "measure")
    if column is not None:
        named.used = item.used = "measure"
        draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
        draft.note(f"measure:{len(draft.measures) - 1}", f"{item.text} {named.text}")


def _asks_mode(draft: Draft, place: int, named: Item) -> bool:
    """'the most common rating': the value that occurs most often."""
    text = draft.items[place].text.lower()
    counts = text in draft.lexicon.words("frequency") and text not in {"most", "least", "fewest", "busiest"}
    return (
        counts
        and draft.items[place].has("superlative", "high")
        and named in draft.items[place + 1 : place + 2]
    )


def _is_daily(draft: Draft) -> bool:
    """True for a table with one row a day."""
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    return len(dates) == 1 and dates[0].statistics.distinct == draft.rows


def _extreme(draft: Draft, place: int, *, high: bool) -> None:
    """'highest repair cost' is a maximum; 'most expensive strike' is a row."""
    item = draft.items[place]
    columns = _columns_after(draft, place)
    if draft.measures:
        return
    named = draft.items[place + 1] if place + 1 < len(draft.items) else None
    of_rows = named is not None and named.rows and not named.tokens[-1].word.endswith("s")
    if columns and _asks_mode(draft, place, columns[0]):
        _reduce(draft, item, columns[0], "mode")
        return
    if columns and (of_rows or _asks_row(draft) or _row_follows(draft, columns[0])):
        _top_row(draft, place, columns[0], high=high)
        return
    if columns:
        _reduce(draft, item, columns[0], "max" if high else "min")
        return
    implied = _implied(draft, item)
    day = any(i.free and i.has("grain", "day") for i in draft.items) and _is_daily(draft)
    if day:
        for each in draft.items:
            each.used = "statistic" if each.free and each.has("grain", "day") else each.used
    if implied and (
        day or any(i.rows for i in draft.items) or not any(i.free and i.columns for i in draft.items)
    ):
        for each in draft.items:
            if each.has("which") and each.free:
                each.used = "statistic"
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
