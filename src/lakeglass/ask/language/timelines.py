"""Trends, seasons and forecasts in a question: of what, over which dates, by which period, how far ahead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft, aggregate_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.periods import date_column
from lakeglass.ask.language.spoken import Said, Section, Spoken, vocabulary
from lakeglass.ask.language.usual import usual_aggregate
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.analyses import SEASONS, Outlook, SeriesAggregate, SeriesGrain, Timeline
from lakeglass.ask.plan.naming import plain, series_words

_AHEAD: dict[SeriesGrain, int] = {"day": 14, "week": 8, "month": 12, "quarter": 4, "year": 3}
_DAYS: dict[SeriesGrain, float] = {"day": 1, "week": 7, "month": 30.44, "quarter": 91.3, "year": 365.25}
_AGGREGATES = {"sum", "mean", "median", "min", "max", "count", "distinct"}
_FUTURE = {
    "forecast",
    "forecasts",
    "forecasted",
    "forecasting",
    "extrapolate",
    "extrapolated",
    "extrapolation",
}


@dataclass
class _Asked:
    """What is asked of the series, and the tokens that say so."""

    kind: str
    grain: SeriesGrain | None = None
    ahead: int | None = None
    used: set[int] = field(default_factory=set)


def read_timeline(draft: Draft) -> None:
    """A statistic of the kind 'trend', 'seasonality' or 'forecast' where the question asks for one."""
    if draft.statistic is not None:
        return
    spoken, words = Spoken(draft.items), vocabulary()
    asked = _asked(spoken, words)
    if asked is None or not _has_dates(draft):
        return
    measure = _measure(draft, spoken, asked)
    if measure is None:
        return
    column, aggregate, item = measure
    when = date_column(draft, asked.kind)
    if when is None or draft.problems:
        return
    _grain(draft, spoken, words, asked, when)
    timeline = None if draft.problems else _timeline(draft, spoken, words, asked, aggregate, when)
    if timeline is None or not _long_enough(draft, timeline, asked, when):
        return
    columns = (when.name,) if column is None else (when.name, draft.usable(column))
    draft.statistic = Statistic(kind=asked.kind, columns=columns, timeline=timeline)
    if item is not None and column is not None and aggregate_said(draft) is None:
        draft.assume(
            f"“{plain(item.text)}” is taken as the {series_words(draft.statistic)} of each {timeline.grain}",
            cost=0.95,
        )
    _assume(draft, timeline, when)
    _consume(draft, spoken, words, asked, when, item)


def _asked(spoken: Spoken, words: dict[str, Section] | object) -> _Asked | None:
    sections = cast("dict[str, Section]", words)
    found = [s for s in spoken.find(sections["timeline"]) if not _named(spoken, s)]
    names = [s.name for s in found]
    horizon = _horizon(spoken, sections)
    kind = next((k for k in ("seasonality", "trend") if k in names), "")
    plainly = any(spoken.word(n) in _FUTURE for s in found for n in range(s.start, s.end))
    if "forecast" in names and (plainly or horizon is not None):
        kind = "forecast"
    if not kind:
        return None
    asked = _Asked(kind)
    for said in found:
        asked.used |= set(range(said.start, said.end))
    if kind == "forecast" and horizon is not None:
        asked.grain, asked.ahead = horizon[0], horizon[1]
        asked.used |= horizon[2]
    return asked


def _named(spoken: Spoken, said: Said) -> bool:
    return any(i.exact_column for i in spoken.items(said))


def _horizon(spoken: Spoken, words: dict[str, Section]) -> tuple[SeriesGrain, int, set[int]] | None:
    """'next 6 months', 'the coming year', '12 months ahead', 'tomorrow'."""
    for said in spoken.find(words["horizon"]):
        if said.name == "tomorrow":
            return "day", 1, {said.start}
        for place in range(max(said.start - 3, 0), min(said.end + 4, len(spoken.pairs))):
            grain = next(
                (g for g, phrases in words["span"].items() if (spoken.word(place),) in phrases), None
            )
            if grain is None:
                continue
            number = spoken.number(place - 1)
            count = int(number) if number is not None and number.is_integer() and number > 0 else 1
            used = {*range(said.start, said.end), place} | ({place - 1} if number is not None else set())
            return cast("SeriesGrain", grain), count, used
    return None


def _has_dates(draft: Draft) -> bool:
    return any(
        c.role == "date" or (c.role == "period" and c.words[-1] in {"year", "yr"})
        for c in draft.schema.index.columns
    )


def aggregate_said(draft: Draft) -> SeriesAggregate | None:
    """The aggregate that the question names for the series."""
    for item in draft.items:
        name = aggregate_of(item) if not item.exact_column else None
        if name in _AGGREGATES:
            return cast("SeriesAggregate", name)
    return None


def _measure(
    draft: Draft, spoken: Spoken, asked: _Asked
) -> tuple[ColumnModel | None, SeriesAggregate, Item | None] | None:
    """The column that the series holds and how it is taken together; None when that is not clear."""
    taken = {id(spoken.pairs[n][1]) for n in asked.used}
    numbers = [
        i
        for i in draft.items
        if i.free and id(i) not in taken and any(m.column.is_measure for m in i.columns)
    ]
    said = aggregate_said(draft)
    if len(numbers) == 1:
        column = draft.choose(numbers[0], "measure")
        if column is None:
            return None
        usual = cast("SeriesAggregate", usual_aggregate(draft, column))
        return column, usual if said is None or said == "count" else said, numbers[0]
    if numbers:
        draft.fail("unclear", f"The {asked.kind} of which column? Name one of them.", words=numbers[0].text)
        return None
    if said == "count" or any(i.rows and i.free for i in draft.items):
        return None, "count", None
    return None


def _grain(draft: Draft, spoken: Spoken, words: object, asked: _Asked, when: ColumnModel) -> None:
    """The period that is named, otherwise one that leaves enough of them."""
    sections = cast("dict[str, Section]", words)
    rhythm = spoken.find(sections["rhythm"])
    if asked.kind == "seasonality":
        rhythm = [s for s in rhythm if s.end - s.start > 1 or s.name == "day"]
    if when.role == "period":
        if asked.grain not in {None, "year"}:
            draft.fail("unclear", f"{plain(when.name)} holds years only, nothing by {asked.grain}.")
            return
        asked.grain = "year"
    if rhythm and asked.grain is None:
        asked.grain = cast("SeriesGrain", rhythm[0].name)
    for said in rhythm:
        asked.used |= set(range(said.start, said.end))
    days = _days(when)
    if asked.grain == "year" and asked.kind == "forecast" and when.role == "date" and days / 365.25 < 8:
        asked.grain, asked.ahead = "month", 12 * (asked.ahead or 1)
        draft.assume("too few years for a forecast by year: it is made by month")
    if asked.grain is None:
        asked.grain = "month" if days >= 730 else "day" if days < 400 else "week"
        if asked.kind == "seasonality" and days < 3 * 365:
            asked.grain = "day"


def _long_enough(draft: Draft, timeline: Timeline, asked: _Asked, when: ColumnModel) -> bool:
    """A season shows in three of them, a forecast rests on four periods: as far as the table's dates go."""
    least = (
        3 * (timeline.season or 1) if asked.kind == "seasonality" else 4 if asked.kind == "forecast" else 3
    )
    there = _days(when) / _DAYS[timeline.grain] + 1
    if when.role == "date" and there < least:
        draft.fail(
            "unclear",
            f"That needs {least} {timeline.grain}s at least, and {plain(when.name)} holds about {there:.0f}.",
        )
        return False
    return True


