"""What a case is, and how the files in `cases/` become cases."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.sandbox.attacks.expectations import (
    AtMost,
    Differs,
    Drops,
    Ends,
    FindsNothing,
    LeavesNothing,
    NotServed,
    Refused,
    StaysTrue,
)
from lakeglass.sandbox.base import Capabilities

Group = Literal[
    "files", "network", "namespaces", "privileges", "processes", "memory", "disk", "output", "artifacts",
    "persistence",
]  # fmt: skip
GROUPS: dict[Group, str] = {
    "files": "read or change what belongs to the host or to another session",
    "network": "reach anything outside of the session",
    "namespaces": "leave or rebuild the view of the machine: mounts, namespaces, names",
    "privileges": "become more than a process that may compute, or use the kernel's dangerous calls",
    "processes": "see, signal or starve other processes; never end",
    "memory": "take more memory than the session has",
    "disk": "fill more than the session's folders may hold",
    "output": "flood or deceive the host by output and by forged messages",
    "artifacts": "make the host open something else than a file of the session",
    "persistence": "leave something behind for the next session",
}

Wall = Literal[
    "private root", "landlock", "seccomp", "capabilities", "kernel user", "network namespace",
    "process namespace", "ipc namespace", "resource limits", "quotas", "session limit", "clean start",
    "sealed init", "host bookkeeping", "artifact door",
]  # fmt: skip
WALLS: dict[Wall, str] = {
    "private root": "a mount namespace with a file system of its own: programs and libraries read-only, no more",
    "landlock": "kernel rules by path, TCP, signals and abstract sockets, on top of the mounts",
    "seccomp": "a filter that refuses what data work never calls",
    "capabilities": "every capability set empty, the bounding set too; no new privileges by exec",
    "kernel user": "a user of its own (as root), or a user namespace that maps nobody else",
    "network namespace": "a network without any interface that is up",
    "process namespace": "process numbers of its own; all of them end with the first",
    "ipc namespace": "shared memory, queues and semaphores of its own",
    "resource limits": "processes, descriptors, file size, memory for data, locked memory",
    "quotas": "file systems in memory with a size and a number of files, gone with the session",
    "session limit": "all processes of a session together: a control group, or a watch over their memory every 100 ms",
    "clean start": "no variable, descriptor or object of the server is ever in the process that is forked",
    "sealed init": "process 1 of a session is not dumpable: its memory, files and environment are closed",
    "host bookkeeping": "the host's own clock, counters and parser; nothing that the session says is believed",
    "artifact door": "files opened beneath a held folder, without links, devices, pipes or mount points",
}
_FOLDER = Path(__file__).with_name("cases")

Expectation = Annotated[
    Refused | FindsNothing | AtMost | Ends | Drops | StaysTrue | NotServed | LeavesNothing | Differs,
    Field(discriminator="kind"),
]


class Case(BaseModel):
    """One attack. It succeeds only where all of `walls` are missing.

    `fetch` are names of files that the host asks for afterwards, `fetch_times` in a row; `then` is run in the
    next session. `anywhere` marks what also makes sense where a session has a kernel of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    group: Group
    code: str
    expect: Expectation
    walls: tuple[Wall, ...] = Field(min_length=1)
    fetch: tuple[str, ...] = ()
    fetch_times: int = 1
    then: str = ""
    timeout_s: float = 60.0  # a busy machine is no escape
    anywhere: bool = False

    def applies_to(self, place: Capabilities) -> bool:
        """Whether it means anything there: the sizes of a microVM are its template's, and nobody else has them."""
        return place.shares_kernel or (self.anywhere and not isinstance(self.expect, AtMost))


def load_cases() -> tuple[Case, ...]:
    """Every case of the product, group after group."""
    found = []
    for group in GROUPS:
        document = tomllib.loads((_FOLDER / f"{group}.toml").read_text(encoding="utf-8"))
        found += [Case(group=group, **table) for table in document["case"]]
    return tuple(found)
