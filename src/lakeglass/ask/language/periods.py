"""Dates in words to half-open periods: 'in 1995', 'since March 1998', 'last 30 days', 'between 1995 and 1997'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Filter
from lakeglass.ask.plan.naming import plain

Unit = Literal["year", "quarter", "month", "week", "day"]
_FIRST_YEAR, _LAST_YEAR = 1000, 2999


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days: start <= day < end, made of `count` items of the question."""

    start: date
    end: date
    count: int


def read_periods(draft: Draft) -> None:
    """Turn every date in the question into a filter on a date (or year) column."""
    place = 0
    while place < len(draft.items):
        place += max(_period_at(draft, place), 1)


def _period_at(draft: Draft, place: int) -> int:
    """Read a period that begins here; returns how many items it took."""
    items = draft.items
    lead = items[place]
    if not lead.free:
        return 0
    if lead.has("period", "last", "this") and not lead.columns:
        return _relative(draft, place)
    if _compares_number(items, place):
        return 0
    offset = 1 if lead.has("period") or lead.has("compare") or lead.has("slot") else 0
    if not offset:
        first = _date_at(items, place)
        if first is None or not _stands_alone(items, place, first):
            return 0
        return _keep(draft, first, items[place : place + first.count], "within")
    first = _date_at(items, place + 1)
    if first is None:
        return 0
    word = lead.name_of("period") or lead.name_of("compare")
    roles = {k.name for k in lead.keywords if k.role == "period"} | (
        {"between"} if lead.has("compare", "between") else set()
    )
    if roles & {"between", "since"}:
        joint = place + 1 + first.count
        second = (
            _date_at(items, joint + 1)
            if (joint < len(items) and items[joint].has("period", "until"))
            or (joint < len(items) and items[joint].text in {"-", "–"})
            else None
        )
        if second is not None:
            count = 1 + first.count + 1 + second.count
            whole = Period(first.start, second.end, count)
            return _keep(draft, whole, items[place : place + count], "within")
    mode = _mode(lead, word)
    if mode is None:
        return 0
    return _keep(draft, first, items[place : place + 1 + first.count], mode)


def _compares_number(items: Sequence[Item], place: int) -> bool:
    """'cost above 2000', 'over 2000 knots': a comparison with a number, not with a year."""
    lead = items[place]
    about = items[place - 1] if place else None
    if about is not None and about.text.lower() in {"is", "was", "are", "were"} and place > 1:
        about = items[place - 2]
    dated = about is not None and any(m.column.role in {"date", "period"} for m in about.columns)
    if _says_day(items, place + 1):
        return False
    if lead.has("compare") and not lead.has("period"):
        return not dated
    if lead.text.lower() == "from" and not _range_follows(items, place):
        return False
    if lead.has("compare") or lead.text.lower() == "of":
        return about is not None and bool(about.columns) and not dated
    return False


def _says_day(items: Sequence[Item], place: int) -> bool:
    """More than a bare number: a month's name, a quarter, or an ISO date."""
    period = _date_at(items, place)
    return period is not None and (period.count > 1 or items[place].number is None)


def _range_follows(items: Sequence[Item], place: int) -> bool:
    """'from 100 to 200', which may be a range of numbers."""
    joint = items[place + 2] if place + 2 < len(items) else None
    return joint is not None and (joint.has("period", "until") or joint.text in {"-", "–"})


def _mode(lead: Item, word: str) -> Literal["within", "since", "after", "before", "through"] | None:
    if lead.text.lower() == "from":
        return "since"
    for name in ("before", "after", "through", "since", "within"):
        if lead.has("period", name):
            return name
    if lead.has("compare", ">") or lead.has("compare", ">="):
        return "after" if word == ">" else "since"
    if lead.has("compare", "<"):
        return "before"
    return "within" if lead.has("slot") else None


def _stands_alone(items: Sequence[Item], place: int, period: Period) -> bool:
    """A bare year counts only beside a word such as 'strikes 1995' at the end, or with a month before it."""
    return period.count > 1 or place + period.count == len(items)


def _date_at(items: Sequence[Item], place: int) -> Period | None:
    if place >= len(items):
        return None
    return _iso(items, place) or _quarter(items, place) or _month(items, place) or _year(items, place)


def _year(items: Sequence[Item], place: int) -> Period | None:
    if place >= len(items):
        return None
    number = items[place].number
    text = items[place].tokens[0].word
    if number is None or not text.isdigit() or len(text) != 4 or not items[place].free:
        return None
    year = int(number)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return Period(date(year, 1, 1), date(year + 1, 1, 1), 1)


