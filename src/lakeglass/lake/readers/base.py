"""The reader family: a file of some format becomes one Parquet file, and every decision on the way is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
from pydantic import BaseModel, ConfigDict

from lakeglass.lake.decisions import Option, ReadDecision, ReadOptions

# As many leading bytes as `recognises` may count on (fewer when the file is shorter).
HEAD_BYTES = 65_536
BROKEN = "Unable to parse file. Please check file integrity."
EMPTY = "File contains no data."

# Hears (what is being done, how much of it is done, how much there is), in bytes or rows.
Progress = Callable[[str, int, int], None]


NO_OPTIONS = ReadOptions()


def silent(_step: str, _done: int, _total: int) -> None:
    """Nobody listens."""


class Capabilities(BaseModel):
    """What a reader can read, and which options it takes (besides `types`, which every one takes)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str
    suffixes: tuple[str, ...]
    options: tuple[Option, ...] = ()


class ReadResult(BaseModel):
    """What became of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    decisions: tuple[ReadDecision, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is given besides the file. `scratch` is an empty folder that the caller removes afterwards.

    `unpacked_bytes` bounds what a compressed file may become.
    """

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    options: ReadOptions = NO_OPTIONS
    unpacked_bytes: int = 2 << 30
    progress: Progress = silent


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

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write the whole table to `target` as Parquet (zstd), with types that Apache Iceberg knows.

        A type is adopted only if every value fits it; no row is dropped silently.
        Raises EmptyFile or UnprocessableFile with the reason, InvalidInput for an option that can't be followed.
        """
