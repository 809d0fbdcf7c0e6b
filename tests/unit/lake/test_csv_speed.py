"""The short ways through a clean file: they are taken, and they lead to the same table."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers import read
from lakeglass.lake.readers.base import Reading, ReadResult
from lakeglass.lake.readers.narrow import NarrowTable


def table_of(tmp_path: Path, content: str) -> tuple[dict[str, list[object]], ReadResult]:
    source, target = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text(content)
    engine = Engine(LakeSettings(threads=2), spill=tmp_path / "spill")
    with engine.connection() as connection, engine.scratch() as scratch:
        result = read(source, target, Reading(connection, scratch))
    return pq.read_table(target).to_pydict(), result


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done with the whole file, in order."""
    seen: list[str] = []
    aggregate = NarrowTable.aggregate

    def watched(self: NarrowTable, wanted: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        if any(wanted.values()):
            seen.append("verify")
        return aggregate(self, wanted)

    monkeypatch.setattr(NarrowTable, "aggregate", watched)
    return seen


# req: E1
def test_a_clean_file_is_read_in_one_pass(tmp_path: Path, passes: list[str]) -> None:
    rows = [f"{i},2024-01-{i % 28 + 1:02d},w{i % 9},{i % 900}.{i % 1000:03d}" for i in range(3_000)]
    table, result = table_of(tmp_path, "id,day,word,amount\n" + "\n".join(rows) + "\n")
    assert passes == []
    assert table["amount"] == [float(row.rpartition(",")[2]) for row in rows]
    assert all(not decision.what.startswith("type of amount") for decision in result.decisions)


def test_groups_that_show_late_are_found(tmp_path: Path) -> None:
    rows = "".join(f"{i % 900 + 1}.{i % 1000:03d}\n" for i in range(3_000))
    table, result = table_of(tmp_path, f"n\n{rows}1.234.567\n")
    assert table["n"][-1] == 1_234_567
    assert table["n"][:2] == [1_000, 2_001]
    assert next(d.value for d in result.decisions if d.what == "type of n") == "integer, point groups"


def test_a_comma_in_another_column_speaks_for_groups(tmp_path: Path) -> None:
    rows = "".join(f"{i % 900 + 1}.{i % 1000:03d};{i},5\n" for i in range(300))
    table, _ = table_of(tmp_path, f"n;m\n{rows}")
    assert table["n"][:2] == [1_000, 2_001]
    assert table["m"][:2] == [0.5, 1.5]


@pytest.mark.parametrize("digits", range(1, 10))
def test_evenly_cut_numbers_are_the_nearest_doubles_to_the_last_bit(tmp_path: Path, digits: int) -> None:
    dice = random.Random(digits)
    texts = ["-0." + "0" * digits, "0." + "9" * digits, "9" * (15 - digits) + "." + "9" * digits]
    for _ in range(2_000):
        whole = dice.randrange(10 ** dice.randrange(1, 16))
        texts.append(f"{dice.choice(('', '-'))}{whole}.{dice.randrange(10**digits):0{digits}d}")
    table, _ = table_of(tmp_path, "n\n" + "\n".join(texts) + "\n")
    assert [struct.pack("d", value) for value in table["n"]] == [
        struct.pack("d", float(text)) for text in texts
    ]


@pytest.mark.parametrize("late", ["7", "1.5", "-.25", "1e3", "NA", "0.12345", "INF", "-0.00"])
def test_another_way_to_write_a_number_comes_late(tmp_path: Path, late: str) -> None:
    texts = [f"{i}.{i % 100:02d}" for i in range(3_000)]
    table, _ = table_of(tmp_path, "n\n" + "\n".join([*texts, late]) + "\n")
    expected = None if late == "NA" else float(late)
    assert table["n"][-1] == expected
    assert table["n"][:-1] == [float(text) for text in texts]


@pytest.mark.parametrize("late", ["007.25", "+1.25", "1_000.25", "1,5", "x", "12345678901234567890123"])
def test_what_is_no_such_number_makes_the_column_text(tmp_path: Path, late: str) -> None:
    texts = [f"{i}.{i % 100:02d}" for i in range(3_000)]
    table, _ = table_of(tmp_path, "n,k\n" + "\n".join(f'"{text}",1' for text in [*texts, late]) + "\n")
    assert table["n"] == [*texts, late]


@pytest.mark.parametrize("name", ["col", "var", "lag", "VAR", "day"])
def test_names_of_three_letters_and_a_number_are_no_money(tmp_path: Path, name: str) -> None:
    table, _ = table_of(tmp_path, f"{name}1,{name}2\n1,x\n2,y\n3,z\n")
    assert table == {f"{name}1": [1, 2, 3], f"{name}2": ["x", "y", "z"]}


@pytest.mark.parametrize("code", ["USD", "EUR", "CHF"])
def test_a_currency_by_its_code_is_money(tmp_path: Path, code: str) -> None:
    table, _ = table_of(tmp_path, f"price\n{code} 5\n{code} 7\n{code} 8\n")
    assert table == {"price": [5, 7, 8]}


# req: E1
def test_a_thousand_columns_keep_their_names_and_types(tmp_path: Path) -> None:
    names = [f"col{place}" for place in range(1_000)]
    cells = ",".join(("7", "1.25", "2024-01-31", "north")[place % 4] for place in range(1_000))
    table, _ = table_of(tmp_path, ",".join(names) + "\n" + f"{cells}\n" * 40)
    assert list(table) == names
    assert [type(table[name][0]).__name__ for name in names[:4]] == ["int", "float", "date", "str"]
    assert len({type(table[name][0]) for name in names[::4]}) == 1
