"""Files that a session left, read through the descriptor of its work folder.

The session is the enemy here: it swaps names for links, pipes and folders while we look. Every open goes
through openat2 (no link, no mount point, nothing above the folder), never blocks, and is checked afterwards.
Source: https://man7.org/linux/man-pages/man2/openat2.2.html
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
from collections.abc import Iterator

from lakeglass.core.errors import NotFound, TooLarge
from lakeglass.sandbox.backends.local.jail import syscalls
from lakeglass.sandbox.base import Artifact

MAX_BYTES = 64 << 20
_MAX_FILES = 1000
_MAX_DEPTH = 8
_MAX_LOOKED_AT = 20_000
_OPENAT2 = 437
_NO_XDEV, _NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 1, 2, 4, 8
_RESOLVE = _NO_XDEV | _NO_MAGICLINKS | _NO_SYMLINKS | _BENEATH
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def listing(folder: int) -> tuple[Artifact, ...]:
    """Regular files below `folder`, by name; at most 1,000 of them, 8 folders deep."""
    budget = iter(range(_MAX_LOOKED_AT))
    found = sorted(_walk(folder, "", _MAX_DEPTH, budget), key=lambda artifact: artifact.name)
    return tuple(found[:_MAX_FILES])


def read(folder: int, name: str) -> bytes:
    """One regular file below `folder`.

    Raises NotFound for anything else (links, pipes, folders, names that lead out), TooLarge above 64 MB.
    """
    missing = NotFound(f"no file {name!r} in the session's working folder")
    if not name or "\0" in name:
        raise missing
    try:
        opened = _open(folder, name, _FLAGS)
    except (OSError, UnicodeError):
        raise missing from None
    try:
        info = os.fstat(opened)
        if not stat.S_ISREG(info.st_mode):
            raise missing
        parts, left = [], MAX_BYTES + 1
        while left and (part := os.read(opened, min(left, 1 << 20))):  # the size may change while we read
            parts.append(part)
            left -= len(part)
        if not left:
            raise TooLarge(f"file {name!r}: got more than {MAX_BYTES} bytes, expected at most that")
        return b"".join(parts)
    finally:
        os.close(opened)


def _walk(folder: int, prefix: str, depth: int, budget: Iterator[int]) -> Iterator[Artifact]:
    with contextlib.suppress(OSError):
        names = os.listdir(folder)
        for name in names:
            if next(budget, None) is None:
                return
            with contextlib.suppress(OSError, UnicodeError):
                info = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(info.st_mode):
                    (prefix + name).encode()  # a name that is no text can't be asked for
                    yield Artifact(name=prefix + name, size_bytes=info.st_size)
                elif stat.S_ISDIR(info.st_mode) and depth > 1:
                    inner = _open(
                        folder, name, _FLAGS | os.O_DIRECTORY
                    )  # refuses the mount point of the inputs
                    try:
                        yield from _walk(inner, f"{prefix}{name}/", depth - 1, budget)
                    finally:
                        os.close(inner)


def _open(folder: int, name: str, flags: int) -> int:
    how = struct.pack("<QQQ", flags, 0, _RESOLVE)
    opened = int(syscalls.LIBC.syscall(_OPENAT2, folder, name.encode(), how, len(how)))
    try:
        return syscalls.check(opened, "openat2")
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        raise OSError(
            errno.EACCES, "this kernel has no openat2 (5.6 or newer), so no file can be read"
        ) from error