def _month(items: Sequence[Item], place: int) -> Period | None:
    """'March 1998', '8 March 1998', 'March 8, 1998'."""
    day, at, count = None, place, 0
    if items[at].number is not None and at + 1 < len(items) and items[at + 1].has("months"):
        day, at, count = int(items[at].number or 0), at + 1, 1
    if not items[at].has("months") or not items[at].free:
        return None
    month = int(items[at].name_of("months"))
    at, count = at + 1, count + 1
    if at < len(items) and items[at].text.lower() == "of":
        at, count = at + 1, count + 1
    if day is None and _day_number(items, at) and _year(items, at + 1):
        day, at, count = int(items[at].number or 0), at + 1, count + 1
    year = _year(items, at)
    if year is None:
        return None
    count += 1
    start = date(year.start.year, month, 1)
    if day is None:
        return Period(start, _next_month(start), count)
    return _one_day(year.start.year, month, day, count)


def _day_number(items: Sequence[Item], place: int) -> bool:
    number = items[place].number if place < len(items) else None
    return number is not None and 1 <= number <= 31


def _one_day(year: int, month: int, day: int, count: int) -> Period | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return Period(start, start + timedelta(days=1), count)


def _iso(items: Sequence[Item], place: int) -> Period | None:
    """'1995-03-08' or '1995-03', which the tokeniser cuts at the hyphens."""
    parts = [items[place + i] for i in range(3) if place + i < len(items)]
    adjacent = [
        p for i, p in enumerate(parts) if i == 0 or p.tokens[0].start == parts[i - 1].tokens[-1].end + 1
    ]
    year = _year(items, place)
    if year is None or len(adjacent) < 2 or adjacent[1].number is None or not 1 <= adjacent[1].number <= 12:
        return None
    if len(adjacent[1].tokens[0].word) != 2:
        return None
    month = int(adjacent[1].number)
    if len(adjacent) == 3 and adjacent[2].number is not None and len(adjacent[2].tokens[0].word) == 2:
        return _one_day(year.start.year, month, int(adjacent[2].number), 3)
    start = date(year.start.year, month, 1)
    return Period(start, _next_month(start), 2)


def _quarter(items: Sequence[Item], place: int) -> Period | None:
    word = items[place].tokens[0].word
    if len(word) == 2 and word[0] == "q" and word[1] in "1234" and len(items[place].tokens) == 1:
        at = place + 2 if place + 1 < len(items) and items[place + 1].text.lower() == "of" else place + 1
        year = _year(items, at)
        if year is not None:
            start = date(year.start.year, 3 * int(word[1]) - 2, 1)
            return Period(start, _next_month(_next_month(_next_month(start))), at - place + 1)
    return None


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _relative(draft: Draft, place: int) -> int:
    """'last 30 days', 'this year', 'previous month'. Counted from today."""
    items = draft.items
    at = place + 1
    number = int(items[at].number or 0) if at < len(items) and items[at].number is not None else None
    if at < len(items) and number is None and items[at].has("numbers"):
        number = int(items[at].name_of("numbers"))
    at += number is not None
    if at >= len(items) or not items[at].has("grain"):
        return 0
    unit = items[at].name_of("grain")
    if unit not in {"year", "quarter", "month", "week", "day"} or (
        number is not None and not 0 < number < 10_000
    ):
        return 0
    if items[place].text.lower() in {"latest", "most recent"} and number is None:
        return 0
    period = _span(draft.today, unit, number, current=items[place].has("period", "this"))
    if period is None:
        return 0
    said = " ".join(i.text for i in items[place : at + 1])
    column = date_column(draft, said)
    last = str(column.statistics.maximum or "")[:10] if column is not None and column.role == "date" else ""
    if last and period.start.isoformat() > last:
        draft.fail(
            "not_found",
            f"The dates end on {last}; “{plain(said)}”, counted from today ({draft.today}), has no rows.",
            words=said,
        )
        return at + 1 - place
    draft.assume(f"“{said}” is counted from today, {draft.today}")
    start = (
        place - 1
        if place and items[place - 1].text.lower() in {"in", "during", "for", "over", "within"}
        else place
    )
    return _keep(draft, period, items[start : at + 1], "within")


