"""Rows that were chosen by conditions, and the same rows as files of other formats."""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.core.errors import InvalidInput, NotFound, StorageFull, TooLarge
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import exports
from lakeglass.lake.engine import Engine
from lakeglass.lake.exports import ExportFormat
from lakeglass.lake.filters import Condition, Operator, conditions_of
from lakeglass.lake.model import Cell
from lakeglass.lake.preview import EVERYTHING, Page, Selection, page

ROWS = {
    "id": pa.array([1, 2, 3, 4, 2**60 + 1]),
    "price": pa.array([2.5, None, float("nan"), -1.0, float("inf")]),
    "city": pa.array(["Berlin", "=HYPERLINK(1)", None, "-5", 'São Paulo, "x"\n']),
    "open": pa.array([True, False, None, True, False]),
    "day": pa.array(
        [dt.date(2024, 1, 31), dt.date(1850, 5, 1), None, dt.date(2024, 2, 1), dt.date(2024, 2, 1)]
    ),
    "at": pa.array(
        [
            dt.datetime(2024, 1, 31, 23, 59, 59, 500000),
            None,
            dt.datetime(2024, 2, 1),
            None,
            dt.datetime(2262, 5, 1),
        ],
        pa.timestamp("us"),
    ),
    "clock": pa.array([dt.time(8, 30), None, dt.time(23), None, None], pa.time64("us")),
    "tags": pa.array([["a"], [], None, ["b", "c"], ["=x"]]),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    pq.write_table(pa.table(ROWS), folder / "rows.parquet", row_group_size=2)
    return folder


@pytest.fixture(scope="module")
def connection(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Engine(LakeSettings(threads=1, memory_mb=256), spill=place / "spill").connection() as connection:
        yield connection


Chosen = Callable[..., Page]


@pytest.fixture
def chosen(connection: duckdb.DuckDBPyConnection, place: Path) -> Chosen:
    def rows(*conditions: Condition, sort: str | None = None, offset: int = 0, limit: int = 100) -> Page:
        selection = Selection(conditions, sort)
        return page(connection, place / "rows.parquet", selection, offset=offset, limit=limit)

    return rows


def ids(found: Page) -> list[Cell]:
    return [5 if row[0] == str(2**60 + 1) else row[0] for row in found.rows]


# req: D14
@pytest.mark.parametrize(
    ("column", "operator", "value", "found"),
    [
        ("id", "is", "2", [2]),
        ("id", "is", str(2**60 + 1), [5]),
        ("id", "is", str(2**60), []),
        ("id", "at least", "2.5", [3, 4, 5]),
        ("id", "is not", "2", [1, 3, 4, 5]),
        ("price", "at most", "2.5", [1, 4]),
        ("price", "is", "inf", [5]),
        ("price", "missing", "", [2]),
        ("city", "is", "Berlin", [1]),
        ("city", "is not", "Berlin", [2, 4, 5]),
        ("city", "contains", 'PAULO, "', [5]),
        ("city", "contains", "'; DROP TABLE x; --", []),
        ("city", "at most", "=", [4]),
        ("city", "present", "", [1, 2, 4, 5]),
        ("open", "is", "true", [1, 4]),
        ("open", "is not", "TRUE", [2, 5]),
        ("day", "is", "2024-02-01", [4, 5]),
        ("day", "at most", "1900-01-01", [2]),
        ("at", "is", "2024-01-31", [1]),
        ("at", "at most", "2024-01-31", [1]),
        ("at", "at least", "2024-01-31T23:59:59.6", [3, 5]),
        ("at", "at least", "2262-04-12", [5]),
        ("clock", "at least", "09:00", [3]),
        ("tags", "contains", '"b"', [4]),
        ("tags", "is", "[]", [2]),
    ],
)
def test_a_condition_means_what_the_columns_kind_says(
    chosen: Chosen, column: str, operator: Operator, value: str, found: list[int]
) -> None:
    rows = chosen(Condition(column=column, operator=operator, value=value))
    assert (ids(rows), rows.total) == (found, len(found))


def test_conditions_hold_together_and_rows_stay_sorted(chosen: Chosen) -> None:
    both = (
        Condition(column="open", operator="present"),
        Condition(column="id", operator="at least", value="2"),
    )
    assert ids(chosen(*both, sort="city")) == [4, 2, 5]
    part = chosen(*both, sort="city", offset=1, limit=1)
    assert (ids(part), part.total) == ([2], 3)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("id", "many", "a number"),
        ("open", "perhaps", "true or false"),
        ("day", "soon", "a date"),
        ("clock", "noon", "a time"),
        ("none", "1", "no column 'none'"),
    ],
)
def test_a_condition_that_cannot_be_followed_says_what_to_give(
    chosen: Chosen, column: str, value: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        chosen(Condition(column=column, operator="is", value=value))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"column": "a", "operator": "like"}]', "[" * 2000])
def test_filters_that_are_no_conditions_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="JSON list"):
        conditions_of(text)


Exported = Callable[..., bytes]


@pytest.fixture
def exported(connection: duckdb.DuckDBPyConnection, place: Path, tmp_path: Path) -> Exported:
    def content(form: ExportFormat, selection: Selection = EVERYTHING, file: str = "rows.parquet") -> bytes:
        target = tmp_path / f"table.{form}"
        exports.export(connection, place / file, target, selection, form=form)
        return target.read_bytes()

    return content


