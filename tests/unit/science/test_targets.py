"""What is probably asked for, by the figures of a table alone: ranked as an analysis ranks it that reads the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.lake.model import Statistics
from lakeglass.science.checks import examine
from lakeglass.science.pipeline.targets import likely, propose

ROWS = 300
DRAW = np.random.default_rng(2)
SIZE = DRAW.normal(size=ROWS)
CLASS = DRAW.choice(["a", "b"], ROWS)
TABLES = {
    "named": pd.DataFrame({"outcome": CLASS, "price": SIZE, "size": SIZE[::-1]}),
    "usual and last": pd.DataFrame({"rooms": DRAW.integers(1, 9, ROWS), "size": SIZE, "price": SIZE + 9}),
    "a code of rows": pd.DataFrame({"size": SIZE, "churned": CLASS, "customer_id": np.arange(ROWS) * 7}),
}


def figures(folder: Path, table: pd.DataFrame) -> tuple[Path, Statistics]:
    source = folder / "table.csv"
    table.to_csv(source, index=False)
    prepared = prepare(source, folder / "work", settings=LakeSettings(threads=1))
    return prepared.path, prepared.statistics


@pytest.mark.parametrize("name", TABLES)
def test_figures_alone_rank_columns_as_the_table_does(name: str, tmp_path: Path) -> None:
    path, statistics = figures(tmp_path, TABLES[name])
    offered = likely(statistics)
    taken = propose(examine(path, statistics).table, statistics, wanted=None, time=None)
    assert offered[0].column == taken.chosen
    assert (offered[0].reason, offered[0].score) == (taken.options[0].reason, taken.options[0].score)


# req: D3
def test_only_what_may_be_asked_for_is_offered_with_its_reason(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "order_id": np.arange(ROWS) + 5,
            "status": ["done"] * ROWS,
            "sold": pd.date_range("2024-01-01", periods=ROWS),
            "price_note": [f"text {n}" for n in range(ROWS)],
            "rating": [np.nan] * (ROWS - 20) + [1.0, 2.0] * 10,
            "returned": DRAW.choice(["yes", "no"], ROWS),
            "plain": SIZE,
            "result": CLASS,
        }
    )
    found = {each.column: each.reason for each in likely(figures(tmp_path, table)[1])}
    assert list(found) == ["result", "returned"]
    assert found["result"] == (
        "its name is one that is usually asked for, it is the last column and it has 2 values"
    )
    assert found["returned"] == "it has 2 values"


def test_nothing_is_offered_where_nothing_speaks_for_a_column(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": SIZE, "b": SIZE, "when": pd.date_range("2024-01-01", periods=ROWS)})
    assert likely(figures(tmp_path, table)[1]) == ()


def test_a_usual_name_is_a_word_of_the_column_and_no_part_of_one(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "account_length": SIZE,
            "discounted": SIZE[::-1],
            "totalPrice": SIZE + 9,
            "plain": -SIZE,
            "z": SIZE * 2,
        }
    )
    usual = {
        each.column for each in likely(figures(tmp_path, table)[1]) if "usually asked for" in each.reason
    }
    assert usual == {"totalPrice"}