def _span(today: date, unit: str, number: int | None, *, current: bool) -> Period | None:
    starts = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": date(today.year, 3 * ((today.month - 1) // 3) + 1, 1),
        "year": date(today.year, 1, 1),
    }
    start = starts[unit]
    tomorrow = today + timedelta(days=1)
    try:
        if current:
            return Period(start, _back(start, unit, -1), 0)
        if number is None:
            return Period(_back(start, unit, 1), start, 0)
        return Period(_back(tomorrow, unit, number), tomorrow, 0)
    except (ValueError, OverflowError):
        return None


def _back(day: date, unit: str, number: int) -> date:
    if unit in {"day", "week"}:
        return day - timedelta(days=number * (7 if unit == "week" else 1))
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, 28)


def _keep(draft: Draft, period: Period, items: Sequence[Item], mode: str) -> int:
    """Put the period on the right column; returns how many items it took (0: no column for it)."""
    text = " ".join(i.text for i in items)
    column = date_column(draft, text)
    if column is None:
        return len(items)
    name = column.name
    if column.role == "period":
        calendar = _on_calendar(draft, column, period, mode)
        if not calendar:
            draft.fail(
                "not_found", f"“{plain(text)}” needs dates, and this table has only years.", words=text
            )
        for item in items:
            item.used, item.target = "filter", name
        for each in calendar:
            draft.add_filter(each, text)
        return len(items)
    if mode == "within":
        made = Filter(
            column=name, operator="period", values=(period.start.isoformat(), period.end.isoformat())
        )
    elif mode in {"since", "after"}:
        start = period.start if mode == "since" else period.end
        made = Filter(column=name, operator=">=", values=(start.isoformat(),))
    else:
        end = period.start if mode == "before" else period.end
        made = Filter(column=name, operator="<", values=(end.isoformat(),))
    for item in items:
        item.used, item.target = "filter", name
    draft.add_filter(made, text)
    return len(items)


def _on_calendar(draft: Draft, year: ColumnModel, period: Period, mode: str) -> tuple[Filter, ...]:
    """The period on columns of whole numbers: a year, and where there is one a month beside it."""
    whole = (period.start.month, period.start.day, period.end.month, period.end.day) == (1, 1, 1, 1)
    if whole:
        return (_on_years(year.name, period, mode),)
    months = [c for c in draft.schema.index.columns if c.role == "period" and c.words[-1] == "month"]
    last = (period.end - timedelta(days=1)).month
    inside = period.start.day == 1 and period.end.day == 1 and last >= period.start.month
    if mode != "within" or len(months) != 1 or not inside:
        return ()
    first = period.start.month
    month = (
        Filter(column=months[0].name, operator="=", values=(first,))
        if first == last
        else Filter(column=months[0].name, operator="between", values=(first, last))
    )
    return Filter(column=year.name, operator="=", values=(period.start.year,)), month


def _on_years(name: str, period: Period, mode: str) -> Filter:
    first, last = period.start.year, period.end.year - 1
    if mode == "within":
        if first == last:
            return Filter(column=name, operator="=", values=(first,))
        return Filter(column=name, operator="between", values=(first, last))
    if mode in {"since", "after"}:
        return Filter(
            column=name,
            operator=">=" if mode == "since" else ">",
            values=(first if mode == "since" else last,),
        )
    return Filter(
        column=name, operator="<" if mode == "before" else "<=", values=(first if mode == "before" else last,)
    )


def date_column(draft: Draft, words: str) -> ColumnModel | None:
    """The column that dates are about: one named in the question, else the only one."""
    columns = draft.schema.index.columns
    dates = [c for c in columns if c.role == "date"]
    named = [
        c for c in dates if any(m.column is c for i in draft.items for m in i.columns[:1] if i.exact_column)
    ]
    if len(named) == 1:
        return named[0]
    if len(dates) == 1:
        return dates[0]
    if not dates:
        years = [c for c in columns if c.role == "period" and c.words[-1] in {"year", "yr"}]
        if len(years) == 1:
            return years[0]
        if not any(p.words == words for p in draft.problems):
            draft.fail(
                "not_found", f"“{plain(words)}” needs a date column, and this table has none.", words=words
            )
        return None
    names = tuple(c.name for c in dates[:3])
    draft.fail(
        "ambiguous",
        f"There are several dates: {', '.join(plain(n) for n in names)}. Say which one “{plain(words)}” is about.",
        words=words,
        choices=names,
    )
    return None
