"""What a file's columns become: the same value for the same cell, and nothing lost without a word."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.science.conftest import mixed

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.science.roles import roles_of
from lakeglass.science.table import Levels, Numbers, from_arrow, read_table


def test_every_type_of_column_becomes_numbers_moments_or_levels() -> None:
    table = from_arrow(
        pa.table(
            {
                "whole": pa.array([1, None, 3]),
                "money": pa.array([Decimal("1.50"), None, Decimal("2.25")]),
                "real": pa.array([1.5, float("inf"), float("nan")]),
                "truth": pa.array([True, None, False]),
                "day": pa.array([date(1970, 1, 2), None, date(1970, 1, 3)]),
                "text": pa.array([" a ", "", "b"]),
                "coded": pa.array(["u", "v", None]).dictionary_encode(),
                "nothing": pa.nulls(3),
                "nested": pa.array([[1], [2], None]),
            }
        )
    )
    values = {c.name: c.values.tolist() for c in table.columns if isinstance(c, Numbers)}
    np.testing.assert_equal(values["whole"], [1, np.nan, 3])
    np.testing.assert_equal(values["money"], [1.5, np.nan, 2.25])
    np.testing.assert_equal(values["real"], [1.5, np.nan, np.nan])
    np.testing.assert_equal(values["day"], [86400, np.nan, 172800])
    np.testing.assert_equal(values["nothing"], [np.nan] * 3)
    read = {
        c.name: [None if code < 0 else c.levels[code] for code in c.codes]
        for c in table.columns
        if isinstance(c, Levels)
    }
    assert read == {"truth": ["true", None, "false"], "text": ["a", None, "b"], "coded": ["u", "v", None]}
    assert [name for name, _ in table.skipped] == ["nested"]


_CELLS: dict[str, pa.Array] = {
    "whole": pa.array([3, None, -2, 3, 2**40, None, 0]),
    "real": pa.array([0.1, None, float("nan"), float("inf"), -1e101, 1e100, -0.0]),
    "truth": pa.array([True, None, False, True, None, False, True]),
    "text": pa.array(["b", None, " a", "a ", "", "\u00a0", "b\t"]),
    "moment": pa.array(
        [date(1970, 1, 2), None, date(2024, 2, 29), None, date(1899, 1, 1), None, date(2, 1, 1)]
    ),
    "blank": pa.array([None, "", "  ", None, None, "\n", None], pa.string()),
}


@pytest.mark.parametrize("name", _CELLS)
@pytest.mark.parametrize("cuts", [(), (1,), (2, 2, 5), (0, 7)])
@pytest.mark.parametrize("coded", [False, True])
def test_a_column_is_the_same_however_its_cells_are_stored(
    name: str, cuts: tuple[int, ...], coded: bool
) -> None:
    cells = pa.concat_arrays([_CELLS[name].slice(0, 1), _CELLS[name]]).slice(1)
    edges = [0, *cuts, len(cells)]
    pieces = [cells.slice(low, high - low) for low, high in itertools.pairwise(edges)]
    if coded and name in {"text", "blank"}:
        pieces = [piece.dictionary_encode() for piece in pieces]
    told = from_arrow(pa.table({name: pa.chunked_array(pieces)})).columns[0]
    plain = from_arrow(pa.table({name: _CELLS[name]})).columns[0]
    if isinstance(told, Levels):
        assert isinstance(plain, Levels)
        assert (told.levels, told.codes.tolist()) == (plain.levels, plain.codes.tolist())
        cell = [None if cell is None else str(cell).strip().lower() or None for cell in cells.to_pylist()]
        assert [None if code < 0 else told.levels[code] for code in told.codes] == cell
        assert list(told.levels) == list(dict.fromkeys([str(e) for e in cell if e is not None])) or told.truth
    else:
        assert isinstance(plain, Numbers)
        np.testing.assert_array_equal(told.values, plain.values)
        assert np.isnan(told.values).tolist() == [
            cell is None or (isinstance(cell, float) and not abs(cell) <= 1e100) for cell in cells.to_pylist()
        ]


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        ([f"2024-01-{d:02d}" for d in range(1, 29)], 1704067200.0),
        ([f"2024-01-01T{h:02d}:00:00Z" for h in range(24)], 1704067200.0),
        ([f"{d:02d}.01.2024" for d in range(1, 29)], 1704067200.0),
        ([f"01/{d:02d}/2024" for d in range(1, 29)], 1704067200.0),
        ([f"{d:02d}/01/2024" for d in range(1, 29)], 1704067200.0),
        ([f"1,{n:03d}.5" for n in range(30)], 1000.5),
    ],
)
def test_text_of_dates_or_numbers_is_read_as_such(texts: list[str], first: float) -> None:
    column = from_arrow(pa.table({"c": texts})).column("c")
    assert isinstance(column, Numbers)
    assert column.values[0] == first


@pytest.mark.parametrize(
    "texts", [[f"{n:05d}" for n in range(40)], ["1", "2", "3"] * 9, ["2024-13-45"] * 3, ["1 2"] * 3]
)
def test_codes_few_numbers_and_broken_dates_stay_text(texts: list[str]) -> None:
    assert isinstance(from_arrow(pa.table({"c": texts})).column("c"), Levels)


def test_a_file_that_is_no_parquet_and_a_column_that_is_absent_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_text("no table")
    with pytest.raises(UnprocessableFile, match=r"t\.parquet"):
        read_table(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(InvalidInput, match="expected one of: a"):
        read_table(path).column("b")


def test_each_column_has_the_role_that_its_values_ask_for() -> None:
    roles = {role.name: role.role for role in roles_of(from_arrow(mixed()), "amount")}
    assert roles == {
        "id": "identifier", "x": "number", "z": "number", "city": "category", "when": "moment", "note": "text",
        "member": "truth", "same": "constant", "amount": "target", "visits": "number", "bought": "category",
        "grade": "category",
    }  # fmt: skip


def test_an_even_column_of_different_whole_numbers_that_jumps_is_no_identifier() -> None:
    price = np.random.default_rng(0).permutation(400) * 7
    assert roles_of(from_arrow(pa.table({"price": price})))[0].role == "number"
    assert roles_of(from_arrow(pa.table({"order_id": price})))[0].role == "identifier"
    assert roles_of(from_arrow(pa.table({"orderId": price})))[0].role == "identifier"
    assert roles_of(from_arrow(pa.table({"paid": price})))[0].role == "number"
