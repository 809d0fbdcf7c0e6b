"""Compressed files (gzip, zstd, bzip2, xz, lz4, ZIP with one member): unpacked to disk within a bound, then read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pyarrow as pa

from lakeglass.core.errors import TooLarge, UnprocessableFile
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.readers.base import BROKEN, HEAD_BYTES, Reading

Packing = Literal["gzip", "zstd", "bzip2", "xz", "lz4", "zip"]
_MAGIC: tuple[tuple[bytes, Packing], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"PK\x03\x04", "zip"),
)
# The first member of what is a ZIP file only on the outside.
_OFFICE = (
    b"[Content_Types].xml",
    b"_rels/",
    b"xl/",
    b"docProps/",
    b"customXml/",
    b"word/",
    b"ppt/",
    b"mimetype",
    b"META-INF/",
)
# Stored, deflate, deflate64, bzip2, lzma, zstd, xz, AES.
_METHODS = frozenset({0, 8, 9, 12, 14, 93, 95, 99})
_CHUNK = 1 << 20
# What the decoders raise for damaged data; zipfile raises RuntimeError for a password, NotImplementedError for methods.
_DAMAGE = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    pa.ArrowException,
)
# Nobody packs a file more often than that by mistake.
LAYERS = 3


def packing(head: bytes) -> Packing | None:
    """How a file that begins with `head` is packed; None for one that is not, or is an Office document."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name if name != "zip" or _is_archive(head) else None
    return None


def _is_archive(head: bytes) -> bool:
    """True for a ZIP file whose first member has a name and a method, and is no part of an Office document."""
    member = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    method = int.from_bytes(head[8:10], "little")
    return bool(member) and method in _METHODS and not member.startswith(_OFFICE)


def peek(head: bytes, kind: Packing) -> bytes:
    """The beginning of what is inside, as far as the first bytes tell; empty when they don't."""
    try:
        match kind:
            case "gzip":
                return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
            case "bzip2":
                return bz2.BZ2Decompressor().decompress(head, HEAD_BYTES)
            case "xz":
                return lzma.LZMADecompressor().decompress(head, HEAD_BYTES)
            case "zip":
                return _peek_member(head)
            case "zstd" | "lz4":
                with pa.input_stream(pa.py_buffer(head), compression=kind) as stream:
                    return stream.read(4096)
    except _DAMAGE:
        return b""


def _peek_member(head: bytes) -> bytes:
    method = int.from_bytes(head[8:10], "little")
    start = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    if method == zipfile.ZIP_DEFLATED and not head[6] & 1:
        return zlib.decompressobj(wbits=-15).decompress(head[start:], HEAD_BYTES)
    size = int.from_bytes(head[18:22], "little")
    return head[start : start + size] if method == zipfile.ZIP_STORED and not head[6] & 9 else b""


def check(source: Path, kind: Packing) -> None:
    """Look whether an archive holds exactly one file; raises UnprocessableFile."""
    if kind == "zip":
        with _damage_told(kind), zipfile.ZipFile(source) as archive:
            _member(archive)


def unpack(source: Path, kind: Packing, reading: Reading) -> tuple[Path, ReadDecision]:
    """Write what is inside to the scratch folder; raises TooLarge above the bound, UnprocessableFile for damage."""
    number = len(list(reading.scratch.glob("unpacked*")))
    target = reading.scratch / f"unpacked{number}"
    limit = reading.unpacked_bytes
    written = 0
    with _damage_told(kind), _opened(source, kind) as stream, target.open("wb") as copy:
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > limit:
                raise TooLarge(
                    f"This {kind} file unpacks to more than {limit >> 20} MB. Upload a smaller one, or raise "
                    "LAKEGLASS_LAKE__MAX_UNPACKED_MB.",
                    details={"limit_mb": limit >> 20},
                )
            copy.write(chunk)
            reading.progress("unpack", written, 0)
    return target, ReadDecision(what="compression", value=kind)


def begin(source: Path, kind: Packing, size: int) -> bytes:
    """The first `size` bytes of what is inside; raises UnprocessableFile for damage."""
    with _damage_told(kind), _opened(source, kind) as stream:
        return stream.read(size)


@contextmanager
def _opened(source: Path, kind: Packing) -> Iterator[BinaryIO]:
    match kind:
        case "zip":
            with zipfile.ZipFile(source) as archive, archive.open(_member(archive)) as member:
                yield cast("BinaryIO", member)
        case "zstd" | "lz4":
            with pa.input_stream(str(source), compression=kind) as arrow:
                yield cast("BinaryIO", arrow)
        case "gzip":
            with gzip.open(source) as stream:
                yield cast("BinaryIO", stream)
        case "bzip2":
            with bz2.open(source) as stream:
                yield cast("BinaryIO", stream)
        case "xz":
            with lzma.open(source) as stream:
                yield cast("BinaryIO", stream)


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The only file of an archive, apart from what macOS adds."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and ".DS_Store" not in member.filename
    ]
    if len(members) != 1:
        raise UnprocessableFile(
            f"{BROKEN} The ZIP archive holds {len(members)} files, expected one: take out the table and upload it."
        )
    if members[0].flag_bits & 1:
        raise UnprocessableFile(f"{BROKEN} The ZIP archive has a password; unpack it, then upload the table.")
    return members[0]


@contextmanager
def _damage_told(kind: Packing) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the machine's fault, such as a full disk
        raise UnprocessableFile(f"{BROKEN} The {kind} data is damaged or incomplete.") from error
