"""JSON, JSON Lines, SQLite and Arrow: what becomes a row, what becomes a column, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import EmptyFile, InvalidInput, UnprocessableFile
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.local import convert
from lakeglass.lake.readers import check

Table = dict[str, list[object]]


def read(
    tmp_path: Path, content: bytes | str, options: ReadOptions | None = None
) -> tuple[Table, dict[str, ReadDecision]]:
    """The table of a file whose name says nothing, and what was decided."""
    source = tmp_path / "table.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    check(source)
    before = {*tmp_path.iterdir()}
    target = tmp_path / "out.parquet"
    result = convert(source, target, settings=LakeSettings(), options=options)
    assert {*tmp_path.iterdir()} == before | {target}
    return pq.read_table(target).to_pydict(), {told.what: told for told in result.decisions}


RECORDS = [
    {"id": 1, "who": {"name": "Ann", "home": {"city": "Rome"}}, "tags": ["a", "b"], "day": "2024-01-31"},
    {"id": 2, "who": {"name": None}, "price": 2.5, "day": None},
]
TABLE = {
    "id": [1, 2],
    "who.name": ["Ann", None],
    "who.home.city": ["Rome", None],
    "tags": ['["a","b"]', None],
    "day": [dt.date(2024, 1, 31), None],
    "price": [None, 2.5],
}


# req: E2
@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        "\ufeff" + "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\n",
        "".join(json.dumps(record, indent=1) for record in RECORDS),
        json.dumps({"meta": {"page": 1}, "data": RECORDS}),
        json.dumps({"response": {"items": RECORDS, "others": [{"x": 1}]}}),
    ],
)
def test_records_are_rows_and_objects_inside_are_flattened(tmp_path: Path, content: str) -> None:
    table, told = read(tmp_path, content)
    assert table == TABLE
    assert told["objects inside"].value == "who.name, who.home.city"
    assert told["lists"].value == "tags"


def test_utf_16_json_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(RECORDS).encode("utf-16"))[0] == TABLE


def test_numbers_are_exact_or_text(tmp_path: Path) -> None:
    lines = (
        '{"big": 12345678901234567890123, "id": "007", "n": 1, "f": 1.0, "m": 1, "t": true, "a": 1}',
        '{"big": 1, "id": "010", "n": 9223372036854775807, "f": 2.5, "m": "x", "t": null, "A": 2}',
    )
    table, told = read(tmp_path, "\n".join(lines))
    assert table["big"] == ["12345678901234567890123", "1"]
    assert table["id"] == ["007", "010"]
    assert table["n"] == [1, 9223372036854775807]
    assert table["f"] == [1.0, 2.5]
    assert table["m"] == ["1", "x"]
    assert table["t"] == [True, None]
    assert (table["a"], table["A_2"]) == ([1, None], [None, 2])
    assert told["mixed fields"].value == "m"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"a": [1, 2], "b": ["x", "y"]}, {"a": [1, 2], "b": ["x", "y"]}),
        ({"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}, {"a": [1, 2], "b": ["x", "y"]}),
        ({"0": {"a": 1, "b": "x"}, "1": {"a": 2, "b": "y"}}, {"a": [1, 2], "b": ["x", "y"]}),
        (
            {"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]},
            {"a": [1, 2], "b": ["x", "y"]},
        ),
        ([["a", "b"], [1, "x"], [2, "y"]], {"a": [1, 2], "b": ["x", "y"]}),
        ([[1, "x"], [2, "y"]], {"column_1": [1, 2], "column_2": ["x", "y"]}),
        (
            {"ann": {"n": 1, "m": 2}, "bob": {"n": 3, "m": 4}},
            {"key": ["ann", "bob"], "n": [1, 3], "m": [2, 4]},
        ),
        ({"name": "Ann", "age": 5}, {"name": ["Ann"], "age": [5]}),
        ([{"a": 1}, {}, {"a": None}], {"a": [1, None, None]}),
    ],
)
def test_tables_in_one_document_are_found(tmp_path: Path, document: object, expected: Table) -> None:
    assert read(tmp_path, json.dumps(document))[0] == expected


# req: D14
def test_another_list_of_the_document_can_be_chosen(tmp_path: Path) -> None:
    content = json.dumps({"orders": [{"n": 1}, {"n": 2}], "people": [{"p": "x"}], "page": 3})
    table, told = read(tmp_path, content)
    assert table == {"n": [1, 2]}
    assert [other.value for other in told["records"].alternatives] == ["people", "the whole document"]
    assert read(tmp_path, content, ReadOptions(table="people"))[0] == {"p": ["x"]}
    assert read(tmp_path, content, ReadOptions(table="the whole document"))[0]["page"] == [3]
    with pytest.raises(InvalidInput, match="no list 'nope'; there are 'orders'"):
        read(tmp_path, content, ReadOptions(table="nope"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('[{"a": 1}, {"a": ', "no valid JSON"),
        ('{"a": 1}\n{"a": oops}\n{"a": 2}\n', "no valid JSON"),
        ('{"a": 1', "no valid JSON"),
        ('{"a": ' + "[" * 100_000, "no valid JSON"),
        ('{"a": 1}\n[1, 2]\n', "not all objects"),
    ],
)
def test_damaged_json_is_refused_without_its_values(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(UnprocessableFile, match=reason) as caught:
        read(tmp_path, content)
    assert "oops" not in caught.value.message


@pytest.mark.parametrize("content", ["[]", "{}", "[[]]", " [ ] ", "[{}]", "[{},{}]"])
def test_json_without_data_is_empty(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyFile):
        read(tmp_path, content)


def database(
    path: Path, *statements: str, rows: Sequence[tuple[str, Sequence[Sequence[object]]]] = ()
) -> bytes:
    """A SQLite file's bytes."""
    with closing(sqlite3.connect(path)) as opened, opened:
        for statement in statements:
            opened.execute(statement)
        for insert, values in rows:
            opened.executemany(insert, values)
    content = path.read_bytes()
    path.unlink()
    return content


