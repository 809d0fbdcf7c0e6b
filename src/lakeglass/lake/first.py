"""First figures: the beginning of a file in numbers, while the rest is still arriving or being read."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import LakeglassError
from lakeglass.lake.engine import Engine, literal, parquet
from lakeglass.lake.model import Statistics
from lakeglass.lake.readers import packed, read
from lakeglass.lake.readers.base import Reading
from lakeglass.lake.statistics.table import Bounds, compute

# What is looked at: enough for figures worth a glance, little enough to be there at once.
BYTES = 1 << 19
ROWS = 10_000
_KEPT = 64
_BLINK_S = 0.5
_WORKERS = 2
_PARQUET = b"PAR1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class FirstFigures:
    """Computes the first figures of files, and keeps those of the latest ones in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="lakeglass-first")
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Future[Statistics | None]] = OrderedDict()

    def begin(self, head: bytes) -> Future[Statistics | None] | None:
        """Start as soon as the first `BYTES` of an upload are there; None for what has to be whole to be read."""
        if head.startswith(_PARQUET) or packed.packing(head) is not None:
            return None
        return self._pool.submit(self._of_text, head)

    def keep(self, tenant_id: str, sha256: str, begun: Future[Statistics | None]) -> None:
        """The upload has come to its end, and is named by its content."""
        with self._lock:
            self._remember((tenant_id, sha256), begun)

    async def settle(self, tenant_id: str, sha256: str) -> None:
        """Give way to first figures in the making: they take a blink, and what follows would double it."""
        with self._lock:
            begun = self._known.get((tenant_id, sha256))
        if begun is not None and not begun.done():
            await asyncio.wait([asyncio.wrap_future(begun)], timeout=_BLINK_S)

    def of(self, tenant_id: str, sha256: str, source: Path) -> Statistics | None:
        """The first figures of a kept original; None where its beginning can't be read by itself."""
        with self._lock:
            known = self._known.get((tenant_id, sha256))
            if known is None:
                known = self._pool.submit(self._of_file, source)
                self._remember((tenant_id, sha256), known)
        found = known.result()
        return found and _told(found, size=source.stat().st_size)

    def _remember(self, original: tuple[str, str], begun: Future[Statistics | None]) -> None:
        self._known[original] = begun
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _of_file(self, source: Path) -> Statistics | None:
        with source.open("rb") as stream:
            head = stream.read(BYTES)
        if head.startswith(_PARQUET):
            return self._computed(source=source)
        kind = packed.packing(head)
        if kind is None:
            return self._of_text(head)
        try:
            found = self._of_text(packed.begin(source, kind, BYTES))
        except LakeglassError:
            return None  # damaged, as the run that unpacks it will tell
        # How long the rest of it is can't be told from outside.
        return found and found.model_copy(update={"size_bytes": 0, "rows_estimate": None})

    def _of_text(self, head: bytes) -> Statistics | None:
        whole = _whole_lines(head)
        found = self._computed(text=whole)
        return found and found.model_copy(update={"size_bytes": len(whole)})

    def _computed(self, *, text: bytes = b"", source: Path | None = None) -> Statistics | None:
        try:
            with self._engine.connection() as connection, self._engine.scratch() as scratch:
                sample, target = scratch / "sample", scratch / "table.parquet"
                if source is not None:
                    connection.execute(
                        f"COPY (FROM {parquet(source)} LIMIT {ROWS}) TO {literal(str(sample))} (FORMAT parquet)"
                    )
                else:
                    sample.write_bytes(text)
                read(sample, target, Reading(connection, scratch))
                bounds = Bounds.of(self._engine.settings)
                found = compute(connection, target, bounds=bounds)
                rows = None if source is None else pq.read_metadata(source).num_rows
                return found.model_copy(update={"size_bytes": 0, "rows_estimate": rows})
        except (LakeglassError, duckdb.Error, pa.ArrowException, OSError):
            # What is wrong with the file is told by the run that reads the whole of it.
            return None


def _whole_lines(head: bytes) -> bytes:
    """Without the last line, unless it is the only one: the rest of it is missing."""
    if len(head) < BYTES:
        return head
    if head.startswith(_UTF16):
        return head[: len(head) // 2 * 2]
    end = max(head.rfind(b"\n"), head.rfind(b"\r"))
    return head[: end + 1] if end > 0 else head


def _told(sample: Statistics, *, size: int) -> Statistics:
    """Labelled as what it is; of a text the number of all rows follows from their length so far."""
    seen = sample.size_bytes
    estimate = round(sample.rows * max(1.0, size / seen)) if seen else sample.rows_estimate
    return sample.model_copy(
        update={"basis": "sample", "rows_estimate": estimate, "size_bytes": size, "duplicate_rows": None}
    )
