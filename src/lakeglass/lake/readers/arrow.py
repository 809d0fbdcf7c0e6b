"""Arrow files and streams, and Feather: validated and rewritten as Parquet, then read as any Parquet file."""

from __future__ import annotations

from pathlib import Path

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.readers import apart, ipc
from lakeglass.lake.readers.base import BROKEN, Capabilities, Reading, ReadResult
from lakeglass.lake.readers.parquet import ParquetReader

_FORMS = ((b"ARROW1", "file"), (b"FEA1", "feather"), (b"\xff\xff\xff\xff", "stream"))
_SCRIPT = Path(ipc.__file__)


class ArrowReader:
    """Apache Arrow IPC (https://arrow.apache.org/docs/format/Columnar.html) and Feather."""

    capabilities = Capabilities(
        name="arrow", label="Arrow", suffixes=(".arrow", ".feather", ".ipc", ".arrows")
    )

    def recognises(self, head: bytes) -> bool:
        """By the magic bytes; a stream has its first message's length behind a mark of four."""
        form = _form(head)
        return form is not None and (form != "stream" or 0 < int.from_bytes(head[4:8], "little") < 1 << 28)

    def check(self, source: Path) -> None:
        """Look at the end of a file, which a cut one lacks; raises UnprocessableFile."""
        with source.open("rb") as stream:
            form = _form(stream.read(8))
            if form in {"file", "feather"}:
                stream.seek(-6 if form == "file" else -4, 2)
                if stream.read() != (b"ARROW1" if form == "file" else b"FEA1"):
                    raise UnprocessableFile(f"{BROKEN} The end of the Arrow file is missing: is it complete?")

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write the table; raises UnprocessableFile for damage and for types that no table can hold."""
        with source.open("rb") as stream:
            form = _form(stream.read(8)) or "file"
        between = reading.scratch / "table.parquet"
        answer = apart.ask(_SCRIPT, {"source": str(source.absolute()), "form": form, "target": str(between)})
        match answer.get("failure"):
            case "":
                reader = ParquetReader()
                reader.check(between)
                return reader.read(between, target, reading)
            case "types":
                raise UnprocessableFile(
                    f"{BROKEN} It has columns of types that a table can't hold, such as unions; leave them out."
                )
            case _:
                raise UnprocessableFile(f"{BROKEN} The Arrow data is damaged or incomplete.")


def _form(head: bytes) -> str | None:
    return next((form for magic, form in _FORMS if head.startswith(magic)), None)
