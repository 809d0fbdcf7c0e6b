"""What changed between two years, and the ratio of two groups: 'percent change in sales from 2014 to 2015'."""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.periods import date_column
from lakeglass.ask.language.usual import usual_aggregate
from lakeglass.ask.plan import Derive, Measure, Statistic
from lakeglass.ask.plan.naming import measure_words, plain

_JOINTS = {
    "from",
    "to",
    "between",
    "and",
    "in",
    "vs",
    "versus",
    "compared",
    "with",
    "than",
    "year",
    "years",
    "the",
}
_PERCENT = {"percent", "percentage", "%", "growth", "rate", "relative", "grow", "grew", "pct"}
_CHANGES = ("growth", "change over time", "difference")


def read_years(draft: Draft) -> None:
    """Two years between which something changed; they are no condition then."""
    items = draft.items
    places = [n for n, i in enumerate(items) if i.number is not None and i.free and _is_year(i)]
    said = [i for i in items if i.free and (i.has("unsupported", *_CHANGES) or i.has("series", "growth"))]
    if len(places) != 2 or not said or not _has_years(draft):
        return
    first, second = places
    between = items[first + 1 : second]
    if len(between) > 4 or any(not _joins(i) for i in between):
        return
    lead = items[first - 1] if first else None
    years = sorted(int(items[n].number or 0) for n in places)
    draft.years = years[0], years[1]
    percent = any(w in _PERCENT for i in items for w in i.text.lower().split())
    draft.form = "percent" if percent else "difference"
    for each in (*said, *items[first : second + 1], *([lead] if lead is not None and _joins(lead) else [])):
        each.used = "statistic"
    for each in items:
        if each.free and (each.has("unsupported", *_CHANGES) or each.text.lower() in _PERCENT | {"how much"}):
            each.used = "statistic"
    draft.note("statistic", " ".join(i.text for i in said))


def _is_year(item: Item) -> bool:
    word = item.tokens[0].word
    return word.isdigit() and len(word) == 4 and 1500 <= int(word) <= 2200


def _joins(item: Item) -> bool:
    return item.has("versus") or all(w in _JOINTS for w in item.text.lower().split())


def _has_years(draft: Draft) -> bool:
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    years = [c for c in draft.schema.index.columns if c.role == "period" and c.words[-1] in {"year", "yr"}]
    return len(dates) == 1 or (not dates and len(years) == 1)


def read_ratio(draft: Draft) -> None:
    """'ratio of males to females': the word, whose two groups are read later."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or not item.text.lower().startswith("ratio") or item.columns:
            continue
        after = items[place + 1 : place + 9]
        values = [i for i in after if i.values or any(m.column.role == "flag" for m in i.columns)]
        numbers = [i for i in after if any(m.column.is_measure for m in i.columns)]
        if len(values) < 2 or len({m.column.name for i in numbers for m in i.columns[:1]}) > 1:
            continue
        if any(i.text.lower() == "to" for i in after):
            draft.form = "ratio"
            item.used = "statistic"
            draft.note("statistic", item.text)
        return


def settle_years(draft: Draft) -> bool:
    """The statistic of two years; False when what is measured is not clear."""
    assert draft.years is not None
    if not draft.measures:
        free = [i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)]
        column = draft.choose(free[0], "measure") if len(free) == 1 else None
        if column is None:
            return False
        free[0].used = "measure"
        draft.measures.append(Measure(aggregate=usual_aggregate(draft, column), column=draft.usable(column)))
        draft.assume(f"“{plain(free[0].text)}” is read as {measure_words(draft.measures[0])}", cost=0.9)
    measure, column = draft.measures[0], date_column(draft, "year")
    if len(draft.measures) > 1 or column is None or draft.groups or measure.where or measure.of_total:
        return False
    key = column.name
    if column.role == "date":
        key = f"year of {column.name}"
        draft.derive.append(Derive(name=key, kind="grain", columns=(column.name,), grain="year"))
    draft.measures = []
    draft.statistic = Statistic(
        kind="difference",
        columns=(measure.column or key, key),
        aggregate=measure.aggregate,
        values=(draft.years[1], draft.years[0]),
        form=draft.form or "difference",
    )
    return True
