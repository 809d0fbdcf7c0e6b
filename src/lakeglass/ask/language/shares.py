"""Shares: of rows, of a sum, of the whole by group; and which condition is the whole, which the part."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.plan import Filter, Measure, Statistic
from lakeglass.ask.plan.naming import plain

_AMONG = {"among", "among the", "out of"}
_RATES = {"percentage", "percent", "rate", "rates", "pct", "%"}


def read_share(draft: Draft) -> None:
    """Shares of rows, of a sum, or of the whole by group."""
    if _of_unknown_whole(draft):
        return
    for place, item in enumerate(draft.items[:-1]):
        after = draft.items[place + 1]
        weak = len(after.columns) > 1 and after.columns[0].score < 0.85 and len(after.tokens) == 1
        if item.has("aggregate", "share") and after.free and weak and after.tokens[0].word.endswith("s"):
            after.used = "ignored"
            draft.assume(f"“{plain(after.text)}” are the rows of the table", cost=0.85)
    column = next((i for i in draft.items if i.free and any(m.column.is_measure for m in i.columns)), None)
    summed: str | None = None
    if draft.measures:
        kept = draft.measures[0]
        if len(draft.measures) > 1 or kept.aggregate not in {"count", "sum"}:
            draft.fail("unclear", "A share needs a count or a sum.")
            return
        summed, draft.measures = kept.column, []
    elif column is not None:
        chosen = draft.choose(column, "measure")
        if chosen is None:
            return
        column.used = "measure"
        summed = draft.usable(chosen)
    flag = _flag_share(draft) if summed is None else None
    if flag is not None:
        draft.measures.append(Measure(aggregate="share", where=(flag,)))
        return
    base, where = _split_filters(draft)
    if draft.problems:
        return
    if where:
        draft.filters = base
        draft.measures.append(Measure(aggregate="share", column=summed, where=tuple(where)))
    elif draft.groups:
        draft.measures.append(Measure(aggregate="sum" if summed else "count", column=summed, of_total=True))
    else:
        _share_of_key(draft)


def _of_unknown_whole(draft: Draft) -> bool:
    """'tip percentage', 'share of tips' where the rows are tips and a column is, too: a share of what?"""
    items = draft.items
    for place, item in enumerate(items):
        if not item.has("aggregate", "share"):
            continue
        before = items[place - 1] if place else None
        named = before is not None and before.free and any(m.column.is_measure for m in before.columns)
        if before is not None and named and item.text.lower() in _RATES:
            draft.fail(
                "incomplete",
                f"“{plain(before.text)} {plain(item.text)}”: percent of what?",
                words=before.text,
            )
            return True
        for after in items[place + 1 : place + 3]:
            both = draft.schema.index.match([after.tokens[0].word]) if after.rows else ()
            if any(m.column.is_measure and m.score >= 0.9 for m in both):
                name = both[0].column.name
                draft.fail(
                    "ambiguous",
                    f"“{plain(after.text)}” can mean the rows or the sum of {plain(name)}.",
                    words=after.text,
                    choices=(name,),
                )
                return True
    return False


def _share_of_key(draft: Draft) -> None:
    """'percentage of each size', 'share of species': how often each value occurs."""
    keys = [i for i in draft.items if i.free and any(m.column.is_key for m in i.columns)]
    column = draft.choose(keys[0], "key") if len(keys) == 1 else None
    if column is None or column.role == "date":
        if not draft.problems:
            draft.fail("incomplete", "A share of what? Name the value or the group whose share is wanted.")
        return
    keys[0].used = "statistic"
    draft.statistic = Statistic(kind="distribution", columns=(column.name,))
    draft.note("statistic", keys[0].text)


def _flag_share(draft: Draft) -> Filter | None:
    """'survival rate': rows for which a yes/no column that the question names is yes."""
    for item, after in pairwise(draft.items):
        if item.rows and after.text.lower() in {"rate", "rates"}:  # 'smoking rate' of a table called smoking
            word = item.tokens[0].word
            matches = draft.schema.index.match([word]) or draft.schema.index.similar(word)
            flags = [m.column for m in matches if m.column.role == "flag"]
            if len(flags) == 1:
                return Filter(column=flags[0].name, operator="=", values=(flags[0].answers[0],))
    for item in draft.items:
        flags = [m.column for m in item.columns if m.column.role == "flag"]
        if item.free and len(flags) == 1:
            item.used = "measure"
            if flags[0].statistics.nulls:
                draft.filters.append(Filter(column=flags[0].name, operator="present"))
            return Filter(column=flags[0].name, operator="=", values=(flags[0].answers[0],))
    return None


def _split_filters(draft: Draft) -> tuple[list[Filter], list[Filter]]:
    """Which conditions make the base, and which are counted.

    Periods always belong to the base. Of several others, those said before the noun ('of large strikes') or,
    without a noun, the first one ('of females survived') are the base; what follows is counted.
    """
    base = [f for f in draft.filters if _is_base(draft, f)]
    rest = [f for f in draft.filters if f not in base]
    if len(rest) <= 1:
        return base, rest
    places = {f.column: _place_of(draft, f) for f in rest}
    items = draft.items
    start = next((n for n, i in enumerate(items) if i.has("aggregate", "share")), 0)
    noun = next((n for n in range(start, len(items)) if items[n].rows), None)
    inside: list[Filter]
    ordered = sorted(rest, key=lambda f: places[f.column])
    among = next((n for n, i in enumerate(items) if i.text.lower() in _AMONG), None)
    if among is not None and any(places[f.column] > among for f in rest):
        inside = [f for f in ordered if places[f.column] > among]
    elif any(places[f.column] < 0 for f in rest) or any(f.operator != "=" for f in rest):
        inside = []
    elif noun is None:
        inside = (
            ordered[:1]
            if places[ordered[0].column] > start
            else [f for f in ordered if places[f.column] < start]
        )
    else:
        inside = [f for f in ordered if start < places[f.column] < noun] or [
            f for f in ordered if places[f.column] < start
        ]
    outside = [f for f in ordered if f not in inside]
    if not inside or len(outside) != 1:
        draft.fail(
            "unclear", "It is not clear which condition is the whole and which is the part of the share."
        )
        return base, rest
    return base + inside, outside


def _place_of(draft: Draft, each: Filter) -> int:
    """Where in the question a condition stands; -1 when it can't be told."""
    said = (n for n, i in enumerate(draft.items) if i.used == "filter" and i.target == each.column)
    return next(said, -1)


def _is_base(draft: Draft, each: Filter) -> bool:
    if each.operator in {"period", "present"}:
        return True
    model = next((c for c in draft.schema.index.columns if c.name == each.column), None)
    return model is not None and model.role in {"date", "period"}
