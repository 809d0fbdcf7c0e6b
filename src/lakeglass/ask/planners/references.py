"""'Exclude those', 'average price for those cities': what the answer before showed, as conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lakeglass.ask.language import Schema, link
from lakeglass.ask.language.talk import section
from lakeglass.ask.language.text import stem
from lakeglass.ask.plan import AnalysisPlan, Filter, Operator, Scalar
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import Exchange

_MOST = 200
_SAID = "are those of the answer before"
_ROWS = "\0rows"
_OPPOSITE: dict[Operator, Operator] = {
    "=": "!=",
    "!=": "=",
    "in": "not in",
    "not in": "in",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "contains": "not contains",
    "not contains": "contains",
    "period": "not period",
    "not period": "period",
    "missing": "present",
    "present": "missing",
}


@dataclass(frozen=True)
class Reference:
    """`rests` are the question without its reference, the likeliest first (empty: nothing else was said);
    `problem` says why the reference can't be followed."""

    rests: tuple[str, ...] = ()
    conditions: tuple[Filter, ...] = ()
    any_of: tuple[Filter, ...] = ()
    note: str = ""
    problem: str = ""


@lru_cache(maxsize=4)
def _pattern(language: str) -> re.Pattern[str]:
    words = section("those", language)

    def either(lines: list[str]) -> str:
        return "|".join(r"\s+".join(map(re.escape, w.split())) for w in sorted(lines, key=len, reverse=True))

    return re.compile(
        rf"(?:(?<!\w)(?:(?P<lead>{either(words['lead'])})|(?P<only>{either(words['only'])}))\s+)?"
        rf"(?<!\w)(?P<those>{either(words['words'])})(?!\w)(?:\s+(?P<noun>[^\W\d_]+))?",
        re.IGNORECASE,
    )


def refer(question: str, earlier: Sequence[Exchange], schema: Schema) -> Reference | None:
    """What 'those' in the question means; None when it says nothing of the kind, or there is nothing to mean."""
    last = next((e for e in reversed(earlier) if e.plan is not None), None)
    if last is None or last.plan is None or last.plan.source.name != schema.table.name:
        return None
    match = _pattern(schema.lexicon.language).search(question)
    if match is None:
        return None
    noun = (match.group("noun") or "").casefold()
    columns = _named(noun, schema) if noun else frozenset()
    grouped = {g.column for g in last.plan.groups}
    filtered = {f.column for f in last.plan.filters}
    generic = bool(noun) and (noun in section("those", schema.lexicon.language)["noun"] or _ROWS in columns)
    named = generic or bool(columns & (grouped | filtered))
    end = match.end("noun") if named else match.end("those")
    if question[end:].strip(" ?.!") and not named and match.group("lead"):
        return None  # 'without those that …' says more than we could follow
    excluded = match.group("lead") is not None
    by_condition = bool(columns & filtered) and not columns & grouped
    meant = _meant(last.plan, last, excluded=excluded, by_condition=by_condition)
    if isinstance(meant, str):
        return Reference(problem=meant)
    conditions, any_of = meant
    before, after = question[: match.start()].strip(" ,"), question[end:].strip(" ?.!,")
    rests = [f"{before} {after}".strip()]
    if named and before:
        rests.append(f"{before} {match.group('noun')} {after}".strip())
    words = " or ".join(plain(str(v)) for f in conditions[:1] for v in f.values[:3])
    more = ", …" if conditions and len(conditions[0].values) > 3 else ""
    note = f"“{plain(match.group('those'))}” {_SAID}" + (f": {words}{more}" if words else "")
    return Reference(rests=tuple(dict.fromkeys(rests)), conditions=conditions, any_of=any_of, note=note)


def _named(noun: str, schema: Schema) -> frozenset[str]:
    """Columns that the noun may name, in singular or plural; `_ROWS` for a word for rows."""
    found = {c.name for c in schema.index.columns if stem(noun) in c.stems}
    for item in link(noun, schema):
        found |= {m.column.name for m in item.columns}
        found |= {_ROWS} if item.rows else set()
    return frozenset(found)


def _meant(
    plan: AnalysisPlan, last: Exchange, *, excluded: bool, by_condition: bool
) -> tuple[tuple[Filter, ...], tuple[Filter, ...]] | str:
    """Conditions that keep (or leave out) the rows behind the answer before, or why there are none."""
    chosen = plan.groups and (plan.limit or plan.nth or plan.having) and not by_condition
    if chosen:
        return _shown(plan, last, excluded=excluded)
    if plan.statistic is not None and plan.statistic.kind in {"rows", "outliers", "duplicates"}:
        return "The answer before lists rows, which have no name of their own; say which values are meant."
    if not excluded:
        return plan.filters, plan.any_of
    if len(plan.filters) == 1 and not plan.any_of and plan.filters[0].operator in _OPPOSITE:
        only = plan.filters[0]
        return (only.model_copy(update={"operator": _OPPOSITE[only.operator]}),), ()
    if plan.conditions:
        return "The answer before has several conditions; say which of them should be turned around."
    return (
        "The answer before is about all of the rows, so nothing would be left. Say which values to leave out."
    )


def _shown(
    plan: AnalysisPlan, last: Exchange, *, excluded: bool
) -> tuple[tuple[Filter, ...], tuple[Filter, ...]] | str:
    if len(plan.groups) != 1 or plan.groups[0].grain is not None:
        return "The answer before is about several groupings or periods; name the values that are meant."
    if last.result is None or not last.result.complete or not last.result.rows:
        return "The answer before has no values that could be meant; name them."
    values: list[Scalar] = [row[0] for row in last.result.rows if row[0] is not None]
    if not 0 < len(values) <= _MOST or any(d.name == plan.groups[0].column for d in plan.derive):
        return "The answer before does not show values of a column that could be meant; name them."
    operator: Operator = (
        ("not in" if len(values) > 1 else "!=") if excluded else "in" if len(values) > 1 else "="
    )
    shown = Filter(column=plan.groups[0].column, operator=operator, values=tuple(dict.fromkeys(values)))
    kept = () if excluded else tuple(f for f in plan.filters if f.column != shown.column)
    return (*kept, shown), () if excluded else plan.any_of


def with_reference(plan: AnalysisPlan, reference: Reference) -> AnalysisPlan | None:
    """The plan with the conditions of a reference; None when it has others of the kind already."""
    if plan.any_of and reference.any_of and plan.any_of != reference.any_of:
        return None
    new = {(f.column, f.operator) for f in reference.conditions}
    kept = tuple(f for f in plan.filters if f not in reference.conditions and not _turned(f, new))
    return plan.model_copy(
        update={
            "filters": (*kept, *reference.conditions),
            "any_of": plan.any_of or reference.any_of,
            "assumptions": (*(a for a in plan.assumptions if _SAID not in a), reference.note),
        }
    )


def _turned(each: Filter, new: set[tuple[str, Operator]]) -> bool:
    """True for a condition that its opposite replaces."""
    return (each.column, _OPPOSITE.get(each.operator)) in new
