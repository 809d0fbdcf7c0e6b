"""Conditions on groups ('cities with more than 100 rows'), series, and differences of two groups."""

from __future__ import annotations

from lakeglass.ask.language.changes import settle_years
from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.comparisons import number_at
from lakeglass.ask.language.draft import Draft, aggregate_of
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.usual import usual_aggregate
from lakeglass.ask.plan import Group, Having, Measure, Series, Statistic
from lakeglass.ask.plan.model import Aggregate
from lakeglass.ask.plan.naming import measure_words, plain

_LINKS = {
    "with",
    "have",
    "has",
    "had",
    "having",
    "where",
    "whose",
    "that",
    "a",
    "an",
    "the",
    "is",
    "are",
    "of",
    "at",
    "which",
}
_COMPARED = (">", "<", ">=", "<=")
_REDUCING: frozenset[str] = frozenset({"sum", "mean", "median", "min", "max", "deviation", "distinct"})


def read_having(draft: Draft) -> None:
    """'how many cities have more than 100 rows', 'states with total sales above 100000'."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or not item.has("compare", *_COMPARED):
            continue
        found = number_at(draft, place + 1)
        if found is None:
            continue
        number, count = found
        end = place + 1 + count
        counted = end < len(items) and items[end].rows and items[end].free
        measure, start = (Measure(aggregate="count"), place) if counted else _aggregate_before(draft, place)
        key = _key_before(draft, start) if measure is not None else None
        if measure is None or key is None:
            continue
        asked = any(i.free and i.has("aggregate", "count") for i in items[max(key[0] - 2, 0) : key[0]])
        used = [*items[key[0] : end], *([items[end]] if counted else [])]
        for each in (*used, *(i for i in items[: key[0]] if i.has("aggregate", "count") or i.has("which"))):
            each.used = "having"
        draft.groups.append(Group(column=key[1].name))
        draft.measures.append(measure)
        operator = item.name_of("compare")
        tells = "count" if asked else "groups"
        draft.having = Having(operator=operator, value=number, tells=tells)
        draft.note(f"group:{key[1].name}", " ".join(i.text for i in used))
        return


def _aggregate_before(draft: Draft, place: int) -> tuple[Measure | None, int]:
    """'total sales' before the comparison: an aggregate and its column."""
    items = draft.items
    at = place - 1
    while at >= 0 and items[at].text.lower() in _LINKS:
        at -= 1
    if at < 1 or not items[at].free or not any(m.column.is_measure for m in items[at].columns):
        return None, place
    name = at - 1
    while name > 0 and items[name].text.lower() in {"of", "the"}:
        name -= 1
    aggregate = aggregate_of(items[name])
    if aggregate not in _REDUCING or not items[name].free:
        return None, place
    column = draft.choose(items[at], "measure")
    if column is None:
        return None, place
    return Measure(aggregate=aggregate, column=draft.usable(column)), name


def _key_before(draft: Draft, place: int) -> tuple[int, ColumnModel] | None:
    """The groups that the condition is about: a column of categories, plural, just before it."""
    at = place - 1
    while at >= 0 and draft.items[at].text.lower() in _LINKS:
        at -= 1
    if at < 0 or at == place - 1:
        return None
    item = draft.items[at]
    keys = [m for m in item.columns if m.column.role in {"category", "text", "identifier"}]
    if not item.free or item.rows or not keys or not item.tokens[-1].word.endswith("s"):
        return None
    before = draft.items[at - 1] if at else None
    if before is not None and (before.has("group") or before.text.lower() in {"of", "in", "for"}):
        return None
    column = draft.choose(item, "key")
    return None if column is None or column.statistics.distinct >= draft.rows else (at, column)


def read_series(draft: Draft) -> None:
    """'cumulative sales by month', 'year over year growth', '3 month moving average': of a measure by period."""
    for place, item in enumerate(draft.items):
        name = item.name_of("series")
        if not item.free or not name or item.exact_column:
            continue
        window = None
        if name == "rolling":
            window = _window(draft, place)
            if window is None:
                draft.fail("incomplete", f"“{plain(item.text)}” over how many periods?", words=item.text)
                return
            if (
                not any(i.has("aggregate", "mean") for i in draft.items)
                and "average" not in item.text.lower()
            ):
                continue
        for each in draft.items:
            if name == "growth" and each.free and each.text.lower() in {"percent", "percentage", "%", "rate"}:
                each.used = "series"
        draft.series = Series(kind=name, window=window)
        item.used = "series"
        draft.note("series", item.text)
        return


def _window(draft: Draft, place: int) -> int | None:
    """The number beside 'rolling', with the word for its periods."""
    items = draft.items
    for at in (*range(place - 1, max(place - 4, -1), -1), *range(place + 1, min(place + 6, len(items)))):
        number = items[at].number
        if items[at].free and number is not None and number.is_integer() and 2 <= number <= 1000:
            items[at].used = "series"
            for beside in items[at + 1 : at + 3]:
                if beside.has("grain") or beside.text.lower() in {"period", "periods", "window"}:
                    beside.used = "series"
                    break
            return int(number)
    return None


def settle_series(draft: Draft) -> None:
    """A series needs one measure by period; the word itself may name the period."""
    if draft.series is None or draft.problems:
        return
    said = draft.words.get("series", "").lower()
    if not draft.groups:
        grain = (
            "year"
            if said.startswith(("year", "yoy", "annual"))
            else "month"
            if said.startswith("month")
            else ""
        )
        items = [i for i in draft.items if i.has("grain", grain)] if grain else []
        dates = [c for c in draft.schema.index.columns if c.role == "date"]
        if grain and len(dates) == 1 and not items:
            draft.groups.append(Group(column=dates[0].name, grain=grain))
    ordered = draft.groups and (
        draft.groups[0].grain is not None or _is_period(draft, draft.groups[0].column)
    )
    within = len(draft.groups) == 2 and draft.groups[1].grain is None
    if (
        (len(draft.groups) != 1 and not within)
        or not ordered
        or len(draft.measures) != 1
        or draft.limit is not None
    ):
        draft.fail(
            "incomplete", f"“{plain(said)}” needs one measure by period, such as ‘by month’.", words=said
        )


def _is_period(draft: Draft, name: str) -> bool:
    return any(c.name == name and c.role == "period" for c in draft.schema.index.columns)


def read_difference(draft: Draft) -> None:
    """'difference in average mass between Gentoo and Adelie': the aggregate of one group less that of another."""
    said = [i for i in draft.items if i.free and i.has("unsupported", "difference")]
    if draft.years is not None and draft.statistic is None:
        if not draft.problems and not settle_years(draft) and not draft.problems:
            draft.fail("unclear", "Two years are compared; it is not clear which one measure.")
        return
    said = said or [i for i in draft.items if i.used == "statistic" and draft.form == "ratio"][:1]
    if not said or draft.statistic is not None:
        return
    if draft.form == "ratio" and not draft.measures and not _measure_free(draft):
        draft.measures.append(Measure(aggregate="count"))
    pair = _pair(draft)
    if pair is not None and not draft.measures:
        _measure_free(draft)
    if pair is None or len(draft.measures) != 1 or draft.groups:
        draft.fail(
            "unsupported",
            f"“{plain(said[0].text)}”: name one measure and the two groups that are compared.",
            words=said[0].text,
        )
        return
    measure = draft.measures[0]
    aggregate: Aggregate = measure.aggregate
    if aggregate not in _REDUCING | {"count"} or measure.where or measure.of_total:
        draft.fail(
            "unsupported", f"A difference of {plain(aggregate)}s is not supported yet.", words=said[0].text
        )
        return
    column, values = pair
    draft.filters = [f for f in draft.filters if f.column != column]
    draft.measures = []
    draft.statistic = Statistic(
        kind="difference",
        columns=(measure.column or column, column),
        aggregate=aggregate,
        values=values,
        form=draft.form or "difference",
    )
    draft.note("statistic", said[0].text)
    for each in draft.items:
        if each.free and (
            each.has("unsupported", "difference") or each.has("negation") or each.text.lower() == "between"
        ):
            each.used = "statistic"


def _measure_free(draft: Draft) -> bool:
    """A measure without an aggregate ('ratio of sales in West to sales in East') gets its usual one."""
    free = [i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)]
    column = draft.choose(free[0], "measure") if free else None
    if column is None:
        return False
    for each in free:
        each.used = "measure"
    draft.measures.append(Measure(aggregate=usual_aggregate(draft, column), column=draft.usable(column)))
    draft.assume(f"“{plain(free[0].text)}” is read as {measure_words(draft.measures[0])}", cost=0.9)
    return True


def _pair(draft: Draft) -> tuple[str, tuple[str | int | float | bool, ...]] | None:
    """The column and the two values, in their order."""
    several = [f for f in draft.filters if f.operator == "in" and len(f.values) == 2]
    if len(several) == 1:
        return several[0].column, several[0].values
    flags: list[tuple[Item, ColumnModel]] = []
    for item in draft.items:
        flags += [(item, m.column) for m in item.columns[:1] if m.column.role == "flag" and not item.values]
    if len(flags) == 2 and flags[0][1] is flags[1][1]:
        for item, _ in flags:
            item.used = "statistic"
        places = [draft.items.index(i) for i, _ in flags]
        first_negative = any(i.has("negation") for i in draft.items[max(places[0] - 1, 0) : places[0]])
        yes, no = flags[0][1].answers
        return flags[0][1].name, (no, yes) if first_negative else (yes, no)
    return None
