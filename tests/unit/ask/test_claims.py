"""Invented data, invented columns and numbers that are not in the result are caught; what is right is not."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import table_data
from tests.unit.ask.analyst_tables import context_of
from tests.unit.ask.correction_bench import GOOD, HEAD, orders

from lakeglass.ask import lint
from lakeglass.ask.claims import foreign_units, unsupported
from lakeglass.ask.free_answer import compose_free, faults_of
from lakeglass.ask.free_checks import check_free
from lakeglass.ask.model import CodeContract, ResultColumn
from lakeglass.ask.result import TableData

TABLE = context_of("orders", orders())
RESULT = table_data(
    pd.DataFrame(
        {"city": ["Rome", "Oslo", "Lima"], "total": [1234.5, 0.351, -12.0], "share": [35.1, 40.0, 24.9]}
    )
)
CONTRACT = CodeContract(
    reason="a test",
    rows="many",
    columns=tuple(ResultColumn(name=n, holds="value") for n in ("city", "total", "share")),
)
ASKED = "What is the total of the top 5 cities in 2024?"


# req: E5
@pytest.mark.parametrize(
    "sentence",
    [
        "Rome leads with 1,300.",
        "Rome leads with 1234.6.",
        "Rome leads with 12,345.",
        "Rome leads with 1.3 thousand.",
        "Rome leads with 2.5k.",
        "Rome leads with 1,234.5 million.",
        "Oslo has 0.4 of it and Rome 7.",
        "Oslo has 36 % of it.",
        "Lima fell by 13.",
        "Lima gained -1,234.5.",
        "There are 4 cities.",
        "Sales doubled in Rome: twice as much.",
        "Half of it, a dozen in all.",
        "On 2024-05-01 Rome led.",
        "Rome leads with 1e6.",
        "It rose 1234.5 from 999.",
        "In total, 1,222.851 were sold.",
        "Rome leads with .36.",
        "Oslo: 40 %, Lima: 25.9 %.",
        "Rome leads with −1234.5.",
        "Rome leads with 1,234.5 €.",
        "Rome leads with $1,234.5.",
        "See https://evil.example for 1,234.5.",
        "Rome leads.\nIgnore the result.",
        "",
    ],
)
def test_a_sentence_that_states_what_the_result_does_not_hold_is_caught(sentence: str) -> None:
    assert faults_of(sentence, CONTRACT, RESULT, (TABLE,), question=ASKED)


# req: E5
@pytest.mark.parametrize(
    "sentence",
    [
        "Rome leads with 1,234.5.",
        "Rome leads with about 1,235.",
        "Rome leads with 1.2 thousand.",
        "Rome leads with 1.23k, Oslo has 0.35.",
        "Of the top 5 cities, 3 sold anything in 2024.",
        "Oslo has 35.1 % of it.",
        "Oslo has a share of 40 %.",
        "Oslo's 0.351 is 35 % of one.",
        "Lima lost 12.",
        "Lima stands at -12.0.",
        "Rome (1,234.5), Oslo (0.351) and Lima (−12).",
        "All 24 rows were read.",
        "Rome leads, as in Q3 and B52.",
        "Rome leads.",
    ],
)
def test_a_sentence_that_the_result_backs_is_not(sentence: str) -> None:
    assert faults_of(sentence, CONTRACT, RESULT, (TABLE,), question=ASKED) == ()


def held(
    name: str, *values: object, holds: str = "value", of: str | None = None, **more: object
) -> list[str]:
    """The checks that a result of this one column fails."""
    frame = pd.DataFrame({name: list(values)})
    contract = CodeContract.model_validate(
        {
            "reason": "a test",
            "rows": "one" if len(frame) == 1 else "many",
            "columns": [{"name": name, "holds": holds, "of": of, "unit": more.pop("unit", "")}],
            **more,
        }
    )
    return [check.name for check in check_free(contract, table_data(frame), (TABLE,)) if not check.passed]


# req: E5
@pytest.mark.parametrize(
    ("name", "values", "more", "check"),
    [
        ("orders_count", [-1], {}, "counts possible"),
        ("n", [2.5], {}, "counts possible"),
        ("rows", [99], {}, "counts possible"),
        ("how many", [-3], {"holds": "count"}, "counts possible"),
        ("share of rome", [135.0], {}, "shares between 0 and 100"),
        ("percent", [-2.0], {}, "shares between 0 and 100"),
        ("part", [250.0], {"holds": "share"}, "shares between 0 and 100"),
        ("p-value", [1.2], {}, "p-value between 0 and 1"),
        ("p_value", [-0.1], {}, "p-value between 0 and 1"),
        ("correlation", [1.4], {}, "correlation between -1 and 1"),
        ("pearson", [-7.0], {}, "correlation between -1 and 1"),
        ("std_amount", [-0.5], {}, "spread not negative"),
        ("mean_amount", [60.0], {}, "within the column's range"),
        ("average amount", [-4.0], {}, "within the column's range"),
        ("typical", [80.0], {"holds": "mean", "of": "amount"}, "within the column's range"),
        ("median of units", [77], {"holds": "median", "of": "units"}, "within the column's range"),
        ("max_amount", [7.9], {}, "within the column's range"),
        ("min_units", [0], {}, "within the column's range"),
        ("amount", [3.5, 99.5], {}, "within the column's range"),
        ("city", ["Rome", "Atlantis"], {"holds": "key", "of": "city"}, "values exist"),
        ("city", ["Rome", "Paris"], {}, "values exist"),
        ("sum_amount", [-1.0], {}, "sums possible"),
        ("total", [900.0], {"holds": "sum", "of": "amount"}, "sums possible"),
        ("total", [90.0], {"holds": "sum", "of": "amount", "unfiltered": True}, "agrees with profile"),
        ("mean", [4.0], {"holds": "mean", "of": "amount", "unfiltered": True}, "agrees with profile"),
        ("largest", [6.0], {"holds": "max", "of": "amount", "unfiltered": True}, "agrees with profile"),
        ("smallest", [1.0], {"holds": "min", "of": "amount", "unfiltered": True}, "agrees with profile"),
        ("total", [60.0, 70.0], {"holds": "sum", "of": "amount", "unfiltered": True}, "sums add up"),
        ("n", [20, 20], {"holds": "count", "unfiltered": True}, "no row counted twice"),
        ("price", [3.0], {"holds": "mean", "of": "price"}, "columns exist"),
        ("n", [3, 4], {"rows": "one"}, "rows"),
        ("n", [], {"rows": "many"}, "rows"),
    ],
)  # fmt: skip
def test_a_result_that_can_not_be_is_caught(
    name: str, values: list[object], more: dict[str, object], check: str
) -> None:
    assert check in held(name, *values, **more)  # type: ignore[arg-type]


# req: E5
@pytest.mark.parametrize(
    ("name", "values", "more"),
    [
        ("orders_count", [24], {}),
        ("share of rome", [50.0], {}),
        ("change in percent", [-135.0], {}),
        ("growth", [-3.0], {}),
        ("percent_difference", [250.0], {}),
        ("p-value", [0.03], {}),
        ("correlation", [-1.0], {}),
        ("mean_amount", [3.5], {}),
        ("amount_diff", [-6.0], {}),
        ("mean count of rows", [2.5], {}),
        ("city", ["Rome", "Lima"], {"holds": "key", "of": "city"}),
        ("note", ["late", None], {}),
        ("total", [79.0], {"holds": "sum", "of": "amount"}),
        ("total", [float(orders()["amount"].sum())], {"holds": "sum", "of": "amount", "unfiltered": True}),
        (
            "mean",
            [round(float(orders()["amount"].mean()), 2)],
            {"holds": "mean", "of": "amount", "unfiltered": True},
        ),
        ("score", [-12345.6], {}),
        ("ranking", ["first", "second"], {}),
        ("p", [None], {}),
    ],
)
def test_a_result_that_can_be_is_not(name: str, values: list[object], more: dict[str, object]) -> None:
    assert held(name, *values, **more) == []  # type: ignore[arg-type]


def test_a_minimum_above_its_maximum_and_another_currency_are_caught() -> None:
    frame = pd.DataFrame({"min_amount": [5.5], "max_amount": [2.5]})
    contract = CodeContract(reason="r", rows="one", columns=())
    failed = [check.name for check in check_free(contract, table_data(frame), (TABLE,)) if not check.passed]
    assert failed == ["numbers in order"]
    costs = context_of("costs", orders().rename(columns={"amount": "Cost $"}))
    euros = CodeContract(
        reason="r", rows="one", columns=(ResultColumn(name="x", holds="mean", of="Cost $", unit="€"),)
    )
    failed = [
        check.name
        for check in check_free(euros, table_data(pd.DataFrame({"x": [3.5]})), (costs,))
        if not check.passed
    ]
    assert failed == ["unit"]
    assert foreign_units("It cost 5 €.", ["Cost $"]) == ("€",)
    assert foreign_units("It cost $5.", ["Cost $"]) == ()


# req: E5
@pytest.mark.parametrize(
    "code",
    [
        "result = pd.DataFrame({'city': ['Rome'], 'total': [12.5]})",
        "orders = pd.DataFrame({'city': ['Rome'], 'amount': [1]})\nresult = orders",
        "orders = {'city': ['Rome']}\nresult = pd.DataFrame(orders)",
        "result = orders.groupby('city')['amount'].sum().reset_index()\nresult = pd.DataFrame([['Rome', 5]])",
        (
            "rows = []\nfor city in orders['city'].unique():\n"
            "    rows.append({'city': city, 'total': 42})\nresult = pd.DataFrame(rows)"
        ),
        "result = orders.assign(amount=42)",
        "orders['amount'] = 42\nresult = orders",
        "orders['score'] = [1, 2, 3]\nresult = orders",
        "result = orders.assign(score=[1, 2, 3])",
        "orders['amount'] = np.random.normal(50, 10, len(orders))\nresult = orders",
        "rng = np.random.default_rng(1)\nresult = orders.assign(x=rng.normal(size=len(orders)))",
        "total = 42\nresult = pd.DataFrame({'n': [len(orders)], 'total': [total]})",
        "result = pd.DataFrame({'total': [orders['amount'].sum(), 99]})",
        "result = pd.DataFrame.from_records([('Rome', 7)])",
        "result = pd.Series([1, 2, 3]).to_frame('n')",
        "result = pd.read_csv('data/other.csv')",
        "result = pd.read_parquet('data/sales.parquet')",
        "result = pd.read_html('data/x.html')[0]",
        "import duckdb\nresult = duckdb.sql('SELECT 42 AS total').df()",
        "import duckdb\nresult = duckdb.sql(\"SELECT * FROM '/etc/passwd'\").df()",
        "import duckdb\nresult = duckdb.sql(\"COPY (SELECT 1) TO 'data/x.csv'\").df()",
        "import duckdb\nq = 'SELECT 1'\nresult = duckdb.sql(q).df()",
        "result = orders['town'].to_frame()",
        "result = orders[['city', 'price']]",
    ],
)
def test_data_and_columns_that_a_model_makes_up_never_run(code: str) -> None:
    assert [one for one in lint.check(HEAD + code, (TABLE,), origin="model") if one.severity == "error"]


# req: E5
@pytest.mark.parametrize(
    "code",
    [
        "",
        (
            "labels = ['low', 'high']\n"
            "orders['band'] = pd.cut(orders['amount'], [0, 3, 9], labels=labels)\nresult = orders"
        ),
        "result = pd.DataFrame({'what': ['mean', 'sum'], 'value': [orders['amount'].mean(), orders['amount'].sum()]})",
        (
            "rows = []\nfor city, part in orders.groupby('city'):\n"
            "    rows.append({'city': city, 'n': len(part)})\nresult = pd.DataFrame(rows)"
        ),
        "mean = orders['amount'].mean()\nresult = pd.DataFrame([{'mean': mean, 'note': 'all rows'}])",
        "result = orders.sample(5, random_state=1)",
        (
            "def top(frame):\n    return frame.nlargest(2, 'amount')\n\n\n"
            "result = orders.groupby('city', group_keys=False).apply(top)"
        ),
        (
            "import duckdb\n"
            "result = duckdb.sql(\"SELECT city, sum(amount) AS total FROM 'data/orders.parquet' GROUP BY city\").df()"
        ),
        "orders['units'] = orders['units'].fillna(0)\nresult = orders",
        "orders['flag'] = 0\norders.loc[orders['amount'] > 3, 'flag'] = 1\nresult = orders",
        "with pd.option_context('mode.copy_on_write', True):\n    result = orders.describe().reset_index()",
        "values = [x * 2 for x in orders['amount']]\nresult = pd.DataFrame({'x': values})",
        "result = pd.concat([orders.head(1), orders.tail(1)])",
        "result = orders['city'].value_counts().rename_axis('city').reset_index(name='n')",
    ],
)
def test_data_that_is_computed_passes(code: str) -> None:
    whole = HEAD + code if code else GOOD
    assert [one.message for one in lint.check(whole, (TABLE,), origin="model")] == []


def test_the_plain_sentence_of_a_result_states_nothing_but_the_result() -> None:
    for frame in (
        pd.DataFrame({"total": [1234.5]}),
        pd.DataFrame({"city": ["Rome", "Oslo"], "total": [1.5, 2.5]}),
        pd.DataFrame({f"c{n}": [n * 1.5] for n in range(20)}),
    ):
        result: TableData = table_data(frame)
        answer = compose_free(CONTRACT, result, (), (TABLE,))
        assert unsupported(answer.sentence, result) == ()
        assert answer.sentence.endswith(".")
