"""Which reader reads a file. Adding a format is one file beside this one and one line in the dict."""

from __future__ import annotations

from lakeglass.core.errors import EmptyFile, UnsupportedFileType
from lakeglass.core.plugins import Registry
from lakeglass.lake.readers.base import EMPTY, Reader

registry: Registry[Reader] = Registry(
    "readers",
    {
        "parquet": "lakeglass.lake.readers.parquet:ParquetReader",
        # Any text may be delimited: this one is asked last.
        "csv": "lakeglass.lake.readers.csv:CsvReader",
    },
)

# What people upload by mistake, by its first bytes, so that the refusal can name it.
_KNOWN = (
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"ARROW1", "an Arrow file"),
)


def readers() -> tuple[Reader, ...]:
    """Every reader, in the order in which they are asked."""
    return tuple(registry.load(name)() for name in registry.names())


def recognise(head: bytes) -> Reader:
    """The reader for a file that begins with `head`; raises EmptyFile, UnsupportedFileType."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise EmptyFile(EMPTY)
    known = readers()
    stranger = next((what for magic, what in _KNOWN if head.startswith(magic)), None)
    if head.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        stranger = "an HTML or XML page"
    if stranger is None:
        for reader in known:
            if reader.recognises(head):
                return reader
    labels = " or ".join(reader.capabilities.label for reader in reversed(known))
    what = f" This is {stranger}." if stranger else " This is neither."
    raise UnsupportedFileType(f"Unsupported file type. Please upload {labels} files.{what}")
