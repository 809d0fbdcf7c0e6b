"""What a curious person would ask next: short questions that the planner understands as they stand."""

from __future__ import annotations

from lakeglass.ask.plan import AnalysisPlan
from lakeglass.lake.model import ColumnStatistics, Statistics

_FEW = 25
_TEMPORAL = {"date", "datetime"}


def followups(plan: AnalysisPlan, statistics: Statistics) -> tuple[str, ...]:
    """At most three questions; they name columns in quotes, so that each plans without doubt."""
    used = set(plan.columns_read())
    phrase = None if plan.derive else _phrase(plan)
    found: list[str] = []
    keys = [c for c in statistics.columns if c.name not in used and _is_key(c)]
    dates = [c for c in statistics.columns if c.kind in _TEMPORAL]
    if plan.statistic is not None:
        found += _after_statistic(plan, keys)
    elif phrase is not None:
        where = ""
        if keys:
            key = min(keys, key=lambda c: c.distinct)
            found.append(f'{phrase} by "{key.name}"{where}')
        if len(dates) == 1 and not any(g.grain for g in plan.groups):
            found.append(f"{phrase} per month")
        if plan.measures[0].aggregate == "mean" and plan.measures[0].column:
            found.append(f'median "{plan.measures[0].column}"' + _by(plan))
        elif plan.measures[0].column and plan.measures[0].aggregate in {"sum", "median", "max"}:
            found.append(f'average "{plan.measures[0].column}"' + _by(plan))
    if len(found) < 2:
        found.append("missing values")
    return tuple(q for q in dict.fromkeys(found) if _quotable(q))[:3]


def _by(plan: AnalysisPlan) -> str:
    group = plan.groups[0] if plan.groups else None
    if group is None:
        return ""
    return f" per {group.grain}" if group.grain in {"year", "month"} else f' by "{group.column}"'


def _phrase(plan: AnalysisPlan) -> str | None:
    if not plan.measures:
        return None
    measure = plan.measures[0]
    words = {"sum": "total", "mean": "average", "median": "median", "min": "lowest", "max": "highest"}
    if measure.aggregate == "count" and not measure.of_total:
        return "how many rows are there"
    if measure.aggregate in words and measure.column and not measure.of_total:
        word = {"min": "minimum", "max": "maximum"}.get(measure.aggregate, words[measure.aggregate])
        return f'{word} "{measure.column}"'
    return None


def _after_statistic(plan: AnalysisPlan, keys: list[ColumnStatistics]) -> list[str]:
    assert plan.statistic is not None
    columns = plan.statistic.columns
    if plan.statistic.kind == "correlation" and len(columns) == 2:
        return [f'distribution of "{columns[0]}"', f'distribution of "{columns[1]}"']
    if plan.statistic.kind in {"describe", "distribution"} and keys:
        return [f'how many rows are there by "{min(keys, key=lambda c: c.distinct).name}"']
    if keys:
        return [f'how many rows are there by "{min(keys, key=lambda c: c.distinct).name}"', "missing values"]
    return []


def _is_key(column: ColumnStatistics) -> bool:
    return column.kind in {"text", "boolean"} and 2 <= column.distinct <= _FEW and column.null_share < 0.5


def _quotable(question: str) -> bool:
    return question.count('"') % 2 == 0 and question.isprintable() and len(question) < 300
