"""Parquet: every type that a file may hold is kept, told, or refused; never silently something else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.core.errors import UnprocessableFile
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.local import prepare
from lakeglass.lake.preview import Selection
from lakeglass.lake.readers.parquet import ParquetReader, portable_type

BERLIN = pa.timestamp("us", "Europe/Berlin")
TYPES = pa.table(
    {
        "u8": pa.array([1, 2], pa.uint8()),
        "u64": pa.array([2**63, 5], pa.uint64()),
        "f16": pa.array([1.5, None], pa.float16()),
        "decimal": pa.array([Decimal("1.10"), Decimal("2.25")], pa.decimal128(38, 2)),
        "bytes": [b"\x00\xff", b""],
        "fixed": pa.array([b"1234", b"5678"], pa.binary(4)),
        "nothing": pa.nulls(2),
        "zoned": pa.array([0, 1_700_000_000_500_000], BERLIN),
        "nanoseconds": pa.array([0, 10**18], pa.timestamp("ns")),
        "time": pa.array([1_000, 2_000], pa.time64("ns")),
        "far": pa.array([-700_000, 2_900_000], pa.date32()),
        "words": pa.array(["x", "y"]).dictionary_encode(),
        "list": pa.array([[1], [2, None]], pa.list_(pa.uint8())),
        "struct": pa.array([{"at": 0, "n": 1}, None], pa.struct([("at", BERLIN), ("n", pa.uint64())])),
        "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int8())),
    }
)


def write(path: Path, table: pa.Table = TYPES) -> Path:
    pq.write_table(table, path)
    return path


def test_every_type_becomes_a_snapshot_a_preview_and_statistics(harbour: Harbour, tmp_path: Path) -> None:
    view = harbour.upload("types.parquet", write(tmp_path / "t").read_bytes())
    assert view.state == "ready", view.failure
    page = harbour.lake.rows(TENANT, view.id, Selection(sort="zoned", descending=True), offset=0, limit=2)
    second = dict(zip(TYPES.column_names, page.rows[0], strict=True))
    assert second["zoned"] == "2023-11-14T22:13:20.5+00:00"
    assert second["u64"] == 5
    assert second["decimal"] == 2.25
    assert second["map"] == "{}"
    first = dict(zip(TYPES.column_names, page.rows[1], strict=True))
    assert (first["u64"], first["bytes"], first["nothing"]) == (str(2**63), "<2 bytes>", None)
    assert first["struct"] == '{"at":"1970-01-01 00:00:00+00","n":1}'
    assert view.version is not None
    told = {decision.what.removeprefix("type of "): decision.value for decision in view.version.decisions}
    assert told["u8"] == "INTEGER"
    assert told["list"] == "INTEGER[]"
    assert told["nanoseconds"] == "TIMESTAMP"
    assert "decimal" not in told
    by_name = {column.name: column for column in harbour.lake.statistics(TENANT, view.id).columns}
    assert by_name["zoned"].maximum == "2023-11-14T22:13:20.5+00:00"
    assert by_name["nothing"].nulls == 2
    assert (by_name["list"].kind, by_name["list"].distinct_is_exact) == ("nested", False)


def test_decimals_that_the_engine_would_misread_are_refused(tmp_path: Path) -> None:
    table = pa.table({"price": pa.array([Decimal(1)], pa.decimal256(60, 2))})
    with pytest.raises(UnprocessableFile, match="'price' has decimals of more than 38 digits"):
        ParquetReader().check(write(tmp_path / "t", table))


def test_repeated_and_blank_names_are_made_unique_and_told(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array([2]), pa.array([3]), pa.array([4])], names=["a", "", "A", "a"])
    found = prepare(write(tmp_path / "t.parquet", table), tmp_path / "out", settings=LakeSettings())
    assert [column.name for column in found.preview.columns] == ["a", "column_2", "A_2", "a_3"]
    assert found.preview.rows == ((1, 2, 3, 4),)
    assert {decision.what for decision in found.decisions} == {f"name of column {n}" for n in (2, 3, 4)}


def test_a_folder_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2024"
    folder.mkdir()
    found = prepare(write(folder / "t.parquet", TYPES.select(["u8"])), folder, settings=LakeSettings())
    assert [column.name for column in found.statistics.columns] == ["u8"]


@pytest.mark.parametrize("pattern", ["t[1].parquet", "t*.parquet", "t?.parquet"])
def test_a_name_like_a_pattern_reads_no_other_file(tmp_path: Path, pattern: str) -> None:
    write(tmp_path / "t1.parquet", pa.table({"other": [1, 2, 3]}))
    found = prepare(
        write(tmp_path / pattern, pa.table({"mine": [7]})), tmp_path / "o", settings=LakeSettings()
    )
    assert [column.name for column in found.preview.columns] == ["mine"]
    assert found.preview.rows == ((7,),)


@pytest.mark.parametrize(
    ("dtype", "stored"),
    [
        ("UTINYINT[]", "INTEGER[]"),
        (
            'STRUCT("UBIGINT" UBIGINT, b STRUCT(c TIMESTAMP_NS)[])',
            'STRUCT("UBIGINT" DECIMAL(20,0), b STRUCT(c TIMESTAMP)[])',
        ),
        ("MAP(VARCHAR, TINYINT)", "MAP(VARCHAR, INTEGER)"),
        ("ENUM('UTINYINT', 'it''s)')", "VARCHAR"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"),
        ("TIME WITH TIME ZONE", "VARCHAR"),
        ("DECIMAL(18,3)", "DECIMAL(18,3)"),
    ],
)
def test_types_that_iceberg_lacks_are_replaced_wherever_they_stand(dtype: str, stored: str) -> None:
    assert portable_type(dtype) == stored


def test_dates_before_python_can_count_are_shown(tmp_path: Path) -> None:
    with Engine(LakeSettings(), spill=tmp_path / "spill").connection() as connection:
        path = tmp_path / "t.parquet"
        connection.execute(f"COPY (SELECT DATE '-0043-03-15' AS d UNION ALL SELECT NULL) TO '{path}'")
    found = prepare(path, tmp_path / "out", settings=LakeSettings())
    assert found.preview.rows[0][0] == "0044-03-15 (BC)"
    assert found.statistics.columns[0].minimum == "0044-03-15 (BC)"


def test_a_year_that_iceberg_can_not_hold_is_told_and_leaves_only_the_original(
    harbour: Harbour, tmp_path: Path
) -> None:
    table = pa.table({"d": pa.array([-(2**31) + 1], pa.date32())})
    view = harbour.upload("far.parquet", write(tmp_path / "t", table).read_bytes())
    assert view.state == "failed"
    assert view.failure is not None
    assert "dates in a far-off year" in view.failure
    assert {name.split("/")[0] for name in harbour.files()} == {"blobs"}


def test_names_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.parquet"
    pq.write_table(pa.table({"nameofit": [1, 2]}), file, store_schema=False)
    file.write_bytes(file.read_bytes().replace(b"nameofit", b"name\xff\xfeit"))
    with pytest.raises(UnprocessableFile):
        prepare(file, tmp_path / "out", settings=LakeSettings())