# req: D14
def test_every_format_gives_the_rows_back(exported: Exported) -> None:
    truth = pa.table(ROWS)
    found = pq.read_table(io.BytesIO(exported("parquet")))
    arrow = pa.ipc.open_file(exported("arrow")).read_all()
    assert found.column_names == arrow.column_names == truth.column_names
    for table in (found, arrow):
        for name in truth.column_names:
            assert repr(table[name].to_pylist()) == repr(truth[name].to_pylist())
    lines = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert [line["id"] for line in lines] == truth["id"].to_pylist()
    assert [line["price"] for line in lines] == [2.5, None, None, -1.0, None]
    assert lines[0]["at"] == "2024-01-31T23:59:59.5"
    assert lines[3]["tags"] == ["b", "c"]


def test_no_text_of_a_csv_is_a_formula(exported: Exported) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))
    assert [row["city"] for row in rows] == ["Berlin", "'=HYPERLINK(1)", "", "-5", 'São Paulo, "x"\n']
    assert [row["price"] for row in rows] == ["2.5", "", "nan", "-1.0", "inf"]
    assert [row["id"] for row in rows][-1] == str(2**60 + 1)
    assert rows[0]["tags"] == '["a"]'


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n", "＝"])
def test_neither_a_name_nor_a_value_starts_a_formula(exported: Exported, place: Path, sign: str) -> None:
    pq.write_table(pa.table({f"{sign}n": [f"{sign}cmd|' /C calc'!A0", "x"]}), place / f"{ord(sign)}.parquet")
    text = exported("csv", file=f"{ord(sign)}.parquet").decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert cells == [f"'{sign}n", f"'{sign}cmd|' /C calc'!A0", "x"]


def test_a_workbook_holds_values_and_no_formula(exported: Exported) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(exported("xlsx")))["Rows"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [*ROWS]
    assert rows[1][:5] == [1, 2.5, "Berlin", True, dt.datetime(2024, 1, 31)]
    assert rows[2][2] == "=HYPERLINK(1)"
    assert sheet["C3"].data_type == "s"
    # What its calendar or its numbers can't hold is text.
    assert (rows[2][4], rows[5][0], rows[5][1]) == ("1850-05-01", str(2**60 + 1), "inf")


def test_the_file_has_the_chosen_rows_in_the_chosen_order(exported: Exported) -> None:
    chosen = Selection((Condition(column="id", operator="at most", value="4"),), "price", descending=True)
    for form in ("csv", "jsonl"):
        text = exported(form, chosen).decode()
        assert text.index("Berlin") < text.index("-5")
        assert "Paulo" not in text
    assert pq.read_table(io.BytesIO(exported("parquet", chosen))).num_rows == 4


def test_text_that_no_cell_of_a_sheet_holds_is_cut_and_told(exported: Exported, place: Path) -> None:
    pq.write_table(pa.table({"body": ["x" * 32_767, "y" * 40_000, "z"]}), place / "long.parquet")
    book = openpyxl.load_workbook(io.BytesIO(exported("xlsx", file="long.parquet")))
    cells = [row[0].value for row in book["Rows"].iter_rows(min_row=2)]
    assert cells == ["x" * 32_767, "y" * 32_766 + "…", "z"]
    assert str(book["Notes"]["A1"].value).startswith("1 cells of the sheet Rows held more than the 32,767")
    assert openpyxl.load_workbook(io.BytesIO(exported("xlsx"))).sheetnames == ["Rows"]


def test_more_than_a_sheet_holds_is_refused(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_SHEET_ROWS", 5)
    with pytest.raises(TooLarge, match="below its header"):
        exported("xlsx")
    assert exported("xlsx", Selection((Condition(column="id", operator="at most", value="4"),)))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what xlsxwriter leaves open
@pytest.mark.parametrize("form", ["xlsx", "arrow"])
def test_a_full_disk_is_told_by_the_formats_that_the_engine_does_not_write(
    place: Path, tmp_path: Path, form: ExportFormat
) -> None:
    target = tmp_path / "table"
    target.symlink_to("/dev/full")
    engine = Engine(LakeSettings(threads=1, memory_mb=256), spill=tmp_path / "spill")
    with pytest.raises(StorageFull, match="no room left"), engine.connection() as connection:
        exports.export(connection, place / "rows.parquet", target, EVERYTHING, form=form)
    gc.collect()


# req: D14
def test_nothing_of_a_download_stays_on_disk(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", b"id,city\n1,Rome\n2,Paris\n")
    before = harbour.files()
    chosen = Selection((Condition(column="city", operator="contains", value="paris"),))
    with harbour.lake.export(TENANT, view.id, chosen, form="csv") as content:
        assert harbour.files() == before
        assert content.read().split() == [b"id,city", b"2,Paris"]
    with pytest.raises(InvalidInput):
        harbour.lake.export(TENANT, view.id, Selection(sort="none"), form="csv")
    with pytest.raises(NotFound):
        harbour.lake.export("other", view.id, form="csv")
    assert harbour.files() == before
