"""Bad input of every kind that issue reports know, each with what has to become of it."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet import encryption

Rows = list[list[object]]
MB = 1 << 20


@dataclass(frozen=True)
class Table:
    """The first rows as the API tells them, how many there are, and the columns where they matter."""

    rows: int
    head: Rows | None = None
    columns: list[str] | None = None
    width: int | None = None


@dataclass(frozen=True)
class Refused:
    """An error of the catalogue whose message holds all these words: `late` when only reading finds it out."""

    status: int
    code: str
    words: tuple[str, ...]
    late: bool = False


@dataclass(frozen=True)
class Bad:
    """A file: `pieces` writes it bit by bit; `heavy` when it has hundreds of megabytes."""

    name: str
    pieces: Callable[[], Iterator[bytes]]
    outcome: Table | Refused
    heavy: bool = False
    file: str = "in.csv"


def _whole(make: Callable[[], bytes]) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield make()

    return pieces


def _bytes(content: bytes) -> Callable[[], Iterator[bytes]]:
    return _whole(lambda: content)


def _parquet() -> bytes:
    packed = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": list(range(1000)), "b": ["x"] * 1000}), packed)
    return packed.getvalue().to_pybytes()


def _cell_of_parquet(size: int) -> bytes:
    packed = pa.BufferOutputStream()
    pq.write_table(pa.table({"id": [1, 2, 3], "body": ["a", "x" * size, "c"]}), packed, compression="none")
    return packed.getvalue().to_pybytes()


class _Keys(encryption.KmsClient):
    """Wraps keys by turning them round: what is tested is that nobody asks for them."""

    def wrap_key(self, key_bytes: bytes, _master: str) -> bytes:
        return base64.b64encode(key_bytes[::-1])

    def unwrap_key(self, wrapped_key: bytes, _master: str) -> bytes:
        return base64.b64decode(wrapped_key)[::-1]


def _encrypted(*, footer: bool) -> bytes:
    """A Parquet file whose column is encrypted, and its footer where that is wanted."""
    settings = encryption.EncryptionConfiguration(
        footer_key="f", column_keys={"c": ["b"]}, plaintext_footer=not footer
    )
    factory = encryption.CryptoFactory(lambda _settings: _Keys())
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), settings)
    packed = pa.BufferOutputStream()
    pq.write_table(
        pa.table({"a": [1, 2], "b": ["x", "y"]}), packed, encryption_properties=properties, compression="none"
    )
    return packed.getvalue().to_pybytes()


def _workbook(frame: pd.DataFrame) -> bytes:
    sheet = io.BytesIO()
    frame.to_excel(sheet, index=False)
    return sheet.getvalue()


def _locked() -> bytes:
    """The container into which Excel puts an encrypted workbook ([MS-OFFCRYPTO] 2.3.4)."""
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name + bytes(512)


def _bomb_workbook(size: int) -> bytes:
    """A sheet that unpacks to `size` bytes of one cell."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(pd.DataFrame({"a": [1]})))) as sound,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in sound.namelist():
            if member != "xl/worksheets/sheet1.xml":
                archive.writestr(member, sound.read(member))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet><sheetData><row><c t="inlineStr"><is><t>')
            for _ in range(size // MB):
                sheet.write(b"x" * MB)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    return packed.getvalue()


def _bomb_gzip(size: int) -> Iterator[bytes]:
    """Rows without end, packed a thousand times smaller."""
    piece = gzip.compress(b"1,2\n" * (MB // 4))
    yield gzip.compress(b"a,b\n")
    for _ in range(size // MB):
        yield piece


def _one_cell(size: int) -> Iterator[bytes]:
    yield b"id,body,n\n1,short,5\n2,"
    for _ in range(size // MB):
        yield b"x" * MB
    yield b",7\n3,last,9\n"


def _wide(columns: int) -> bytes:
    lines = [",".join(f"c{place}" for place in range(columns))]
    lines += [",".join(str(place * row) for place in range(columns)) for row in (1, 2, 3)]
    return "\n".join(lines).encode()


_SQL = [
    "Robert'); DROP TABLE students;--", "select", '"quoted"', "a.b", "__import__('os').system('id')", "{x}", "%s",
    "$1", "<script>alert(1)</script>", "../../etc/passwd", "count(*)", "index", "\\",
]  # fmt: skip
_SIGNS = ["😀 mood", "اسم", "שם\u200f", "名前", "é", "e\u0301", "👩‍👩‍👧", "Ω≈ç"]
_FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "plain"]


def _csv(header: list[str], *rows: list[object]) -> bytes:
    return pd.DataFrame(rows, columns=header).to_csv(index=False).encode()


_TYPE, _FILE, _EMPTY, _BIG = "UNSUPPORTED_FILE_TYPE", "UNPROCESSABLE_FILE", "EMPTY_FILE", "TOO_LARGE"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
_DATES = ["1899-12-30", "0001-01-01", "1582-10-10", "2262-04-12", "9999-12-31"]

CASES: tuple[Bad, ...] = (
    Bad("empty", _bytes(b""), Refused(422, _EMPTY, ("no data",))),
    Bad("blanks only", _bytes(b"\n\n  \r\n\t\n"), Refused(422, _EMPTY, ("no data",))),
    Bad("delimiters only", _bytes(b",,,\n,,,\n"), Refused(422, _EMPTY, ("no data",))),
    Bad("header only", _bytes(b"a,b,c\n"), Table(0, [], ["a", "b", "c"])),
    Bad("one column", _bytes(b"town\nRome\nOslo\nLima\n"), Table(3, [["Rome"], ["Oslo"], ["Lima"]], ["town"])),
    Bad("one value", _bytes(b"42"), Table(1, [[42]], ["column_1"])),
    Bad("500 columns", _whole(lambda: _wide(500)), Table(3, width=500)),
    Bad("5,000 columns", _whole(lambda: _wide(5000)), Table(3, width=5000), heavy=True),
    Bad("a picture named .csv", _bytes(_PNG), Refused(400, _TYPE, ("PNG", "CSV"))),
    Bad("random bytes named .csv", _bytes(bytes(range(256)) * 300), Refused(400, _TYPE, ("CSV",))),
    Bad("HTML named .csv", _bytes(b"<!DOCTYPE html><html><body><table></table></body></html>"),
        Refused(400, _TYPE, ("HTML", "CSV"))),
    Bad("a PDF named .xlsx", _bytes(b"%PDF-1.7\n" + bytes(300)), Refused(400, _TYPE, ("PDF",)), file="in.xlsx"),
    Bad("a Word document named .xlsx", _whole(lambda: _zip({"[Content_Types].xml": b"<T/>", "word/document.xml": b""})),
        Refused(400, _TYPE, ("another Office document", "JSON")), file="in.xlsx"),
    Bad("a CSV named .parquet", _bytes(b"a,b\n1,x\n2,y\n"), Table(2, [[1, "x"], [2, "y"]]), file="in.parquet"),
    Bad("Parquet named .csv", _whole(_parquet), Table(1000, columns=["a", "b"])),
    Bad("truncated Parquet", _whole(lambda: _parquet()[:-50]), Refused(422, _FILE, ("footer", "complete")),
        file="in.parquet"),
    Bad("Parquet without its middle", _whole(lambda: _parquet()[:200] + _parquet()[500:]),
        Refused(422, _FILE, ("Unable to parse",), late=True), file="in.parquet"),
    Bad("Parquet with an encrypted footer", _whole(lambda: _encrypted(footer=True)),
        Refused(422, _FILE, ("encrypted", "decrypt")), file="in.parquet"),
    Bad("Parquet with an encrypted column", _whole(lambda: _encrypted(footer=False)),
        Refused(422, _FILE, ("encrypted", "decrypt"), late=True), file="in.parquet"),
    Bad("a workbook with a password", _whole(_locked), Refused(422, _FILE, ("password", "save it without")),
        file="in.xlsx"),
    Bad("truncated workbook", _whole(lambda: _workbook(pd.DataFrame({"a": range(99)}))[:-99]),
        Refused(422, _FILE, ("damaged or incomplete",)), file="in.xlsx"),
    Bad("a bomb as a workbook", _whole(lambda: _bomb_workbook(80 * MB)),
        Refused(413, _BIG, ("unpacks to more than 64 MB", "MAX_UNPACKED_MB"), late=True), file="in.xlsx"),
    Bad("a bomb as csv.gz", lambda: _bomb_gzip(100 * MB),
        Refused(413, _BIG, ("unpacks to more than 64 MB", "MAX_UNPACKED_MB"), late=True), file="in.csv.gz"),
    Bad("truncated gzip", _whole(lambda: gzip.compress(_wide(300))[:-30]),
        Refused(422, _FILE, ("gzip", "incomplete"), late=True), file="in.csv.gz"),
    Bad("null bytes", _bytes(b"a,b\n1,\x00x\n2,y\x00\n"), Table(2, [[1, "x"], [2, "y"]])),
    Bad("formulas", _whole(lambda: _csv(["v", "n"], *([v, i] for i, v in enumerate(_FORMULAS)))),
        Table(6, [[v, i] for i, v in enumerate(_FORMULAS)])),
    Bad("repeated and blank names", _bytes(b"a,,a,A, \n1,2,3,4,5\n6,7,8,9,10\n"),
        Table(2, [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], ["a", "column_2", "a_2", "A_3", "column_5"])),
    Bad("names that are SQL or code", _whole(lambda: _csv(_SQL, list(range(len(_SQL))), list(range(len(_SQL))))),
        Table(2, [list(range(len(_SQL)))] * 2, _SQL)),
    Bad("emoji and right-to-left names", _whole(lambda: _csv(_SIGNS, list(range(8)), list(range(8)))),
        Table(2, [list(range(8))] * 2, _SIGNS)),
    Bad("mixed types", _bytes(b"id,v\n1,5\n2,five\n3,2024-01-01\n4,true\n5,007\n"),
        Table(5, [[1, "5"], [2, "five"], [3, "2024-01-01"], [4, "true"], [5, "007"]])),
    Bad("NaN and infinity", _bytes(b"v,w\n1.5,NaN\n-inf,2\ninf,3\nNaN,4\n"),
        Table(4, [[1.5, None], ["-inf", 2], ["inf", 3], [None, 4]])),
    Bad("dates before 1900 and after 2262", _bytes("\n".join(["d", *_DATES]).encode()),
        Table(5, [[day] for day in _DATES])),
    Bad("dates of a workbook before 1900 and after 2262",
        _whole(lambda: _workbook(pd.DataFrame({"d": _DATES, "n": range(5)}))),
        Table(5, [[day, n] for n, day in enumerate(_DATES)]), file="in.xlsx"),
    Bad("200 MB in one cell", lambda: _one_cell(200 * MB),
        Refused(422, _FILE, ("Line 3 is longer than 64 MB", "quotation mark"), late=True), heavy=True),
    Bad("200 MB in one cell of Parquet", _whole(lambda: _cell_of_parquet(200 * MB)), Table(3), heavy=True,
        file="in.parquet"),
    Bad("50 MB in one cell", lambda: _one_cell(50 * MB),
        Table(3, [[1, "short", 5], [2, "x" * 10_000 + "…", 7], [3, "last", 9]]), heavy=True),
)  # fmt: skip


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
