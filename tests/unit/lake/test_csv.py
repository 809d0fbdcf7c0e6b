from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import EmptyFile, UnprocessableFile
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers.base import Reading
from lakeglass.lake.readers.csv import CsvReader


def read(tmp_path: Path, content: str | bytes) -> tuple[dict[str, list[object]], dict[str, str]]:
    """The table as columns, and the decisions as words."""
    source, target = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    reader = CsvReader()
    reader.check(source)
    engine = Engine(LakeSettings(threads=2), spill=tmp_path / "spill")
    with engine.connection() as connection, engine.scratch() as scratch:
        result = reader.read(source, target, Reading(connection, scratch))
    return pq.read_table(target).to_pydict(), {decision.what: decision.value for decision in result.decisions}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    table, _ = read(
        tmp_path, f"a{delimiter}b\n1{delimiter}x, y; z\n2{delimiter}w\n".replace("x, y; z", "word")
    )
    assert table == {"a": [1, 2], "b": ["word", "w"]}


def test_numbers_between_colons_are_no_times(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "a:b\n0.0:12\n0.5:13\n1.5:14\n")
    assert table == {"a": [0.0, 0.5, 1.5], "b": [12, 13, 14]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    table, told = read(tmp_path, "naïve,Größe\ncafé,1\nöl,2\n".encode(encoding))
    assert table == {"naïve": ["café", "öl"], "Größe": [1, 2]}
    assert told["encoding"] == encoding.removesuffix("-sig")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind(tmp_path: Path, end: str) -> None:
    table, _ = read(tmp_path, end.join(["a,b", "1,x", "2,y", ""]))
    assert table == {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize("identifier", ["007", "+49301234567", "12345678901234567890", "1_000", "0x1F"])
def test_identifiers_keep_every_sign(tmp_path: Path, identifier: str) -> None:
    table, _ = read(tmp_path, f"id,n\n{identifier},1\n5,2\n")
    assert table["id"] == [identifier, "5"]


def test_a_decimal_that_comes_late_is_not_rounded(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "n\n" + "1\n" * 60_000 + "20.25\n")
    assert table["n"][-1] == 20.25
    assert table["n"][0] == 1.0


def test_a_word_that_comes_late_makes_the_column_text(tmp_path: Path) -> None:
    table, told = read(tmp_path, "id,n\n" + "".join(f"{i},{i}\n" for i in range(60_000)) + "60000,unknown\n")
    assert table["n"][-1] == "unknown"
    assert table["n"][7] == "7"
    assert table["id"][-1] == 60_000
    assert told["type of n"] == "text"


def test_words_for_missing_are_missing_in_numbers_and_words_in_text(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "n,w\n1,NA\nNA,None\n2.5,x\n")
    assert table == {"n": [1.0, None, 2.5], "w": ["NA", "None", "x"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("29.02.2024", dt.date(2024, 2, 29)),
        ("29/02/2024", dt.date(2024, 2, 29)),
        ("02/29/2024", dt.date(2024, 2, 29)),
        ("2024-02-29 13:45:06", dt.datetime(2024, 2, 29, 13, 45, 6)),
        ("2024-02-29T13:45:06Z", dt.datetime(2024, 2, 29, 13, 45, 6, tzinfo=dt.UTC)),
        ("02/29/2024 13:45", dt.datetime(2024, 2, 29, 13, 45)),
    ],
)
def test_dates_are_dates(tmp_path: Path, text: str, value: object) -> None:
    table, _ = read(tmp_path, f"k,when\n1,{text}\n2,\n")
    assert table["when"] == [value, None]


def test_a_date_that_does_not_exist_stays_text(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "k,d\n1,2024-02-29\n2,2023-02-29\n")
    assert table["d"] == ["2024-02-29", "2023-02-29"]


def test_day_and_month_are_told_apart_by_the_whole_column(tmp_path: Path) -> None:
    rows = "".join(f"{i},01/02/2024\n" for i in range(5_000))
    table, _ = read(tmp_path, "k,d\n" + rows + "5000,25/12/2024\n")
    assert table["d"][0] == dt.date(2024, 2, 1)
    table, told = read(tmp_path, "k,d\n" + rows)
    assert table["d"][0] == "01/02/2024"
    assert told["type of d"] == "text"


def test_quotes_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    table, _ = read(tmp_path, 'a,b\n1,"x, ""y""\nz"\n2,w\n')
    assert table == {"a": [1, 2], "b": ['x, "y"\nz', "w"]}


def test_short_rows_are_filled_and_told(tmp_path: Path) -> None:
    table, told = read(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert table == {"a": [1, 4, 6], "b": [2, 5, 7], "c": [3, None, 8]}
    assert "short rows" in told


def test_long_rows_make_the_table_wider_and_are_told_with_their_line(tmp_path: Path) -> None:
    table, told = read(tmp_path, "a,b\n1,2\n3,4,5\n6,7\n")
    assert table == {"a": [1, 3, 6], "b": [2, 4, 7], "column_3": [None, 5, None]}
    assert told["long rows"] == "kept in more columns"


def test_rows_that_make_no_table_are_refused_with_their_line_and_no_message_quotes_a_cell(
    tmp_path: Path,
) -> None:
    rows = "1,2\n" * 9_000
    with pytest.raises(UnprocessableFile, match="Expected 2 fields in line 9002, found 100") as caught:
        read(tmp_path, f"a,b\n{rows}{'hunter2,' * 99}x\n6,7\n")
    assert "hunter2" not in str(caught.value)


def test_a_table_without_a_header_gets_numbered_columns(tmp_path: Path) -> None:
    table, told = read(tmp_path, "1,x\n2,y\n")
    assert table == {"column_1": [1, 2], "column_2": ["x", "y"]}
    assert told["header"] == "none"


def test_a_name_that_is_a_truth_word_is_no_value_of_a_column_that_writes_others(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "a,y\n0,false\n")
    assert table == {"a": [0], "y": [False]}
    values, told = read(tmp_path, "1,y\n2,n\n3,y\n")
    assert told["header"] == "none"
    assert len(values["column_2"]) == 3


def test_blank_and_repeated_names_are_made_unique(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "a,,a,A\nx,y,z,w\n")
    assert list(table) == ["a", "column_2", "a_2", "A_3"] or list(table) == ["a", "column_2", "a_2", "A_2"]
    assert len({name.casefold() for name in table}) == 4


def test_a_wide_table_is_read(tmp_path: Path) -> None:
    width = 1_500
    head = ",".join(f"c{i}" for i in range(width))
    rows = "\n".join(",".join(str(i * row) for i in range(width)) for row in range(1, 4))
    table, _ = read(tmp_path, f"{head}\n{rows}\n")
    assert len(table) == width
    assert table["c1499"] == [1499, 2998, 4497]


def test_only_a_header_is_a_table_without_rows(tmp_path: Path) -> None:
    table, told = read(tmp_path, "a,b,c\n")
    assert table == {"a": [], "b": [], "c": []}
    assert told["rows"] == "none"


@pytest.mark.parametrize("content", ["", "\n\n", " \r\n\t\n", "\ufeff", ",,,\n,,\n"])
def test_nothing_is_no_data(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyFile, match="File contains no data"):
        read(tmp_path, content)


def test_a_very_long_line_is_read(tmp_path: Path) -> None:
    table, _ = read(tmp_path, f'a,b\n1,"{"x" * 5_000_000}"\n2,y\n')
    assert [len(str(value)) for value in table["b"]] == [5_000_000, 1]


def test_many_rows_that_end_in_a_missing_value_are_all_read(tmp_path: Path) -> None:
    rows = 400_000
    table, _ = read(
        tmp_path, "id,word,n\n" + "".join(f"{i},{'w' * 80},{'' if i % 7 else i}\n" for i in range(rows))
    )
    assert len(table["id"]) == rows
    assert table["id"][-1] == rows - 1
    assert sum(value is not None for value in table["n"]) == (rows + 6) // 7


def test_a_backslash_at_the_end_of_a_quoted_value_is_no_escape(tmp_path: Path) -> None:
    rows = [["path", "n", "word"]] + [[f'q"/#{place}\\', str(place), "w"] for place in range(9)]
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    table, told = read(tmp_path, text)
    assert table["path"] == [row[0] for row in rows[1:]]
    assert "escape" not in told
