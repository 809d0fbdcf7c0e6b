"""What every reader must do; a new one is done when this suite passes over it."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import EmptyFile, UnprocessableFile, UnsupportedFileType
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers import readers, recognise, registry
from lakeglass.lake.readers.base import HEAD_BYTES, Reader, Reading

TABLE = pa.table(
    {
        "id": [1, 2, 3],
        "Größe": [1.5, None, -2.25],
        "word": ["a,b", 'say "hi"', None],
        "flag": [True, False, None],
        "day": pa.array([0, None, 19_000], pa.date32()),
    }
)


def write(name: str, table: pa.Table, path: Path) -> None:
    """A table as a file of the reader's format."""
    match name:
        case "csv":
            pyarrow.csv.write_csv(table, path)
        case "parquet":
            pq.write_table(table, path)
        case "excel":
            table.to_pandas().to_excel(path.with_suffix(".xlsx"), index=False)
            path.with_suffix(".xlsx").rename(path)
        case "arrow":
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        case "json":
            rows = (json.dumps(row, default=str, ensure_ascii=False) for row in table.to_pylist())
            path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        case "sqlite":
            with closing(sqlite3.connect(path)) as database, database:
                database.execute('CREATE TABLE t (id INT, "Größe" REAL, word TEXT, flag BOOLEAN, day DATE)')
                shown = [
                    [str(cell) if isinstance(cell, date) else cell for cell in row.values()]
                    for row in table.to_pylist()
                ]
                database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", shown)
        case _:
            raise AssertionError(f"teach this test to write {name}")


@pytest.fixture(params=registry.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(name: str) -> Reader:
    return registry.load(name)()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(LakeSettings(threads=1), spill=tmp_path / "spill")


@pytest.fixture
def file(name: str, tmp_path: Path) -> Path:
    path = tmp_path / "source"
    write(name, TABLE, path)
    return path


def read(reader: Reader, source: Path, engine: Engine) -> pa.Table:
    with (
        tempfile.TemporaryDirectory() as folder,
        engine.connection() as connection,
        engine.scratch() as scratch,
    ):
        target = Path(folder) / "out.parquet"
        result = reader.read(source, target, Reading(connection, scratch))
        assert list(Path(folder).iterdir()) == [target]
        table = pq.read_table(target)
        assert result.rows == table.num_rows
        return table


def test_it_recognises_its_own_files_by_content(name: str, file: Path) -> None:
    assert recognise(file.read_bytes()[:HEAD_BYTES]).capabilities.name == name


def test_exactly_one_reader_takes_a_file(reader: Reader, file: Path) -> None:
    head = file.read_bytes()[:HEAD_BYTES]
    assert reader.recognises(head)
    first = next(other for other in readers() if other.recognises(head))
    assert first.capabilities.name == reader.capabilities.name


def test_values_types_and_missing_values_survive(reader: Reader, file: Path, engine: Engine) -> None:
    reader.check(file)
    table = read(reader, file, engine)
    assert table.to_pydict() == TABLE.to_pydict()
    assert [str(field.type) for field in table.schema][:2] == ["int64", "double"]


def test_no_rows_are_a_table_without_rows(reader: Reader, name: str, tmp_path: Path, engine: Engine) -> None:
    if name == "json":
        (tmp_path / "none").write_text("[{}]")
        with pytest.raises(EmptyFile, match="no fields"):
            read(reader, tmp_path / "none", engine)
        return
    write(name, TABLE.slice(0, 0), tmp_path / "none")
    reader.check(tmp_path / "none")
    table = read(reader, tmp_path / "none", engine)
    assert (table.num_rows, table.column_names) == (0, TABLE.column_names)


def test_a_damaged_file_is_refused_or_read_but_never_crashes(
    reader: Reader, file: Path, engine: Engine
) -> None:
    whole = file.read_bytes()
    # A process is started for each of some formats; tests/contracts/test_reader_fuzz.py tries many more.
    pieces = 4 if reader.capabilities.name in {"excel", "arrow"} else 25
    for cut in range(1, len(whole), max(1, len(whole) // pieces)):
        file.write_bytes(whole[:cut] + b"\xff\x00\xfe" + whole[cut + 7 :])
        with suppress(UnprocessableFile):
            reader.check(file)
            read(reader, file, engine)


def test_what_nobody_reads_is_named() -> None:
    with pytest.raises(
        UnsupportedFileType, match=r"CSV, Excel, JSON, Parquet or SQLite files\. This is a PDF"
    ):
        recognise(b"%PDF-1.7 ...")
    with pytest.raises(EmptyFile):
        recognise(b" \r\n\t\n")
