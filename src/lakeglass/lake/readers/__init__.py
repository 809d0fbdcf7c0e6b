"""Which reader reads a file. Adding a format is one file beside this one and one line in the dict."""

from __future__ import annotations

from pathlib import Path

from lakeglass.core.errors import EmptyFile, InvalidInput, UnsupportedFileType
from lakeglass.core.plugins import Registry
from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.readers import packed
from lakeglass.lake.readers.base import EMPTY, HEAD_BYTES, Reader, Reading, ReadResult
from lakeglass.lake.readers.strangers import stranger

registry: Registry[Reader] = Registry(
    "readers",
    {
        "parquet": "lakeglass.lake.readers.parquet:ParquetReader",
        "excel": "lakeglass.lake.readers.excel:ExcelReader",
        "arrow": "lakeglass.lake.readers.arrow:ArrowReader",
        "sqlite": "lakeglass.lake.readers.sqlite:SqliteReader",
        "json": "lakeglass.lake.readers.json:JsonReader",
        # Any text may be delimited: this one is asked last.
        "csv": "lakeglass.lake.readers.csv:CsvReader",
    },
)


def read(source: Path, target: Path, reading: Reading) -> ReadResult:
    """Unpack a file, recognise it, look whether it can be read, and write it to `target` as Parquet.

    Raises EmptyFile, UnsupportedFileType, TooLarge, UnprocessableFile, and InvalidInput for options that its format
    lacks.
    """
    told: list[ReadDecision] = []
    for _ in range(packed.LAYERS):
        kind = packed.packing(_head(source))
        if kind is None:
            break
        source, decision = packed.unpack(source, kind, reading)
        told.append(decision)
    reader = recognise(_head(source))
    _refuse(reader, reading.options)
    _check(reader, source)
    result = reader.read(source, target, reading)
    return ReadResult(rows=result.rows, decisions=(*told, *result.decisions))


def check(source: Path) -> None:
    """Look quickly whether a file can be read at all; raises EmptyFile, UnsupportedFileType, UnprocessableFile."""
    head = _head(source)
    kind = packed.packing(head)
    reader = recognise(head)
    if kind is None:
        _check(reader, source)
    else:
        packed.check(source, kind)


def refuse_options(source: Path, options: ReadOptions) -> None:
    """Raises InvalidInput for options that the file's format lacks."""
    _refuse(recognise(_head(source)), options)


def readers() -> tuple[Reader, ...]:
    """Every reader, in the order in which they are asked."""
    return tuple(registry.load(name)() for name in registry.names())


def recognise(head: bytes) -> Reader:
    """The reader for a file that begins with `head`, or for what is packed in it.

    Raises EmptyFile, UnsupportedFileType.
    """
    for _ in range(packed.LAYERS):
        kind = packed.packing(head)
        if kind is None:
            break
        # What can't be told yet may be text; it is looked at again once it is unpacked.
        head = packed.peek(head, kind) or b"?"
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise EmptyFile(EMPTY)
    known = readers()
    for reader in known:
        if reader.recognises(head):
            return reader
    raise _unsupported(f"This is {found}." if (found := stranger(head)) else "This is none of them.")


def _check(reader: Reader, source: Path) -> None:
    try:
        reader.check(source)
    except UnsupportedFileType as error:
        raise _unsupported(error.message) from error


def _unsupported(what: str) -> UnsupportedFileType:
    *most, last = sorted(reader.capabilities.label for reader in readers())
    return UnsupportedFileType(
        f"Unsupported file type. Please upload {', '.join(most)} or {last} files. {what}"
    )


def _head(source: Path) -> bytes:
    with source.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def _refuse(reader: Reader, options: ReadOptions) -> None:
    able = (*reader.capabilities.options, "types")
    unknown = sorted(set(options.given) - {*able})
    if unknown:
        raise InvalidInput(
            f"A {reader.capabilities.label} file takes no {' and no '.join(unknown)}; it takes {', '.join(able)}."
        )
