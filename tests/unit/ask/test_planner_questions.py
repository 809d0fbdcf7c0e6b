"""The regression set: questions against their truth in SQL. No answer may be wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from math import isclose
from pathlib import Path

import duckdb
import pytest
from tests.unit.ask.analyst_runs import ask, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask import lint
from lakeglass.ask.plan import TableContext
from lakeglass.ask.planners.base import NotPlanned, Planned
from lakeglass.ask.verify import verify

_QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))
_SHORT = """create view s as select "Airport Name" as airport, "Aircraft Make Model" as model,
"Effect Amount of damage" as damage, "Flight Date"::date as "day", "Aircraft Airline Operator" as airline,
"Origin State" as state, "Phase of flight" as phase, "Wildlife Size" as size, "Wildlife Species" as species,
"Time of day" as tod, "Cost Other" as other, "Cost Repair" as repair, "Cost Total $" as "cost",
"Speed IAS in knots" as speed from strikes_table"""


@pytest.fixture(scope="module")
def tables() -> dict[str, TableContext]:
    return {name: context_of(name, make()) for name, make in TABLES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analyst")
    for name, make in TABLES.items():
        save(name, make(), path)
    return path


@pytest.fixture(scope="module")
def truth(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for short, name in (
        ("strikes_table", "strikes"),
        ("o", "orders"),
        ("p", "passengers"),
        ("w", "weather"),
        ("c", "patients"),
    ):
        path = str(folder / "data" / f"{name}.parquet")
        connection.execute(f"create view {short} as select * from read_parquet('{path}')")
    connection.execute(_SHORT)
    yield connection
    connection.close()


def _key(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(
        str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in row if not _decimal(v)
    )


def _decimal(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _same(got: object, wanted: object) -> bool:
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return isclose(float(got), float(wanted), rel_tol=1e-9, abs_tol=1e-9)
    return str(got) == str(wanted) or str(got)[:10] == str(wanted)[:10]


def _equal(got: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> bool:
    if len(got) != len(wanted):
        return False
    width = len(wanted[0]) if wanted else 0
    ours = sorted((row[:width] for row in got), key=_key)
    return all(
        len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(ours, sorted(wanted, key=_key), strict=True)
    )


# req: F1
@pytest.mark.parametrize(("name", "question", "sql"), _QUESTIONS["answered"], ids=lambda v: str(v)[:60])
def test_the_answer_is_the_truth(
    name: str,
    question: str,
    sql: str,
    tables: dict[str, TableContext],
    folder: Path,
    truth: duckdb.DuckDBPyConnection,
) -> None:
    table = tables[name]
    outcome = ask(question, table)
    assert isinstance(outcome, Planned), outcome.message
    ran = run(outcome.plan, table, folder)
    assert _equal(list(ran.table.rows), truth.execute(sql).fetchall()), ran.result
    checks = verify(outcome.plan, ran.table, (table,), base=dict(ran.base))
    assert [c for c in checks if not c.passed] == []
    assert len(checks) >= 2
    assert lint.check(ran.code, (table,)) == ()


# req: F1
@pytest.mark.parametrize(("name", "question"), _QUESTIONS["refused"], ids=lambda v: str(v)[:60])
def test_what_has_no_truthful_answer_is_refused_with_questions_that_plan(
    name: str, question: str, tables: dict[str, TableContext]
) -> None:
    outcome = ask(question, tables[name])
    assert isinstance(outcome, NotPlanned), outcome.plan
    assert outcome.message
    assert 1 <= len(outcome.near_questions) <= 3
    for near in outcome.near_questions:
        assert isinstance(ask(near, tables[name]), Planned), near


def test_the_set_is_large_and_varied() -> None:
    asked = [q[1] for part in _QUESTIONS.values() for q in part]
    assert len(asked) == len(set(asked)) >= 120
    assert {q[0] for q in _QUESTIONS["answered"]} == set(TABLES) - {"museum"}  # which is for series alone
