"""Stretches of time set against each other ('2014 and 2015'), and windows that move along it ('7 day rolling sum')."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, cast

from lakeglass.ask.language.draft import Draft, aggregate_of
from lakeglass.ask.language.spoken import Said, Spoken, vocabulary
from lakeglass.ask.language.usual import usual_aggregate
from lakeglass.ask.plan import Filter, Grain, Group, Measure, Series
from lakeglass.ask.plan.naming import measure_words

_JOINTS = {
    "vs",
    "vs.",
    "versus",
    "and",
    "with",
    "against",
    "or",
    "compared to",
    "compared with",
    "to",
    "than",
}
_ADDING = {"count", "sum", "distinct"}
_MONTHS: dict[int, Grain] = {1: "month", 3: "quarter", 12: "year"}


def read_rolling(draft: Draft) -> None:
    """'3 month rolling average', 'moving sum over 7 days', 'year over year change': a series of the plan."""
    if draft.statistic is not None:
        return
    spoken, words = Spoken(draft.items), vocabulary()
    for said in spoken.find(words["rolling"], "change"):
        draft.series = Series(kind="change")
        first = spoken.word(said.start)
        grain = {"year": "year", "yoy": "year", "yearly": "year", "annual": "year", "quarter": "quarter"}.get(
            first
        )
        grain = grain or {"week": "week", "day": "day"}.get(first) or _told(spoken, said)
        draft.window_grain = cast("Grain", grain)
        _use(spoken, said)
        draft.note("series", " ".join(i.text for i in spoken.items(said)))
        _measure(draft)
        return
    for said in spoken.find(words["rolling"], "kind"):
        _window(draft, spoken, said)
        return


def _told(spoken: Spoken, said: Said) -> str:
    return "year" if any(spoken.word(n).startswith("year") for n in range(said.start, said.end)) else "month"


def _use(spoken: Spoken, said: Said) -> None:
    for item in spoken.items(said):
        item.used = "series"


def _window(draft: Draft, spoken: Spoken, said: Said) -> None:
    words = vocabulary()
    size: int | None = None
    for place in (*range(said.start - 1, said.start - 4, -1), *range(said.end, said.end + 8)):
        number = spoken.number(place)
        if number is None or not number.is_integer() or not 2 <= number <= 1_000:
            continue
        grain = next((g for g, p in words["span"].items() if (spoken.word(place + 1),) in p), None)
        size = int(number)
        spoken.pairs[place][1].used = "series"
        if grain is not None:
            draft.window_grain = cast("Grain", grain)
            spoken.pairs[place + 1][1].used = "series"
        break
    if size is None:
        return  # 'rolling' without a window is asked about by the reader of series
    kinds = spoken.find(words["rolling"], "mean", "sum", "max", "min")
    near = [
        k
        for k in kinds
        if said.end <= k.start <= said.end + 4
        and all(spoken.pairs[n][1].used == "series" for n in range(said.end, k.start))
    ]
    named = any(spoken.word(n) in {"average", "mean"} for n in range(said.start, said.end + 1))
    of = near[0].name if near and not named else "mean"
    _use(spoken, said)
    for each in near[:1]:
        _use(spoken, each)
    for place in range(said.end, min(said.end + 9, len(spoken.pairs))):
        if spoken.word(place) in {"window", "periods", "period", "over"} and spoken.pairs[place][1].free:
            spoken.pairs[place][1].used = "series"
    draft.series = Series(kind="rolling", window=size, of=cast('Literal["mean", "sum", "min", "max"]', of))
    draft.note("series", "rolling")
    _measure(draft)


def _measure(draft: Draft) -> None:
    """'7 day moving average of temp_max': the column's usual aggregate of each period, whatever its name says."""
    numbers = [i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)]
    if len(numbers) != 1 or any(i.free and aggregate_of(i) for i in draft.items):
        return
    column = draft.choose(numbers[0], "measure")
    if column is None:
        return
    draft.measures.append(Measure(aggregate=usual_aggregate(draft, column), column=draft.usable(column)))
    draft.note("measure:0", numbers[0].text)
    numbers[0].used = "measure"
    draft.assume(f"each period tells the {measure_words(draft.measures[0])}", cost=0.95)


def settle_rolling(draft: Draft) -> None:
    """The window's word for its periods makes the groups when nothing else does."""
    if draft.series is None or draft.window_grain is None or draft.problems or draft.groups:
        return
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    if len(dates) == 1:
        draft.groups.append(Group(column=dates[0].name, grain=draft.window_grain))


def read_compared_periods(draft: Draft) -> None:
    """'compare sales in 2014 and 2015', '2015 vs 2014': rows of one of them, told apart where the question compares."""
    _further_years(draft)
    periods = [f for f in draft.filters if f.operator == "period"]
    for name in dict.fromkeys(f.column for f in periods):
        some = [f for f in periods if f.column == name]
        if len(some) < 2 or draft.any_of or _overlap(some):
            continue
        draft.filters = [f for f in draft.filters if f not in some]
        draft.any_of = some
        against = any(i.has("compare_verb") or i.has("versus") for i in draft.items)
        grain = _grain(some)
        adds = any(i.free and (i.has("aggregate", *_ADDING)) for i in draft.items)
        if grain is None or (adds and not against):
            draft.assume("the periods are taken together", cost=0.95)
            return
        draft.groups.append(Group(column=name, grain=grain))
        draft.note(f"group:{name}", draft.words.get(f"filter:{name}", ""))
        for item in draft.items:
            if item.free and (item.has("versus") or item.has("compare_verb")):
                item.used = "group"


def _further_years(draft: Draft) -> None:
    """The second year of '2015 vs 2014', '2014 and 2015'."""
    items = draft.items
    for place in range(2, len(items)):
        item, joint, before = items[place], items[place - 1], items[place - 2]
        year = item.number
        known = [f for f in draft.filters if f.operator == "period" and str(f.values[0])[:4] == before.text]
        if year is None or not item.free or not known or joint.text.lower() not in _JOINTS:
            continue
        if not (year.is_integer() and 1000 <= year <= 2999 and len(item.text) == 4):
            continue
        values = (f"{int(year)}-01-01", f"{int(year) + 1}-01-01")
        draft.add_filter(Filter(column=known[0].column, operator="period", values=values), item.text)
        item.used, item.target = "filter", known[0].column
        joint.used = "filter"


def _overlap(some: list[Filter]) -> bool:
    spans = sorted((str(f.values[0]), str(f.values[1])) for f in some)
    return any(after[0] < before[1] for before, after in pairwise(spans))


def _grain(some: list[Filter]) -> Grain | None:
    """The period that each of them is one of."""
    lengths: set[Grain | None] = set()
    for each in some:
        start, end = (date.fromisoformat(str(v)[:10]) for v in each.values)
        months = (end.year - start.year) * 12 + end.month - start.month
        whole = start.day == end.day == 1 and (start.month - 1) % max(months, 1) == 0
        one_day: Grain | None = "day" if end - start == timedelta(days=1) else None
        lengths.add(_MONTHS.get(months) if whole else one_day)
    return next(iter(lengths)) if len(lengths) == 1 else None