# req: E2 D14
def test_the_largest_table_is_read_and_another_one_on_demand(tmp_path: Path) -> None:
    content = database(
        tmp_path / "made",
        'CREATE TABLE "small one" (x INTEGER)',
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT, price REAL, paid BOOLEAN, day DATE, raw BLOB, any)",
        "CREATE VIEW trap AS SELECT * FROM orders",
        'INSERT INTO "small one" VALUES (7)',
        rows=[
            (
                "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (1, "007", 1, 1, "2024-01-31", b"\x00\xff", 1),
                    (2, "010", 2.5, 0, None, None, "x"),
                    (9_007_199_254_740_993, None, None, None, "2024-02-29", None, 2.5),
                ],
            )
        ],
    )
    table, told = read(tmp_path, content)
    assert table == {
        "id": [1, 2, 9_007_199_254_740_993],
        "code": ["007", "010", None],
        "price": [1.0, 2.5, None],
        "paid": [True, False, None],
        "day": [dt.date(2024, 1, 31), None, dt.date(2024, 2, 29)],
        "raw": ["00ff", None, None],
        "any": ["1", "x", "2.5"],
    }
    assert [other.label for other in told["table"].alternatives] == ["small one (1 rows)"]
    assert read(tmp_path, content, ReadOptions(table="small one"))[0] == {"x": [7]}
    with pytest.raises(InvalidInput, match="no table 'trap'"):
        read(tmp_path, content, ReadOptions(table="trap"))


def test_a_database_without_tables_or_in_pieces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match="no tables"):
        read(tmp_path, database(tmp_path / "made", "CREATE TABLE t (x)", "DROP TABLE t"))
    whole = database(
        tmp_path / "made",
        "CREATE TABLE t (x TEXT)",
        rows=[("INSERT INTO t VALUES (?)", [("word" * 500,) for _ in range(200)])],
    )
    with pytest.raises(UnprocessableFile, match="SQLite database is damaged"):
        read(tmp_path, whole[: len(whole) // 2])


def _arrow(table: pa.Table, form: str) -> bytes:
    sink = pa.BufferOutputStream()
    match form:
        case "file":
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        case "stream":
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        case _:
            feather.write_feather(table, sink, compression=form)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("form", ["file", "stream", "zstd", "lz4", "uncompressed"])
def test_arrow_in_every_form_is_read(tmp_path: Path, form: str) -> None:
    table = pa.table(
        {
            "n": pa.array([1, None, 3], pa.int16()),
            "word": pa.array(["x", "y", "x"]).dictionary_encode(),
            "half": pa.array([1.5, 2.0, None], pa.float32()),
            "at": pa.array([0, 1, None], pa.timestamp("ns", "Europe/Rome")),
            "nothing": pa.nulls(3),
        }
    )
    read_back, _ = read(tmp_path, _arrow(table, form))
    assert read_back["n"] == [1, None, 3]
    assert read_back["word"] == ["x", "y", "x"]
    assert read_back["half"] == [1.5, 2.0, None]
    assert read_back["nothing"] == [None] * 3
    assert read_back["at"][0] == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def test_cut_and_impossible_arrow_is_refused(tmp_path: Path) -> None:
    whole = _arrow(pa.table({"n": list(range(1000))}), "file")
    with pytest.raises(UnprocessableFile, match="is it complete"):
        read(tmp_path, whole[:-100])
    union = pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])])
    with pytest.raises(UnprocessableFile, match="such as unions"):
        read(tmp_path, _arrow(pa.table({"u": union}), "file"))


# req: E2
def test_whole_numbers_of_both_signs_are_numbers(tmp_path: Path) -> None:
    records = [{"change": 5, "big": 2**62}, {"change": -3, "big": -1}, {"change": None, "big": None}]
    table, _ = read(tmp_path, "\n".join(map(json.dumps, records)))
    assert table == {"change": [5, -3, None], "big": [2**62, -1, None]}


def test_a_quote_in_the_first_name_is_part_of_it(tmp_path: Path) -> None:
    table, _ = read(tmp_path, json.dumps([{'12" pipe, \\': 1}, {'12" pipe, \\': 2}]))
    assert table == {'12" pipe, \\': [1, 2]}
