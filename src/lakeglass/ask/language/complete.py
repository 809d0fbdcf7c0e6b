"""Fill what the question leaves open: the usual aggregate, what is compared, rows alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.shares import read_share
from lakeglass.ask.language.superlatives import read_superlatives
from lakeglass.ask.language.usual import divide, sort_for, usual_aggregate
from lakeglass.ask.plan import Aggregate, Filter, Group, Measure, Sort, Statistic
from lakeglass.ask.plan.naming import measure_words, ordinal, plain

LISTED = 10
_LINES = {"rows", "row", "records", "record", "entries", "lines", "observations"}
_TALLIES = {("count",), ("counts",), ("freq",), ("frequency",), ("n",)}
_MOST_ROWS = 1_000
_WHERE = {"in", "on", "at", "during", "from", "within"}
_TOGETHER = {"together", "combined", "total", "in total", "altogether", "overall"}
_ADDING = {"count", "sum", "share", "distinct"}
_HAVING = {"with", "without", "having", "where", "whose", "that have", "that had", "who had", "with a"}


def settle_counts(draft: Draft) -> None:
    """In a table whose rows are counts already ('count', 'freq'), people are not counted by rows but added up."""
    tallies = [c for c in draft.schema.index.columns if c.words in _TALLIES and c.is_measure]
    whole = len(tallies) == 1 and tallies[0].statistics.kind == "integer"
    rows = any(i.text.lower() in _LINES for i in draft.items)
    if not whole or rows or draft.problems or draft.statistic is not None:
        return
    for place, measure in enumerate(draft.measures):
        if measure.aggregate == "count" and not measure.of_total:
            draft.measures[place] = Measure(aggregate="sum", column=tallies[0].name)
        elif measure.column is None and measure.aggregate in {"share", "count"}:
            kind: Aggregate = "share" if measure.aggregate == "share" else "sum"
            draft.measures[place] = measure.model_copy(update={"aggregate": kind, "column": tallies[0].name})
        else:
            continue
        draft.assume(f"what is counted is the sum of {plain(tallies[0].name)}, not the rows", cost=0.85)


def complete(draft: Draft) -> None:
    """Decide everything that is still open; a problem is noted where that would be a guess."""
    _compared_values(draft)
    if draft.twice and not draft.groups:
        draft.fail(
            "unclear", "The question counts twice; ask one question after the other.", words="how many"
        )
        return
    if draft.statistic is None:
        _open_measures(draft)
    elif draft.groups and not _split_by_one(draft):
        draft.fail("unsupported", "This analysis can't be split into groups yet.")
    elif len(draft.groups) > 1:
        draft.fail("unsupported", "A distribution can be split by one column only.")
    if draft.groups and draft.limit is not None and len(draft.groups) > 1:
        draft.fail("unsupported", "The first few within several groupings are not supported yet.")
    if draft.problems or draft.statistic is not None:
        if draft.nth is not None and not draft.problems:
            _settle_place(draft)
        return
    if not draft.measures:
        draft.fail("incomplete", "No measure, count or analysis was recognised in the question.")
        return
    if draft.limit is not None and draft.high is None and draft.groups:
        draft.high = True
    _doubt_the_ranking(draft)
    draft.sort = draft.sort or sort_for(draft)
    if draft.pick_one:
        draft.limit = 1
    if draft.nth is not None:
        _settle_place(draft)


def _doubt_the_ranking(draft: Draft) -> None:
    """'average score for the 5 counties with the most schools': ranked by the average, or by how many there are?"""
    if draft.limit is None or not draft.groups or all(m.aggregate == "count" for m in draft.measures):
        return
    for item, after in pairwise(draft.items):
        if item.text.lower() in {"most", "fewest", "least"} and not any(
            m.column.is_measure for m in after.columns
        ):
            draft.fail("unclear", f"Is “{plain(item.text)} {plain(after.text)}” what the ranking goes by?")
            return


def _split_by_one(draft: Draft) -> bool:
    """Analyses that are told for each value of one group."""
    statistic = draft.statistic
    assert statistic is not None
    if statistic.kind == "correlation":
        return len(draft.groups) == 1 and len(statistic.columns) == 2
    return statistic.kind == "distribution" or (
        len(draft.groups) == 1 and statistic.kind in {"describe", "outliers", "missing"}
    )


def _settle_place(draft: Draft) -> None:
    """'the second highest': one place of the ranking instead of its first lines."""
    rows = draft.statistic is not None and draft.statistic.kind == "rows"
    high = draft.high if draft.high is not None else True
    if not draft.groups and not rows and len(draft.measures) == 1:
        measure = draft.measures[0]
        if measure.aggregate in {"min", "max"} and measure.column is not None:
            draft.statistic, draft.measures = Statistic(kind="rows", columns=(measure.column,)), []
            draft.sort = Sort(by="column", column=measure.column, descending=measure.aggregate == "max")
            draft.assume("equal values take a place each", cost=0.95)
            rows = True
    elif draft.groups and draft.measures:
        draft.sort = Sort(by="measure", descending=high)
    if draft.sort is None or not (rows or draft.groups) or draft.limit not in {None, 1}:
        draft.fail("unclear", f"It is not clear what takes the {ordinal(draft.nth or 2)} place.")
        return
    draft.limit = None


def _open_measures(draft: Draft) -> None:
    read_superlatives(draft)
    if draft.problems:
        return
    if draft.share:
        read_share(draft)
    elif not draft.measures and draft.statistic is None:
        _open_columns(draft)


def _compared_values(draft: Draft) -> None:
    """'compare day and night', 'average height of men and women': the values that are compared are the groups."""
    several = [f for f in draft.filters if f.operator == "in"]
    if len(several) != 1 or any(g.column == several[0].column for g in draft.groups):
        return
    against = [i for i in draft.items if i.free and i.has("compare", ">", "<")]
    against += [i for i in draft.items if i.free and i.has("comparative")]
    column = draft.schema.table.column(several[0].column)
    ranks = column is not None and column.kind in {"integer", "number"}
    said = len(draft.groups) <= 1 and any(
        i.has("compare_verb") or i.has("versus") or i in against for i in draft.items
    )
    if not said and (ranks or not _side_by_side(draft, several[0])):  # 'category 4 and 5' are taken together
        return
    draft.groups.append(Group(column=several[0].column))
    draft.note(f"group:{several[0].column}", "compare" if said else "and")
    for item in draft.items:
        if item.has("versus") or item in against:
            item.used = "group"
    ranked = [i for i in against if i.has("comparative")]
    if ranked and draft.high is None:
        draft.high = ranked[0].has("comparative", "high")
    if against and not draft.measures and not any(i.free and i.columns for i in draft.items):
        _measure_implied(draft, against[0])


def _measure_implied(draft: Draft, item: Item) -> None:
    """'is the Civic cheaper than the Escort': the comparison names what is compared."""
    for word in draft.lexicon.sections["implied"].get(item.text.lower(), ()):
        for match in draft.schema.index.match([word]) or draft.schema.index.similar(word):
            if match.column.is_measure:
                draft.measures.append(Measure(aggregate="mean", column=draft.usable(match.column)))
                draft.assume(
                    f"“{plain(item.text)}” compares the average {plain(match.column.name)}", cost=0.9
                )
                return
    draft.fail("incomplete", f"“{plain(item.text)}”: it is not clear what is compared.", words=item.text)


def _side_by_side(draft: Draft, each: Filter) -> bool:
    """Values joined by 'and' whose numbers can't be added up, or that are themselves what is counted."""
    if not draft.measures or any(i.text.lower() in _TOGETHER for i in draft.items) or len(draft.groups) > 1:
        return False
    places = [n for n, i in enumerate(draft.items) if i.target == each.column and i.used == "filter"]
    between = draft.items[places[0] : places[-1]] if places else []
    if not any(i.text.lower() in {"and", "&"} for i in between) or any(
        i.text.lower() == "or" for i in between
    ):
        return False
    before = draft.items[places[0] - 1] if places[0] else None
    if before is not None and before.text.lower() in {"the", "a"} and places[0] > 1:
        before = draft.items[places[0] - 2]
    if all(m.aggregate not in _ADDING and not m.of_total for m in draft.measures):
        return before is None or before.text.lower() not in _WHERE
    return before is not None and before.has("aggregate", "count")


