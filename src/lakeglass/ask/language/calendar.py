"""Parts of a date as conditions: 'in July', 'on Mondays', 'at weekends', 'in the first quarter', 'in the 1980s'."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.conditions import SMALL, negated, text_of
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.periods import date_column
from lakeglass.ask.plan import Derive, Filter, Grain, Operator
from lakeglass.ask.plan.naming import plain

_LEADS = {
    "in",
    "on",
    "during",
    "for",
    "at",
    "of",
    "the",
    "month",
    "over",
    "every",
    "each",
    "months",
    "a",
    "all",
}


def read_calendar(draft: Draft) -> None:
    """Months, weekdays, quarters and decades without a year become conditions on a part of the date."""
    for place, item in enumerate(draft.items):
        if not item.free or item.columns or item.values:
            continue
        if item.has("months") and _dated_month_follows(draft, place):
            continue
        if item.has("months") and _says_month(draft, place):
            _part(draft, place, "month of year", "months")
        elif item.has("weekdays"):
            _part(draft, place, "weekday", "weekdays")


def _dated_month_follows(draft: Draft, place: int) -> bool:
    """'November and December 2013': the year holds for both; neighbours become one period, others a refusal."""
    items = draft.items
    after = items[place + 2] if place + 2 < len(items) and items[place + 1].has("conjunction") else None
    if after is None or after.used != "filter" or not after.has("months"):
        return False
    first, second = int(items[place].name_of("months")), int(after.name_of("months"))
    for number, each in enumerate(draft.filters):
        if each.column == after.target and each.operator == "period" and second == first + 1:
            start = str(each.values[0])
            if start[5:7] == f"{second:02}" and start.endswith("-01"):
                start = f"{start[:5]}{first:02}-01"
                draft.filters[number] = Filter(
                    column=each.column, operator="period", values=(start, each.values[1])
                )
                items[place].used, items[place].target = "filter", each.column
                return True
    draft.fail("unclear", f"Give each month its year: “{plain(items[place].text)}”.", words=items[place].text)
    return True


def _says_month(draft: Draft, place: int) -> bool:
    """'may' is a month only in its place: after 'in', or written 'May'."""
    item = draft.items[place]
    before = draft.items[place - 1] if place else None
    leads = before is not None and (before.text.lower() in _LEADS or before.has("conjunction"))
    return leads or len(item.text) > 3 or item.text[:1].isupper()


def _part(draft: Draft, place: int, grain: Grain, role: str) -> None:
    item = draft.items[place]
    if any(g.text.lower() in {"month", "weekday"} and g.has("group") for g in draft.items):
        return
    wanted = [int(n) for k in item.keywords if k.role == role for n in k.name.split(",")]
    column = date_column(draft, item.text)
    if column is None:
        return
    name = _column_of(draft, column, grain, item)
    if name is None:
        return
    used = [item, *_lead(draft, place)]
    negative = negated(draft, place, name)
    operator: Operator = ("not in" if negative else "in") if len(wanted) > 1 else ("!=" if negative else "=")
    draft.add_filter(
        Filter(column=name, operator=operator, values=tuple(wanted)), text_of([*negative, *used])
    )
    for each in (*used, *negative):
        each.used, each.target = "filter", name
    for each in negative:
        each.used = "negation"


def _column_of(draft: Draft, column: ColumnModel, grain: Grain, item: Item) -> str | None:
    """The part of the date as a column: made here, or one that the table has."""
    word = "month" if grain == "month of year" else "weekday"
    own = [c for c in draft.schema.index.columns if c.role == "period" and c.words[-1] == word]
    if column.role == "period":
        if len(own) == 1 and word == "month":
            return own[0].name
        draft.fail("not_found", f"There is no date to take the {word} from.", words=item.text)
        return None
    name = f"{word} of {plain(column.name)}"
    if draft.derived(name) is None:
        draft.derive.append(Derive(name=name, kind="grain", columns=(column.name,), grain=grain))
    return name


def _lead(draft: Draft, place: int) -> list[Item]:
    """'in the month of' before May."""
    found: list[Item] = []
    for other in reversed(draft.items[max(place - 4, 0) : place]):
        if not other.free or other.text.lower() not in _LEADS | SMALL:
            break
        found.append(other)
    after = draft.items[place + 1 : place + 2]
    return found + [i for i in after if i.free and i.text.lower() in {"month", "months"}]


def read_decades(draft: Draft) -> None:
    """'in the 1980s', before anything reads 1980 as a year."""
    for place, item in enumerate(draft.items):
        number = item.number
        after = draft.items[place + 1] if place + 1 < len(draft.items) else None
        plural = after is not None and after.text == "s" and after.tokens[0].start == item.tokens[-1].end
        if number is not None and plural and item.free and 1000 <= number <= 2990 and number % 10 == 0:
            _years(draft, place, int(number))


def _years(draft: Draft, place: int, start: int) -> None:
    item = draft.items[place]
    column = date_column(draft, f"{item.text}s")
    if column is None:
        return
    if column.role == "period":
        made = Filter(column=column.name, operator="between", values=(start, start + 9))
    else:
        values = (f"{start}-01-01", f"{start + 10}-01-01")
        made = Filter(column=column.name, operator="period", values=values)
    used = [item, draft.items[place + 1], *_lead(draft, place)]
    draft.add_filter(made, text_of(used))
    for each in used:
        each.used, each.target = "filter", column.name
