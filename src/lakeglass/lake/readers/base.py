"""The reader family: a file of some format becomes one Parquet file, and every decision on the way is told."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import duckdb
from pydantic import BaseModel, ConfigDict

from lakeglass.lake.model import ReadDecision

# As many leading bytes as `recognises` may count on (fewer when the file is shorter).
HEAD_BYTES = 65_536
BROKEN = "Unable to parse file. Please check file integrity."
EMPTY = "File contains no data."


class Capabilities(BaseModel):
    """What a reader can read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str
    suffixes: tuple[str, ...]


class ReadResult(BaseModel):
    """What became of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    decisions: tuple[ReadDecision, ...]


class Reader(Protocol):
    """Reads one format. Content decides whether it does, never the file's name."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can read."""

    def recognises(self, head: bytes) -> bool:
        """True when a file that begins with `head` is of this format."""

    def check(self, source: Path) -> None:
        """Look quickly whether the file can be read at all.

        Raises EmptyFile or UnprocessableFile with the reason.
        """

    def read(self, source: Path, target: Path, connection: duckdb.DuckDBPyConnection) -> ReadResult:
        """Write the whole table to `target` as Parquet (zstd), with types that Apache Iceberg knows.

        A type is adopted only if every value fits it; no row is dropped silently.
        Raises EmptyFile or UnprocessableFile with the reason.
        """
