"""Folders of sessions on the host: inputs are linked and packages unpacked there; leftovers of a crash go away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from lakeglass.core.errors import NotFound, StorageFull
from lakeglass.sandbox.base import InputFile, PackageFile
from lakeglass.sandbox.inputs import checked
from lakeglass.sandbox.packages.unpack import unpack

_LOCK = "lock"
_FICLONE = 0x4004_9409
_COPY_CHUNK = 1 << 20
_NO_SPACE = 28


class SessionFolders:
    """One folder a backend instance, held by a file lock so that the next start can tell it from rubbish."""

    def __init__(self, root: Path, *, readable_by_others: bool) -> None:
        self._root = root
        self._must_be_readable = readable_by_others
        self.path = root / f"sandbox-{secrets.token_hex(8)}"
        self._lock: int | None = None

    def open(self) -> None:
        """Make the folder and sweep those of instances that are gone."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self._root.glob("sandbox-*"):
            _sweep(left)
        self.path.mkdir(mode=0o700)
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.sessions.mkdir(mode=0o755)
        self.bytecode.mkdir(mode=0o755, exist_ok=True)

    @property
    def bytecode(self) -> Path:
        """Compiled modules of the data libraries; kept, and shared by all instances of this root."""
        return self._root / "bytecode"

    @property
    def sessions(self) -> Path:
        """The folder that the zygote sees as /sess."""
        return self.path / "s"

    def make(self) -> str:
        """The name of a new session's folder."""
        name = secrets.token_hex(8)
        folder = self.sessions / name
        for path in (folder, folder / "data", folder / "packages"):
            path.mkdir()
            path.chmod(0o755)
        return name

    def remove(self, name: str) -> None:
        """Take a session's folder away; the files that it linked stay where they come from."""
        shutil.rmtree(self.sessions / name, ignore_errors=True)

    def add(self, name: str, file: InputFile) -> None:
        """Show `file` in the session's data folder, by hard link, else by reflink, else by copy.

        Raises InvalidInput for a name that is no plain file name, NotFound when the source is not a
        regular file, StorageFull.
        """
        info = checked(file)
        target = self.sessions / name / "data" / file.name
        partial = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            readable = bool(info.st_mode & stat.S_IROTH) or not self._must_be_readable
            if not readable or not _linked(file.source, partial):
                _copy(file.source, partial)
            partial.rename(target)  # a second file of the same name replaces the first, never half
        except FileNotFoundError as error:
            raise NotFound(f"input {file.name!r}: its source does not exist") from error
        except OSError as error:
            if error.errno == _NO_SPACE:
                raise StorageFull(f"no room left for the input {file.name!r}") from error
            raise
        finally:
            partial.unlink(missing_ok=True)

    def install(self, name: str, packages: Sequence[PackageFile]) -> None:
        """Unpack packages where the session sees them; a failure takes those back that had been unpacked by it.

        Raises what `unpack` raises.
        """
        folder = self.sessions / name
        with contextlib.ExitStack() as undo:
            for package in packages:
                unpacked = unpack(package, folder / "packages", workplace=folder)
                undo.callback(shutil.rmtree, unpacked, ignore_errors=True)
            undo.pop_all()

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        return False  # another file system, or links of foreign files are forbidden
    return True


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        try:
            fcntl.ioctl(writer.fileno(), _FICLONE, reader.fileno())
        except OSError:  # no reflinks here
            shutil.copyfileobj(reader, writer, _COPY_CHUNK)
    target.chmod(0o644)


def _sweep(folder: Path) -> None:
    """Remove `folder` unless a living process holds its lock."""
    with contextlib.suppress(OSError):
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