def _open_columns(draft: Draft) -> None:
    """Columns without an aggregate, or nothing but rows and conditions."""
    numbers = [i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)]
    keys = [i for i in draft.items if i.free and i.columns and i not in numbers]
    if draft.groups and numbers and _spread(draft, numbers):
        return
    if draft.groups and numbers:
        _per_group(draft, numbers)
    elif draft.groups and not keys:
        draft.measures.append(Measure(aggregate="count"))
        if not any(i.rows for i in draft.items):
            draft.assume("no measure was named: rows are counted", cost=0.85)
    elif len(numbers) == 1 and not keys:
        column = draft.choose(numbers[0], "measure")
        if column is not None:
            _single(draft, numbers[0], column)
    elif len(keys) == 1 and not numbers and not draft.groups and not _conditional(draft, keys[0]):
        column = draft.choose(keys[0], "key")
        if column is not None and column.role != "date" and _names_rows(draft, keys[0], column):
            return
        if column is not None and column.role != "date":
            keys[0].used = "statistic"
            draft.statistic = Statistic(kind="distribution", columns=(column.name,))
            draft.note("statistic", keys[0].text)
            draft.assume(
                f"“{plain(keys[0].text)}” alone is read as how often each {plain(column.name)} occurs",
                cost=0.9,
            )
    elif not numbers and not keys and any(i.rows or (n < 2 and _a_day(i)) for n, i in enumerate(draft.items)):
        _only_rows(draft)
    elif not numbers and not keys and draft.filters and _asks_nothing(draft):
        draft.measures.append(Measure(aggregate="count"))
        draft.assume("no measure was named: rows are counted", cost=0.75)


