"""Workbooks: which sheet, where the table is, what the cells are, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from lakeglass.core.errors import EmptyFile, InvalidInput, TooLarge, UnprocessableFile, UnsupportedFileType
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.local import convert
from lakeglass.lake.readers import apart, check

Table = dict[str, list[object]]


def read(
    source: Path, options: ReadOptions | None = None, **settings: int
) -> tuple[Table, dict[str, ReadDecision]]:
    """The table and what was decided, with nothing left beside it."""
    check(source)
    target = source.with_suffix(".parquet")
    before = {*source.parent.iterdir()}
    result = convert(source, target, settings=LakeSettings(**settings), options=options)
    assert {*source.parent.iterdir()} == before | {target}
    return pq.read_table(target).to_pydict(), {told.what: told for told in result.decisions}


def sheet(path: Path, fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    fill(book.active)
    book.save(path)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a workbook goes; its name says nothing."""
    return tmp_path / "table.bin"


FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "code": ["007", "010", "123"],
        "price": [1.5, None, 2.25],
        "day": pd.to_datetime(["2024-01-31", "2024-02-29", None]),
        "at": pd.to_datetime(["2024-01-31 10:30", "2024-02-29 00:00", "1899-12-31 12:00"]),
        "ok": [True, False, True],
    }
)


# req: E2
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_cells_keep_their_types(tmp_path: Path, suffix: str) -> None:
    FRAME.drop(columns="at").to_excel(tmp_path / f"t.{suffix}", index=False)
    (tmp_path / f"t.{suffix}").rename(tmp_path / "t.csv")
    table, told = read(tmp_path / "t.csv")
    assert table == {
        "id": [1, 2, 3],
        "code": ["007", "010", "123"],
        "price": [1.5, None, 2.25],
        "day": [dt.date(2024, 1, 31), dt.date(2024, 2, 29), None],
        "ok": [True, False, True],
    }
    assert told["sheet"].chosen == "Sheet1"


def test_the_old_format_is_read(file: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Orders")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for place, name in enumerate(("id", "city", "day")):
        page.write(0, place, name)
    for row in (1, 2):
        page.write(row, 0, row)
        page.write(row, 1, "Zürich")
        page.write(row, 2, dt.date(2024, 1, row), day)
    second = book.add_sheet("Secret")
    second.write(0, 0, "x")
    second.visibility = 1
    book.save(str(file))
    table, told = read(file)
    assert table == {"id": [1, 2], "city": ["Zürich"] * 2, "day": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)]}
    assert [other.label for other in told["sheet"].alternatives] == ["Secret (hidden)"]


