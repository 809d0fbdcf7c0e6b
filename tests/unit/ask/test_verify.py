"""The verifier must catch a wrong result, whatever code it came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.ask.analyst_runs import Ran, planned, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.plan import TableContext
from lakeglass.ask.verify import TableData, verify

STRIKES = context_of("strikes", TABLES["strikes"]())


def _run(question: str, folder: Path) -> tuple[Ran, list[str]]:
    save("strikes", TABLES["strikes"](), folder)
    plan = planned(question, STRIKES).plan
    ran = run(plan, STRIKES, folder)
    return ran, [c.name for c in verify(plan, ran.table, (STRIKES,), base=dict(ran.base)) if not c.passed]


def _failed(question: str, table: TableData, base: dict[str, int] | None = None) -> list[str]:
    plan = planned(question, STRIKES).plan
    return [
        c.name for c in verify(plan, table, (STRIKES,), base=dict(base) if base else None) if not c.passed
    ]


def _changed(table: TableData, column: str, row: int, value: float | str | None) -> TableData:
    place = table.columns.index(column)
    rows = [list(r) for r in table.rows]
    rows[row][place] = value
    return table.model_copy(update={"rows": tuple(tuple(r) for r in rows)})


@pytest.mark.parametrize(
    ("question", "column", "row", "value", "check"),
    [
        ("how many strikes per state", "rows", 0, 500, "no row lost or doubled"),
        ("how many strikes", "rows", 0, 599, "no row lost or doubled"),
        ("average speed", "average Speed IAS in knots", 0, 900.0, "within the column's range"),
        ("average speed", "average Speed IAS in knots", 0, 200.0, "agrees with profile"),
        ("sum of repair cost", "total Cost Repair", 0, 1.0, "agrees with profile"),
        ("share of strikes by size", "share (%)", 0, 90.0, "shares add up"),
        ("percentage of strikes at night", "share (%)", 0, 130.0, "shares between 0 and 100"),
        ("how many airports are there", "number of different Airport Name", 0, 6, "distinct within bounds"),
        ("correlation between speed and repair cost", "correlation", 0, 1.4, "correlation between -1 and 1"),
        ("correlation between speed and repair cost", "p-value", 0, -0.1, "p-value between 0 and 1"),
        ("distribution of wildlife size", "rows", 0, 1, "no row lost or doubled"),
        ("missing values", "missing", 0, 5, "agrees with profile"),
        ("duplicate rows", "duplicate rows", 0, 5_000, "counts within the table"),
        ("number of strikes by phase of flight", "rows", 3, 999, "in order"),
    ],
)
def test_a_wrong_number_fails_its_check(
    question: str, column: str, row: int, value: float, check: str, tmp_path: Path
) -> None:
    ran, failed = _run(question, tmp_path)
    assert failed == []
    assert check in _failed(question, _changed(ran.table, column, row, value), ran.base)


def test_a_missing_column_fails_the_shape(tmp_path: Path) -> None:
    ran, _ = _run("average speed by phase", tmp_path)
    assert "shape" in _failed(
        "average speed by phase", ran.table.model_copy(update={"columns": ("a", "b", "c")})
    )


def test_more_rows_than_the_limit_fail(tmp_path: Path) -> None:
    ran, _ = _run("top 3 species", tmp_path)
    longer = ran.table.model_copy(update={"rows": ran.table.rows * 2, "total": 6})
    assert "limit" in _failed("top 3 species", longer)


def test_a_filter_that_finds_nothing_is_told(tmp_path: Path) -> None:
    _, failed = _run("how many strikes in 2010", tmp_path)
    assert failed == ["filter finds rows"]


def test_a_filter_that_disagrees_with_the_profile_is_told(tmp_path: Path) -> None:
    ran, _ = _run("how many strikes in Texas", tmp_path)
    base = {**ran.base, "kept": ran.base["kept"] - 1}
    assert "filter agrees with profile" in _failed("how many strikes in Texas", ran.table, base)


def test_code_that_read_other_data_is_told(tmp_path: Path) -> None:
    ran, _ = _run("how many strikes", tmp_path)
    assert "every row read" in _failed("how many strikes", ran.table, {**ran.base, "rows": 10})


def test_a_table_cut_by_the_sandbox_is_not_blamed() -> None:
    table = TableData(columns=("Airport Name", "rows"), rows=(("a", 10), ("b", 5)), total=2_000)
    assert "no row lost or doubled" not in _failed("how many strikes per airport", table)


def test_cells_of_any_kind_are_read() -> None:
    table = TableData.model_validate(
        {"columns": ["rows"], "dtypes": ["int64"], "rows": [[{"a": 1}], [None], [float("nan")]], "total": 3}
    )
    assert table.numbers("rows") == []


def test_statistics_of_the_plan_s_own_table_are_used() -> None:
    other = TableContext(
        name="other", file="data/other.parquet", statistics=context_of("o", TABLES["orders"]()).statistics
    )
    plan = planned("how many strikes", STRIKES).plan
    table = TableData(columns=("rows",), rows=((600,),), total=1)
    assert all(c.passed for c in verify(plan, table, (other, STRIKES)))
