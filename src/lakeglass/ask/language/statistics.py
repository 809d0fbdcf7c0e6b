"""Named analyses in a question: overview, missing values, distribution, correlation, description."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.inference import NORMALITY, TESTS, consume_report, level_of, read_inference
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Group, Measure, Statistic
from lakeglass.ask.plan.model import CorrelationMethod
from lakeglass.ask.plan.naming import plain

MAX_MATRIX = 30
INFERENCE = {*TESTS, *NORMALITY, "test", "outliers", "regression"}


def read_statistic(draft: Draft) -> None:
    """The statistic that the question names, if it names one."""
    for item in draft.items:
        if not item.free or item.exact_column or not item.has("statistic"):
            continue
        name = item.name_of("statistic")
        if name == "distribution" and any(i.has("statistic", *NORMALITY) for i in draft.items):
            item.used = "statistic"  # 'does the distribution of age adhere to a normal one'
            continue
        if name == "trend" or (name in {"overview", "columns"} and _asks_gaps(draft)):
            continue
        before = draft.statistic
        _read(draft, item, name)
        if draft.problems:
            return
        if draft.statistic is not before:
            item.used = "statistic"
            draft.note("statistic", item.text)
            return
    _scatter(draft)


def _read(draft: Draft, item: Item, name: str) -> None:
    if name in {"overview", "columns"}:
        draft.statistic = Statistic(kind="overview")
    elif name == "duplicates":
        draft.statistic = Statistic(kind="duplicates")
    elif name == "missing":
        _missing(draft)
    elif name == "rows":
        draft.statistic = Statistic(kind="rows")
    elif name in INFERENCE:
        read_inference(draft, item, name)
    elif name in {"correlation", "spearman", "kendall"}:
        _correlation(draft, item)
    elif name == "describe":
        _describe(draft)
    elif name == "distribution":
        _distribution(draft, item)


def _asks_gaps(draft: Draft) -> bool:
    """'which columns have missing values' is about gaps, not about the columns."""
    return any(i.has("statistic", "missing") for i in draft.items)


def _columns(draft: Draft) -> list[Item]:
    return [i for i in draft.items if i.free and i.columns]


def _missing(draft: Draft) -> None:
    named: list[str] = []
    for item in _columns(draft):
        if _grouping(draft, item):
            continue
        column = draft.choose(item, "any")
        if column is None:
            return
        item.used = "statistic"
        named.append(column.name)
    draft.statistic = Statistic(kind="missing", columns=tuple(dict.fromkeys(named)))
    for item in draft.items:  # 'which column has the most missing values': the list begins with it
        ranked = (
            item.free
            and item.has("superlative", "high")
            and item.text.lower() in {"most", "highest", "largest"}
        )
        if not named and ranked and _one_column(draft, item):
            draft.limit = 1
        if not named and (ranked or (item.free and item.has("aggregate", "count"))):
            item.used = "statistic"


def _one_column(draft: Draft, item: Item) -> bool:
    """'which column has the most missing values', 'the column with the most': one is asked for."""
    before = draft.items[max(draft.items.index(item) - 5, 0) : draft.items.index(item)]
    return any(i.text.lower() in {"column", "field", "variable", "feature", "attribute"} for i in before)


def _grouping(draft: Draft, item: Item) -> bool:
    place = draft.items.index(item)
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "a"}]
    return (
        bool(before)
        and before[-1].has("group")
        and before[-1].text.lower() not in {"each", "across", "every"}
    )


def _describe(draft: Draft) -> None:
    items = [i for i in _columns(draft) if not _grouping(draft, i)]
    if not items:
        draft.statistic = Statistic(kind="overview")
        return
    column = draft.choose(items[0], "measure")
    if column is None:
        return
    items[0].used = "statistic"
    if column.is_measure:
        draft.statistic = Statistic(kind="describe", columns=(draft.usable(column),))
    else:
        draft.statistic = Statistic(kind="distribution", columns=(column.name,))


def _distribution(draft: Draft, item: Item) -> None:
    items = [i for i in _columns(draft) if not _grouping(draft, i)]
    if not items:
        if any(i.rows for i in draft.items) and any(i.has("group") for i in draft.items):
            return
        unknown = _first_unknown(draft, item)
        draft.fail(
            "not_found" if unknown else "incomplete",
            f"There is no column “{plain(unknown)}” in this table."
            if unknown
            else "The distribution of which column?",
            words=unknown or item.text,
            choices=draft.schema.index.nearest([unknown]) if unknown else (),
        )
        return
    column = draft.choose(items[0], "any")
    if column is None:
        return
    if column.role == "date":
        item.used = "statistic"
        return
    items[0].used = "statistic"
    draft.statistic = Statistic(kind="distribution", columns=(draft.usable(column),))


def _first_unknown(draft: Draft, after: Item) -> str:
    for item in draft.items[draft.items.index(after) + 1 :]:
        word = item.tokens[0].word
        if (
            not (item.keywords or item.columns or item.values or item.rows)
            and word not in draft.lexicon.filler
        ):
            return word
    return ""


def _correlation(draft: Draft, item: Item) -> None:
    method: CorrelationMethod = "pearson"
    for name in ("spearman", "kendall"):
        if any(i.has("statistic", name) for i in draft.items):
            method = "spearman" if name == "spearman" else "kendall"
    found: list[ColumnModel] = []
    for each in _columns(draft):
        if _cuts(draft, each):
            continue
        if not any(_has_numbers(m.column) for m in each.columns):
            _without_numbers(draft, item, each)
            return
        column = draft.choose(each, "measure")
        if column is None:
            return
        each.used = "statistic"
        if column not in found:
            found.append(column)
    for other in draft.items:
        if other.has("statistic", "correlation", "spearman", "kendall"):
            other.used = "statistic"
    unknown = _first_unknown(draft, item)
    if unknown and len(found) < 2:
        draft.fail(
            "not_found",
            f"There is no column “{plain(unknown)}” in this table.",
            words=unknown,
            choices=draft.schema.index.nearest([unknown]),
        )
        return
    names = _enough(draft, found)
    if names is not None:
        _correlate(draft, names, method, focus=names[0] if len(found) == 1 else None)
        consume_report(draft)


def _correlate(draft: Draft, names: tuple[str, ...], method: CorrelationMethod, *, focus: str | None) -> None:
    draft.statistic = Statistic(
        kind="correlation", columns=names, method=method, level=level_of(draft), focus=focus
    )
    for other in draft.items:
        ranks = other.has("superlative", "high") or other.text.lower() == "strongly"
        if other.free and len(names) > 2 and ranks:
            other.used = "statistic"  # the list begins with the strongest


def _without_numbers(draft: Draft, item: Item, key: Item) -> None:
    if not _by_category(draft, item, key):
        name = plain(key.columns[0].column.name)
        draft.fail("unclear", f"{name} holds no numbers, so it has no correlation.", words=key.text)


def _by_category(draft: Draft, item: Item, key: Item) -> bool:
    """'effect of diet on weight': of categories, the average for each of them."""
    numbers = [i for i in _columns(draft) if any(m.column.is_measure for m in i.columns)]
    if len(numbers) != 1 or len(_columns(draft)) != 2 or "correl" in item.text.lower():
        return False
    column, category = draft.choose(numbers[0], "measure"), draft.choose(key, "key")
    if column is None or category is None or category.statistics.distinct > draft.rows / 2:
        return False
    draft.groups.append(Group(column=category.name))
    draft.measures.append(Measure(aggregate="mean", column=draft.usable(column)))
    numbers[0].used = key.used = item.used = "measure"
    draft.assume(
        f"{plain(category.name)} holds categories: the average {plain(column.name)} of each is told",
        cost=0.85,
    )
    return True


def _cuts(draft: Draft, item: Item) -> bool:
    """'by species', 'for each species': what the analysis is split by."""
    place = draft.items.index(item)
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "a"}]
    numeric = any(m.column.is_measure for m in item.columns)
    return bool(before) and before[-1].has("group") and not numeric


def _has_numbers(column: ColumnModel) -> bool:
    numeric = column.statistics.kind in {"integer", "number", "boolean"}
    return column.is_measure or (numeric and column.role in {"period", "flag"})


def _enough(draft: Draft, found: list[ColumnModel]) -> tuple[str, ...] | None:
    """Two or more columns: those named, or every measure when none is."""
    if len(found) >= 2:
        return tuple(draft.usable(c) for c in found)
    measures = [c for c in draft.schema.index.columns if c.is_measure and not c.text_numbers]
    if len(measures) < 2:
        draft.fail("incomplete", "A correlation needs two columns with numbers.")
        return None
    if len(found) == 1:
        rest = [c for c in measures if c is not found[0]][: MAX_MATRIX - 1]
        return (draft.usable(found[0]), *(c.name for c in rest))
    if len(measures) > MAX_MATRIX:
        draft.assume(f"only the first {MAX_MATRIX} columns with numbers are compared")
    return tuple(c.name for c in measures[:MAX_MATRIX])


def _scatter(draft: Draft) -> None:
    """'scatter plot of speed and cost', 'plot cost against speed'."""
    versus = any(i.has("versus") for i in draft.items)
    if draft.chart != "scatter" and not (draft.chart_wanted and versus):
        return
    items = [i for i in _columns(draft) if any(m.column.is_measure for m in i.columns)]
    if len(items) != 2 or any(i.has("aggregate") for i in draft.items if i.free):
        return
    columns = [draft.choose(i, "measure") for i in items]
    if columns[0] is None or columns[1] is None or columns[0] is columns[1]:
        return
    for item in items:
        item.used = "statistic"
    draft.statistic = Statistic(
        kind="correlation", columns=(draft.usable(columns[0]), draft.usable(columns[1])), method="pearson"
    )
    draft.note("statistic", "scatter plot")