# req: D14
def test_the_first_sheet_that_shows_is_read_and_another_one_on_demand(file: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Notes hidden"
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.active.sheet_state = "hidden"
    book.create_sheet("Empty")
    for name, rows in (("Data", [["x", "y"], [1, 2.5]]), ("More", [["p", "q"], ["u", "v"]])):
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(file)
    table, told = read(file)
    assert table == {"x": [1], "y": [2.5]}
    labels = {other.value: other.label for other in told["sheet"].alternatives}
    assert labels == {"Notes hidden": "Notes hidden (hidden)", "Empty": "Empty", "More": "More"}
    assert read(file, ReadOptions(sheet="Notes hidden"))[0] == {"a": [1], "b": [2]}
    assert read(file, ReadOptions(sheet="More"))[0] == {"p": ["u"], "q": ["v"]}
    with pytest.raises(InvalidInput, match="no sheet 'Nope'; there are 'Notes hidden', 'Empty'"):
        read(file, ReadOptions(sheet="Nope"))
    with pytest.raises(EmptyFile):
        read(file, ReadOptions(sheet="Empty"))


def test_titles_above_totals_below_and_margins_are_left_out(file: Path) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        page["B2"] = "Sales report 2024"
        for column, name in zip("BCD", ("City", "Units", "Day"), strict=True):
            page[f"{column}5"] = name
        for row in range(6, 12):
            page[f"B{row}"], page[f"C{row}"], page[f"D{row}"] = "Rome", row * 10, dt.date(2024, 3, row)
        page["B12"], page["C12"] = "Total", 510

    table, told = read(sheet(file, fill))
    assert list(table) == ["City", "Units", "Day"]
    assert table["Units"] == [60, 70, 80, 90, 100, 110]
    assert table["Day"][0] == dt.date(2024, 3, 6)
    assert told["rows below the table"].value == "1 left out"
    kept, _ = read(file, ReadOptions(footer_rows=0))
    assert kept["City"][-1] == "Total"


def test_merged_headers_name_every_column_below_them(file: Path) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (
            ["Shop", "2023", None, "2024", None],
            [None, "units", "revenue", "units", "revenue"],
            *([f"shop {number}", number, number * 2.5, number + 1, number * 3.5] for number in range(1, 7)),
        ):
            page.append(row)
        page.merge_cells("B1:C1")
        page.merge_cells("D1:E1")
        page.merge_cells("A1:A2")

    table, told = read(sheet(file, fill))
    assert list(table) == ["Shop", "2023 units", "2023 revenue", "2024 units", "2024 revenue"]
    assert (table["2023 units"], told["header"].value) == ([1, 2, 3, 4, 5, 6], "first two rows")


def test_a_sheet_without_names_keeps_its_first_row(file: Path) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for number in range(1, 6):
            page.append([number, number * 1.5, dt.date(2024, 1, number)])

    table, told = read(sheet(file, fill))
    assert (list(table), table["column_1"]) == (["column_1", "column_2", "column_3"], [1, 2, 3, 4, 5])
    assert told["header"].value == "none"


def test_formulas_are_their_last_values_and_errors_are_told(file: Path) -> None:
    book = xlsxwriter.Workbook(str(file), {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["n", "double", "clock", "span"])
    for row in range(1, 4):
        page.write_number(row, 0, row)
        page.write_formula(row, 1, f"=A{row + 1}*2", None, "#DIV/0!" if row == 2 else row * 2)
        page.write_datetime(row, 2, dt.time(9, row), book.add_format({"num_format": "hh:mm"}))
        page.write_number(row, 3, 1.5, book.add_format({"num_format": "[h]:mm:ss"}))
    book.close()
    table, told = read(file)
    assert table["double"] == [2, None, 6]
    assert table["clock"] == [dt.time(9, 1), dt.time(9, 2), dt.time(9, 3)]
    assert table["span"] == ["36:00:00"] * 3
    assert told["cells without a value"].value == "1 left empty"


def test_a_column_of_mixed_types_stays_text_and_no_truth_becomes_a_number(file: Path) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (
            ["name", "mixed", "flags", "long"],
            ["a", 1, True, "12345678901234567890"],
            ["b", "x1", 2, "1"],
            ["c", 2.5, 3, "2"],
        ):
            page.append(row)

    table, _ = read(sheet(file, fill))
    assert table["mixed"] == ["1", "x1", "2.5"]
    assert table["flags"] == ["true", "2", "3"]
    assert table["long"] == ["12345678901234567890", "1", "2"]


def test_blank_and_repeated_names_and_blank_rows_are_told(file: Path) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (["a", None, "a", "="], [1, 2, 3, 4], [None] * 4, [5, 6, 7, 8]):
            page.append(row)

    table, told = read(sheet(file, fill))
    assert list(table) == ["a", "column_2", "a_2", "="]
    assert table["a"] == [1, 5]
    assert told["blank rows"].value == "1 left out"


# req: D14
def test_a_column_can_be_read_as_text(file: Path) -> None:
    FRAME[["id", "price"]].to_excel(file.with_suffix(".xlsx"), index=False)
    table, _ = read(file.with_suffix(".xlsx"), ReadOptions(types={"id": "text"}))
    assert table == {"id": ["1", "2", "3"], "price": [1.5, None, 2.25]}
    raw, _ = read(file.with_suffix(".xlsx"), ReadOptions(header_rows=0))
    assert next(iter(raw.values())) == ["id", "1", "2", "3"]


def test_a_password_is_named(file: Path) -> None:
    name = "EncryptedPackage".encode("utf-16-le")
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name + bytes(512))
    with pytest.raises(UnprocessableFile, match="has a password"):
        check(file)


def test_a_locked_ods_is_named(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(UnprocessableFile, match="has a password"):
        check(file)


def test_other_office_documents_are_no_tables(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnsupportedFileType, match="another Office document"):
        check(file)
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    with pytest.raises(UnsupportedFileType, match="another Office document"):
        check(file)


def test_a_bomb_is_stopped_at_the_bound(file: Path) -> None:
    FRAME[["id"]].to_excel(file.with_suffix(".xlsx"), index=False)
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(file.with_suffix(".xlsx")) as source,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in source.namelist():
            archive.writestr(member, source.read(member))
        archive.writestr("xl/media/padding.bin", bytes(8 << 20))
    file.write_bytes(bomb.getvalue())
    with pytest.raises(TooLarge, match="unpacks to more than 4 MB"):
        read(file, max_unpacked_mb=4)


def test_cells_that_lie_far_apart_take_no_memory_of_ours(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        page["A1"], page["B1"], page["A2"], page["XFD1048576"] = "a", "b", 1, 2

    monkeypatch.setattr(apart.ask, "__kwdefaults__", {"memory_bytes": 1 << 30, "seconds": 60})
    with pytest.raises((TooLarge, UnprocessableFile)):
        read(sheet(file, fill))


def test_a_parser_that_hangs_or_dies_ends_alone(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import time; time.sleep(60)")
    with pytest.raises(TooLarge, match="longer than 1 s"):
        apart.ask(script, {}, seconds=1)
    script.write_text("import os; os.abort()")
    with pytest.raises(UnprocessableFile, match="gave up"):
        apart.ask(script, {})
    script.write_text("bytearray(4 << 30)")
    with pytest.raises(TooLarge, match="more than 1024 MB of memory"):
        apart.ask(script, {}, memory_bytes=1 << 30)
