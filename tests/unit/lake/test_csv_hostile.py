"""Delimited text as people and programs damage it: a correct table with its story told, or a clear refusal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import UnsupportedFileType
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import Prepared, prepare
from lakeglass.lake.readers import recognise


def read(tmp_path: Path, content: bytes, *, name: str = "in.csv") -> tuple[dict[str, list[object]], Prepared]:
    """The table as columns, and what is known of it."""
    source = tmp_path / name
    source.write_bytes(content)
    found = prepare(source, tmp_path / "out", settings=LakeSettings(threads=2))
    return pq.read_table(found.path).to_pydict(), found


def told(found: Prepared, what: str) -> str:
    return next(decision.value for decision in found.decisions if decision.what == what)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\n1,2\n3,4\r\n",
        b"a,b\n1,2\r\n3,4\n",
        b"a,b\n1,2\r3,4\r",
        b"a,b\r\n" + b"1,2\r\n" * 100_000 + b"3,4\n" * 100_000,
    ],
)
def test_mixed_line_ends_are_read_and_told(tmp_path: Path, content: bytes) -> None:
    table, found = read(tmp_path, content)
    assert len(table["a"]) == len(content.splitlines()) - 1
    assert (table["a"][0], table["a"][-1]) == (1, 3)
    assert told(found, "line ends") == "mixed"


def test_line_ends_inside_quotes_belong_to_the_value(tmp_path: Path) -> None:
    for end in (b"\r\n", b"\n"):  # the second one is another end than that of the first row
        table, _ = read(tmp_path, b'a,b\r\n1,"x\ny"' + end + b'2,"u\r\nv"\r\n')
        assert table["b"] == ["x\ny", "u\r\nv"]


def test_a_stray_carriage_return_belongs_to_its_value(tmp_path: Path) -> None:
    table, _ = read(tmp_path, b"a,b\n1,2\n3,x\ry\n5,6\n")
    assert table == {"a": [1, 3, 5], "b": ["2", "x\ry", "6"]}


def test_one_damaged_byte_does_not_change_every_other_word(tmp_path: Path) -> None:
    table, found = read(tmp_path, b"name,n\n" + "José,1\n".encode() * 50 + b"x\xff,2\n")
    assert table["name"][0] == "José"
    assert table["name"][-1] == "x\N{REPLACEMENT CHARACTER}"
    assert (told(found, "encoding"), told(found, "unreadable characters")) == (
        "utf-8",
        "shown as \N{REPLACEMENT CHARACTER}",
    )


def test_bytes_without_a_meaning_are_told(tmp_path: Path) -> None:
    _, found = read(tmp_path, b"name,n\ncaf\xe9 \x81,1\nb,2\n")
    assert told(found, "encoding") == "cp1252"
    assert told(found, "unreadable characters")


@pytest.mark.parametrize("line", [b"sep=;", b'"sep=;"', b"\xef\xbb\xbfSEP=;"])
def test_the_line_that_names_the_delimiter_is_no_data(tmp_path: Path, line: bytes) -> None:
    table, found = read(tmp_path, line + b"\r\na;b\r\n1;x,y,z\r\n2;u,v,w\r\n")
    assert table == {"a": [1, 2], "b": ["x,y,z", "u,v,w"]}
    assert told(found, "delimiter") == "semicolon"


def test_years_can_be_names(tmp_path: Path) -> None:
    table, _ = read(tmp_path, b"country,2019,2020,2021\nDE,1,2,3\nFR,4,5,6\n")
    assert table == {"country": ["DE", "FR"], "2019": [1, 4], "2020": [2, 5], "2021": [3, 6]}
    table, _ = read(tmp_path, b"DE,2019\nFR,2020\n")
    assert table["column_2"] == [2019, 2020]


def test_times_with_a_zone_are_moments_and_shown_in_utc(tmp_path: Path) -> None:
    table, found = read(tmp_path, b"t,n\n2024-01-01T00:00:00+02:00,1\n2024-01-01 00:00:00.25Z,2\n")
    assert table["t"][0] == dt.datetime(2023, 12, 31, 22, tzinfo=dt.UTC)
    assert [row[0] for row in found.preview.rows] == [
        "2023-12-31T22:00:00+00:00",
        "2024-01-01T00:00:00.25+00:00",
    ]
    assert found.statistics.columns[0].minimum == "2023-12-31T22:00:00+00:00"
    assert told(found, "type of t") == "moment in UTC"


@pytest.mark.parametrize("value", ["1E400", "2024-01-01 00:00:00.123456789", "-9223372036854775809"])
def test_what_a_type_can_not_hold_exactly_stays_as_it_is_written(tmp_path: Path, value: str) -> None:
    table, _ = read(tmp_path, f"k,v\n1,{value}\n2,{value}\n".encode())
    assert table["v"] == [value, value]


@pytest.mark.parametrize("pattern", ["d[1].csv", "d*.csv", "d?.csv"])
def test_a_name_like_a_pattern_reads_no_other_file(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "d1.csv").write_text("a,b\n7,8\n9,10\n")
    table, _ = read(tmp_path, b"a,b\n1,2\n", name=pattern)
    assert table == {"a": [1], "b": [2]}


def test_a_folder_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2024"
    folder.mkdir()
    table, _ = read(folder, b"a,b\n1,2\n")
    assert list(table) == ["a", "b"]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"<table><tr><td>1</td></tr></table>", "an HTML or XML page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "an HTML or XML page"),
        (b"{\\rtf1 text}", "a rich-text document"),
        (b"PK\x03\x04....", "a ZIP or Office file"),
    ],
)
def test_what_is_no_table_is_named(head: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFileType, match=f"This is {what}"):
        recognise(head)


def test_a_header_in_brackets_is_still_a_table() -> None:
    assert recognise(b"[id],[name]\n1,x\n").capabilities.name == "csv"


def test_names_that_the_queries_use_themselves_are_only_names(tmp_path: Path) -> None:
    names = ["v", "n", "c1", "c0", "x", "bar", "upto", "place0", "moment", "lake_counted", "c2"]
    rows = [[row * 10 + place for place in range(len(names))] for row in range(3)]
    content = "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)])
    table, found = read(tmp_path, content.encode())
    assert table == {name: [row[place] for row in rows] for place, name in enumerate(names)}
    for place, column in enumerate(found.statistics.columns):
        assert (column.name, column.distinct, column.minimum, column.maximum) == (
            names[place],
            3,
            place,
            20 + place,
        )
        assert column.quantiles is not None
        assert column.quantiles.p50 == 10 + place
        assert sum(item.count for item in column.histogram) == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'"last, first"\n"Smith, Anna"\n"Jones, Bob"\n', {"last, first": ["Smith, Anna", "Jones, Bob"]}),
        (b'"1,234,567"\n"2,345,678"\n"3,456,789"\n', {"column_1": [1234567, 2345678, 3456789]}),
        (b"Key:,Value:\nx,1\nu,3\nw,5\n", {"Key:": ["x", "u", "w"], "Value:": [1, 3, 5]}),
        (
            b"code,qty\nmisc,unknown\n" + b"".join(b"A-%03d,%d\n" % (n, n) for n in range(5)),
            {
                "code": ["misc", *(f"A-{n:03d}" for n in range(5))],
                "qty": ["unknown", "0", "1", "2", "3", "4"],
            },
        ),
        (b"a,b\n\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
        (b"name,city\n\nAnna,Rome\nBob,Oslo\n", {"name": ["Anna", "Bob"], "city": ["Rome", "Oslo"]}),
        (b"a,b\n1,--\n--,2\n", {"a": [1, None], "b": [None, 2]}),
    ],
)
def test_what_only_looks_like_an_export_is_left_as_it_is(
    tmp_path: Path, content: bytes, expected: dict[str, list[object]]
) -> None:
    table, _ = read(tmp_path, content)
    assert table == expected
