"""What the table is cut by: 'by state', 'per month', 'for each size and time of day', 'which airline …'."""

from __future__ import annotations

from datetime import date

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft, grain_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.periods import date_column
from lakeglass.ask.plan import Grain, Group
from lakeglass.ask.plan.naming import plain

_SKIP = {
    "the",
    "a",
    "an",
    "of",
    "is",
    "are",
    "each",
    "different",
    "and",
    "single",
    "individual",
    "all",
    "&",
    "various",
    "by",
    "per",
}
_ADJECTIVES = {"the", "different", "single", "individual", "various", "each", "a", "an", "every"}
MAX_KEYS = 3


def read_groups(draft: Draft) -> None:
    """Every grouping that the question names, in its order."""
    for place, item in enumerate(draft.items):
        if item.free and item.has("group"):
            _after_keyword(draft, place)
    for place, item in enumerate(draft.items):
        if item.free and item.tokens[0].word in draft.lexicon.words("adverb_grain") and not item.exact_column:
            if not _of_a_rate(draft, place):
                _add_grain(draft, item)
        elif item.free and item.has("statistic", "trend"):
            _trend(draft, item)
        elif item.free and item.has("which"):
            _which(draft, place)
    if not draft.groups:
        _superlative_key(draft)
    if len(draft.groups) > MAX_KEYS:
        draft.fail("unsupported", f"More than {MAX_KEYS} groupings at once are not supported yet.")


def _of_a_rate(draft: Draft, place: int) -> bool:
    """'hourly wage' in a table without dates: what the amount is for, no period."""
    after = draft.items[place + 1 : place + 2]
    dated = any(c.role in {"date", "period"} for c in draft.schema.index.columns)
    if dated or not after or not any(m.column.is_measure for m in after[0].columns):
        return False
    draft.items[place].used = "noun"
    draft.assume(f"“{plain(draft.items[place].text)}” is taken as said of {plain(after[0].text)}", cost=0.95)
    return True


def _after_keyword(draft: Draft, place: int) -> None:
    keyword, items = draft.items[place], draft.items
    at, found = place + 1, False
    while at < len(items):
        item = items[at]
        if item.free and (item.columns or item.has("grain")) and not item.number:
            if _is_measure_place(draft, keyword, item):
                break
            if found and not _continues(items, at):
                break
            if not _add(draft, item):
                return
            found, at = True, at + 1
        elif item.text.lower() in {"number of", "count of"} and at + 1 < len(items) and items[at + 1].columns:
            item.used, at = "group", at + 1
        elif item.text.lower() in _SKIP or item.has("conjunction") or item.has("column_nouns"):
            at += 1
        elif not found and item.rows and at + 1 < len(items) and items[at + 1].free and items[at + 1].columns:
            at += 1  # 'by pizza type', of pizzas
        else:
            break
    if found:
        keyword.used = "group"
        return
    if at < len(items) and not draft.problems:
        _nothing_found(draft, keyword, items[at])


def _nothing_found(draft: Draft, keyword: Item, item: Item) -> None:
    named = item.keywords and not all(k.role == "filler_nouns" for k in item.keywords)
    if item.rows or item.columns or item.values or named or not item.free:
        return
    word = item.tokens[0].word
    if (word in draft.lexicon.filler and not item.keywords) or item.tokens[0].kind != "word":
        return
    if keyword.text.lower() in {
        "by",
        "per",
        "each",
        "every",
        "for each",
        "across",
        "grouped by",
        "broken down by",
        "by the",
    }:
        draft.fail(
            "not_found",
            f"There is no column “{plain(item.text)}” to group by.",
            words=item.text,
            choices=draft.schema.index.nearest([word]),
        )


def _continues(items: list[Item], at: int) -> bool:
    before = items[at - 1]
    return (
        before.has("conjunction")
        or before.has("group")
        or before.has("versus")
        or before.text.lower() in _SKIP
        or (
            items[at].tokens[0].start - before.tokens[-1].end >= 1
            and before.used == "group"
            and _comma(items, at)
        )
    )


def _comma(items: list[Item], at: int) -> bool:
    return items[at].tokens[0].start - items[at - 1].tokens[-1].end > 1


def _is_measure_place(draft: Draft, keyword: Item, item: Item) -> bool:
    """'top 5 airports by total cost': after a ranking, 'by' names what is ranked by."""
    ranking = draft.limit is not None or any(i.has("superlative") and i.free for i in draft.items)
    measure = (
        bool(item.columns)
        and any(m.column.is_measure for m in item.columns)
        and not item.columns[0].column.is_key
    )
    return ranking and measure and keyword.text.lower() in {"by", "according to", "based on", "by the"}


def _add(draft: Draft, item: Item) -> bool:
    grain = grain_of(item)
    strong = item.columns and (item.exact_column or grain is None) and not _day_of_month(draft, item)
    if strong:
        column = draft.choose(item, "key")
        if column is None:
            return False
        return _add_column(draft, item, column)
    return _add_grain(draft, item)


