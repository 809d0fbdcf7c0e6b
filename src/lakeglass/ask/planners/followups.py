"""Follow-ups: a short question that changes the plan of the turn before."""

from __future__ import annotations

from datetime import date

from lakeglass.ask.language import Draft, Schema, understand_part
from lakeglass.ask.language.leftovers import look_at_leftovers
from lakeglass.ask.plan import AnalysisPlan, Filter, Group, Measure, Sort, problems
from lakeglass.ask.plan.naming import plain

_LONGEST = 12
_ADDING = {"also", "split", "additionally", "further", "too"}


def follow_up(
    question: str, previous: AnalysisPlan, schema: Schema, today: date, *, alone: AnalysisPlan | None
) -> tuple[AnalysisPlan, Draft] | None:
    """The changed plan with its reading, or None when the question stands on its own or changes nothing.

    `alone` is the plan of the question by itself; it wins unless the question opens like a follow-up.
    """
    part = understand_part(question, schema, today)
    items = part.items
    if not items or len(items) > _LONGEST:
        return None
    opens = items[0].has("followup") or items[0].has("conjunction") or items[0].has("chart")
    opens = opens or any(i.tokens[0].word in {"instead", "same"} for i in items)
    if part.problems or (alone is not None and not (opens and _leans(part))):
        return None
    changed = _changed(previous, part)
    if changed is None or changed == previous:
        return None
    look_at_leftovers(part)
    if part.problems or problems(changed, (schema.table,)):
        return None
    return changed, part


def _leans(part: Draft) -> bool:
    """True when the question has no subject of its own: no measure, no counted rows, no analysis."""
    named = any(i.has("statistic") or i.rows for i in part.items)
    return not part.measures and not part.share and not named


def _changed(previous: AnalysisPlan, part: Draft) -> AnalysisPlan | None:
    update: dict[str, object] = {"assumptions": tuple(part.assumptions)}
    if part.filters:
        update["filters"] = _merged(previous.filters, tuple(part.filters))
    if part.chart is not None:
        update["chart"] = part.chart
    if part.decimals is not None:
        update["decimals"] = part.decimals
    if part.groups and not _grouped(previous, part, update):
        return None
    if not _measured(previous, part, update):
        return None
    ranks = part.limit is not None or part.high is not None or _superlative(part) is not None
    if ranks and not _ranked(previous, part, update):
        return None
    return AnalysisPlan.model_validate(previous.model_copy(update=update).model_dump())


def _merged(old: tuple[Filter, ...], new: tuple[Filter, ...]) -> tuple[Filter, ...]:
    """A new condition replaces the old ones on its column."""
    columns = {f.column for f in new}
    return (*(f for f in old if f.column not in columns), *new)


def _grouped(previous: AnalysisPlan, part: Draft, update: dict[str, object]) -> bool:
    if previous.statistic is not None:
        return False
    new = tuple(part.groups)
    adding = any(i.tokens[0].word in _ADDING or i.text.lower().startswith("break") for i in part.items)
    if adding and previous.groups:
        new = (*previous.groups, *(g for g in new if g not in previous.groups))
    elif previous.groups and {g.column for g in new} != {g.column for g in previous.groups}:
        old = " and ".join(plain(g.column) for g in previous.groups)
        update["assumptions"] = (*part.assumptions, f"grouped anew, no longer by {old}")
    if len(new) > 3:
        return False
    update["groups"] = new
    update["limit"] = None
    update["sort"] = _order(new, part)
    return True


def _order(groups: tuple[Group, ...], part: Draft) -> Sort:
    column = part.schema.table.column(groups[0].column)
    ranked = len(groups) == 1 and groups[0].grain is None and column is not None and column.kind == "text"
    return Sort(by="measure") if ranked else Sort(by="group", descending=False)


def _measured(previous: AnalysisPlan, part: Draft, update: dict[str, object]) -> bool:
    """Another aggregate, another column, or both."""
    named = [i for i in part.items if i.free and i.columns and not part.problems]
    if part.measures:
        if previous.statistic is not None:
            return False
        update["measures"] = tuple(part.measures)
        return True
    if part.bare:
        kept = [m for m in previous.measures if m.column is not None and m.aggregate != "share"]
        if not kept:
            return False
        update["measures"] = tuple(
            Measure(aggregate=name, column=m.column) for name in part.bare for m in kept if name != "count"
        )
    if not named:
        return True
    if len(named) > 1 or not previous.measures:
        return False
    column = part.choose(named[0], "measure")
    old = [m for m in previous.measures if m.column is not None]
    if column is None or not column.is_measure or not old:
        return False
    named[0].used = "measure"
    name = part.usable(column)
    update["clean"] = (*previous.clean, *part.clean)
    update["measures"] = tuple(m.model_copy(update={"column": name}) for m in old)
    return True


def _superlative(part: Draft) -> bool | None:
    for item in part.items:
        if item.free and item.has("superlative", "high", "low"):
            item.used = "sort"
            return item.has("superlative", "high")
    return None


def _ranked(previous: AnalysisPlan, part: Draft, update: dict[str, object]) -> bool:
    groups = update.get("groups", previous.groups)
    if not groups or previous.statistic is not None:
        return False
    high = part.high if part.high is not None else _superlative(part)
    update["sort"] = Sort(by="measure", descending=True if high is None else high)
    if part.limit is not None:
        update["limit"] = part.limit
    return True