def _days(when: ColumnModel) -> float:
    low, high = (str(v)[:10] for v in (when.statistics.minimum, when.statistics.maximum))
    try:
        return float((date.fromisoformat(high) - date.fromisoformat(low)).days)
    except ValueError:
        return 0.0


def _timeline(
    draft: Draft, spoken: Spoken, words: object, asked: _Asked, aggregate: SeriesAggregate, when: ColumnModel
) -> Timeline | None:
    sections = cast("dict[str, Section]", words)
    grain = asked.grain or "month"
    season = SEASONS.get(grain)
    if asked.kind == "seasonality":
        season = _season(draft, spoken, sections, asked)
        if season is None:
            return None
        grain = asked.grain or grain
    method: Outlook | None = None
    certainty = 0.95
    if asked.kind == "forecast":
        method = "holt-winters"
        for said in spoken.find(sections["outlook"]):
            method = cast("Outlook", said.name)
            asked.used |= set(range(said.start, said.end))
        certainty = _certainty(spoken, sections, asked)
        if method == "seasonal naive" and season is None:
            draft.fail("unclear", "A seasonal naive forecast needs days, weeks, months or quarters.")
            return None
        asked.ahead = asked.ahead or _AHEAD[grain]
        if not 1 <= asked.ahead <= 400:
            draft.fail("unclear", f"A forecast looks 1 to 400 periods ahead, not {asked.ahead:,}.")
            return None
    adds, last = aggregate in {"count", "sum", "distinct"}, str(when.statistics.maximum)[:10]
    whole = _complete(last, grain)
    return Timeline(
        grain=grain,
        aggregate=aggregate,
        season=None if asked.kind == "trend" or method == "line" else season,
        ahead=asked.ahead if asked.kind == "forecast" else None,
        method=method,
        certainty=certainty,
        gaps="zero" if adds and when.role == "date" else "between",
        until=last if asked.kind == "forecast" and adds and when.role == "date" and not whole else None,
    )