def _names_rows(draft: Draft, item: Item, column: ColumnModel) -> bool:
    """'items with more than 450 calories', where every row is an item of its own: those rows."""
    if column.statistics.distinct < 0.98 * draft.rows or not draft.filters or draft.chart_wanted:
        return False
    item.used = "statistic"
    conditions = (f.column for f in draft.filters if f.operator != "=")
    draft.statistic = Statistic(kind="rows", columns=(column.name, *dict.fromkeys(conditions)))
    draft.limit = _MOST_ROWS
    draft.note("statistic", item.text)
    return True


def _spread(draft: Draft, numbers: list[Item]) -> bool:
    """'box plot of profit by state': how the column spreads in each group."""
    if draft.chart not in {"box", "violin"} or len(numbers) != 1 or len(draft.groups) != 1:
        return False
    column = draft.choose(numbers[0], "measure")
    if column is None:
        return False
    numbers[0].used = "statistic"
    draft.statistic = Statistic(kind="distribution", columns=(draft.usable(column),))
    draft.note("statistic", numbers[0].text)
    return True


def _per_group(draft: Draft, numbers: list[Item]) -> None:
    """'cost and speed by state': the usual aggregate of each column."""
    for item in numbers:
        column = draft.choose(item, "measure")
        if column is None:
            return
        item.used = "measure"
        if divide(draft, item, column):
            continue
        spoken = None if item.exact_column or draft.derived(column.name) else _said_aggregate(draft, item)
        aggregate = spoken or usual_aggregate(draft, column)
        said = "total" in item.text.lower()
        if not said:
            word = {"sum": "total", "max": "highest", "min": "lowest"}.get(aggregate, "average")
            draft.assume(f"“{plain(item.text)}” is read as the {word} {plain(column.name)}", cost=0.9)
        draft.measures.append(Measure(aggregate=aggregate, column=draft.usable(column)))
        draft.note(f"measure:{len(draft.measures) - 1}", item.text)


def _asks_nothing(draft: Draft) -> bool:
    """'bills over 20 where smoker is no': conditions, and nothing else that could be meant."""
    opens = draft.items[0]
    return opens.used == "filter" and any(
        f.operator in {"<", "<=", ">", ">=", "between"} for f in draft.filters
    )


def _a_day(item: Item) -> bool:
    """'days with temp_max over 35': the rows of a table of days."""
    return item.free and item.has("grain") and item.text.lower().endswith("s")


def _conditional(draft: Draft, item: Item) -> bool:
    """'strikes with damage': a condition that is not understood, not what is asked for."""
    place = next(n for n, i in enumerate(draft.items) if i is item)
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "a", "an"}]
    return bool(before) and (before[-1].text.lower() in _HAVING or before[-1].has("negation"))


def _pinned(draft: Draft) -> bool:
    """True when a condition picks single rows: 'the wind on 2013-05-04', 'the weight of the Ford Mustang'."""
    for each in draft.filters:
        column = draft.schema.table.column(each.column)
        if column is None or not draft.rows or column.distinct < 0.98 * (draft.rows - column.nulls):
            continue
        day = each.operator == "period" and _is_one_day(each)
        if each.operator == "=" or day:
            return True
    return False


def _is_one_day(each: Filter) -> bool:
    start, end = (date.fromisoformat(str(v)) for v in each.values)
    return (end - start).days == 1


def _said_aggregate(draft: Draft, item: Item) -> Aggregate | None:
    """'max temperature' for a column temp_max: the word is part of the name, and means what it says."""
    for token in item.tokens:
        for keyword in draft.lexicon.phrases.get(token.word, ()):
            if keyword.role == "aggregate" and keyword.name in {"min", "max"}:
                return "min" if keyword.name == "min" else "max"
    return None


def _single(draft: Draft, item: Item, column: ColumnModel) -> None:
    if divide(draft, item, column):
        return
    if _pinned(draft):
        item.used = "statistic"
        keys = tuple(f.column for f in draft.filters if f.column != column.name)
        draft.statistic = Statistic(kind="rows", columns=(*dict.fromkeys(keys), draft.usable(column)))
        draft.note("statistic", item.text)
        return
    said = None if draft.derived(column.name) else _said_aggregate(draft, item)
    if said is not None:
        item.used = "measure"
        draft.measures.append(Measure(aggregate=said, column=draft.usable(column)))
        draft.note("measure:0", item.text)
        draft.assume(f"“{plain(item.text)}” is read as {measure_words(draft.measures[-1])}", cost=0.9)
        return
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
    if draft.filters or draft.any_of:
        draft.measures.append(Measure(aggregate="count"))
        draft.assume("no measure was named: rows are counted", cost=0.85)
