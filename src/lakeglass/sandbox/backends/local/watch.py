"""The watch over sessions that no control group holds: memory of every process together, and files in memory.

Counted per process: resident pages by their share (PSS), and page tables. Per session: what its sockets could
buffer. A session can close its pages to us (prctl PR_SET_DUMPABLE); such a process is counted in full.
Source: https://man7.org/linux/man-pages/man5/proc.5.html
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

_KIB = 1024
_SOCKET_BUFFERS = Path("/proc/sys/net/core/wmem_max")
_MAX_SOCKET_BUFFER = 212_992  # where that can't be read: the kernel's default


def used_bytes(init: int, *, above: int) -> int:
    """Memory of a session: a cheap upper sum, and the exact shares only when that exceeds `above`.

    `init` is the session's process 1: our own code, which holds little beyond what it shares with the zygote.
    """
    family = _family(init)
    sockets = _sockets(init) * _socket_buffer()
    figures = [_resident(pid) for pid in family if pid != init]
    rough = sum(resident + tables for resident, tables in figures) + sockets
    if rough <= above:
        return rough
    members = [pid for pid in family if pid != init]
    exact = sum(
        _share(pid, resident) + tables for pid, (resident, tables) in zip(members, figures, strict=True)
    )
    return exact + sockets


def most_files(folders: Sequence[int]) -> int:
    """Files in the fullest of these file systems, given by descriptors."""
    held = (os.fstatvfs(folder) for folder in folders)
    return max((one.f_files - one.f_ffree for one in held), default=0)


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:  # grows while we walk it
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _resident(pid: int) -> tuple[int, int]:
    """(resident memory, page tables) in bytes; both are readable whatever the process does."""
    values = {"VmRSS": 0, "VmPTE": 0}
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            key, _, value = line.partition(":")
            if key in values:
                values[key] = int(value.split()[0]) * _KIB
    return values["VmRSS"], values["VmPTE"]


def _share(pid: int, resident: int) -> int:
    """The process's share of its pages; all of them when it hides them, or when there is nothing to read yet."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * _KIB
    return resident


def _sockets(init: int) -> int:
    """Sockets in the session's network namespace."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{init}/net/sockstat").read_text().split()[2])
    return 0


def _socket_buffer() -> int:
    """The most that one socket can hold: the kernel doubles what a program asks for."""
    with contextlib.suppress(OSError, ValueError):
        return 2 * int(_SOCKET_BUFFERS.read_text())
    return 2 * _MAX_SOCKET_BUFFER
