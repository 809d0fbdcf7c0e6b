"""How far a long question was understood: what stands for nothing in the plan, and what its form asks for besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lakeglass.ask.language.prose.cut import Cut
from lakeglass.ask.language.prose.mentions import Numeral, Sentence
from lakeglass.ask.language.prose.words import pattern, tables
from lakeglass.ask.plan import AnalysisPlan

_ONLY = pattern("judging", "only")
_START = 0.9
_NUMBER, _COLUMN, _VALUE, _FIELDS, _FIELD = 0.7, 0.75, 0.85, 0.55, 0.55
_TABLES = frozenset({"missing", "distribution", "overview", "rows"})
_TOLD = {"correlation": 4, "test": 6, "normality": 5, "outliers": 5, "difference": 4, "regression": 5}


def judged(plan: AnalysisPlan, cut: Cut, sentences: Sequence[Sentence], label: str | None) -> float:
    """The confidence of a reading."""
    trust = _START
    told = set(plan.columns_read()) | {n for t in plan.tasks for n in t.columns_read()}
    told |= {d.name for t in plan.tasks for d in t.derive}
    model = any(t.statistic is not None and t.statistic.kind == "model" for t in plan.tasks)
    if not model and any(_is_lost(s, n, told) for s in sentences for n in s.numbers):
        trust *= _NUMBER
    lost = {m.column for s in sentences for m in s.columns if m.exact and m.column not in told} - {label}
    if any(s.lost for s in sentences):
        trust *= _FIELD
    if lost:
        trust *= _COLUMN
    if any(not m.exact for s in sentences for m in s.values):
        trust *= _VALUE
    if cut.fields and len(cut.fields) > cells(plan):
        trust *= _FIELDS
    whole = " ".join(s.text for s in sentences)
    if _ONLY.search(whole) and not any(t.filters or t.clean for t in plan.tasks):
        trust *= _COLUMN
    if _unanswered(plan, cut):
        trust *= _FIELD
    return trust


def _is_lost(sentence: Sentence, number: Numeral, told: Collection[str]) -> bool:
    """True for a number that nothing stands for; the 1978 of a column re78 is said by it."""
    if not sentence.free(number.start, number.end):
        return False
    short = f"{number.value:g}"
    return not (len(short) == 4 and any(short in name or short[2:] in name for name in told))


def cells(plan: AnalysisPlan) -> int:
    """How many figures the answer can hold."""
    cells = 0
    for task in plan.tasks:
        if task.statistic is None:
            cells += (
                len(task.measures)
                + (1 if task.limit == 1 else 0)
                + (20 if task.groups and task.limit is None else 0)
            )
        elif task.statistic.kind in _TABLES:
            cells += 0
        elif task.statistic.model is not None:
            cells += 12 if task.statistic.model.tells != "metrics" else len(task.statistic.model.metrics)
        else:
            cells += _TOLD.get(task.statistic.kind, 3)
    return cells


def _unanswered(plan: AnalysisPlan, cut: Cut) -> bool:
    """A field is named after a figure that nothing in the plan tells."""
    aggregates = {m.aggregate for t in plan.tasks for m in t.measures}
    kinds = {t.statistic.kind for t in plan.tasks if t.statistic is not None}
    aggregates |= {
        t.statistic.aggregate for t in plan.tasks if t.statistic is not None and t.statistic.aggregate
    }
    if kinds & {"difference", "model", "regression", "describe"}:
        return False
    for name, words in tables()["field"].items():
        wanted = any(set(f) & set(words) for f in cut.fields)
        if not wanted or name in aggregates:
            continue
        if name == "outliers" and "outliers" in kinds:
            continue
        if name == "test" and kinds & {"test", "correlation", "normality"}:
            continue
        if name in {"min", "max"} and any(t.limit == 1 for t in plan.tasks):
            continue
        if name == "test" or (
            name == "outliers" and any(c.kind == "drop_outliers" for t in plan.tasks for c in t.clean)
        ):
            continue
        return True
    return False
