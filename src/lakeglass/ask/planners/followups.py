"""Follow-ups: a short question that changes the plan of the turn before."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lakeglass.ask.language import Draft, Schema, link, understand_part
from lakeglass.ask.language.leftovers import look_at_joints, look_at_leftovers
from lakeglass.ask.plan import AnalysisPlan, Group, Having, Measure, Sort, problems
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.edits import with_conditions

_LONGEST = 12
_SHORT = 3  # 'top', 'max': an order, where 'highest' is the one group
_SIZES: tuple[Literal["<", "<=", ">", ">="], ...] = ("<", "<=", ">", ">=")
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
    opens = any(items[0].has(role) for role in ("followup", "conjunction", "chart", "group"))
    opens = opens or any(i.tokens[0].word in {"instead", "same"} for i in items)
    if part.problems or (alone is not None and not (opens and (_leans(part) or _only_counts(alone, part)))):
        return None
    look_at_joints(part)
    if part.problems:
        return None
    changed = _changed(previous, part)
    if changed is None or changed == previous:
        return None
    look_at_leftovers(part)
    if part.problems or problems(changed, (schema.table,)):
        return None
    return changed, part


def measure_condition(rest: str, previous: AnalysisPlan, schema: Schema) -> AnalysisPlan | None:
    """'(only those) over 5000': the groups whose measure is."""
    items = [
        i for i in link(rest, schema) if i.tokens[0].word not in schema.lexicon.filler or i.has("compare")
    ]
    if len(items) != 2 or items[1].number is None or not previous.groups or not previous.measures:
        return None
    operator = next((o for o in _SIZES if items[0].has("compare", o)), None)
    if operator is None or items[0].text.lower() in schema.lexicon.sections["implied"]:
        return None  # 'older than 60' is said of a column
    having = Having(operator=operator, value=items[1].number)
    update: dict[str, object] = {"having": having, "limit": None, "nth": None, "assumptions": ()}
    return AnalysisPlan.model_validate(previous.model_copy(update=update).model_dump())


def _leans(part: Draft) -> bool:
    """True when the question has no subject of its own: no measure, no counted rows, no analysis."""
    named = any(i.has("statistic") or i.rows for i in part.items)
    return not part.measures and not part.share and not named


def _only_counts(alone: AnalysisPlan, part: Draft) -> bool:
    """'and how many?': the rows of the groups before."""
    bare = alone.measures == (Measure(aggregate="count"),) and not (alone.conditions or alone.groups)
    return bare and not any(i.rows for i in part.items)


def _changed(previous: AnalysisPlan, part: Draft) -> AnalysisPlan | None:
    update: dict[str, object] = {"assumptions": tuple(part.assumptions)}
    if part.filters or part.any_of:
        update |= with_conditions(previous, tuple(part.filters), tuple(part.any_of))
    if part.chart is not None:
        update["chart"] = part.chart
    if part.decimals is not None:
        update["decimals"] = part.decimals
    if part.groups and not _grouped(previous, part, update):
        return None
    if not _measured(previous, part, update):
        return None
    if not _ranked(previous, part, update):
        return None
    return AnalysisPlan.model_validate(previous.model_copy(update=update).model_dump())


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


def _superlative(part: Draft) -> tuple[bool, bool] | None:
    """Whether the highest or the lowest is wanted, and whether only that one ('the lowest', but not 'top')."""
    for item in part.items:
        if item.free and item.has("superlative", "high", "low"):
            item.used = "sort"
            return item.has("superlative", "high"), len(item.tokens[0].word) > _SHORT
    return None


def _place(part: Draft) -> int | None:
    """'the second highest', 'and the third?'."""
    if part.nth is not None:
        return part.nth
    for item in part.items:
        if item.free and item.has("ordinal"):
            item.used = "sort"
            return int(item.name_of("ordinal"))
    return None


def _ranked(previous: AnalysisPlan, part: Draft, update: dict[str, object]) -> bool:
    """Another order, another place of the ranking, more or fewer of its lines; False when there is no ranking."""
    place, named = _place(part), _superlative(part)
    if place is None and part.limit is None and part.high is None and named is None:
        return True
    rows = previous.statistic is not None and previous.statistic.kind == "rows" and previous.sort is not None
    if not rows and (previous.statistic is not None or not update.get("groups", previous.groups)):
        return False
    said = part.high if named is None else named[0]
    old = previous.sort is None or previous.sort.by == "group" or previous.sort.descending
    descending = old if said is None else said
    if rows and previous.sort is not None:
        update["sort"] = previous.sort.model_copy(update={"descending": descending})
    else:
        update["sort"] = Sort(by="measure", descending=descending)
    if place is not None:
        update |= {"nth": place, "limit": None}
    elif part.limit is not None:
        update |= {"limit": part.limit, "nth": None}
    elif named is not None and named[1]:
        update |= {"limit": 1, "nth": None}
    return True
