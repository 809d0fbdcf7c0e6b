"""Uploads as they arrive: straight to disk, measured and looked at on the way; a refused one leaves no trace."""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from lakeglass.core.errors import LakeglassError, TooLarge
from lakeglass.lake.first import BYTES as FIRST_BYTES
from lakeglass.lake.first import FirstFigures
from lakeglass.lake.model import Statistics
from lakeglass.lake.readers import check, recognise
from lakeglass.lake.readers.base import HEAD_BYTES
from lakeglass.lake.statistics.meanings import without_personal
from lakeglass.store.blobs import BlobStore, BlobWriter

_MB = 1 << 20
# What is written at a time, while as much again arrives.
_BATCH_BYTES = 2 << 20
# An upload that ends sooner has the machine to itself: its first figures begin at its end, and are there as soon.
_PATIENCE_S = 0.5
_UNNAMED = "untitled"


@dataclass(frozen=True, slots=True)
class Received:
    """A kept original: its label, its content's name in the blob store, its size in bytes."""

    name: str
    sha256: str
    size: int


class Intake:
    """One upload in the making."""

    def __init__(
        self,
        tenant_id: str,
        blobs: BlobStore,
        writer: BlobWriter,
        *,
        limit_mb: int,
        in_use: Callable[[str], bool],
        first: FirstFigures,
        pool: Executor,
    ) -> None:
        self._first = first
        self._pool = pool
        self._started = time.monotonic()
        self._asked = False
        self._begun: Future[Statistics | None] | None = None
        self._sample = bytearray()
        self._tenant_id = tenant_id
        self._blobs = blobs
        self._writer = writer
        self._limit_mb = limit_mb
        self._in_use = in_use
        self._size = 0
        self._head = b""
        self._looked = False

    async def take(self, pieces: AsyncIterator[bytes]) -> None:
        """Keep what arrives, each batch hashed and written by a thread while the next one is on its way.

        Raises what `write` does. However it ends, no thread works on this upload any more.
        """
        behind: Future[None] | None = None
        batch: list[bytes] = []
        size = 0
        try:
            async for piece in pieces:
                batch.append(piece)
                size += len(piece)
                if size >= _BATCH_BYTES:
                    if behind is not None:
                        await asyncio.wrap_future(behind)
                    behind = self._pool.submit(self._write_all, batch)
                    batch, size = [], 0
            if behind is not None:
                await asyncio.wrap_future(behind)
            behind = self._pool.submit(self._write_all, batch)
            await asyncio.wrap_future(behind)
        finally:
            if behind is not None:
                wait([behind])  # after a refusal or a cancellation: as long as one batch takes

    def _write_all(self, batch: Sequence[bytes]) -> None:
        # As one piece: to hash and to write it, a thread then fights for the interpreter twice, not hundreds of times.
        self.write(b"".join(batch))

    def write(self, chunk: bytes) -> None:
        """Keep a piece; raises TooLarge as soon as the limit is passed, UnsupportedFileType, StorageFull."""
        self._size += len(chunk)
        if self._size > self._limit_mb * _MB:
            raise TooLarge(
                f"File size exceeds {self._limit_mb} MB limit. Upload a smaller file, or raise "
                "LAKEGLASS_LAKE__MAX_UPLOAD_MB.",
                details={"limit_mb": self._limit_mb},
            )
        if not self._looked:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                self._look()
        self._writer.write(chunk)
        if (lack := FIRST_BYTES - len(self._sample)) > 0:
            self._sample += chunk[:lack]
        elif not self._asked and time.monotonic() - self._started > _PATIENCE_S:
            self._begin()

    def finish(self, filename: str) -> Received:
        """Keep the whole under a safe label, if it can be read; raises EmptyFile, UnprocessableFile, StorageFull."""
        if not self._looked:
            self._look()
        blob = self._writer.commit()
        try:
            check(self._blobs.path(self._tenant_id, blob.sha256))
        except LakeglassError:
            if not self._in_use(blob.sha256):
                self._blobs.delete(self._tenant_id, blob.sha256)
            raise
        if not self._asked and len(self._sample) == FIRST_BYTES:
            self._begin()
        if self._begun is not None:
            self._first.keep(self._tenant_id, blob.sha256, self._begun)
        return Received(name=safe_label(filename), sha256=blob.sha256, size=blob.size)

    def abandon(self) -> None:
        """Wait until nothing of a refused upload is being looked at: only then it has left no trace."""
        if self._begun is not None and not self._begun.cancel():
            wait([self._begun])

    def _begin(self) -> None:
        self._asked = True
        self._begun = self._first.begin(bytes(self._sample))

    def _look(self) -> None:
        self._looked = True
        recognise(self._head)


@contextmanager
def receive(
    tenant_id: str,
    blobs: BlobStore,
    *,
    limit_mb: int,
    in_use: Callable[[str], bool],
    first: FirstFigures,
    pool: Executor,
) -> Iterator[Intake]:
    """An upload; unless it is finished by the end of the block, nothing of it stays."""
    with blobs.writer(tenant_id) as writer:
        yield Intake(tenant_id, blobs, writer, limit_mb=limit_mb, in_use=in_use, first=first, pool=pool)


def safe_label(filename: str) -> str:
    """A file's name as a label: its last part, cleaned. It is shown, and never used as a path."""
    return clean_label(PureWindowsPath(PurePosixPath(filename.replace("\x00", "")).name).name)


def clean_label(text: str) -> str:
    """Words as a label: without control characters, at most 200 characters, never empty."""
    kept = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    label = " ".join(kept.split()).strip(". ")
    return label[:200] or _UNNAMED


def file_stem(label: str) -> str:
    """A label as a Python identifier and file name: 'Shop orders (2).csv' becomes 'shop_orders_2'.

    A personal value in it is named, not told: nothing could find it again in `jane_example_com`.
    """
    label = without_personal(label.rpartition(".")[0] or label)
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:60]
    if not stem:
        return "data"
    return f"data_{stem}" if stem[0].isdigit() else stem
