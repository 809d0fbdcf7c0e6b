"""The stated result: one sentence, its base, key numbers, what to ask next. Every number is from the result."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.ask import charts, sentences
from lakeglass.ask.codegen.frame import NEEDING
from lakeglass.ask.followup_questions import followups
from lakeglass.ask.model import Answer, Check
from lakeglass.ask.plan import AnalysisPlan, TableContext, table_of
from lakeglass.ask.plan.naming import plain, where_words
from lakeglass.ask.result import TableData, read_base
from lakeglass.lake.model import Statistics


class Titles(BaseModel):
    """Headings of what an answer shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chart: str
    table: str


def titles(plan: AnalysisPlan) -> Titles:
    """Headings of the plan's chart and table."""
    title = charts.title(plan)
    return Titles(chart=title, table=title)


def compose(
    plan: AnalysisPlan,
    table: TableData,
    checks: tuple[Check, ...],
    tables: tuple[TableContext, ...],
    *,
    base: Mapping[str, JsonValue] | None = None,
) -> Answer:
    """The answer to a plan whose code ran. `table` is the result, `base` the variable of that name if it was
    collected too: with it the base names the rows that a filter kept."""
    statistics = table_of(plan, tables).statistics
    counts = read_base(base)
    sentence, numbers = sentences.state(plan, table, statistics)
    failed = [c for c in checks if not c.passed]
    if failed and failed[0].name == "filter finds rows":
        sentence = "No row matches " + where_words(plan) + "."
        numbers = ()
    return Answer(
        sentence=sentence,
        base=_base(plan, statistics, counts) + _unmatched(plan, counts),
        numbers=numbers,
        checks=checks,
        followups=followups(plan, statistics),
    )


def _base(plan: AnalysisPlan, statistics: Statistics, counts: Mapping[str, int]) -> str:
    """'600 rows; 31 without Origin State left out'."""
    kept = counts.get("kept")
    if plan.conditions:
        base = (
            f"{kept:,} of {statistics.rows:,} rows" if kept is not None else f"from {statistics.rows:,} rows"
        )
        base += f", where {where_words(plan)}"
    else:
        base = f"{statistics.rows:,} rows"
    needed = _needed(plan)
    if kept is not None and "used" in counts and kept > counts["used"]:
        return f"{base}; {kept - counts['used']:,} without {_either(needed)} left out"
    if not plan.conditions and kept is None:
        gaps = {c.name: c.nulls for c in statistics.columns if c.name in needed and c.nulls}
        parts = [f"{nulls:,} without {plain(name)}" for name, nulls in gaps.items()]
        return base + (f"; {' and '.join(parts)} left out" if parts else "")
    return base


def _unmatched(plan: AnalysisPlan, counts: Mapping[str, int]) -> str:
    """How many rows found a match in the other table, and how many did not."""
    if not plan.joins or "matched" not in counts:
        return ""
    join, rows, matched = plan.joins[0], counts.get("rows", 0), counts["matched"]
    return (
        f"; {matched:,} rows matched in {plain(join.source.name)} by {plain(join.on)}, "
        f"{rows - matched:,} had no match"
    )


def _needed(plan: AnalysisPlan) -> list[str]:
    names = [g.column for g in plan.groups] + [
        m.column for m in plan.measures if m.column and m.aggregate != "share"
    ]
    if plan.statistic is not None and plan.statistic.kind in NEEDING:
        names += plan.statistic.columns
    return list(dict.fromkeys(names))


def _either(names: list[str]) -> str:
    shown = [plain(n) for n in names]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1] if shown else "a value"
