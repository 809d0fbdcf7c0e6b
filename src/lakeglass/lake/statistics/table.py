"""Every column on a few threads, then what only the whole table tells: repeated rows, and columns that go together."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.figures import Association, ColumnStatistics, Statistics
from lakeglass.lake.model import ColumnInfo
from lakeglass.lake.preview import columns_of
from lakeglass.lake.statistics.arrow import Array, Chunked, whole
from lakeglass.lake.statistics.associations import Side, associate, candidates, side_of, takes_part
from lakeglass.lake.statistics.columns import Columns
from lakeglass.lake.statistics.describe import Source, Walk, describe
from lakeglass.lake.statistics.duplicates import duplicate_rows
from lakeglass.lake.statistics.findings import findings
from lakeglass.lake.statistics.sketch import EXACT
from lakeglass.lake.statistics.words import TOP

# Hears (columns done, columns in all); what it raises stops the work.
Progress = Callable[[int, int], None]

# A number costs 8 bytes in each of a few arrays while its column is looked at.
_BYTES_A_NUMBER = 48
# So many frequent values are told of all columns together; of each at least a few.
_TOP_VALUES = 100_000
_LEAST_TOP = 10
# Rows among which columns that go together are looked for, and the most cells that these may have.
_SAMPLE_ROWS = 20_000
_SAMPLE_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What computing may take: `threads`, and how many numbers and different texts of a column are held at once."""

    threads: int
    numbers: int
    words: int = EXACT

    @classmethod
    def of(cls, settings: LakeSettings) -> Bounds:
        """The bounds that go with the settings of the engine."""
        threads = settings.threads or os.cpu_count() or 1
        return cls(threads=threads, numbers=(settings.memory_mb << 20) // _BYTES_A_NUMBER // threads)


def compute(
    connection: duckdb.DuckDBPyConnection, file: Path, *, bounds: Bounds, progress: Progress | None = None
) -> Statistics:
    """Statistics of a Parquet file, over every row."""
    began = time.perf_counter()
    table = _Table(connection, file, bounds)
    columns = table.columns(progress)
    repeated = duplicate_rows(connection, file, columns, rows=table.rows, most=bounds.numbers)
    computed = Statistics(
        rows=table.rows,
        columns=columns,
        size_bytes=file.stat().st_size,
        duplicate_rows=repeated,
        associations=table.associations(columns),
        seconds=time.perf_counter() - began,
    )
    return computed.model_copy(update={"findings": findings(computed)})


class _Table:
    """One file, while it is looked at."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path, bounds: Bounds) -> None:
        self._connection = connection
        self._file = file
        self._bounds = bounds
        self._stored = Columns(file)
        self._infos = columns_of(connection, file)
        self._sides: dict[int, Side] = {}
        self._places = _evenly(self._stored.rows, len(self._infos))
        self._top = min(TOP, max(_LEAST_TOP, _TOP_VALUES // max(len(self._infos), 1)))
        self.rows = self._stored.rows

    def columns(self, progress: Progress | None) -> tuple[ColumnStatistics, ...]:
        """Each column described; `progress` is told whenever some are."""
        found: dict[int, ColumnStatistics] = {}
        stop = threading.Event()
        with ThreadPoolExecutor(self._bounds.threads, thread_name_prefix="lakeglass-statistics") as pool:
            jobs = [pool.submit(self._describe, group, stop) for group in self._stored.together()]
            try:
                for job in as_completed(jobs):
                    found |= job.result()
                    if progress is not None:
                        progress(len(found), len(self._infos))
            finally:
                stop.set()
                pool.shutdown(cancel_futures=True)
        return tuple(found[place] for place in range(len(self._infos)))

    def associations(self, columns: Sequence[ColumnStatistics]) -> tuple[Association, ...]:
        """The strongest ones, measured over every row that fits into memory."""
        chosen = candidates(columns, self._sides)
        if self._places.size == self.rows or self.rows > self._bounds.numbers:
            return associate(columns, chosen, self._sides.__getitem__)
        return associate(columns, chosen, self._side)

    def _describe(self, group: range, stop: threading.Event) -> dict[int, ColumnStatistics]:
        """Several neighbouring columns, read at once if they are short."""
        found: dict[int, ColumnStatistics] = {}
        if stop.is_set():
            return found
        together = self._stored.table(group) if len(group) > 1 else None
        with self._connection.cursor() as connection:
            for place in group:
                info = self._infos[place]
                walk = _Watched(self._walk(place, together), self._places)
                found[place] = describe(
                    Source(
                        connection=connection,
                        file=self._file,
                        info=info,
                        stored=self._stored.schema.field(place).type,
                        rows=self.rows,
                        walk=walk,
                        most=self._bounds.numbers,
                        words=self._bounds.words,
                        top=self._top,
                    )
                )
                if takes_part(found[place]):
                    self._sides[place] = side_of(walk.sample(), category=_is_category(info))
        return found

    def _walk(self, place: int, together: pa.Table | None) -> Walk:
        if together is None:
            return lambda: self._stored.pieces(place)
        column = together.column(self._infos[place].name)
        return lambda: iter((column,))

    def _side(self, place: int) -> Side:
        column = self._stored.table([place]).column(0)
        return side_of(column.chunks, category=_is_category(self._infos[place]))


class _Watched:
    """A walk over a column that keeps some of its rows on the first time."""

    def __init__(self, walk: Walk, places: NDArray[np.int64]) -> None:
        self._walk = walk
        self._places = places
        self._kept: list[Chunked] = []
        self._done = False

    def __call__(self) -> Iterator[Chunked]:
        watching, self._done = not self._done, True
        start = 0
        for piece in self._walk():
            if watching:
                inside = (self._places >= start) & (self._places < start + len(piece))
                wanted = whole(self._places[inside] - start)
                self._kept.append(piece if len(wanted) == len(piece) else piece.take(wanted))
            start += len(piece)
            yield piece

    def sample(self) -> Sequence[Array]:
        """The kept rows, in file order."""
        return [chunk for piece in self._kept for chunk in piece.chunks]


def _is_category(info: ColumnInfo) -> bool:
    return info.kind in {"text", "boolean"}


def _evenly(rows: int, columns: int) -> NDArray[np.int64]:
    """Places of rows, as far from each other as possible."""
    wanted = min(rows, _SAMPLE_ROWS, max(1, _SAMPLE_CELLS // max(columns, 1)))
    return np.linspace(0, max(rows - 1, 0), wanted).astype(np.int64) if rows else np.empty(0, np.int64)
