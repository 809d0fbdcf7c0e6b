"""Landlock: a second, independent wall around files, TCP, signals and abstract sockets.

Source: https://docs.kernel.org/userspace-api/landlock.html; the rights that exist depend on the ABI.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from . import syscalls

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ABI_QUERY = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = (
    1,
    1 << 1,
    1 << 2,
    1 << 3,
    1 << 14,
    1 << 15,
)
_READ_ONLY = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TCP_BIND_CONNECT = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3
_RULE_PATH_BENEATH = 1
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}


def abi() -> int:
    """The kernel's Landlock ABI; 0 when it has none."""
    return max(int(syscalls.LIBC.syscall(_CREATE_RULESET, None, 0, _ABI_QUERY)), 0)


def restrict(read_only: Iterable[str], read_write: Iterable[str]) -> None:
    """Allow these paths only, for this thread and what it starts; nothing happens on a kernel without Landlock."""
    level = abi()
    if level < 1:
        return
    rights = (1 << _RIGHTS_BY_ABI.get(level, 16)) - 1
    tcp = _TCP_BIND_CONNECT if level >= 4 else 0
    scope = _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if level >= 6 else 0
    size = 8 if level < 4 else 16 if level < 6 else 24
    attributes = struct.pack("<QQQ", rights, tcp, scope)[:size]
    ruleset = syscalls.check(syscalls.LIBC.syscall(_CREATE_RULESET, attributes, size, 0), "landlock ruleset")
    for paths, allowed in ((read_only, _READ_ONLY), (read_write, rights)):
        for path in paths:
            _allow(ruleset, path, allowed & rights)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscalls.check(syscalls.LIBC.syscall(_RESTRICT_SELF, ruleset, 0), "landlock restrict")
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, so there is nothing to allow
    if not Path(path).is_dir():
        rights &= _FILE_RIGHTS
    rule = struct.pack("<Qi", rights, beneath)
    syscalls.check(
        syscalls.LIBC.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0), f"landlock rule for {path}"
    )
    os.close(beneath)
