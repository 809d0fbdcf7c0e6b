"""Sent to a session before its attack: raw system calls, and a way to tell how an attempt ended.

Not imported by the host. It shares the session with the attack, so what it reports is believed only as far as
our own snippets are.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import platform
import struct
import time
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def call(x86: int | None, arm: int | None, *arguments: object) -> int:
    """A raw system call by its numbers on x86_64 and aarch64; raises OSError as the os module does."""
    number = x86 if platform.machine() == "x86_64" else arm
    if number is None:  # this processor has no such call
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return checked(_libc.syscall(number, *[wide(argument) for argument in arguments]))


def wide(argument: object) -> object:
    """Whole numbers as 64 bits: ctypes passes 32."""
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def checked(result: int) -> int:
    """`result`, unless the call failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def prctl(*arguments: int) -> int:
    """prctl(2)."""
    padded = [*arguments, 0, 0, 0, 0][:5]
    return checked(_libc.prctl(*[ctypes.c_ulong(one) for one in padded]))


def attempt(code: str, *, apart: bool) -> list[object]:
    """["refused", errno name], ["done", what the code left in `found`] or ["broken", why].

    With `apart` in a process of its own, so that what it gains is not there for the next attempt.
    """
    if not apart:
        return _attempt(code)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, json.dumps(_attempt(code)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return list(json.loads(said)) if said else ["broken", f"ended with {ended}"]


def _attempt(code: str) -> list[object]:
    space = globals()
    space["found"] = True
    try:
        exec(compile(code, "<attack>", "exec"), space)  # noqa: S102  this is the jail
    except OSError as error:
        return ["refused", errno.errorcode.get(error.errno or 0, str(error))]
    except BaseException as error:  # noqa: BLE001  a broken attack proves nothing, whatever broke it
        return ["broken", f"{type(error).__name__}: {error}"]
    return ["done", space["found"]]


def opens(path: str, flags: int = os.O_RDONLY) -> bool:
    """Whether it can be opened; for looking at many."""
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError:
        return False
    return True


def status(key: str) -> str:
    """A line of /proc/self/status."""
    with Path("/proc/self/status").open() as lines:
        return next(line.split(":")[1].strip() for line in lines if line.startswith(key + ":"))


def alone() -> None:
    """Ends the attack as a find when there is a way out: no packet is ever sent to a real network."""
    with Path("/proc/net/dev").open() as lines:
        names = [line.split(":")[0].strip() for line in lines.readlines()[2:]]
    with Path("/proc/net/route").open() as lines:
        routes = lines.readlines()[1:]
    if names != ["lo"] or routes:
        raise RuntimeError(f"a way out: {names}, {len(routes)} routes")


def json_file() -> str:
    """A source file of the interpreter that every session imports."""
    return json.__file__


def multiply(step: str, times: int) -> int:
    """How many times `step` can be done before the system refuses; `times` is enough to prove an escape."""
    space = globals()
    compiled = compile(step, "<attack>", "exec")
    for count in range(times):
        try:
            exec(compiled, space)  # noqa: S102  this is the jail
        except (OSError, MemoryError, RuntimeError):
            return count
    return times


def grab(megabytes: int) -> object:
    """Private memory that is really used."""
    return bytearray(b"x") * (megabytes << 20)


def in_children(count: int, work: str) -> int:
    """Children do `work` all at the same time, with a `tell()` for every MB; what they hold at once, in MB."""
    space = globals()
    reader, writer = os.pipe()
    held: dict[int, int] = {}
    for _ in range(count):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            space["tell"] = lambda: os.write(writer, struct.pack("=ib", os.getpid(), 1))
            with contextlib.suppress(OSError, MemoryError):
                exec(compile(work, "<attack>", "exec"), space)  # noqa: S102  this is the jail
            os.write(writer, struct.pack("=ib", os.getpid(), 0))
            time.sleep(30)
            os._exit(0)
        held[child] = 0
    os.set_blocking(reader, False)
    working = set(held)
    while working:
        time.sleep(0.02)
        killed = {child for child in held if os.waitpid(child, os.WNOHANG)[0]}
        with contextlib.suppress(BlockingIOError):
            for child, more in struct.iter_unpack("=ib", os.read(reader, 5 << 16)):
                held[child] = held.get(child, 0) + more
                working -= set() if more else {child}
        for child in killed:
            del held[child]
        working -= killed
    for child in held:
        os.kill(child, 9)
    return sum(held.values())


DONE = b'{"error": null}'


def token() -> bytes:
    """What the `local` backend's runner signs its messages with now; elsewhere there is none."""
    import gc

    sessions = [one for one in gc.get_objects() if hasattr(type(one), "send_late")]
    return bytes(sessions[0]._token if sessions else 8)  # noqa: SLF001  an attacker's view


def frame(kind: bytes, payload: bytes, signed: bytes | None = None) -> None:
    """A message as only the runner should write it."""
    head = struct.pack("<Ic8s", len(payload), kind, token() if signed is None else signed)
    data = memoryview(head + payload)
    while data:
        data = data[os.write(3, data) :]
