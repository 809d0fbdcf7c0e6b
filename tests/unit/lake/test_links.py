"""How two tables belong together: found by names, types and values, with evidence over every row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lakeglass.core.settings import LakeSettings
from lakeglass.lake import local
from lakeglass.lake.engine import Engine
from lakeglass.lake.links import Joined, Side, join_tables
from lakeglass.lake.statistics.table import Bounds


def _side(name: str, frame: pd.DataFrame, folder: Path) -> Side:
    prepared = local.prepare(frame, folder / name, settings=LakeSettings(threads=1))
    return Side(name=name, file=prepared.path, statistics=prepared.statistics)


def _found(folder: Path, **frames: pd.DataFrame) -> tuple[Joined, ...]:
    left, right = (_side(name, frame, folder) for name, frame in frames.items())
    engine = Engine(LakeSettings(threads=1), spill=folder / "spill")
    with engine.connection() as connection, engine.scratch() as scratch:
        return join_tables(connection, left, right, folder=scratch, bounds=Bounds.of(engine.settings))


ORDERS = pd.DataFrame(
    {
        "order": range(60),
        "customer_id": [n % 12 + 1 for n in range(60)],
        "amount": range(60),
        "name": ["x"] * 60,
    }
)
CUSTOMERS = pd.DataFrame(
    {"id": range(1, 11), "name": [f"c{n}" for n in range(10)], "segment": ["a", "b"] * 5, "amount": [5] * 10}
)


@pytest.mark.parametrize("order", ["orders first", "customers first"])
def test_an_identifier_of_the_other_table_is_found_from_either_side(order: str, tmp_path: Path) -> None:
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    if order == "customers first":
        tables = dict(reversed(tables.items()))
    best = _found(tmp_path, **tables)[0]
    assert (best.link.on, best.link.key) == ("customer_id", "id")
    assert best.turned is (order == "customers first")
    assert (best.link.left_unique, best.link.right_unique) == (False, True)
    assert best.link.matched == 50
    assert best.link.share == pytest.approx(50 / 60)


def test_the_joined_table_is_profiled_over_every_row(tmp_path: Path) -> None:
    joined = _found(tmp_path, orders=ORDERS, customers=CUSTOMERS)[0]
    assert joined.columns == (
        ("name", "customers name"),
        ("segment", "segment"),
        ("amount", "customers amount"),
    )
    assert joined.statistics.rows == 60
    segment = next(c for c in joined.statistics.columns if c.name == "segment")
    assert segment.nulls == 10


def test_values_that_never_meet_are_no_link(tmp_path: Path) -> None:
    other = CUSTOMERS.assign(id=range(1000, 1010))[["id", "segment"]]
    assert _found(tmp_path, orders=ORDERS[["customer_id", "amount"]], customers=other) == ()


def test_repeated_values_on_both_sides_are_told(tmp_path: Path) -> None:
    visits = pd.DataFrame({"customer_id": [n % 12 + 1 for n in range(40)], "minutes": range(40)})
    link = _found(tmp_path, orders=ORDERS[["customer_id", "amount"]], visits=visits)[0].link
    assert (link.on, link.key) == ("customer_id", "customer_id")
    assert not link.left_unique
    assert not link.right_unique


def test_columns_of_different_kinds_are_not_compared(tmp_path: Path) -> None:
    texts = pd.DataFrame({"customer_id": [f"{n}" + "x" for n in range(1, 11)], "segment": ["a", "b"] * 5})
    assert _found(tmp_path, orders=ORDERS[["customer_id", "amount"]], customers=texts) == ()


def test_empty_cells_match_nothing(tmp_path: Path) -> None:
    gaps = ORDERS.assign(customer_id=[None if n < 30 else n % 10 + 1 for n in range(60)])
    holes = pd.concat([CUSTOMERS, pd.DataFrame({"id": [None], "segment": ["none"]})])
    link = _found(tmp_path, orders=gaps[["customer_id", "amount"]], customers=holes[["id", "segment"]])[
        0
    ].link
    assert link.matched == 30


def test_tables_that_can_not_be_compared_have_no_links(tmp_path: Path) -> None:
    left, right = _side("orders", ORDERS, tmp_path), _side("customers", CUSTOMERS, tmp_path)
    right.file.unlink()
    engine = Engine(LakeSettings(threads=1), spill=tmp_path / "spill")
    with engine.connection() as connection:
        found = join_tables(connection, left, right, folder=tmp_path, bounds=Bounds.of(engine.settings))
    assert found == ()
