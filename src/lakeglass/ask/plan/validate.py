"""Does a plan fit the tables? Columns exist, aggregates suit types. Pydantic has checked the shape before."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from lakeglass.ask.plan.context import TableContext, table_of
from lakeglass.ask.plan.model import AnalysisPlan, Derive, DeriveKind, Filter, Measure, Statistic
from lakeglass.lake.model import Kind

NUMERIC: frozenset[Kind] = frozenset({"integer", "number"})
TEMPORAL: frozenset[Kind] = frozenset({"date", "datetime"})
ORDERED = NUMERIC | TEMPORAL
TEXT_MADE: frozenset[DeriveKind] = frozenset({"bin", "bins", "edges", "first word", "last word"})
_NEEDS_NUMBER: frozenset[str] = frozenset(
    {
        "sum",
        "mean",
        "median",
        "range",
        "deviation",
        "variance",
        "quantile",
        "skewness",
        "kurtosis",
        "iqr",
        "variation",
        "ratio",
    }
)


def problems(plan: AnalysisPlan, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
    """Why the plan can't run on these tables, one sentence each; empty when it can."""
    if plan.also:
        return tuple(dict.fromkeys(found for task in plan.tasks for found in problems(task, tables)))
    table = table_of(plan, tables)
    unknown = [s.name for s in plan.sources if s.name not in {t.name for t in tables}]
    found = [f"there is no table {name!r}" for name in unknown]
    kinds: dict[str, Kind] = {c.name: c.kind for c in table.statistics.columns}
    for name in plan.columns_read():
        if name not in kinds:
            near = process.extractOne(name, list(kinds))
            found.append(f"there is no column {name!r}" + f"; the nearest is {near[0]!r}")
    if found:
        return tuple(found)
    kinds.update({c.column: "number" for c in plan.clean if c.kind == "to_number" and c.column})
    kinds.update({d.name: _kind_of(d) for d in plan.derive})
    return tuple(_type_problems(plan, kinds))


def _type_problems(plan: AnalysisPlan, kinds: dict[str, Kind]) -> Iterator[str]:
    yield from _preparation_problems(plan, kinds)
    for group in plan.groups:
        if group.grain is not None and kinds[group.column] not in TEMPORAL:
            yield f"{group.column!r} is no date, so it can't be cut by {group.grain}"
    if plan.top is not None and kinds[plan.top.column] not in ORDERED:
        yield f"{plan.top.column!r} holds values without an order, so it has no highest"
    if (
        plan.series is not None
        and plan.groups[0].grain is None
        and kinds[plan.groups[0].column] not in ORDERED
    ):
        yield f"{plan.groups[0].column!r} has no order in time, so nothing follows from one group to the next"
    for measure in plan.measures:
        yield from _measure_problems(measure, kinds)
    for each in plan.conditions:
        yield from _filter_problems(each, kinds)
    if plan.statistic is not None:
        yield from _statistic_problems(plan.statistic, kinds)


def _statistic_problems(statistic: Statistic, kinds: dict[str, Kind]) -> Iterator[str]:
    for name in numeric_columns(statistic):
        if kinds[name] not in NUMERIC:
            yield f"{name!r} holds no numbers, so it has no {statistic.kind}"
    for name in statistic.columns[:1] if statistic.timeline is not None else ():
        if kinds[name] not in TEMPORAL and kinds[name] != "integer":
            yield f"{name!r} holds {kinds[name]} values, which are no times"
    for name in statistic.columns if statistic.model is not None else ():
        if kinds[name] not in {*NUMERIC, "text", "boolean"}:
            yield f"{name!r} holds {kinds[name]} values, which a model can't take"


def _preparation_problems(plan: AnalysisPlan, kinds: dict[str, Kind]) -> Iterator[str]:
    for derive in plan.derive:
        yield from _derive_problems(derive, kinds)
    for clean in plan.clean:
        numeric = clean.kind == "drop_outliers" or (clean.kind == "fill" and clean.by != "mode")
        if clean.column is not None and numeric and kinds[clean.column] not in NUMERIC:
            yield f"{clean.column!r} holds no numbers, so it has no {clean.by}"


