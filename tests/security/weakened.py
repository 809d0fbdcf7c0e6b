"""Jails with walls missing, made for tests only: a copy of the jail's sources with lines taken out, bubblewrap with
other arguments, the host's own checks replaced by naive ones. The product has no switch for any of it.

Every piece of source is looked for before it is taken out, so that a change of the jail can't turn this into a
test of nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import pickle
import shutil
import stat
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from lakeglass.sandbox.attacks.case import Wall
from lakeglass.sandbox.backends.local import artifacts, backend, bwrap, cgroups, frames, probe, streams, turn
from lakeglass.sandbox.backends.local.jail import protocol
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.base import Artifact, RichResult

_LATE_S = 11.0

_KEEP_CAPABILITIES = """
def _keep_capabilities():
    import ctypes, struct
    head = struct.pack("<Ii", 0x20080522, 0)
    data = ctypes.create_string_buffer(24)
    syscalls.LIBC.syscall(125, head, data)
    low = struct.unpack("<6I", data.raw)
    syscalls.check(syscalls.LIBC.syscall(126, head, struct.pack("<6I", low[1], low[1], 0, low[4], low[4], 0)), "capset")
"""
_UNCLEAN = """
import builtins, json as _json
builtins.left = 1
os.environ["LEFT"] = "1"
"""

_UNDUMPABLE = "syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)"

SOURCE: dict[Wall, list[tuple[str, str, str]]] = {
    "landlock": [("confine.py", "    landlock.restrict(", "    (lambda *_: None)(")],
    "seccomp": [("confine.py", "    seccomp.install()\n", "")],
    "capabilities": [
        ("confine.py", "    syscalls.empty_bounding_set()\n", "    syscalls.prctl(8, 1)\n"),
        ("confine.py", "    syscalls.drop_capabilities()\n", "    _keep_capabilities()\n"),
        ("confine.py", "def keep_only(", _KEEP_CAPABILITIES + "\n\ndef keep_only("),
    ],
    "network namespace": [("syscalls.py", " | CLONE_NEWNET", "")],
    "process namespace": [("syscalls.py", " | CLONE_NEWPID", "")],
    "ipc namespace": [("syscalls.py", " | CLONE_NEWIPC", "")],
    "resource limits": [
        ("confine.py", "        resource.setrlimit(kind, (value, value))", "        pass"),
        ("confine.py", "    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))", "    pass"),
    ],
    "quotas": [("confine.py", "size={size_mb * _MIB},nr_inodes={order['work_files']},", "size=4g,nr_inodes=0,")],
    "sealed init": [("zygote.py", f"    {_UNDUMPABLE}\n    os.closerange", "    os.closerange")],
    "clean start": [
        ("zygote.py", "    gc.collect()\n", _UNCLEAN.replace("\n", "\n    ") + "\n    gc.collect()\n"),
        ("zygote.py", "    random.seed()\n", "    random.seed(1)\n    kept = ['lakeglass-' + 'left-in-memory']\n"),
        ("confine.py", "    os.closerange(CONTROL_FD + 1, 4096)\n", "    os.open('/usr/bin/env', os.O_RDONLY)\n"),
    ],
    "private root": [
        ("confine.py", 'syscalls.mount("tmpfs", target, "tmpfs", _SAFE, options)\n', "os.chmod(target, 0o1777)\n"),
        ("confine.py", "Path(DATA).mkdir(mode=0o755)", "Path(DATA).mkdir(mode=0o755, exist_ok=True)"),
        ("confine.py", "for hidden in (SESSIONS, ", "for hidden in ("),
        ("confine.py", '"/dev/pts"):', "):"),
        ("syscalls.py", "MS_BIND | MS_REMOUNT | MS_RDONLY |", "MS_BIND | MS_REMOUNT |"),
    ],
}  # fmt: skip


def weaken(patch: pytest.MonkeyPatch, folder: Path, walls: Collection[Wall]) -> None:
    """Take `walls` out of every jail that is started while `patch` is in force."""
    jail = folder / "jail"
    shutil.copytree(bwrap.JAIL_PACKAGE, jail, ignore=shutil.ignore_patterns("__pycache__"))
    for wall in walls:
        for name, old, new in SOURCE.get(wall, []):
            _edit(jail / name, old, new)
        if wall in HOST:
            HOST[wall](patch)
    patch.setattr(bwrap, "JAIL_PACKAGE", jail)
    patch.setattr(probe, "prove", _prove_nothing)
    arguments = bwrap.command

    def command(*positional: Any, **named: Any) -> list[str]:
        made = arguments(*positional, **named)
        for wall in walls:
            made = ARGUMENTS.get(wall, lambda same: same)(made)
        return made

    patch.setattr(bwrap, "command", command)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} no longer has exactly one {old!r}"
    path.write_text(text.replace(old, new))


async def _prove_nothing(*_: object) -> None:
    """The start would refuse these jails, as it should."""


# --- arguments of bubblewrap ------------------------------------------------------------------------


def _without(*unwanted: str) -> Callable[[list[str]], list[str]]:
    def change(arguments: list[str]) -> list[str]:
        assert set(unwanted) <= set(arguments)
        return [one for one in arguments if one not in unwanted]

    return change


def _all_capabilities(arguments: list[str]) -> list[str]:
    place = arguments.index("--cap-add")
    return [*arguments[:place], "--cap-add", "ALL", *arguments[place:]]


def _whole_machine(arguments: list[str]) -> list[str]:
    """Every folder of the host where the host has it, writable."""
    shown = []
    for path in sorted(Path("/").iterdir()):
        if (
            path.is_dir()
            and not path.is_symlink()
            and path.name not in {"proc", "dev", "sys", "opt", "tmp", "root"}
        ):
            shown += ["--bind", str(path), str(path)]
    shown += ["--ro-bind", "/sys", "/sys"]
    place = arguments.index("--ro-bind")
    made = [*arguments[:place], *shown, *arguments[place + 3 :]]
    place = made.index("--dev")
    made[place : place + 2] = ["--dev-bind", "/dev", "/dev"]
    made = ["--bind" if one == "--ro-bind" else one for one in made]
    for read_only in ("/dev", "/"):
        place = next(i for i, one in enumerate(made) if one == "--remount-ro" and made[i + 1] == read_only)
        del made[place : place + 2]
    return made


def _our_environment(arguments: list[str]) -> list[str]:
    place = arguments.index("--clearenv")
    ours = [part for name, value in os.environ.items() for part in ("--setenv", name, value)]
    return [*arguments[: place + 1], *ours, *arguments[place + 1 :]]


ARGUMENTS: dict[Wall, Callable[[list[str]], list[str]]] = {
    "network namespace": _without("--unshare-net"),
    "process namespace": _without("--unshare-pid"),
    "ipc namespace": _without("--unshare-ipc"),
    "capabilities": _all_capabilities,
    "private root": _whole_machine,
    "clean start": _our_environment,
}


# --- the host's side --------------------------------------------------------------------------------


def _stay_root(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backend, "_kernel_uids", lambda: itertools.repeat(0))


def _no_session_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cgroups.ControlGroups, "make", lambda *_: None)
    patch.setattr(backend, "_look", lambda *_, **__: None)


def _believe_everything(patch: pytest.MonkeyPatch) -> None:
    """No counters, no token, a parser that takes what comes, and a clock that is eight seconds late."""
    begin, receive = streams.OutputPipe.begin, turn.Turn.receive
    stop, leave = LocalSession._stop, LocalSession._on_exit
    patch.setattr(streams.OutputPipe, "begin", lambda self, _room: begin(self, 1 << 40))

    def take(self: turn.Turn, frame: frames.Frame) -> None:
        self._result_room = self._result_places = self.late_room = 1 << 40
        receive(self, frames.Frame(frame.kind, self.token, frame.payload))

    def read_result(payload: bytes, *, wanted: frozenset[str]) -> RichResult:
        made = json.loads(payload)
        return RichResult.model_construct(data=made["data"], name=made["name"])

    def read_done(payload: bytes) -> frames.Done:
        return frames.Done(None, None)

    def feed(self: frames.FrameReader, data: bytes) -> list[frames.Frame]:
        self._held += data
        found = []
        while len(self._held) >= protocol.HEADER.size:
            length, kind, token = protocol.HEADER.unpack_from(self._held)
            if kind not in frames._KINDS or length > 1 << 30:
                self._held.clear()
                break
            end = protocol.HEADER.size + length
            if len(self._held) < end:
                break
            found.append(frames.Frame(kind, token, bytes(self._held[protocol.HEADER.size : end])))
            del self._held[:end]
        return found

    def later(call: Callable[..., None]) -> Callable[..., None]:
        return lambda self, *rest: asyncio.get_running_loop().call_later(_LATE_S, call, self, *rest)

    def exit_seen(self: LocalSession) -> None:
        self._loop.remove_reader(self._birth.init.handle)  # it would tell again and again
        (later(leave) if self.executing else leave)(self)

    patch.setattr(turn.Turn, "receive", take)
    patch.setattr(frames, "read_result", read_result)
    patch.setattr(frames, "read_done", read_done)
    patch.setattr(frames.FrameReader, "feed", feed)
    patch.setattr(LocalSession, "_stop", later(stop))
    patch.setattr(LocalSession, "_on_exit", exit_seen)


def _open_any_file(patch: pytest.MonkeyPatch) -> None:
    def listing(folder: int) -> tuple[Artifact, ...]:
        names = os.listdir(folder)
        return tuple(Artifact(name=name, size_bytes=0) for name in names)

    def read(folder: int, name: str) -> bytes:
        opened = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=folder)
        try:
            content = os.read(opened, 1 << 20) if not stat.S_ISDIR(os.fstat(opened).st_mode) else b""
        finally:
            os.close(opened)
        if name.endswith(".pkl"):
            pickle.loads(content)
        return content

    patch.setattr(artifacts, "listing", listing)
    patch.setattr(artifacts, "read", read)


HOST: dict[Wall, Callable[[pytest.MonkeyPatch], None]] = {
    "kernel user": _stay_root,
    "session limit": _no_session_limit,
    "host bookkeeping": _believe_everything,
    "artifact door": _open_any_file,
}
