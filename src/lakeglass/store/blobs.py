"""Blobs: bytes under the name of their content, apart for each tenant."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import Conflict, NotFound, StorageFull
from lakeglass.store.folder import make_private_folder

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class BlobRef(BaseModel):
    """The name of a blob: the SHA-256 of its content, in hex, and its size in bytes."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int


class BlobWriter(Protocol):
    """A blob in the making."""

    def write(self, chunk: bytes) -> None:
        """Add bytes; raises StorageFull."""

    def commit(self) -> BlobRef:
        """Make it last under the name of its content; raises StorageFull."""


class BlobStore:
    """Local blobs below `root`: `<tenant>/<first two hex digits>/<sha256>`, read-only once they are there."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, tenant_id: str, content: bytes) -> BlobRef:
        """Keep these bytes; the same ones a second time cost nothing. Raises StorageFull."""
        with self.writer(tenant_id) as writer:
            writer.write(content)
            return writer.commit()

    @contextmanager
    def writer(self, tenant_id: str) -> Iterator[BlobWriter]:
        """Write in pieces; what is not committed at the end of the block leaves no trace. Raises StorageFull."""
        folder = make_private_folder(self._tenant(tenant_id) / "incoming")
        partial = _LocalWriter(folder / secrets.token_hex(16), self._tenant(tenant_id))
        try:
            yield partial
        finally:
            partial.close()

    def path(self, tenant_id: str, sha256: str) -> Path:
        """The read-only file of a blob; raises NotFound, also for another tenant's."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("There is no such blob: a blob's name is 64 hexadecimal digits.")
        found = _place(self._tenant(tenant_id), sha256)
        if not found.is_file():
            raise NotFound("There is no such blob; its dataset or answer may have been deleted.")
        return found

    def open(self, tenant_id: str, sha256: str) -> BinaryIO:
        """A blob to read in pieces; the caller closes it. Raises NotFound."""
        return self.path(tenant_id, sha256).open("rb")

    def read(self, tenant_id: str, sha256: str) -> bytes:
        """A whole blob; raises NotFound."""
        return self.path(tenant_id, sha256).read_bytes()

    def delete(self, tenant_id: str, sha256: str) -> None:
        """Forget a blob; one that is not there is no error."""
        if _SHA256.fullmatch(sha256):
            _place(self._tenant(tenant_id), sha256).unlink(missing_ok=True)

    def sweep(self, *, older_than_s: float) -> None:
        """Remove what writers left behind that died with their process, this many seconds after their last byte."""
        for partial in self._root.glob("*/incoming/*"):
            with suppress(FileNotFoundError):  # its writer was alive, and ends in this moment
                if time.time() - partial.stat().st_mtime > older_than_s:
                    partial.unlink()

    def _tenant(self, tenant_id: str) -> Path:
        if not _TENANT.fullmatch(tenant_id):
            raise ValueError("got a tenant id that can't be a folder; expected letters, digits, - and _")
        return self._root / tenant_id


def _place(tenant: Path, sha256: str) -> Path:
    return tenant / sha256[:2] / sha256


# So much is written before the disk is told to begin with it: at the end little is left to wait for.
_AHEAD_BYTES = 8 << 20


class _LocalWriter:
    """A temporary file in the store's own filesystem, moved into place by one rename."""

    def __init__(self, partial: Path, tenant: Path) -> None:
        self._partial = partial
        self._tenant = tenant
        self._hash = hashlib.sha256()
        self._size = 0
        self._ahead = 0
        with _full_disk_is_ours():
            self._file = partial.open("xb")

    def write(self, chunk: bytes) -> None:
        with _full_disk_is_ours():
            self._file.write(chunk)
        self._hash.update(chunk)
        self._size += len(chunk)
        if self._size - self._ahead >= _AHEAD_BYTES:
            self._begin_to_sync()

    def _begin_to_sync(self) -> None:
        """Start to move the latest bytes from memory to the disk, and don't wait for it.

        That is what Linux does when told that they are not needed soon; it drops from memory only what is on the
        disk already, and these are not. https://man7.org/linux/man-pages/man2/posix_fadvise.2.html
        """
        latest = self._size - self._ahead
        os.posix_fadvise(self._file.fileno(), self._ahead, latest, os.POSIX_FADV_DONTNEED)
        self._ahead = self._size

    def commit(self) -> BlobRef:
        if self._file.closed:
            raise Conflict("This blob was committed already; open another writer for more bytes.")
        ref = BlobRef(sha256=self._hash.hexdigest(), size=self._size)
        place = _place(self._tenant, ref.sha256)
        with _full_disk_is_ours():
            self._file.flush()
            if not place.exists():
                os.fsync(self._file.fileno())
                os.fchmod(self._file.fileno(), 0o444)
                make_private_folder(place.parent)
                self._partial.replace(place)
                _sync_folder(place.parent)
        self.close()
        return ref

    def close(self) -> None:
        """Remove whatever was not moved into place."""
        try:
            self._file.close()  # flushes: on a full disk it fails once more, and there is nothing left to save
        except OSError as error:
            if error.errno not in _FULL:
                raise
        finally:
            self._partial.unlink(missing_ok=True)


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def _full_disk_is_ours() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        message = "The disk has no room left for this file. Free some space in the data folder and try again."
        raise StorageFull(message) from error


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
