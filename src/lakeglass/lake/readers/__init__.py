"""Which reader reads a file. Adding a format is one file beside this one and one line in the dict."""

from __future__ import annotations

from pathlib import Path

from lakeglass.core.errors import EmptyFile, InvalidInput, UnsupportedFileType
from lakeglass.core.plugins import Registry
from lakeglass.lake.readers.base import EMPTY, HEAD_BYTES, Reader, Reading, ReadResult
from lakeglass.lake.readers.strangers import stranger

registry: Registry[Reader] = Registry(
    "readers",
    {
        "parquet": "lakeglass.lake.readers.parquet:ParquetReader",
        # Any text may be delimited: this one is asked last.
        "csv": "lakeglass.lake.readers.csv:CsvReader",
    },
)


def read(source: Path, target: Path, reading: Reading) -> ReadResult:
    """Recognise a file, look whether it can be read, and write it to `target` as Parquet.

    Raises EmptyFile, UnsupportedFileType, UnprocessableFile, and InvalidInput for options that its format lacks.
    """
    with source.open("rb") as stream:
        reader = recognise(stream.read(HEAD_BYTES))
    unknown = sorted(set(reading.options.given) - {*reader.capabilities.options, "types"})
    if unknown:
        able = ", ".join((*reader.capabilities.options, "types"))
        raise InvalidInput(
            f"A {reader.capabilities.label} file is not read by {', '.join(unknown)}; it takes: {able}."
        )
    reader.check(source)
    return reader.read(source, target, reading)


def readers() -> tuple[Reader, ...]:
    """Every reader, in the order in which they are asked."""
    return tuple(registry.load(name)() for name in registry.names())


def recognise(head: bytes) -> Reader:
    """The reader for a file that begins with `head`; raises EmptyFile, UnsupportedFileType."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise EmptyFile(EMPTY)
    known = readers()
    for reader in known:
        if reader.recognises(head):
            return reader
    labels = " or ".join(reader.capabilities.label for reader in reversed(known))
    what = f"This is {found}." if (found := stranger(head)) else "This is neither."
    raise UnsupportedFileType(f"Unsupported file type. Please upload {labels} files. {what}")
