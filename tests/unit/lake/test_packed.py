"""Compressed files: unpacked within a bound, or refused by name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import EmptyFile, TooLarge, UnprocessableFile, UnsupportedFileType
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import convert
from lakeglass.lake.readers import check, recognise

CSV = b"a,b\n1,x\n2,y\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def read(tmp_path: Path, content: bytes, **settings: int) -> tuple[dict[str, list[object]], dict[str, str]]:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    check(source)
    result = convert(source, tmp_path / "out.parquet", settings=LakeSettings(**settings))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.parquet"]
    return pq.read_table(tmp_path / "out.parquet").to_pydict(), {d.what: d.value for d in result.decisions}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("gzip", gzip.compress(CSV)),
        ("gzip", gzip.compress(CSV[:6]) + gzip.compress(CSV[6:])),
        ("bzip2", bz2.compress(CSV)),
        ("xz", lzma.compress(CSV)),
        ("zstd", bytes(pa.compress(CSV, codec="zstd", asbytes=True))),
        ("zip", zipped(("t.csv", CSV))),
        ("zip", zipped(("t.csv", CSV), method=zipfile.ZIP_STORED)),
        ("zip", zipped(("folder/", b""), ("folder/t.csv", CSV), ("__MACOSX/folder/._t.csv", b"x"))),
        ("zip", zipped(("t.csv.gz", gzip.compress(CSV)))),
    ],
)
def test_what_is_packed_is_unpacked_and_told(tmp_path: Path, kind: str, content: bytes) -> None:
    table, told = read(tmp_path, content)
    assert table == {"a": [1, 2], "b": ["x", "y"]}
    assert kind in told["compression"] or kind == "zip"


def test_packed_parquet_is_parquet(tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"n": [1, 2]}), sink)
    assert read(tmp_path, gzip.compress(sink.getvalue().to_pybytes()))[0] == {"n": [1, 2]}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: zipped(("t.csv", data))])
def test_a_bomb_is_stopped_at_the_bound(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    with pytest.raises(TooLarge, match="unpacks to more than 3 MB"):
        read(tmp_path, pack(b"a,b\n" + b"0,0\n" * (1 << 20)), max_unpacked_mb=3)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_password_is_told(tmp_path: Path) -> None:
    locked = bytearray(zipped(("t.csv", CSV)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    with pytest.raises(UnprocessableFile, match="has a password"):
        read(tmp_path, bytes(locked))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(CSV * 9_000)[:-9], "gzip data is damaged or incomplete"),
        (lzma.compress(CSV * 9_000)[:-40], "xz data is damaged or incomplete"),
        (zipped(("t.csv", CSV * 9_000))[:-30], "zip data is damaged or incomplete"),
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "holds 2 files"),
    ],
)
def test_damage_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnprocessableFile, match=words):
        read(tmp_path, content)


def test_what_is_inside_decides_at_the_first_bytes() -> None:
    assert recognise(gzip.compress(CSV)).capabilities.name == "csv"
    with pytest.raises(UnsupportedFileType, match="This is a PNG picture"):
        recognise(gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(100)))
    with pytest.raises(EmptyFile):
        recognise(gzip.compress(b"\n\n"))
    with pytest.raises(UnsupportedFileType, match="This is a tar archive"):
        recognise(gzip.compress(b"t.csv" + bytes(252) + b"ustar\x0000" + bytes(300)))


def test_layers_without_end_are_not_followed(tmp_path: Path) -> None:
    content = CSV
    for _ in range(6):
        content = gzip.compress(content)
    with pytest.raises((UnsupportedFileType, UnprocessableFile)):
        read(tmp_path, content)
