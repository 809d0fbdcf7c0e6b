"""Properties of the analyst over tables whose names and values somebody hostile chose."""

from __future__ import annotations

import ast
from math import isclose
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.ask.analyst_runs import ask, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask import codegen, lint
from lakeglass.ask.plan import AnalysisPlan, Filter, Group, Measure, Source, TableContext
from lakeglass.ask.planners.base import NotPlanned, Planned
from lakeglass.ask.verify import verify

_RELAXED = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
)
_HOSTILE = st.sampled_from(
    ["a'b", 'a"b', "a\\", "{x}", "{{", "%s", "\n# x", "'''", '"""', "rows", "result", "df", "month", "a\u2028b",
     "matches", "share (%)", "<b>", "é", "' + __import__('os') + '", "index", "0", "\\N{DASH}", "\r\n", "$x$"]
)  # fmt: skip
_NAMES = st.lists(st.one_of(_TEXT, _HOSTILE), min_size=3, max_size=3, unique=True)
_VALUES = st.lists(st.one_of(_TEXT, _HOSTILE), min_size=1, max_size=4, unique=True)
STRIKES = context_of("strikes", TABLES["strikes"]())
_WORDS = (
    "average", "total", "how many", "strikes", "cost", "speed", "by", "per", "state", "month", "size", "large", "in",
    "1995", "top", "5", "highest", "which", "airport", "distribution", "of", "correlation", "missing", "not", "night",
    "above", "200", "percentage", "with", "and", "between", "compare", "trend", "as a pie chart", "unknownword",
)  # fmt: skip


def _table(names: list[str], keys: list[str]) -> pd.DataFrame:
    rows = 24
    return pd.DataFrame(
        {
            names[0]: [keys[i % len(keys)] for i in range(rows)],
            names[1]: [float(i * 7 % 13) for i in range(rows)],
            names[2]: [None if i % 5 == 0 else keys[(i // 2) % len(keys)] for i in range(rows)],
        }
    )


def _plan(table: TableContext, **parts: object) -> AnalysisPlan:
    return AnalysisPlan.model_validate({"sources": (Source(name=table.name, file=table.file),), **parts})


# Feature: glassbox-analyst, Property 4: Code library usage
# req: E5
@_RELAXED
@given(names=_NAMES, keys=_VALUES)
def test_code_for_any_names_and_values_compiles_lints_and_is_right(
    names: list[str], keys: list[str], tmp_path: Path
) -> None:
    frame = _table(names, keys)
    table = context_of("t", frame)
    save("t", frame, tmp_path)
    plan = _plan(
        table,
        filters=(Filter(column=names[0], operator="in", values=tuple(keys)),),
        groups=(Group(column=names[2]),),
        measures=(Measure(aggregate="sum", column=names[1]),),
    )
    ran = run(plan, table, tmp_path)
    assert lint.check(ran.code, (table,)) == ()
    assert "pd.read_parquet" in ran.code
    assert "px." in ran.code
    truth = frame.dropna(subset=[names[2]]).groupby(names[2])[names[1]].sum()
    got = dict(zip(ran.result.iloc[:, 0], ran.result.iloc[:, 1], strict=True))
    assert set(got) == set(truth.index)
    assert all(isclose(got[key], truth[key]) for key in got)
    assert [c for c in verify(plan, ran.table, (table,), base=dict(ran.base)) if not c.passed] == []


# req: E5
@_RELAXED
@given(names=_NAMES, keys=_VALUES, data=st.data())
def test_a_share_of_any_value_is_right(
    names: list[str], keys: list[str], data: st.DataObject, tmp_path: Path
) -> None:
    frame = _table(names, keys)
    table = context_of("t", frame)
    save("t", frame, tmp_path)
    wanted = data.draw(st.sampled_from(keys))
    share = Measure(aggregate="share", where=(Filter(column=names[0], operator="=", values=(wanted,)),))
    ran = run(_plan(table, measures=(share,)), table, tmp_path)
    assert isclose(ran.result.iloc[0, 0], 100 * (frame[names[0]] == wanted).mean())


# Feature: glassbox-analyst, Property 3: Plan generation consistency
# req: E5
@_RELAXED
@given(words=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9))
def test_a_planned_question_has_steps_and_its_plan_survives_json(words: list[str]) -> None:
    outcome = ask(" ".join(words), STRIKES)
    if isinstance(outcome, NotPlanned):
        assert outcome.message
        return
    assert len(outcome.steps) >= 1
    assert AnalysisPlan.model_validate_json(outcome.plan.model_dump_json()) == outcome.plan
    code = codegen.generate(outcome.plan, (STRIKES,))
    ast.parse(code)
    assert lint.check(code, (STRIKES,)) == ()
    assert "import pandas as pd" in code


@_RELAXED
@given(question=st.text(max_size=200))
def test_no_text_breaks_the_planner(question: str) -> None:
    assert isinstance(ask(question, STRIKES), Planned | NotPlanned)


@_RELAXED
@given(order=st.permutations(range(len(STRIKES.statistics.columns))))
def test_the_order_of_columns_changes_nothing(order: list[int]) -> None:
    columns = tuple(STRIKES.statistics.columns[i] for i in order)
    shuffled = STRIKES.model_copy(
        update={
            "statistics": STRIKES.statistics.model_copy(update={"columns": columns}),
            "dataset_version": "-".join(map(str, order)),
        }
    )
    for question in (
        "average total cost by wildlife size",
        "how many turkey vultures at night",
        "top 3 states",
    ):
        first, second = ask(question, STRIKES), ask(question, shuffled)
        assert isinstance(first, Planned)
        assert isinstance(second, Planned)
        assert first.plan.model_copy(update={"sources": second.plan.sources}) == second.plan


_UNRELATED = ("Aircraft Make Model", "Aircraft Airline Operator", "Phase of flight", "Cost Other")
_NAMES = st.text(st.sampled_from("bcdfgjklpquvwxz"), min_size=7, max_size=12).map(lambda t: f"q{t}")


@_RELAXED
@given(names=st.lists(_NAMES, min_size=4, max_size=4, unique=True))
def test_new_names_for_columns_that_a_question_is_not_about_change_nothing(names: list[str]) -> None:
    new = dict(zip(_UNRELATED, names, strict=True))
    columns = tuple(
        c.model_copy(update={"name": new.get(c.name, c.name)}) for c in STRIKES.statistics.columns
    )
    renamed = STRIKES.model_copy(
        update={
            "statistics": STRIKES.statistics.model_copy(update={"columns": columns}),
            "dataset_version": "-".join(names),
        }
    )
    for question in (
        "average speed by wildlife size",
        "how many turkey vultures at night",
        "which state has the most strikes in 1995",
        "What is the mean of Speed IAS in knots? How many rows are there at night?",
    ):
        first, second = ask(question, STRIKES), ask(question, renamed)
        assert isinstance(first, Planned), question
        assert isinstance(second, Planned), question
        assert first.plan.model_copy(update={"sources": second.plan.sources, "also": ()}) == (
            second.plan.model_copy(update={"also": ()})
        )
        assert first.understanding.confidence == second.understanding.confidence


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_suggestion_plans(name: str) -> None:
    import asyncio

    from tests.unit.ask.analyst_runs import PLANNER

    table = context_of(name, TABLES[name]())
    suggested = asyncio.run(PLANNER.suggest((table,)))
    assert len(suggested) >= 3
    for question in suggested:
        assert isinstance(ask(question, table), Planned)
