"""Parts of an earlier plan that a short remark takes away or replaces."""

from __future__ import annotations

from lakeglass.ask.language import Remark, Schema
from lakeglass.ask.language.teaching import named_column
from lakeglass.ask.plan import AnalysisPlan, Filter, Operator

_PLAIN: frozenset[Operator] = frozenset({"!=", "not in"})


def reset(remark: Remark, previous: AnalysisPlan, schema: Schema) -> AnalysisPlan | None:
    """The plan without its conditions, groups or limit, or in percent; None when it has nothing of the kind."""
    update: dict[str, object] = {"assumptions": ()}
    match remark.kind:
        case "unfilter" if previous.conditions:
            update |= {"filters": (), "any_of": ()}
        case "all":
            column = named_column(remark.meaning, schema)
            if isinstance(column, str) or column.name not in {f.column for f in previous.filters}:
                return None
            update["filters"] = tuple(f for f in previous.filters if f.column != column.name)
        case "ungroup" if previous.groups and previous.measures and previous.series is None:
            measures = tuple(m.model_copy(update={"of_total": False}) for m in previous.measures)
            update |= {
                "groups": (),
                "sort": None,
                "limit": None,
                "nth": None,
                "having": None,
                "measures": measures,
            }
        case "unlimit" if (
            previous.limit is not None or previous.nth is not None or previous.having is not None
        ):
            update |= {"limit": None, "nth": None, "having": None}
        case "percent":
            summed = all(m.aggregate in {"count", "sum"} and not m.of_total for m in previous.measures)
            if not (previous.groups and previous.measures and summed):
                return None
            update["measures"] = tuple(m.model_copy(update={"of_total": True}) for m in previous.measures)
        case _:
            return None
    return AnalysisPlan.model_validate(previous.model_copy(update=update).model_dump())


def with_conditions(
    previous: AnalysisPlan, new: tuple[Filter, ...], any_of: tuple[Filter, ...]
) -> dict[str, object]:
    """`filters` and `any_of` with new conditions: each replaces those on its column, among 'any of these' as well."""
    if any_of:
        columns = {f.column for f in (*any_of, *new)}
        return {
            "filters": (*(f for f in previous.filters if f.column not in columns), *new),
            "any_of": any_of,
        }
    either = list(previous.any_of)
    rest: list[Filter] = []
    for each in new:
        same = [f for f in either if f.column == each.column]
        if not same:
            rest.append(each)
        elif each.operator in _PLAIN:
            either = [
                f for f in either if not (f.column == each.column and set(f.values) <= set(each.values))
            ]
        else:
            place = either.index(same[0])
            either = [f for f in either if f.column != each.column]
            either.insert(min(place, len(either)), each)
    columns = {f.column for f in rest}
    kept = [f for f in previous.filters if f.column not in columns]
    if len(either) == 1:
        return {"filters": (*kept, *either, *rest), "any_of": ()}
    return {"filters": (*kept, *rest), "any_of": tuple(either)}
