"""The system calls that a session may not make, as a BPF program for x86_64 and aarch64.

Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
Every block is self-contained and falls through on mismatch, so that blocks can be reordered.
"""

from __future__ import annotations

import ctypes
import platform
import struct

from . import syscalls

# kernel attack surface, other processes, mounts, clocks, memory placement, and memory that belongs to no process
# and to no file system (System V, memfd), which nothing but a control group counts; data work needs none of it
_DENIED_X86_64 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "process_madvise": 440,
    "process_mrelease": 448, "kcmp": 312, "pidfd_getfd": 438,
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "fsopen": 430, "fsconfig": 431,
    "fsmount": 432, "fspick": 433, "move_mount": 429, "open_tree": 428, "mount_setattr": 442,
    "quotactl": 179, "quotactl_fd": 443, "open_by_handle_at": 304, "name_to_handle_at": 303,
    "fanotify_init": 300, "fanotify_mark": 301, "unshare": 272, "setns": 308,
    "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313,
    "delete_module": 176, "reboot": 169, "swapon": 167, "swapoff": 168, "sethostname": 170,
    "setdomainname": 171, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305,
    "adjtimex": 159, "acct": 163, "syslog": 103, "iopl": 172, "ioperm": 173, "modify_ldt": 154,
    "personality": 135, "lookup_dcookie": 212, "vhangup": 153, "nfsservctl": 180, "uselib": 134,
    "ustat": 136, "sysfs": 139, "_sysctl": 156, "create_module": 174, "get_kernel_syms": 177,
    "query_module": 178, "move_pages": 279, "migrate_pages": 256, "mbind": 237, "set_mempolicy": 238,
    "set_mempolicy_home_node": 450, "vmsplice": 278, "memfd_secret": 447, "sched_setaffinity": 203,
    "sched_setscheduler": 144, "sched_setattr": 314, "ioprio_set": 251,
    "shmget": 29, "semget": 64, "msgget": 68, "memfd_create": 319,
}  # fmt: skip
_DENIED_AARCH64 = {
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "process_madvise": 440,
    "process_mrelease": 448, "kcmp": 272, "pidfd_getfd": 438,
    "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "fsopen": 430, "fsconfig": 431,
    "fsmount": 432, "fspick": 433, "move_mount": 429, "open_tree": 428, "mount_setattr": 442,
    "quotactl": 60, "quotactl_fd": 443, "open_by_handle_at": 265, "name_to_handle_at": 264,
    "fanotify_init": 262, "fanotify_mark": 263, "unshare": 97, "setns": 268,
    "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241,
    "userfaultfd": 282, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "kexec_load": 104, "kexec_file_load": 294, "init_module": 105, "finit_module": 273,
    "delete_module": 106, "reboot": 142, "swapon": 224, "swapoff": 225, "sethostname": 161,
    "setdomainname": 162, "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266,
    "adjtimex": 171, "acct": 89, "syslog": 116, "personality": 92, "lookup_dcookie": 18, "vhangup": 58,
    "nfsservctl": 42, "move_pages": 239, "migrate_pages": 238, "mbind": 235, "set_mempolicy": 237,
    "set_mempolicy_home_node": 450, "vmsplice": 75, "memfd_secret": 447, "sched_setaffinity": 122,
    "sched_setscheduler": 119, "sched_setattr": 274, "ioprio_set": 30,
    "shmget": 194, "semget": 190, "msgget": 186, "memfd_create": 279,
}  # fmt: skip
_AUDIT_ARCH = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_DENIED = {"x86_64": _DENIED_X86_64, "aarch64": _DENIED_AARCH64}
_CLONE, _CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
_IOCTL = {"x86_64": 16, "aarch64": 29}
_SOCKET_CALLS = {"x86_64": (41, 53), "aarch64": (198, 199)}  # socket, socketpair
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # both type into a terminal on somebody else's behalf
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; AF_VSOCK would leave the network namespace

_LOAD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_EPERM, _ENOSYS, _EAFNOSUPPORT = _ERRNO | 1, _ERRNO | 38, _ERRNO | 97
_X32_BIT = 0x4000_0000
_NUMBER_AT, _ARCH_AT, _ARG0_AT, _ARG1_AT = 0, 4, 16, 24
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def supported(machine: str | None = None) -> bool:
    """Whether the table of this processor is known."""
    return (machine or platform.machine()) in _AUDIT_ARCH


def program(machine: str | None = None) -> bytes:
    """The filter as an array of `struct sock_filter`, 8 bytes an instruction.

    Raises KeyError for a processor without a table.
    """
    machine = machine or platform.machine()
    block: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_JEQ, 1, 0, _AUDIT_ARCH[machine]),
        (_RET, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if machine == "x86_64":
        block += [(_JGE, 0, 1, _X32_BIT), (_RET, 0, 0, _ENOSYS)]
    for number in sorted(set(_DENIED[machine].values())):
        block += [(_JEQ, 0, 1, number), (_RET, 0, 0, _EPERM)]
    # clone3 hides its flags behind a pointer: libc falls back to clone, whose flags can be read here
    block += [(_JEQ, 0, 1, _CLONE3), (_RET, 0, 0, _ENOSYS)]
    namespaces = syscalls.SESSION_NAMESPACES | syscalls.CLONE_NEWUSER
    block += [
        (_JEQ, 0, 4, _CLONE[machine]),
        (_LOAD, 0, 0, _ARG0_AT),
        (_JSET, 0, 1, namespaces),
        (_RET, 0, 0, _EPERM),
        (_RET, 0, 0, _ALLOW),
    ]
    block += [
        (_JEQ, 0, 5, _IOCTL[machine]),
        (_LOAD, 0, 0, _ARG1_AT),
        (_JEQ, 1, 0, _TIOCSTI),
        (_JEQ, 0, 1, _TIOCLINUX),
        (_RET, 0, 0, _EPERM),
        (_RET, 0, 0, _ALLOW),
    ]
    unix, inet, inet6 = _FAMILIES
    for number in _SOCKET_CALLS[machine]:
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
