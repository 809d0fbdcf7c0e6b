"""Steps before the question proper: fill or drop gaps, drop duplicates or outliers."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.inference import outlier_method
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Clean
from lakeglass.ask.plan.naming import plain

_PASSED = {
    "the", "all", "any", "rows", "row", "records", "record", "with", "that", "have", "having", "entries", "in",
    "of", "from", "containing", "contain", "contains", "a", "an", "its", "for", "values", "value", "column", "data",
    "which", "by", "using", "via", "where", "are", "is", "and", "to", "after", "based", "on", "has", "there", "entry",
    "or", "either", "points", "cells", "observations", "samples", "outside", "both", "every", "respective",
}  # fmt: skip
_REACH = 8


def read_cleaning(draft: Draft) -> None:
    """Turn every cleaning step that the question asks for into one of the plan."""
    for place, item in enumerate(draft.items):
        if not item.free or item.exact_column:
            continue
        if item.has("clean", "fill"):
            _fill(draft, place)
        elif item.has("clean", "drop"):
            _drop(draft, place)
        if draft.problems:
            return


def _near(draft: Draft, place: int, name: str) -> int | None:
    """The place of the object of a cleaning verb: a few small words and columns away."""
    for at in range(place + 1, min(place + _REACH, len(draft.items))):
        item = draft.items[at]
        if item.free and item.has("clean", name) and not item.exact_column:
            return at
        if item.text.lower() not in _PASSED and not item.columns and not item.rows:
            return None
    return None


def _column(draft: Draft, span: list[Item]) -> ColumnModel | None:
    for item in span:
        if item.free and item.rows and len(item.tokens) == 1:
            both = draft.schema.index.match([item.tokens[0].word])  # 'tip' may name the rows and a column
            if both and both[0].score >= 1.0 and both[0].column.is_measure:
                item.used = "clean"
                return both[0].column
        if item.free and item.columns and not item.rows:
            column = draft.choose(item, "any")
            if column is not None:
                item.used = "clean"
                if column not in draft.cleaned:
                    draft.cleaned.append(column)
            return column
    return None


def _take(draft: Draft, *items: Item) -> None:
    draft.note("clean", " ".join(i.text for i in items))
    place = next(n for n, i in enumerate(draft.items) if i is items[0])
    if place and draft.items[place - 1].text.lower() in {"after", "by", "when", "before"}:
        draft.items[place - 1].used = "clean"
    for item in items:
        item.used = "clean"


def _add(draft: Draft, step: Clean) -> None:
    if step.column == "":
        draft.pending.append(step)
    elif step not in draft.clean:
        draft.clean.append(step)


def _fill(draft: Draft, place: int) -> None:
    """'fill the missing values in age with the median', 'missing ages replaced by their mean'."""
    items = draft.items
    gap, end = _gap_and_filling(items, place, _near(draft, place, "gaps"))
    if end is None or (gap is None and not items[place].text.lower().startswith("imput")):
        return
    start = place if gap is None else min(place, gap)
    column = _column(draft, items[start : end + 1]) or _column(draft, _behind(items, end))
    if draft.problems:
        return
    by = items[end].name_of("filling") or "value"
    number = (items[end].number or 0.0) if by == "value" else None
    name = draft.usable(column) if column is not None else ""
    if column is not None and not column.is_measure and by in {"mean", "median"}:
        words = items[end].text
        draft.fail("unclear", f"{plain(column.name)} holds no numbers, so it has no {by}.", words=words)
        return
    _add(draft, Clean(kind="fill", column=name, by=by, value=number))
    _take(draft, items[place], items[end], *([items[gap]] if gap is not None else []))


def _gap_and_filling(items: list[Item], place: int, gap: int | None) -> tuple[int | None, int | None]:
    """Where the gaps are named, behind the verb or before it, and where that which fills them is."""
    before = range(place - 1, max(place - _REACH, -1), -1)
    gap = next((n for n in before if items[n].has("clean", "gaps")), None) if gap is None else gap
    after = range(place + 1, min(place + 14, len(items)))
    end = next(
        (n for n in after if n != gap and (items[n].has("filling") or items[n].number is not None)), None
    )
    return gap, end


def _behind(items: list[Item], place: int) -> list[Item]:
    """'… with the mean of the column age'."""
    after = items[place + 1 : place + 5]
    return after if after and after[0].text.lower() in {"of", "in", "for"} else []


def _drop(draft: Draft, place: int) -> None:
    items = draft.items
    for name in ("gaps", "same", "outliers"):
        at = _near(draft, place, name)
        if at is None:
            continue
        if name == "same":
            _add(draft, Clean(kind="drop_duplicates"))
            _take(draft, items[place], items[at])
        elif name == "gaps":
            _drop_gaps(draft, place, at)
        else:
            _drop_outliers(draft, place, at)
        return


def _drop_gaps(draft: Draft, place: int, at: int) -> None:
    items = draft.items
    after = items[at + 1 : at + 5]
    joined = after and after[0].text.lower() in {"in", "of", "for", "from", "age", "on"}
    span = [*items[place + 1 : at], *(after if joined or (after and after[0].columns) else [])]
    soft = items[place].text.lower() in {"ignoring", "ignore", "excluding", "exclude", "excluded", "without"}
    whole = any(i.rows for i in items[place + 1 : at])
    column = _column(draft, span)
    if draft.problems:
        return
    if items[at].text.lower().endswith("of them") and column is None:
        draft.assume("empty cells are left out of every calculation")
    elif column is not None:
        _add(draft, Clean(kind="drop_missing", column=column.name))
        while column is not None:
            column = _column(draft, span)
            if column is not None:
                _add(draft, Clean(kind="drop_missing", column=column.name))
    elif whole or not soft or not _aggregated(draft):
        _add(draft, Clean(kind="drop_missing"))
    else:
        draft.assume("empty cells are left out of every calculation")
    _take(draft, items[place], items[at])


def _aggregated(draft: Draft) -> bool:
    return any(i.has("aggregate") and not i.has("aggregate", "count") for i in draft.items)


def _drop_outliers(draft: Draft, place: int, at: int) -> None:
    """'remove outliers in length by z-score above 3', 'excluding outliers (1.5 IQR rule) of fare'."""
    items = draft.items
    by, threshold = outlier_method(draft)
    after = items[at + 1 : at + 6]
    lead = next((n for n, i in enumerate(after) if i.text.lower() in {"in", "of", "from", "for"}), None)
    span = items[place + 1 : at] + (after[lead : lead + 4] if lead is not None else [])
    column = _column(draft, span)
    if draft.problems:
        return
    name = draft.usable(column) if column is not None else ""
    _add(draft, Clean(kind="drop_outliers", column=name, by=by, threshold=threshold))
    _take(draft, items[place], items[at])


def settle_pending(draft: Draft) -> None:
    """A step whose column was not named is about the column that is measured."""
    if not draft.pending:
        return
    names = [m.column for m in draft.measures if m.column] + list(
        draft.statistic.columns if draft.statistic else ()
    )
    wanted = list(dict.fromkeys(names))[:1]
    if not wanted:
        draft.fail("incomplete", "Which column is cleaned? Name it in the question.")
        return
    for step in draft.pending:
        draft.clean.append(step.model_copy(update={"column": wanted[0]}))
