"""The host's hold on the zygote: start it, order sessions from it, notice its end."""

from __future__ import annotations

import array
import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local import bwrap
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import confine

_READY = b"ready"
_START_S = 180.0  # the very first one compiles the libraries, beside whatever else the machine does
_BIRTH_S = 30.0
_TOO_BUSY = "try again when this machine has less to do"
_INIT_BYTE, _WORKER_BYTE = b"I", b"W"
_FOLDERS = 3
_SCM_CREDENTIALS = 2
_CREDENTIALS = struct.Struct("iII")


@dataclass(frozen=True)
class Process:
    """A process that can be signalled without ever hitting a stranger that got its number."""

    pid: int
    handle: int

    def send(self, number: signal.Signals) -> None:
        """Signal it; a process that is gone is not an error."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)


@dataclass(frozen=True)
class Birth:
    """A jailed session that waits for its first code."""

    init: Process
    worker: Process
    control: socket.socket
    out: int
    err: int
    folders: tuple[int, ...]
    """Work, temporary and shared memory, as the session has them."""

    def discard(self) -> None:
        """Kill it and close everything that the host holds of it."""
        self.init.send(signal.SIGKILL)
        self.control.close()
        for descriptor in (self.init.handle, self.worker.handle, self.out, self.err, *self.folders):
            os.close(descriptor)


class Zygote:
    """One warm parent in its outer jail; it dies with us, and every session dies with it."""

    def __init__(self, process: subprocess.Popen[bytes], host: socket.socket, log: IO[bytes]) -> None:
        self._process = process
        self._host = host
        self._log = log

    @classmethod
    async def start(
        cls,
        bubblewrap: bwrap.Bubblewrap,
        folders: SessionFolders,
        *,
        privileged: bool,
        cpus: Sequence[int],
        own: bwrap.OwnJail | None,
    ) -> Zygote:
        """Start and preload (1-3 s). Raises SandboxUnavailable with what the kernel or bwrap said.

        With `own` it serves one single session, which it turns into itself.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the zygote
        roots = bwrap.python_roots()
        configuration: confine.Configuration = {
            "fd": theirs.fileno(), "cpus": list(cpus), "python_roots": roots, "one_session": own is not None,
        }  # fmt: skip
        command = bwrap.command(
            bubblewrap, folders, json.dumps(configuration), privileged=privileged, roots=roots, own=own
        )
        try:
            # by this thread and not by a pool's: the kernel ends the jail when the thread that made it ends
            process = subprocess.Popen(  # noqa: ASYNC220
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={}, pass_fds=(theirs.fileno(),)
            )
        except OSError as error:
            ours.close()
            log.close()
            raise SandboxUnavailable(f"{bubblewrap.path} can't be started: {error.strerror}") from error
        finally:
            theirs.close()
        zygote = cls(process, ours, log)
        try:
            answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(ours, 64), _START_S)
        except TimeoutError as error:
            zygote.close()
            raise SandboxUnavailable(
                f"the outer jail was not ready after {_START_S:.0f} s", details={"remedy": _TOO_BUSY}
            ) from error
        except OSError:
            answer = b""
        except asyncio.CancelledError:
            zygote.close()
            raise
        if answer != _READY:
            said = zygote.said()
            zygote.close()
            raise SandboxUnavailable("the outer jail did not start", details={"reason": said})
        return zygote

    @property
    def alive(self) -> bool:
        """False once it has ended, and every session with it."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of the outer jail's process."""
        return self._process.pid

    def said(self) -> str:
        """The end of what bwrap and the zygote wrote, for a diagnosis."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 2000))
        return self._log.read().decode(errors="replace").strip()

    async def fork(self, order: confine.Order) -> Birth:
        """A new session. Raises SandboxUnavailable with what went wrong inside."""
        control, theirs = socket.socketpair()
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        control.settimeout(_BIRTH_S)
        out, out_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        err, err_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for descriptor in (out_write, err_write):
            os.set_blocking(descriptor, True)
        try:
            socket.send_fds(self._host, [json.dumps(order).encode()], [theirs.fileno(), out_write, err_write])
        except OSError as error:
            _close(control, out, err)
            raise SandboxUnavailable("the zygote is gone", details={"reason": self.said()}) from error
        finally:
            _close(theirs, out_write, err_write)
        waiting = asyncio.ensure_future(asyncio.to_thread(_meet, control))
        try:
            init, worker, folders = await asyncio.shield(waiting)
        except (OSError, EOFError) as error:
            said = _read_all(err) or str(error)
            _close(control, out, err)
            raise SandboxUnavailable(
                "a session could not be jailed", details={"reason": said[-2000:]}
            ) from error
        except asyncio.CancelledError:
            waiting.add_done_callback(lambda done: _discard_late(done, control, out, err))
            raise
        control.setblocking(False)
        return Birth(init, worker, control, out, err, folders)

    def close(self) -> None:
        """End it and everything inside; returns when the kernel has taken it all down."""
        self._host.close()
        self._process.kill()
        self._process.wait()
        self._log.close()


def _meet(control: socket.socket) -> tuple[Process, Process, tuple[int, ...]]:
    """Wait for the two trusted bytes; the kernel itself says which processes sent them."""
    pid, descriptors = _hello(control, _INIT_BYTE)
    if len(descriptors) != _FOLDERS:
        _close(*descriptors)
        raise EOFError("no folders came with the greeting")
    init = Process(pid, os.pidfd_open(pid))
    try:
        pid, _ = _hello(control, _WORKER_BYTE)
        worker = Process(pid, os.pidfd_open(pid))
    except (OSError, EOFError):
        _close(init.handle, *descriptors)
        raise
    return init, worker, tuple(descriptors)


def _hello(control: socket.socket, expected: bytes) -> tuple[int, list[int]]:
    space = socket.CMSG_SPACE(_CREDENTIALS.size) + socket.CMSG_SPACE(4 * _FOLDERS)
    message, ancillary, _, _ = control.recvmsg(1, space)
    pid, descriptors = 0, array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
        elif level == socket.SOL_SOCKET and kind == _SCM_CREDENTIALS:
            pid = _CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0]
    if message != expected or pid <= 0:
        for descriptor in descriptors:
            os.close(descriptor)
        raise EOFError("the session ended while it was being jailed")
    return pid, list(descriptors)


def _discard_late(
    done: asyncio.Future[tuple[Process, Process, tuple[int, ...]]], control: socket.socket, out: int, err: int
) -> None:
    if done.cancelled() or done.exception() is not None:
        _close(control, out, err)
        return
    init, worker, folders = done.result()
    Birth(init, worker, control, out, err, folders).discard()


def _close(*opened: socket.socket | int) -> None:
    for one in opened:
        if isinstance(one, int):
            os.close(one)
        else:
            one.close()


def _read_all(descriptor: int) -> str:
    parts = []
    with contextlib.suppress(BlockingIOError):
        while part := os.read(descriptor, 65536):
            parts.append(part)
    return b"".join(parts).decode(errors="replace").strip()
