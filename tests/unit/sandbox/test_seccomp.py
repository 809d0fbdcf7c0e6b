"""The system call filter, run by a small BPF interpreter: both processors, without installing it."""

from __future__ import annotations

import struct

import pytest

from lakeglass.sandbox.backends.local.jail import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
EPERM, ENOSYS, EAFNOSUPPORT = 0x50001, 0x50026, 0x50061


def verdict(machine: str, number: int, *arguments: int, arch: int | None = None) -> int:
    """What the filter returns for one call."""
    data = struct.pack("<IIQ", number, ARCH[machine] if arch is None else arch, 0)
    data += struct.pack("<6Q", *(*arguments, *[0] * (6 - len(arguments))))
    program = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    place, held = 0, 0
    while True:
        code, yes, no, k = program[place]
        place += 1
        if code == 0x20:
            held = struct.unpack_from("<I", data, k)[0]
        elif code == 0x06:
            return int(k)
        else:
            holds = {0x15: held == k, 0x35: held >= k, 0x45: bool(held & k)}[code]
            place += yes if holds else no


@pytest.mark.parametrize(
    ("machine", "numbers"),
    [
        ("x86_64", {"read": 0, "write": 1, "mmap": 9, "execve": 59, "fork": 57, "futex": 202, "openat": 257}),
        ("aarch64", {"read": 63, "write": 64, "mmap": 222, "execve": 221, "futex": 98, "openat": 56}),
    ],
)
def test_ordinary_calls_pass(machine: str, numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        assert verdict(machine, number) == ALLOW, name


@pytest.mark.parametrize(
    ("machine", "numbers"),
    [
        ("x86_64", {"ptrace": 101, "mount": 165, "bpf": 321, "unshare": 272, "setns": 308, "affinity": 203}),
        ("aarch64", {"ptrace": 117, "mount": 40, "bpf": 280, "unshare": 97, "setns": 268, "affinity": 122}),
    ],
)  # fmt: skip
def test_dangerous_calls_do_not(machine: str, numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        assert verdict(machine, number) == EPERM, name


@pytest.mark.parametrize(
    ("machine", "clone", "ioctl", "socket", "socketpair"),
    [("x86_64", 56, 16, 41, 53), ("aarch64", 220, 29, 198, 199)],
)
def test_calls_that_depend_on_their_arguments(
    machine: str, clone: int, ioctl: int, socket: int, socketpair: int
) -> None:
    assert verdict(machine, clone, 17) == ALLOW
    for namespace in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert verdict(machine, clone, namespace | 17) == EPERM
    assert verdict(machine, 435) == ENOSYS
    assert verdict(machine, ioctl, 0, 0x5413) == ALLOW
    assert verdict(machine, ioctl, 0, 0x5412) == EPERM
    assert verdict(machine, ioctl, 0, 0x541C) == EPERM
    for call in (socket, socketpair):
        assert [verdict(machine, call, family) for family in (1, 2, 10)] == [ALLOW] * 3
        assert [verdict(machine, call, family) for family in (16, 17, 38, 40)] == [EAFNOSUPPORT] * 4


def test_other_instruction_sets_are_killed() -> None:
    assert verdict("x86_64", 0, arch=0x40000003) == KILL  # i386
    assert verdict("x86_64", 0x40000000 + 1) == ENOSYS  # x32
    assert verdict("aarch64", 0, arch=0x40000028) == KILL  # arm


def test_an_unknown_processor_has_no_filter() -> None:
    assert not seccomp.supported("riscv64")