def _day_of_month(draft: Draft, item: Item) -> bool:
    """'hottest day' is a date, though a column 'day' numbers the days of each month."""
    place = next((n for n, i in enumerate(draft.items) if i is item), 0)
    before = draft.items[place - 1] if place else None
    ranked = before is not None and (before.has("superlative") or before.used == "limit")
    parts = all(m.column.role == "period" for m in item.columns)
    dated = any(c.role == "date" for c in draft.schema.index.columns)
    return ranked and parts and dated and item.name_of("grain") in {"day", "month", "week", "quarter"}


def _add_column(draft: Draft, item: Item, column: ColumnModel) -> bool:
    if column.role == "date" and any(g.column == column.name and g.grain for g in draft.groups):
        item.used = "group"  # 'by month of enddate'
        return True
    if column.role == "date":
        dated = item.text.lower() in {"date", "dates"}
        grain = (None if dated else grain_of(item)) or _fitting_grain(column)
        draft.assume(f"{plain(column.name)} is cut by {grain}")
        _keep(draft, item, Group(column=column.name, grain=grain))
        return True
    adds_up = bool(set(column.words) & draft.lexicon.words("column_roles", "additive"))
    if column.is_measure and adds_up and _before(draft, item).lower() == "per":
        draft.fail(
            "unsupported",
            f"“per {plain(item.text)}” may ask for a ratio, which is not supported yet; say “by” for groups.",
            words=item.text,
        )
        return False
    if column.is_measure and not column.is_key:
        draft.fail(
            "unclear",
            f"{plain(column.name)} has {column.statistics.distinct:,} different numbers: too many for groups.",
            words=item.text,
            choices=(column.name,),
        )
        return False
    _keep(draft, item, Group(column=column.name))
    return True


def _before(draft: Draft, item: Item) -> str:
    place = next((n for n, i in enumerate(draft.items) if i is item), 0)
    return draft.items[place - 1].text if place else ""


def _add_grain(draft: Draft, item: Item) -> bool:
    grain = grain_of(item)
    if grain is None:
        return False
    parts = [
        c
        for c in draft.schema.index.columns
        if c.role == "period"
        and c.words[-1] == grain
        and not any(d.role == "date" for d in draft.schema.index.columns)
    ]
    if len(parts) == 1:
        _keep(draft, item, Group(column=parts[0].name))
        return True
    days = [
        c
        for c in draft.schema.index.columns
        if c.role == "category" and c.words[-1:] in {("day",), ("weekday",)}
    ]
    if (
        grain in {"weekday", "day"}
        and len(days) == 1
        and not any(c.role == "date" for c in draft.schema.index.columns)
    ):
        _keep(draft, item, Group(column=days[0].name))
        return True
    column = date_column(draft, item.text)
    if column is None:
        return False
    if column.role == "period":
        if grain != "year":
            draft.fail("not_found", f"There is no date to take the {grain} from.", words=item.text)
            return False
        _keep(draft, item, Group(column=column.name))
        return True
    if grain == "hour" and column.statistics.kind == "date":
        draft.fail("not_found", f"{plain(column.name)} has no time of day.", words=item.text)
        return False
    _keep(draft, item, Group(column=column.name, grain=grain))
    return True


def _keep(draft: Draft, item: Item, group: Group) -> None:
    item.used = "group"
    draft.note(f"group:{group.column}", item.text)
    same = [g for g in draft.groups if g.column == group.column]
    if same and (group.grain is None or same[0].grain == group.grain):
        return
    draft.groups.append(group)


def _trend(draft: Draft, item: Item) -> None:
    item.used = "group"
    if any(g.grain is not None for g in draft.groups):
        return
    column = date_column(draft, item.text)
    if column is None:
        return
    draft.note(f"group:{column.name}", item.text)
    if column.role == "period":
        if all(g.column != column.name for g in draft.groups):
            draft.groups.insert(0, Group(column=column.name))
        return
    grain = _fitting_grain(column)
    draft.assume(f"“{plain(item.text)}” is shown by {grain}")
    draft.groups.insert(0, Group(column=column.name, grain=grain))


def _fitting_grain(column: ColumnModel) -> Grain:
    """A grain that gives about 12 to 250 points over the column's span."""
    low, high = column.statistics.minimum, column.statistics.maximum
    try:
        days = (date.fromisoformat(str(high)[:10]) - date.fromisoformat(str(low)[:10])).days
    except ValueError:
        return "month"
    if days > 20 * 366:
        return "year"
    if days > 300:
        return "month"
    return "week" if days > 100 else "day"