def _season(draft: Draft, spoken: Spoken, words: dict[str, Section], asked: _Asked) -> int | None:
    said = spoken.find(words["season"])
    length = int(said[0].name) if said else None
    for each in said:
        asked.used |= set(range(each.start, each.end))
    if length == 7:
        asked.grain = "day"
    elif length == 12 and asked.grain in {None, "day", "week"}:
        asked.grain = "month"
    grain = asked.grain or "month"
    found = length if length is not None and SEASONS.get(grain) == length else SEASONS.get(grain)
    if found is None:
        draft.fail("unclear", "Years have no season; ask for months, quarters or days.", words="season")
    return found


def _certainty(spoken: Spoken, words: dict[str, Section], asked: _Asked) -> float:
    """'with an 80 % interval'."""
    for said in spoken.find(words["certainty"]):
        asked.used |= set(range(said.start, said.end))
        for place in (said.start - 1, said.start - 2, said.end, said.end + 1):
            number = spoken.number(place)
            if number is not None and place not in asked.used and 0 < number < 100:
                asked.used |= {place, *(n for n in (place + 1,) if spoken.word(n) in {"%", "percent"})}
                return number if number < 1 else number / 100
    return 0.95


def _assume(draft: Draft, timeline: Timeline, when: ColumnModel) -> None:
    if timeline.ahead is not None:
        how = {"line": "a straight line", "seasonal naive": "the last season once more"}.get(
            timeline.method or "", "Holt-Winters smoothing"
        )
        draft.assume(f"{how}, {100 * timeline.certainty:g} % interval")
    last = str(when.statistics.maximum)[:10]
    if timeline.until is not None:
        draft.assume(f"the last {timeline.grain} is left out: the data end on {last}, before it is over")
    elif when.role == "date" and not _complete(last, timeline.grain):
        draft.assume(f"the last {timeline.grain} ends with the data, on {last}, and may not be complete")
    if timeline.gaps == "between" and timeline.ahead is not None:
        draft.assume(f"a {timeline.grain} without rows lies on the line between its neighbours")


def _complete(last: str, grain: SeriesGrain) -> bool:
    """True when the day is the last one of its period."""
    try:
        after = date.fromisoformat(last) + timedelta(days=1)
    except ValueError:
        return False
    starts = {"day": True, "week": after.weekday() == 0, "month": after.day == 1}
    months = {"quarter": 3, "year": 12}
    return starts[grain] if grain in starts else after.day == 1 and (after.month - 1) % months[grain] == 0


def _consume(
    draft: Draft, spoken: Spoken, words: object, asked: _Asked, when: ColumnModel, measured: Item | None
) -> None:
    sections = cast("dict[str, Section]", words)
    places = set(asked.used)
    for said in spoken.find(sections["series"]):
        places |= set(range(said.start, said.end))
    draft.note("statistic", " ".join(dict.fromkeys(spoken.pairs[n][1].text for n in sorted(asked.used))))
    for item in draft.items:
        dated = any(m.column is when for m in item.columns[:1])
        counted = aggregate_of(item) in _AGGREGATES and not item.exact_column
        if item is measured or (item.free and (dated or counted or item.rows)):
            item.used = "statistic"
    for place in places:
        item = spoken.pairs[place][1]
        if item.free and not item.values and not item.columns:
            item.used = "statistic"
