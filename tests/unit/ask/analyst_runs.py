"""Run a question through the whole analyst, in this process: what the sandbox would do, without its jail."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from lakeglass.ask import codegen, lint
from lakeglass.ask.answer import compose
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.base import NotPlanned, PlanContext, Planned
from lakeglass.ask.planners.builtin import BuiltinPlanner
from lakeglass.ask.result import TableData, Value
from lakeglass.ask.verify import verify

TODAY = dt.date(2026, 11, 21)
PLANNER = BuiltinPlanner()


def ask(
    question: str,
    table: TableContext,
    *,
    previous: AnalysisPlan | None = None,
    without: frozenset[str] = frozenset(),
) -> Planned | NotPlanned:
    """Plan a question over one table."""
    context = PlanContext(tables=(table,), previous=previous, without=without, today=TODAY)
    return asyncio.run(PLANNER.plan(question, context))


def planned(question: str, table: TableContext, *, previous: AnalysisPlan | None = None) -> Planned:
    """Plan a question that must plan."""
    outcome = ask(question, table, previous=previous)
    assert isinstance(outcome, Planned), f"{question}: {outcome.message}"
    return outcome


@dataclass
class Ran:
    """What a script left behind."""

    code: str
    result: pd.DataFrame
    base: dict[str, int]
    figure: object | None
    table: TableData


def run(plan: AnalysisPlan, table: TableContext, folder: Path) -> Ran:
    """Generate the plan's code and execute it in `folder`, where data/ lies."""
    code = codegen.generate(plan, (table,))
    names: dict[str, object] = {"__name__": "generated"}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "generated.py", "exec"), names)
    result = names["result"]
    base = names["base"]
    assert isinstance(result, pd.DataFrame)
    assert isinstance(base, dict)
    return Ran(code, result, base, names.get("fig"), table_data(result))


def table_data(frame: pd.DataFrame) -> TableData:
    """A DataFrame as the sandbox brings it back."""
    rows = tuple(tuple(_cell(v) for v in row) for row in frame.head(1000).itertuples(index=False, name=None))
    return TableData(columns=tuple(map(str, frame.columns)), rows=rows, total=len(frame))


def _cell(value: object) -> Value:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)


def checked(question: str, table: TableContext, folder: Path) -> Ran:
    """Plan a question that must plan and run it; the plan, its code, its result and its sentence pass every check."""
    plan = planned(question, table).plan
    assert AnalysisPlan.model_validate_json(plan.model_dump_json()) == plan
    ran = run(plan, table, folder)
    assert lint.check(ran.code, (table,)) == ()
    checks = verify(plan, ran.table, (table,), base=dict(ran.base))
    assert [c for c in checks if not c.passed] == []
    assert compose(plan, ran.table, checks, (table,), base=dict(ran.base)).sentence.endswith(".")
    return ran