def _which(draft: Draft, place: int) -> None:
    """'which state has the most strikes', 'what are the top 5 airports', 'what year had …'."""
    items = draft.items
    ranking = draft.limit is not None or any(i.has("superlative") for i in items)
    if not ranking:
        return
    at = place + 1
    while at < len(items) and (
        items[at].text.lower() in _ADJECTIVES or items[at].used in {"limit", "filter"}
    ):
        at += 1
    if at >= len(items) or not items[at].free or items[at].has("superlative"):
        return
    item = items[at]
    if not item.columns and not item.has("grain"):
        return
    if item.columns and not any(m.column.is_key for m in item.columns):
        return
    plain_what = items[place].text.lower() in {"what", "what is the", "what's the"} and at > place + 1
    if plain_what and draft.limit is None and not _leads_to_superlative(items, at):
        return
    if _add(draft, item):
        items[place].used = "group"
        draft.pick_one = draft.limit is None


def _leads_to_superlative(items: list[Item], at: int) -> bool:
    """'the airport with the highest …', but not 'the speed of the largest …'."""
    after = items[at + 1] if at + 1 < len(items) else None
    return after is not None and after.text.lower() in {
        "with",
        "has",
        "had",
        "that",
        "having",
        "where",
        "that had",
        "which",
    }


def _ranked_period(draft: Draft, place: int) -> bool:
    """'wettest month of 2013', 'busiest hour', 'top 3 months by sales': a period right behind what ranks it."""
    items, item = draft.items, draft.items[place]
    before = items[place - 1] if place else None
    if before is None or not item.free or not item.has("grain"):
        return False
    dated = all(m.column.role == "date" for m in item.columns)
    if item.exact_column and not dated and not _day_of_month(draft, item):
        return False
    if not (before.used == "limit" or (before.free and before.has("superlative", "high", "low"))):
        return False
    if before.text.lower() in {"max", "min", "maximum", "minimum", "top"}:
        return False
    dates = [c for c in draft.schema.index.columns if c.role in {"date", "period"}]
    single = any(c.role == "date" and c.statistics.distinct == draft.rows for c in dates)
    return bool(dates) and not (single and item.name_of("grain") == "day")


def _superlative_grain(draft: Draft) -> bool:
    """'the month with the highest …': a period of the date is what is ranked."""
    items = draft.items
    for place, item in enumerate(items):
        if _ranked_period(draft, place):
            if _add(draft, item):
                draft.pick_one = draft.limit is None
            return True
        named = any(m.column.role != "date" for m in item.columns)
        leads = item.free and item.has("grain") and not named and _leads_to_superlative(items, place)
        if leads and any(i.has("superlative") for i in items[place + 1 : place + 5]):
            if _add(draft, item):
                draft.pick_one = draft.limit is None
            return True
    return False


def _superlative_key(draft: Draft) -> None:
    """'airport with the most strikes', 'top 5 airports', 'most common species'."""
    items = draft.items
    if _superlative_grain(draft):
        return
    for place, item in enumerate(items):
        if not item.free or not item.columns or not any(m.column.is_key for m in item.columns):
            continue
        if all(m.column.role == "date" for m in item.columns):
            continue
        before = items[place - 1] if place else None
        if (
            before is not None
            and before.rows
            and before.free
            and place > 1
            and items[place - 2].has("superlative")
        ):
            before = items[place - 2]  # 'most frequent storm name'
        counted = before is not None and (
            before.used == "limit"
            or (before.tokens and before.text.lower() in draft.lexicon.words("frequency"))
        )
        counted = counted or (
            before is not None and before.has("superlative") and items[place - 1].text.lower() == "top"
        )
        counted = counted or _of_measure(items, place)
        implied = before is not None and before.has("superlative") and before.free
        if implied and before is not None and not item.rows:
            words = draft.lexicon.sections["implied"].get(before.text.lower(), ())
            counted = counted or any(
                m.column.is_measure
                for w in words
                for m in draft.schema.index.match([w]) or draft.schema.index.similar(w)
            )
        leads = _leads_to_superlative(items, place) and any(
            i.has("superlative") for i in items[place + 1 : place + 5]
        )
        if (
            before is not None
            and before.has("superlative", "low")
            and not before.used
            and _frequency(draft, before)
        ):
            counted = True
        if not (counted or leads):
            continue
        plural = item.tokens[-1].word.endswith("s") and not item.columns[0].column.words[-1].endswith("s")
        if _add(draft, item):
            draft.pick_one = draft.limit is None and not (counted and plural)
            if draft.limit is None and counted and plural:
                draft.limit = 10
                draft.assume("as no number was given, the first 10 are shown")
        return


def _of_measure(items: list[Item], place: int) -> bool:
    """'the most profitable category', 'lowest average mass species': a superlative, what is measured, the groups."""
    if place < 2 or items[place].rows or any(m.column.is_measure for m in items[place].columns):
        return False
    measured = items[place - 1]
    if not measured.free or not any(m.column.is_measure for m in measured.columns):
        return False
    back = place - 2
    while back > 0 and items[back].has("aggregate") and not items[back].has("superlative"):
        back -= 1
    return items[back].has("superlative", "high", "low") and items[back].text.lower() not in {
        "max",
        "min",
        "maximum",
        "minimum",
    }


def _frequency(draft: Draft, item: Item) -> bool:
    return item.text.lower() in draft.lexicon.words("frequency")
