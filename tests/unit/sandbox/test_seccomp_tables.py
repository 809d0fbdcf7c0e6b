"""The numbers of the filter against the kernel's own lists: libseccomp's tables, and the headers of libc."""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import re
import struct
from pathlib import Path

import pytest

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.backends.local.jail import calls, seccomp
from lakeglass.sandbox.backends.local.remedy import remedy

MACHINES = ("x86_64", "aarch64")
_HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"),),
}
_DEFINED = re.compile(r"#define __NR3?(?:264)?_(\w+)\s+(\d+)\b")
_RENAMED = {"umount2": ("umount2", "umount")}
_SINCE_ALIKE = 424
# EM_X86_64, EM_AARCH64 with the bits for 64 bit and little-endian: include/uapi/linux/audit.h and elf-em.h
_MACHINE_NUMBERS = {"x86_64": 62, "aarch64": 183}
_AUDIT_64BIT_LE = 0x8000_0000 | 0x4000_0000


def named(machine: str) -> dict[str, int]:
    """Every number that the filter knows of this processor, by the call's name."""
    place = MACHINES.index(machine)
    found = {name: pair[place] for name, pair in calls.DENIED.items()}
    table = calls.CALLS[machine]
    special = {"clone": table.clone, "clone3": table.clone3, "ioctl": table.ioctl}
    special |= dict(zip(("socket", "socketpair"), table.sockets, strict=True))
    return {name: number for name, number in (found | special).items() if number is not None}


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_libseccomp(machine: str) -> None:
    # req: E8
    name = ctypes.util.find_library("seccomp")
    if name is None:
        pytest.skip("libseccomp is not installed on this machine")
    resolve = ctypes.CDLL(name).seccomp_syscall_resolve_name_arch
    resolve.argtypes, resolve.restype = (ctypes.c_uint32, ctypes.c_char_p), ctypes.c_int
    compared = 0
    for call, number in named(machine).items():
        known = resolve(calls.CALLS[machine].arch, call.encode())
        if known >= 0:  # an older library does not know the newest calls
            assert number == known, call
            compared += 1
    assert compared >= 60


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = next((path for path in _HEADERS[machine] if path.exists()), None)
    if header is None:
        pytest.skip(f"no header with the numbers of {machine} is installed on this machine")
    defined = {name: int(number) for name, number in _DEFINED.findall(header.read_text())}
    numbers = named(machine)
    shared = {name: one for one in numbers for name in _RENAMED.get(one, (one,)) if name in defined}
    assert len(shared) >= 60
    assert {one: defined[name] for name, one in shared.items()} == {
        one: numbers[one] for one in shared.values()
    }


def test_new_calls_have_one_number_on_both_processors() -> None:
    for name, (x86_64, aarch64) in calls.DENIED.items():
        if x86_64 >= _SINCE_ALIKE or (aarch64 or 0) >= _SINCE_ALIKE:
            assert x86_64 == aarch64, name


def test_no_number_stands_for_two_calls() -> None:
    for machine in MACHINES:
        numbers = list(named(machine).values())
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("machine", MACHINES)
def test_the_program_starts_with_the_check_of_its_own_processor(machine: str) -> None:
    first = list(struct.iter_unpack("<HBBI", seccomp.program(machine)[: 8 * 3]))
    load_arch, equal_jumps_over, kill = (0x20, 0, 0, 4), (0x15, 1, 0), (0x06, 0, 0, 0x8000_0000)
    assert first[0] == load_arch
    assert first[1][:3] == equal_jumps_over
    assert first[1][3] == _AUDIT_64BIT_LE | _MACHINE_NUMBERS[machine]
    assert first[2] == kill
    other = seccomp.program(next(one for one in MACHINES if one != machine))
    assert struct.unpack_from("<HBBI", other, 8)[3] != first[1][3]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_table_of_this_processor_is_used(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    assert seccomp.program() == seccomp.program(machine)


def test_an_unknown_processor_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    backend = LocalBackend(SandboxSettings(), root=tmp_path / "root")
    with pytest.raises(SandboxUnavailable) as refused:
        asyncio.run(backend.start())
    for word in ("riscv64", "x86_64", "aarch64", "e2b"):
        assert word in refused.value.message
    assert "riscv64" in remedy()
    assert backend.zygote_pids == ()
    assert not (tmp_path / "root").exists()
