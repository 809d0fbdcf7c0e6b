"""Memory and process count of whole sessions by control groups, where one may be made (else: `watch`).

RLIMIT_DATA inside gives the user a MemoryError; this holds what many processes do together, kernel memory too.
Sources: https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and cgroup-v2.html.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from lakeglass.sandbox.base import Limits

_MIB = 1 << 20
_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "lakeglass-"


class ControlGroup:
    """One session's cgroup: `memory` and `pids` folders of version 1, or one folder of version 2."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def add(self, pids: Sequence[int]) -> None:
        """Move processes in; what they start follows. Raises OSError."""
        for folder in self._folders:
            for pid in pids:
                (folder / "cgroup.procs").write_text(str(pid))

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel killed something in here for its memory."""
        for folder in self._folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    lines = (folder / name).read_text().splitlines()
                    return any(line.startswith("oom_kill ") and line.split()[1] != "0" for line in lines)
        return False

    def remove(self) -> bool:
        """Take it away; False while a process of it is still dying."""
        for folder in self._folders:
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue  # taken away by an earlier try
            except OSError:
                return False
        return True


class ControlGroups:
    """Where cgroups of sessions can be made on this machine, if anywhere."""

    def __init__(self) -> None:
        self._memory, self._pids, self.version = _find()

    def __bool__(self) -> bool:
        return self._memory is not None

    def make(self, limits: Limits) -> ControlGroup | None:
        """A cgroup with the limits set, or None where none can be made."""
        if self._memory is None:
            return None
        name = f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        # temporary file systems are memory too, and are bounded on their own
        limit = (limits.memory_mb + limits.work_mb + limits.tmp_mb + limits.shm_mb) * _MIB
        settings: dict[Path, dict[str, str]] = {}
        if self.version == 2:
            both = {"memory.max": str(limit), "memory.swap.max": "0", "memory.oom.group": "1"}
            settings[self._memory / name] = both | {"pids.max": str(limits.processes)}
        else:
            settings[self._memory / name] = {"memory.limit_in_bytes": str(limit)}
            if self._pids is not None:
                settings[self._pids / name] = {"pids.max": str(limits.processes)}
        group = ControlGroup(tuple(settings))
        try:
            for folder, files in settings.items():
                folder.mkdir()
                for file, value in files.items():
                    if file == "memory.swap.max" and not (folder / file).exists():
                        continue  # a kernel without swap accounting
                    (folder / file).write_text(value)
        except OSError:
            group.remove()
            return None
        return group

    def sweep(self) -> None:
        """Remove the cgroups of servers that were killed; the name holds the server's process number."""
        for base in (self._memory, self._pids):
            for left in () if base is None else base.glob(_PREFIX + "*-*"):
                if not Path("/proc", left.name.split("-")[1]).exists():
                    with contextlib.suppress(OSError):  # the kernel refuses while a process is in it
                        left.rmdir()


def _find() -> tuple[Path | None, Path | None, int]:
    """(folder for memory, folder for process counts, version)."""
    own: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            own.update(dict.fromkeys(controllers.split(","), path))
    memory = _writable(_ROOT / "memory", own.get("memory"))
    if memory is not None:
        return memory, _writable(_ROOT / "pids", own.get("pids")), 1
    unified = _writable(_ROOT, own.get(""))
    if unified is not None and (unified / "cgroup.subtree_control").exists():
        control = unified / "cgroup.subtree_control"
        with contextlib.suppress(OSError):  # EBUSY where our own process sits in the folder
            control.write_text("+memory +pids")
        if {"memory", "pids"} <= set(control.read_text().split()):
            return unified, unified, 2
    return None, None, 0


def _writable(mount: Path, path: str | None) -> Path | None:
    """A cgroup of ours in which a folder can really be made."""
    for folder in () if path is None else (mount / path.lstrip("/"), mount):
        probe = folder / (_PREFIX + secrets.token_hex(8))
        if not (folder / "cgroup.procs").exists():
            continue
        try:
            probe.mkdir()
            probe.rmdir()
        except OSError:
            continue
        return folder
    return None