def _kind_of(derive: Derive) -> Kind:
    if derive.kind in TEXT_MADE:
        return "text"
    return "integer" if derive.kind in {"grain", "quantiles"} else "number"


def _derive_problems(derive: Derive, kinds: dict[str, Kind]) -> Iterator[str]:
    wanted: frozenset[Kind] = NUMERIC | {"boolean"}
    if derive.kind in {"gaps", "codes"}:
        return
    if derive.kind in {"grain", "days"}:
        wanted = TEMPORAL
    elif derive.kind in {"length", "words", "number", "first word", "last word"}:
        wanted = frozenset({"text"})
    for name in derive.columns:
        if kinds[name] not in wanted:
            yield f"{name!r} holds {kinds[name]} values, from which {derive.name!r} can't be made"


def numeric_columns(statistic: Statistic) -> tuple[str, ...]:
    """The columns that an analysis needs numbers from."""
    match statistic.kind:
        case "correlation" | "regression" | "normality" | "outliers":
            return statistic.columns
        case "difference":
            return () if statistic.aggregate in {"count", "distinct"} else statistic.columns[:1]
        case "model":
            clusters = statistic.model is not None and statistic.model.task == "clusters"
            numbers = statistic.model is not None and statistic.model.task == "numbers"
            return statistic.columns if clusters else statistic.columns[: 1 if numbers else 0]
        case "trend" | "seasonality" | "forecast":
            counted = statistic.timeline is not None and statistic.timeline.aggregate == "distinct"
            return () if counted else statistic.columns[1:]
        case "test":
            return () if statistic.method == "chi-square" else statistic.columns[:1]
        case _:
            return ()


def _measure_problems(measure: Measure, kinds: dict[str, Kind]) -> Iterator[str]:
    for each in measure.where:
        yield from _filter_problems(each, kinds)
    if measure.column is None:
        return
    if measure.over is not None and kinds[measure.over] not in NUMERIC:
        yield f"{measure.over!r} holds {kinds[measure.over]} values, so nothing can be divided by it"
    kind = kinds[measure.column]
    if measure.aggregate in _NEEDS_NUMBER or measure.aggregate == "share":
        if kind not in NUMERIC:
            yield f"{measure.column!r} holds {kind} values, so it has no {measure.aggregate}"
    elif measure.aggregate in {"min", "max"} and kind not in ORDERED:
        yield f"{measure.column!r} holds {kind} values, which have no {measure.aggregate}"


def _filter_problems(each: Filter, kinds: dict[str, Kind]) -> Iterator[str]:
    kind = kinds[each.column]
    if each.against is not None and kinds[each.against] != kind and {kind, kinds[each.against]} - NUMERIC:
        yield f"{each.column!r} and {each.against!r} hold values of different kinds, which can't be compared"
    if each.operator in {"<", "<=", ">", ">=", "between"} and kind not in ORDERED:
        yield f"{each.column!r} holds {kind} values, which can't be compared by size"
    if each.operator in {"period", "not period"} and kind not in TEMPORAL:
        yield f"{each.column!r} is no date, so it has no period"
    if each.operator in {"contains", "not contains"} and kind != "text":
        yield f"{each.column!r} holds {kind} values, which contain no text"
    numbers = all(isinstance(v, int | float) for v in each.values)
    if kind in NUMERIC and each.values and not numbers:
        yield f"{each.column!r} holds numbers, but is compared with text"
    if kind in {"text", *TEMPORAL} and not all(isinstance(v, str) for v in each.values):
        yield f"{each.column!r} holds {kind} values, but is compared with something else"


def is_numeric(name: str, plan: AnalysisPlan, table: TableContext) -> bool:
    """True when the column holds numbers, by itself or after cleaning."""
    column = table.column(name)
    cleaned = any(c.column == name and c.kind == "to_number" for c in plan.clean)
    cleaned = cleaned or any(d.name == name and d.kind not in TEXT_MADE for d in plan.derive)
    return cleaned or (column is not None and column.kind in NUMERIC)
