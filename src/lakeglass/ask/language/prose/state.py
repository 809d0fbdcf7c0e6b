"""A long question while it is being read: its sentences, what they prepare, and the tasks found so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lakeglass.ask.language.link import Schema
from lakeglass.ask.language.prose.asking import sort_of
from lakeglass.ask.language.prose.conditions import Condition
from lakeglass.ask.language.prose.cut import Cut
from lakeglass.ask.language.prose.mentions import Reader, Sentence
from lakeglass.ask.language.prose.repairs import OutlierRule
from lakeglass.ask.plan import AnalysisPlan, Clean, Derive, Filter, Group, Measure, Source, Statistic


@dataclass(frozen=True)
class Prose:
    """What was made of a long question, and how far it can be trusted (0..1)."""

    plan: AnalysisPlan
    confidence: float
    fields: int = 0


@dataclass
class Part:
    """A sentence with what it prepares; `rows` are its conditions, `cases` those that exclude each other."""

    sentence: Sentence
    conditions: list[Condition]
    rows: list[Filter]
    cases: list[Filter]
    fills: list[Clean] = field(default_factory=list)
    subject: str | None = None


@dataclass
class Reading:
    """The question while it is being read."""

    schema: Schema
    cut: Cut
    whole: str
    reader: Reader
    parts: list[Part] = field(default_factory=list)
    derives: list[Derive] = field(default_factory=list)
    drops: list[Clean] = field(default_factory=list)
    rule: OutlierRule | None = None
    tasks: list[AnalysisPlan] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    ranked: tuple[tuple[Measure, ...], tuple[Group, ...]] | None = None
    table: tuple[tuple[Measure, ...], tuple[Group, ...]] | None = None

    def task(
        self,
        *,
        measures: Sequence[Measure] = (),
        statistic: Statistic | None = None,
        filters: Iterable[Filter] = (),
        clean: Sequence[Clean] = (),
        groups: Sequence[Group] = (),
        limit: int | None = None,
        nth: int | None = None,
        high: bool | None = None,
    ) -> None:
        """Add a task, with the columns that it needs."""
        table = self.schema.table
        filters = tuple(dict.fromkeys(filters))
        plan = AnalysisPlan(
            sources=(Source(name=table.name, file=table.file, dataset_version=table.dataset_version),),
            joins=table.joins,
            clean=tuple(dict.fromkeys(clean)),
            filters=filters,
            groups=tuple(groups),
            measures=tuple(dict.fromkeys(measures)),
            statistic=statistic,
            sort=sort_of(high) if high is not None else None,
            limit=limit if nth is None else None,
            nth=nth,
            decimals=self.cut.decimals,
            p_decimals=self.cut.p_decimals,
        )
        self.tasks.append(plan.model_copy(update={"derive": self._needed(plan)}))

    def _needed(self, plan: AnalysisPlan) -> tuple[Derive, ...]:
        read = set(plan.columns_read())
        kept: list[Derive] = []
        for derive in reversed(self.derives):
            if derive.name in read and derive not in kept:
                kept.insert(0, derive)
                read |= set(derive.columns)
        return tuple(kept)


def years_of(groups: Sequence[Group], rows: Sequence[Filter]) -> list[Filter]:
    """Each year of a span, where a date is grouped by years."""
    if len(groups) != 1 or groups[0].grain not in {"year", None}:
        return []
    span = next((f for f in rows if f.operator == "between" and f.column.lower().startswith("year")), None)
    if span is None or not all(isinstance(v, int) for v in span.values):
        return []
    first, last = (int(v) for v in span.values)
    return [
        Filter(column=span.column, operator="=", values=(y,)) for y in range(first, min(last, first + 8) + 1)
    ]


def values_of(reader: Reader, groups: Sequence[Group]) -> list[Filter]:
    """Every value of a column with a few of them, as conditions."""
    if len(groups) != 1 or groups[0].grain is not None:
        return []
    column = reader.columns.get(groups[0].column)
    if column is None or not 2 <= column.statistics.distinct <= 6:
        return []
    values = [t.value for t in column.statistics.top_values if t.value is not None]
    if len(values) < column.statistics.distinct:
        return []
    ordered = sorted(values, key=str)
    return [Filter(column=groups[0].column, operator="=", values=(v,)) for v in ordered]


def cleans(reading: Reading, upto: int | None = None, *, trimmed: bool = False) -> list[Clean]:
    """The repairs that hold for what a sentence asks: gaps filled up to there, rows left out anywhere."""
    parts = reading.parts if upto is None else reading.parts[: upto + 1]
    fills = [c for p in parts for c in p.fills]
    filled = {c.column for c in fills}
    cleans = [c for c in reading.drops if c.column not in filled] + fills
    if trimmed and reading.rule is not None:
        rule = reading.rule
        cleans.append(Clean(kind="drop_outliers", column=rule.column, by=rule.way, threshold=rule.threshold))
    return cleans
