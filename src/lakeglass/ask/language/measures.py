"""What is measured: 'average speed', 'how many strikes', 'share of …', 'highest total cost'."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft, aggregate_of
from lakeglass.ask.language.leftovers import condition_follows, unknown_plural
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.usual import of_a_kind
from lakeglass.ask.plan import Aggregate, Filter, Measure, Statistic
from lakeglass.ask.plan.naming import plain

_SKIP = {
    "the",
    "of",
    "a",
    "an",
    "in",
    "value",
    "values",
    "is",
    "was",
    "are",
    "for",
    "all",
    "amount",
    "level",
    "s",
    "on",
    "what",
    "its",
    "their",
}
_OVERALL = {"in total", "altogether", "overall", "overall total"}
_REACH = 4
_SINGLE: frozenset[str] = frozenset(
    {
        "sum",
        "mean",
        "median",
        "min",
        "max",
        "range",
        "deviation",
        "variance",
        "quantile",
        "mode",
        "skewness",
        "kurtosis",
        "iqr",
        "variation",
    }
)


def read_measures(draft: Draft) -> None:
    """Measures that the question names with an aggregate."""
    place = 0
    while place < len(draft.items):
        item = draft.items[place]
        if item.free and item.has("quartile") and not item.columns:
            _quantile(draft, [item], float(item.name_of("quartile")), place + 1)
        elif item.free and item.has("aggregate") and not item.exact_column:
            _aggregate(draft, place)
        place += 1


def _aggregate(draft: Draft, place: int) -> None:
    item = draft.items[place]
    name = aggregate_of(item)
    if item.has("superlative") and not _says_aggregate(draft):
        return
    if name == "count" and _next_is(draft, place, "distinct"):
        item.used = "measure"
        return
    if name == "count":
        _count(draft, place)
    elif name == "share":
        draft.share = True
        draft.note("share", item.text)
        item.used = "measure"
    elif name == "quantile":
        _percentile(draft, place)
    elif name == "distinct":
        _distinct(draft, place)
    elif name is not None:
        _reduction(draft, place, name)


def _says_aggregate(draft: Draft) -> bool:
    """'maximum' is an aggregate unless it ranks groups."""
    return not draft.pick_one and draft.limit is None


def _next_is(draft: Draft, place: int, name: str) -> bool:
    after = draft.items[place + 1 : place + 2]
    return bool(after) and after[0].has("aggregate", name)


def _reduction(draft: Draft, place: int, name: Aggregate) -> None:
    items = draft.items
    names: list[tuple[Aggregate, Item]] = [(name, items[place])]
    at = place + 1
    while at < len(items):
        other = aggregate_of(items[at])
        if items[at].text.lower() in {"number of", "count of", "number"} and _measure_at(items, at + 1):
            items[at].used = "measure"  # 'average number of breaks', which counts nothing
            at += 1
            break
        if other in _SINGLE and items[at].free and not items[at].exact_column:
            names.append((other, items[at]))
        elif not (
            (items[at].has("conjunction") or items[at].text.lower() == "the")
            and _aggregate_follows(items, at)
        ):
            break
        at += 1
    targets = _targets(draft, at, counted=name == "mode") or _of_the_list(draft, at)
    targets = targets or _target_before(draft, place)
    if not targets:
        if name == "sum" and not draft.problems and _counts_rows(draft, at):
            items[place].used = "measure"
            draft.measures.append(Measure(aggregate="count"))
            return
        _no_target(draft, place, at)
        return
    for aggregate, item in names:
        item.used = "measure"
        for column, words in targets:
            _add(draft, aggregate, column, f"{item.text} {words}")


def _measure_at(items: list[Item], at: int) -> bool:
    return at < len(items) and items[at].free and any(m.column.is_measure for m in items[at].columns)


def _aggregate_follows(items: list[Item], at: int) -> bool:
    at += 2 if at + 1 < len(items) and items[at + 1].text.lower() == "the" else 1
    return at < len(items) and items[at].has("aggregate") and aggregate_of(items[at]) in _SINGLE


def _counts_rows(draft: Draft, at: int) -> bool:
    while at < len(draft.items) and draft.items[at].used == "filter":
        at += 1  # 'total measles cases'
    return at < len(draft.items) and draft.items[at].rows


def _targets(draft: Draft, at: int, *, counted: bool = False) -> list[tuple[ColumnModel, str]]:
    """Measure columns from here on, joined by 'and'; for what is only `counted`, any columns."""
    items, steps = draft.items, 0
    found: list[tuple[ColumnModel, str]] = []
    while at < len(items) and steps < _REACH:
        item = items[at]
        if (
            item.free
            and item.columns
            and not item.has("aggregate")
            and not (found and not _joined(items, at))
        ):
            column = draft.choose(item, "measure")
            if column is None:
                return found
            numeric = column.is_measure or column.role in {"period", "flag", "date"} or _numeric(column)
            if not (numeric or counted):
                break
            item.used = "measure"
            found.append((column, item.text))
            steps = 0
        elif (
            item.text.lower() in _SKIP
            or item.used in {"filter", "noun"}
            or (item.supposed and not found)
            or (item.has("conjunction") and found)
            or (item.has("superlative") and item.free and not found)
        ):
            steps += 1
        else:
            break
        at += 1
    return found


def _numeric(column: ColumnModel) -> bool:
    return column.statistics.kind in {"integer", "number"} and column.role != "identifier"


def _joined(items: list[Item], at: int) -> bool:
    before = items[at - 1]
    return before.has("conjunction") or items[at].tokens[0].start - before.tokens[-1].end > 1


def _target_before(draft: Draft, place: int) -> list[tuple[ColumnModel, str]]:
    before = draft.items[place - 1] if place else None
    if before is None or not before.free or not any(m.column.is_measure for m in before.columns):
        return []
    column = draft.choose(before, "measure")
    if column is None:
        return []
    before.used = "measure"
    return [(column, before.text)]


def _no_target(draft: Draft, place: int, at: int) -> None:
    if draft.problems:
        return
    name = aggregate_of(draft.items[place])
    if name == "sum" and _counted_in_total(draft, place):
        return
    if draft.part and name is not None and not _unknown_follows(draft, at):
        draft.bare.append(name)
        draft.items[place].used = "measure"
        return
    items = draft.items
    while at < len(items) and items[at].text.lower() in _SKIP:
        at += 1
    if at < len(items):
        item = items[at]
        word = item.tokens[0].word
        if not item.keywords and not item.values and item.tokens[0].kind == "word" and not item.rows:
            draft.fail(
                "not_found",
                f"There is no column “{plain(item.text)}” in this table.",
                words=item.text,
                choices=draft.schema.index.nearest([word]),
            )
            return
    said = items[:place] if items[place].text.lower() == "on average" else []
    later = [i for i in [*said, *items[at:]] if i.free and any(m.column.is_measure for m in i.columns)]
    if len(later) == 1:
        column = draft.choose(later[0], "measure")
        if column is not None:
            later[0].used = items[place].used = "measure"
            name = aggregate_of(items[place])
            assert name is not None
            _add(draft, name, column, f"{items[place].text} {later[0].text}")
        return
    if said and not later and _of_superlative(draft, place):
        return
    aggregate = aggregate_of(items[place])
    if len(draft.cleaned) == 1 and not later and aggregate in _SINGLE and draft.cleaned[0].is_measure:
        items[place].used = "measure"  # 'fill the gaps of age and give the mean'
        _add(draft, aggregate, draft.cleaned[0], items[place].text)
        return
    made = [
        i
        for i in items[:place]
        if i.used in {"", "measure"} and any(draft.derived(m.column.name) for m in i.columns)
    ]
    if len(made) == 1 and aggregate in _SINGLE:
        made[0].used = items[place].used = "measure"
        _add(draft, aggregate, made[0].columns[0].column, f"{items[place].text} {made[0].text}")
        return
    draft.fail(
        "incomplete",
        f"“{plain(items[place].text)}” of what? No column with numbers was found for it.",
        words=items[place].text,
    )


def _counted_in_total(draft: Draft, place: int) -> bool:
    """'how many sales in total'."""
    item = draft.items[place]
    counted = any(i.has("aggregate", "count") for i in draft.items[:place])
    ranked = any(i.has("superlative", "high", "low") for i in draft.items[:place])
    named = any(i.free and any(m.column.is_measure for m in i.columns) for i in draft.items)
    if ranked and not named and item.text.lower() in _OVERALL:
        item.used = "measure"  # 'which disease had the most cases in total'
        return True
    if not counted or item.text.lower() not in {"in total", "altogether", "total", "overall"}:
        return False
    item.used = "measure"
    return True


def _of_superlative(draft: Draft, place: int) -> bool:
    """'which species is heaviest on average': the superlative names the column."""
    for item in draft.items:
        for word in (
            draft.lexicon.sections["implied"].get(item.text.lower(), ()) if item.has("superlative") else ()
        ):
            matches = draft.schema.index.match([word]) or draft.schema.index.similar(word)
            if matches and all(m.column.is_measure for m in matches):
                column = draft.choose(Item(item.text, item.tokens, columns=matches), "measure")
                if column is not None:
                    draft.items[place].used = "measure"
                    _add(draft, "mean", column, f"{item.text} on average")
                return column is not None
    return False


def _unknown_follows(draft: Draft, at: int) -> bool:
    return any(_unknown(draft, item) for item in draft.items[at:])


def _add(
    draft: Draft, aggregate: Aggregate, column: ColumnModel, words: str, quantile: float | None = None
) -> None:
    if column.role == "flag" and aggregate in {"mean", "sum"}:
        where = Filter(column=column.name, operator="=", values=(column.answers[0],))
        if aggregate == "sum":
            draft.add_filter(where, words)
            measure = Measure(aggregate="count")
        else:
            if column.statistics.nulls:
                draft.add_filter(Filter(column=column.name, operator="present"), words)
            measure = Measure(aggregate="share", where=(where,))
    elif column.role == "date" and aggregate != "mode" and aggregate not in {"min", "max"}:
        draft.fail("unclear", f"{plain(column.name)} is a date and has no {aggregate}.", words=words)
        return
    else:
        measure = Measure(aggregate=aggregate, column=draft.usable(column), quantile=quantile)
    if measure not in draft.measures:
        draft.note(f"measure:{len(draft.measures)}", words)
        draft.measures.append(measure)


def _percentile(draft: Draft, place: int) -> None:
    """'90th percentile of speed', '0.9 quantile of speed'."""
    items = draft.items
    before = items[place - 1] if place else None
    number = before.number if before is not None else None
    if number is None or before is None:
        draft.fail(
            "incomplete", "Which percentile? Say, for example, ‘90th percentile’.", words=items[place].text
        )
        return
    quantile = number if number <= 1 and items[place].text.lower().startswith("quantile") else number / 100
    if not 0 <= quantile <= 1:
        draft.fail("unclear", "A percentile lies between 0 and 100.", words=items[place].text)
        return
    before.used = "measure"
    _quantile(draft, [before, items[place]], quantile, place + 1)


def _quantile(draft: Draft, said: list[Item], quantile: float, at: int) -> None:
    targets = _targets(draft, at) or _targets(draft, _behind_list(draft, at))
    if not targets:
        _no_target_for(draft, said[-1], at)
        return
    words = " ".join(i.text for i in said)
    for item in said:
        item.used = "measure"
    for column, text in targets:
        _add(draft, "quantile", column, f"{words} {text}", quantile)
    for item in draft.items:  # the last of a list names the column for all of them
        if item.used == "measure" and item.columns and any(item.columns[0].column is c for c, _ in targets):
            item.used = "" if _listed_before(draft, item, at) else item.used


def _behind_list(draft: Draft, at: int) -> int:
    """The place behind a list of aggregates: 'the median, the third quartile and the range' of what follows."""
    items = draft.items
    while at < len(items) and (
        items[at].has("aggregate")
        or items[at].has("quartile")
        or items[at].has("conjunction")
        or items[at].text.lower() in {"the", ","}
    ):
        at += 1
    return at


def _of_the_list(draft: Draft, at: int) -> list[tuple[ColumnModel, str]]:
    """What the last of a list of aggregates is of, left free for those between."""
    if draft.problems or _behind_list(draft, at) <= at + 1:
        return []
    targets = _targets(draft, _behind_list(draft, at))
    for column, _ in targets:
        for each in draft.items[at:]:
            if each.used == "measure" and each.columns and each.columns[0].column is column:
                each.used = ""
    return targets


def _listed_before(draft: Draft, item: Item, at: int) -> bool:
    """True while further aggregates of a list, before the column, still need it."""
    return any(
        i.free and (i.has("aggregate") or i.has("quartile"))
        for i in draft.items[at : draft.items.index(item)]
    )


def _no_target_for(draft: Draft, item: Item, at: int) -> None:
    rest = [i for i in draft.items[at:] if i.text.lower() not in _SKIP]
    word = rest[0].text if rest else item.text
    if not draft.problems:
        draft.fail(
            "not_found",
            f"There is no column “{plain(word)}” with numbers.",
            words=word,
            choices=draft.schema.index.nearest([word.lower()]),
        )


def _distinct(draft: Draft, place: int) -> None:
    items = draft.items
    for at in range(place + 1, min(place + 1 + _REACH, len(items))):
        if items[at].free and items[at].columns:
            column = draft.choose(items[at], "key")
            if column is None:
                return
            items[at].used = items[place].used = "measure"
            listing = any(i.has("list_verb") or i.text.lower() in {"list", "show"} for i in items[:place])
            if listing and not any(i.has("aggregate", "count") for i in items):
                draft.statistic = Statistic(kind="distribution", columns=(column.name,))
                draft.note("statistic", f"{items[place].text} {items[at].text}")
                return
            draft.measures.append(Measure(aggregate="distinct", column=column.name))
            draft.note(f"measure:{len(draft.measures) - 1}", f"{items[place].text} {items[at].text}")
            return
    if not draft.problems:
        draft.fail("incomplete", f"“{plain(items[place].text)}” of which column?", words=items[place].text)


def _count(draft: Draft, place: int) -> None:
    """'how many strikes' counts rows; 'how many airports' counts different values."""
    items = draft.items
    at = place + 1
    while at < len(items) and (items[at].text.lower() in _SKIP or items[at].used in {"filter", "negation"}):
        at += 1
    item = items[at] if at < len(items) else None
    items[place].used = "measure"
    if item is not None and item.free and item.has("aggregate", "distinct"):
        return
    counted = item is not None and item.free and bool(item.columns) and not item.rows
    if counted and item is not None and len(item.columns) > 1 and item.columns[0].score < 0.9:
        counted, item.columns, item.rows = (
            False,
            (),
            True,
        )  # 'how many loans', beside loan_purpose and loan_status
        draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=0.85)
    if counted and item is not None and of_a_kind(item):
        counted, item.columns, item.rows = False, (), True
        draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=0.85)
    if counted and item is not None and _count_column(draft, place, item):
        return
    if item is not None and item.rows:
        item.used = "measure"
    elif item is not None and item.free and unknown_plural(draft, item) and condition_follows(draft, at):
        item.used = "ignored"
        draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=0.75)
    elif item is not None and item.free and _unknown(draft, item) and not _after_value(items, at):
        draft.fail(
            "not_found",
            f"It is not clear what “{plain(item.text)}” are in this table.",
            words=item.text,
            choices=draft.schema.index.nearest([item.tokens[0].word]),
        )
        return
    if Measure(aggregate="count") in draft.measures:
        draft.twice = True  # 'how many men and how many women': settled when it is known what is compared
        return
    draft.measures.append(Measure(aggregate="count"))
    draft.note(
        f"measure:{len(draft.measures) - 1}",
        f"{items[place].text} {item.text if item and item.rows else ''}".strip(),
    )


def _count_column(draft: Draft, place: int, item: Item) -> bool:
    if item.columns[0].column.role == "flag":
        return False
    if item.columns[0].score < 0.75 and not any(m.column.is_key for m in item.columns):
        return False
    column = draft.choose(item, "key")
    if column is None:
        return True
    item.used = "measure"
    words = f"{draft.items[place].text} {item.text}"
    if column.statistics.distinct == draft.rows and not column.statistics.nulls:
        draft.measures.append(Measure(aggregate="count"))
    elif column.is_measure and column.statistics.kind != "integer" and item.columns[0].score < 0.95:
        draft.measures.append(Measure(aggregate="count"))  # 'number of bills', beside total_bill
        draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=0.85)
    elif column.is_measure and not column.is_key:
        draft.measures.append(Measure(aggregate="sum", column=draft.usable(column)))
        draft.assume(f"“{plain(words)}” is read as the total of {plain(column.name)}", cost=0.9)
    elif any(g.column == column.name for g in draft.groups):
        draft.measures.append(Measure(aggregate="count"))
    else:
        draft.measures.append(Measure(aggregate="distinct", column=column.name))
        draft.assume(f"each different {plain(column.name)} is counted once")
    draft.note(f"measure:{len(draft.measures) - 1}", words)
    return True


def _unknown(draft: Draft, item: Item) -> bool:
    word = item.tokens[0].word
    known = item.keywords or item.values or item.columns or item.rows
    return not known and item.tokens[0].kind == "word" and word not in draft.lexicon.filler


def _after_value(items: list[Item], at: int) -> bool:
    return at > 0 and items[at - 1].used == "filter"
