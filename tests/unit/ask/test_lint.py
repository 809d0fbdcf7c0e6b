"""What the linter sees before code runs."""

from __future__ import annotations

import pytest
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask import lint

TABLE = context_of("orders", TABLES["orders"]())
READ = 'import pandas as pd\ndf = pd.read_parquet("data/orders.parquet")\n'


def _codes(code: str) -> list[tuple[str, int]]:
    return [(f.code, f.line) for f in lint.check(code, (TABLE,))]


def test_clean_code_has_no_findings() -> None:
    assert _codes(READ + 'result = df.groupby("region")["net_sales"].sum().reset_index()\n') == []


def test_an_unknown_column_is_named_with_the_nearest() -> None:
    findings = lint.check(READ + 'result = df[["reigon"]]\n', (TABLE,))
    assert [(f.code, f.line, f.severity) for f in findings] == [("column", 3, "error")]
    assert "region" in findings[0].message


def test_a_column_that_the_code_makes_is_known() -> None:
    assert _codes(READ + 'df["double"] = df["quantity"] * 2\nresult = df[["double"]]\n') == []


def test_a_filtered_frame_keeps_its_columns_under_watch() -> None:
    code = READ + 'data = df[df["region"] == "North"]\nresult = data[["salary"]]\n'
    assert _codes(code) == [("column", 4)]


@pytest.mark.parametrize(
    "made",
    ['pd.DataFrame({"region": ["North"], "net_sales": [1.0]})', "[1, 2, 3]", 'pd.DataFrame([{"a": 1}])'],
)
def test_invented_data_is_found(made: str) -> None:
    assert ("invented-data", 2) in _codes(f"import pandas as pd\ndf = {made}\nresult = df\n")


def test_a_result_built_from_numbers_of_the_data_is_no_invention() -> None:
    assert _codes(READ + 'result = pd.DataFrame({"total": [df["net_sales"].sum()]})\n') == []


@pytest.mark.parametrize(
    "line",
    [
        'open("/etc/passwd")',
        'pd.read_csv("/etc/passwd")',
        'pd.read_parquet("data/../../x.parquet")',
        'pd.read_csv("http://example.org/x.csv")',
        'df.to_csv("x.csv")',
        'eval("1")',
        'pd.read_pickle("data/x.pkl")',
        'fig.write_html("/tmp/x.html")',
    ],
)
def test_reading_or_writing_elsewhere_is_found(line: str) -> None:
    assert ("input-output", 3) in _codes(READ + line + "\nresult = df\n")


@pytest.mark.parametrize(
    "line", ["import os", "import subprocess", "from socket import socket", "import requests"]
)
def test_imports_outside_the_list_are_found(line: str) -> None:
    assert ("import", 3) in _codes(READ + line + "\nresult = df\n")


def test_no_result_is_found() -> None:
    assert [code for code, _ in _codes(READ + "df.head()\n")] == ["result"]


def test_a_syntax_error_names_its_line() -> None:
    findings = lint.check(READ + "result = df[\n", (TABLE,))
    assert [(f.code, f.severity) for f in findings] == [("syntax", "error")]
    assert findings[0].line >= 3


def test_edited_code_gets_warnings_only_except_for_syntax() -> None:
    findings = lint.check("import os\nos.getcwd()\n", (TABLE,), origin="edited")
    assert {f.severity for f in findings} == {"warning"}
    broken = lint.check("def (:\n", (TABLE,), origin="edited")
    assert [f.severity for f in broken] == ["error"]


@pytest.mark.parametrize("code", ["(" * 5_000, "\x00", "x = " + "-" * 50_000 + "1", "a" * 300_000])
def test_code_that_no_parser_takes_is_a_finding(code: str) -> None:
    assert lint.check(code, (TABLE,))[0].severity == "error"
