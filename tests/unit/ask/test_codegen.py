"""Generated code: plain Python next to data/ gives the number that DuckDB gives."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.ask.analyst_runs import planned, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask import codegen
from lakeglass.ask.codegen.literals import comment, literal
from lakeglass.ask.plan import AnalysisPlan, Filter, Group, Measure, Source, TableContext
from lakeglass.core.errors import InvalidInput

STRIKES = context_of("strikes", TABLES["strikes"]())


def _plan(table: TableContext, **parts: object) -> AnalysisPlan:
    return AnalysisPlan.model_validate({"sources": (Source(name=table.name, file=table.file),), **parts})


# req: F1
@pytest.mark.heavy
@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("average repair cost in Texas", """select avg("Cost Repair") from d where "Origin State"='Texas'"""),
        ("highest speed by phase of flight in 1995", None),
        ("distribution of speed by wildlife size", None),
        ("correlation matrix", None),
    ],
)
def test_the_code_runs_in_plain_python_beside_the_data(
    question: str, sql: str | None, tmp_path: Path
) -> None:
    save("strikes", TABLES["strikes"](), tmp_path)
    code = codegen.generate(planned(question, STRIKES).plan, (STRIKES,))
    (tmp_path / "answer.py").write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "answer.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if sql is None:
        assert (tmp_path / "chart.html").stat().st_size > 1_000
        return
    path = str(tmp_path / "data" / "strikes.parquet")
    truth = duckdb.sql(f"select * from (with d as (select * from read_parquet('{path}')) {sql})").fetchone()
    assert truth is not None
    assert f"{truth[0]:.6f}" in done.stdout


CHARTED = [
    ("average total cost by wildlife size", "bar"),
    ("number of strikes per airport", "bar"),
    ("monthly number of strikes", "scatter"),
    ("number of strikes by state and wildlife size", "bar"),
    ("number of strikes by state and wildlife size as a heatmap", "heatmap"),
    ("number of strikes by month and wildlife size", "scatter"),
    ("pie chart of strikes by wildlife size", "pie"),
    ("line chart of strikes by phase of flight", "scatter"),
    ("histogram of speed", "bar"),
    ("distribution of wildlife size", "bar"),
    ("distribution of wildlife size as a pie chart", "pie"),
    ("distribution of speed by wildlife size", "box"),
    ("scatter plot of speed vs total cost", "scatter"),
    ("correlation matrix", "heatmap"),
    ("missing values", "bar"),
    ("which state has the most strikes", "bar"),
    ("top 3 species", "bar"),
]


@pytest.mark.parametrize(("question", "trace"), CHARTED)
def test_the_figure_fits_the_question(question: str, trace: str, tmp_path: Path) -> None:
    save("strikes", TABLES["strikes"](), tmp_path)
    ran = run(planned(question, STRIKES).plan, STRIKES, tmp_path)
    figure = ran.figure
    assert figure is not None
    data = figure.to_dict()  # type: ignore[attr-defined]
    assert {t["type"].removesuffix("gl") for t in data["data"]} == {trace}
    assert data["layout"]["title"]["text"]


def test_a_bar_chart_shows_the_numbers_of_the_result(tmp_path: Path) -> None:
    save("strikes", TABLES["strikes"](), tmp_path)
    ran = run(planned("average total cost by wildlife size", STRIKES).plan, STRIKES, tmp_path)
    trace = ran.figure.to_dict()["data"][0]  # type: ignore[attr-defined]
    drawn = dict(zip(list(ran.figure.data[0].x), list(ran.figure.data[0].y), strict=True))  # type: ignore[attr-defined]
    assert trace["type"] == "bar"
    assert drawn == dict(zip(ran.result.iloc[:, 0], ran.result.iloc[:, 1], strict=True))


def test_many_categories_are_cut_in_the_chart_and_kept_in_the_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"town": [f"Town {i % 80}" for i in range(400)], "sales": range(400)})
    table = context_of("towns", frame)
    save("towns", frame, tmp_path)
    ran = run(planned("total sales by town", table).plan, table, tmp_path)
    assert len(ran.result) == 80
    assert len(ran.figure.data[0].y) == 30  # type: ignore[attr-defined]
    assert ran.figure.data[0].orientation == "h"  # type: ignore[attr-defined]
    assert not any("others" in str(town) for town in ran.figure.data[0].y)  # type: ignore[attr-defined]


def test_what_a_chart_leaves_out_is_one_more_bar_while_it_leaves_the_rest_readable(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"town": [f"Town {i % 40}" for i in range(400)], "sales": [900 // (i % 40 + 1) for i in range(400)]}
    )
    table = context_of("towns", frame)
    save("towns", frame, tmp_path)
    ran = run(planned("total sales by town", table).plan, table, tmp_path)
    bars = dict(zip(ran.figure.data[0].y, ran.figure.data[0].x, strict=True))  # type: ignore[attr-defined]
    assert len(bars) == 30
    assert bars["11 others"] == ran.result.iloc[29:, 1].sum()


def test_a_single_number_has_no_figure() -> None:
    code = codegen.generate(planned("average speed", STRIKES).plan, (STRIKES,))
    assert "fig" not in code
    assert code.endswith("print(result.to_string(index=False))\n")


def test_dates_decimals_booleans_and_gaps_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "day": pa.array([date(2024, 1, 31), date(2024, 2, 1), None, date(2024, 2, 29)], pa.date32()),
            "price": pa.array(
                [Decimal("1.50"), Decimal("2.25"), None, Decimal("4.00")], pa.decimal128(10, 2)
            ),
            "yes": pa.array([True, None, False, True]),
            "code": pa.array([1, None, 2, 1], pa.int64()),
            "at": pa.array([0, 3_600_000_000, None, 86_400_000_000], pa.timestamp("us", tz="Europe/Berlin")),
        }
    )
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data" / "odd.parquet")
    kinds = {"day": ("date", "DATE"), "price": ("number", "DECIMAL(10,2)"), "yes": ("boolean", "BOOLEAN")}
    kinds |= {"code": ("integer", "BIGINT"), "at": ("datetime", "TIMESTAMP WITH TIME ZONE")}
    base = context_of("odd", pd.DataFrame({name: ["x", None, "y", "x"] for name in kinds}))
    columns = tuple(
        c.model_copy(update={"kind": kinds[c.name][0], "dtype": kinds[c.name][1]})
        for c in base.statistics.columns
    )
    odd = base.model_copy(update={"statistics": base.statistics.model_copy(update={"columns": columns})})
    by_month = _plan(
        odd, groups=(Group(column="day", grain="month"),), measures=(Measure(aggregate="count"),)
    )
    assert run(by_month, odd, tmp_path).result.to_dict("list") == {
        "month": ["2024-01", "2024-02"],
        "rows": [1, 2],
    }
    mean = _plan(odd, measures=(Measure(aggregate="mean", column="price"),))
    assert run(mean, odd, tmp_path).result.iloc[0, 0] == pytest.approx(7.75 / 3)
    yes = _plan(
        odd,
        filters=(Filter(column="yes", operator="=", values=(True,)),),
        measures=(Measure(aggregate="count"),),
    )
    assert run(yes, odd, tmp_path).result.iloc[0, 0] == 2
    codes = _plan(odd, groups=(Group(column="code"),), measures=(Measure(aggregate="count"),))
    assert [int(v) for v in run(codes, odd, tmp_path).result["code"]] == [1, 2]
    hours = _plan(odd, groups=(Group(column="at", grain="hour"),), measures=(Measure(aggregate="count"),))
    assert [int(v) for v in run(hours, odd, tmp_path).result["hour"]] == [0, 1]


def test_money_written_as_text_is_read_as_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame({"shop": ["a", "b"] * 3, "revenue": ["$1,200", "$80.50", "$3", "-$5", "$10", "$20"]})
    table = context_of("shops", frame)
    save("shops", frame, tmp_path)
    outcome = planned("total revenue by shop", table)
    ran = run(outcome.plan, table, tmp_path)
    assert dict(zip(ran.result["shop"], ran.result["total revenue"], strict=True)) == {"a": 1213.0, "b": 95.5}
    assert any("as text" in a for a in outcome.understanding.assumptions)


def test_ties_are_all_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"team": ["a", "b", "a", "b", "c"]})
    table = context_of("games", frame)
    save("games", frame, tmp_path)
    ran = run(planned("which team has the most games", table).plan, table, tmp_path)
    assert sorted(ran.result["team"]) == ["a", "b"]


def test_a_plan_for_other_data_is_refused() -> None:
    plan = _plan(STRIKES, measures=(Measure(aggregate="sum", column="salary"),))
    with pytest.raises(InvalidInput, match="there is no column 'salary'"):
        codegen.generate(plan, (STRIKES,))


@pytest.mark.parametrize("text", ["a\nimport os", "a\u2028b", "a\x0bb", "\r\nx", "a\x85b", "x" * 1_000])
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert len(comment(text).splitlines()) == 1
    assert ast.parse(comment(text)).body == []


@pytest.mark.parametrize(
    "value", ["", "'", '"', "\\", "\n", "{x}", "é\u2028", "\ud800", 1.5, -3, True, float("inf")]
)
def test_a_literal_means_its_value(value: str | float | bool) -> None:
    assert eval(literal(value)) == value
