"""What a process and everything below it hold of the machine: counted from the kernel's own lists."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from lakeglass.sandbox.backends.local.session import LocalSession

_CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Census:
    """Counts; two of them are equal when nothing was left in between."""

    processes: int
    zombies: int
    threads: int
    descriptors: int
    descriptors_of_descendants: int
    mounts: int
    mounts_of_descendants: int
    cgroups: int
    session_folders: int
    temporary_files: int
    session_objects: int

    def left_since(self, before: Census) -> dict[str, int]:
        """What is more now than it was."""
        was = asdict(before)
        return {name: count - was[name] for name, count in asdict(self).items() if count > was[name]}


def take(root: Path, temporary: Path) -> Census:
    """The counts of now; `root` is the sandbox's folder, `temporary` the process's own TMPDIR."""
    gc.collect()
    family = _descendants()
    states = [_state(pid) for pid in family]
    return Census(
        processes=sum(state not in {"Z", ""} for state in states),
        zombies=states.count("Z"),
        threads=threading.active_count(),
        descriptors=_entries(f"/proc/{os.getpid()}/fd"),
        descriptors_of_descendants=sum(_entries(f"/proc/{pid}/fd") for pid in family),
        mounts=_lines("/proc/self/mountinfo"),
        mounts_of_descendants=sum(_lines(f"/proc/{pid}/mountinfo") for pid in family),
        cgroups=len(list(_CGROUPS.glob(f"**/lakeglass-{os.getpid()}-*"))),
        session_folders=len(list(root.glob("sandbox-*/s/*"))),
        temporary_files=len(list(temporary.rglob("*"))),
        session_objects=sum(isinstance(one, LocalSession | asyncio.Task) for one in gc.get_objects()),
    )


@dataclass(frozen=True)
class Memory:
    """Resident memory in kB; `own` leaves out the pages of files, which come and go as the kernel likes."""

    resident: int
    own: int


def memory(pid: int) -> Memory:
    """What the process holds now."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return Memory(int(fields["VmRSS"].split()[0]), int(fields["RssAnon"].split()[0]))


def zygote() -> int:
    """The process with most memory below this one, which is the warm parent when no session computes."""
    return max(_descendants(), key=lambda pid: memory(pid).resident)


def _descendants() -> list[int]:
    found = [os.getpid()]
    for parent in found:  # grows while we walk it
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            for task in tasks:
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found[1:]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def _entries(folder: str) -> int:
    try:
        return sum(1 for _ in Path(folder).iterdir())
    except OSError:
        return 0


def _lines(file: str) -> int:
    try:
        return len(Path(file).read_text().splitlines())
    except OSError:
        return 0
