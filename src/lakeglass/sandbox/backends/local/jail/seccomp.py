"""The system calls that a session may not make, as a BPF program for the processors of `calls`.

Every block is self-contained and falls through on mismatch, so that blocks can be reordered.
"""

from __future__ import annotations

import ctypes
import platform
import struct

from . import syscalls
from .calls import CALLS

_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # both type into a terminal on somebody else's behalf
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; AF_VSOCK would leave the network namespace

_LOAD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_EPERM, _ENOSYS, _EAFNOSUPPORT = _ERRNO | 1, _ERRNO | 38, _ERRNO | 97
_X32_BIT = 0x4000_0000
_NUMBER_AT, _ARCH_AT, _ARG0_AT, _ARG1_AT = 0, 4, 16, 24
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

MACHINES = tuple(CALLS)
"""Processors with a table, as `platform.machine()` names them."""

_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def supported(machine: str | None = None) -> bool:
    """Whether the table of this processor is known."""
    return (machine or platform.machine()) in CALLS


def program(machine: str | None = None) -> bytes:
    """The filter as an array of `struct sock_filter`, 8 bytes an instruction.

    Raises KeyError for a processor without a table.
    """
    calls = CALLS[machine or platform.machine()]
    block: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_JEQ, 1, 0, calls.arch),
        (_RET, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if calls.x32:
        block += [(_JGE, 0, 1, _X32_BIT), (_RET, 0, 0, _ENOSYS)]
    for number in sorted(calls.denied):
        block += [(_JEQ, 0, 1, number), (_RET, 0, 0, _EPERM)]
    # clone3 hides its flags behind a pointer: libc falls back to clone, whose flags can be read here
    block += [(_JEQ, 0, 1, calls.clone3), (_RET, 0, 0, _ENOSYS)]
    namespaces = syscalls.SESSION_NAMESPACES | syscalls.CLONE_NEWUSER
    block += [
        (_JEQ, 0, 4, calls.clone),
        (_LOAD, 0, 0, _ARG0_AT),
        (_JSET, 0, 1, namespaces),
        (_RET, 0, 0, _EPERM),
        (_RET, 0, 0, _ALLOW),
    ]
    block += [
        (_JEQ, 0, 5, calls.ioctl),
        (_LOAD, 0, 0, _ARG1_AT),
        (_JEQ, 1, 0, _TIOCSTI),
        (_JEQ, 0, 1, _TIOCLINUX),
        (_RET, 0, 0, _EPERM),
        (_RET, 0, 0, _ALLOW),
    ]
    unix, inet, inet6 = _FAMILIES
    for number in calls.sockets:
        block += [
            (_JEQ, 0, 6, number),
            (_LOAD, 0, 0, _ARG0_AT),
            (_JEQ, 3, 0, unix),
            (_JEQ, 2, 0, inet),
            (_JEQ, 1, 0, inet6),
            (_RET, 0, 0, _EAFNOSUPPORT),
            (_RET, 0, 0, _ALLOW),
        ]
    block.append((_RET, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in block)


def install() -> None:
    """Bind the filter to this thread and everything it starts, for good."""
    code = program()
    held = ctypes.create_string_buffer(code, len(code))
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    filter_ = _Program(len(code) // 8, ctypes.addressof(held))
    syscalls.check(
        syscalls.LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0), "seccomp"
    )
