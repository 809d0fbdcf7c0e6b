"""Programs of ours behind the walls of the sandbox: no network, one folder to write to, nothing else of the machine.

For heavy work on data of users, whose libraries are native code. What users or models write never runs here, but in
sessions (`service.py`), whose walls are higher.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local import bwrap

Walls = Literal["bubblewrap", "none"]
_PROVING_S = 20.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to start: `folder` may be written to, `protected` within it may not."""

    arguments: Sequence[str]
    folder: Path
    protected: Sequence[Path] = ()
    tmp_mb: int = 512


def walls() -> Walls:
    """What stands around programs on this machine; proven once."""
    return "none" if _jail() is None else "bubblewrap"


def command(program: Program) -> list[str]:
    """The argument list that starts the program, within walls where this machine has them."""
    jail = _jail()
    if jail is None:
        return list(program.arguments)
    arguments = [jail, *_walls(), *_root(program.tmp_mb)]
    arguments += ["--bind", str(program.folder), str(program.folder)]
    for path in program.protected:
        arguments += ["--ro-bind", str(path), str(path)]
    arguments += ["--remount-ro", "/", "--chdir", str(program.folder)]
    return [*arguments, "--", *program.arguments]


def environment() -> Mapping[str, str]:
    """All that such a program finds in its environment."""
    return {**bwrap.environment(), "PYTHONPATH": str(_source())}


@cache
def _jail() -> str | None:
    with contextlib.suppress(SandboxUnavailable, OSError, subprocess.SubprocessError):
        path = bwrap.find_bubblewrap().path
        proof = [path, *_walls(), *_root(1), "--remount-ro", "/", "--", "/usr/bin/env", "true"]
        done = subprocess.run(
            proof, check=False, capture_output=True, timeout=_PROVING_S, stdin=subprocess.DEVNULL
        )
        return path if done.returncode == 0 else None
    return None


def _walls() -> list[str]:
    kinds = (
        ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
        if bwrap.is_real_root()
        else ["--unshare-user", "--unshare-all"]
    )
    return [*kinds, "--cap-drop", "ALL", "--die-with-parent", "--hostname", "sandbox"]


def _root(tmp_mb: int) -> list[str]:
    """The system, the interpreter and our own code, all read-only, and a private /tmp."""
    return [
        *bwrap.system_folders(),
        *("--proc", "/proc", "--dev", "/dev"),
        *bwrap.private_folder("/tmp", tmp_mb),  # noqa: S108  a private file system
        *bwrap.read_only([*bwrap.python_roots(), str(_source())]),
        *("--remount-ro", "/dev"),
    ]


def _source() -> Path:
    return Path(__file__).resolve().parents[2]
