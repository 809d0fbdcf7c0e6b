"""The numbers of system calls on the processors that a session can run on, side by side.

x86_64: arch/x86/entry/syscalls/syscall_64.tbl, aarch64: include/uapi/asm-generic/unistd.h of Linux 6.18; from 424 on
both count alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Calls:
    """What the filter has to know of one processor; `arch` is its AUDIT_ARCH number, `x32` whether it runs that ABI."""

    arch: int
    denied: frozenset[int]
    clone: int
    clone3: int
    ioctl: int
    sockets: tuple[int, ...]
    x32: bool


# name: (x86_64, aarch64); data work needs none of them
DENIED: dict[str, tuple[int, int | None]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # mounts and names
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "move_mount": (429, 429), "open_tree": (428, 428), "open_tree_attr": (467, 467),
    "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "unshare": (272, 97), "setns": (308, 268),
    "sethostname": (170, 161), "setdomainname": (171, 162),
    # kernel attack surface
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "lsm_set_self_attr": (460, 460), "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42), "vmsplice": (278, 75), "memfd_secret": (447, 447),
    # the machine
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "acct": (163, 89),
    "syslog": (103, 116), "personality": (135, 92), "vhangup": (153, 58),
    # memory placement and scheduling
    "move_pages": (279, 239), "migrate_pages": (256, 238), "mbind": (237, 235), "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30),
    # memory that belongs to no process and to no file system, which nothing but a control group counts
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "memfd_create": (319, 279),
    # notes beside files, which tmpfs keeps out of its size
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    # of x86 alone
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "uselib": (134, None),
    "ustat": (136, None), "sysfs": (139, None), "_sysctl": (156, None), "create_module": (174, None),
    "get_kernel_syms": (177, None), "query_module": (178, None),
}  # fmt: skip

CALLS: dict[str, Calls] = {
    "x86_64": Calls(
        arch=0xC000_003E,
        denied=frozenset(x86_64 for x86_64, _ in DENIED.values()),
        clone=56,
        clone3=435,
        ioctl=16,
        sockets=(41, 53),
        x32=True,
    ),
    "aarch64": Calls(
        arch=0xC000_00B7,
        denied=frozenset(aarch64 for _, aarch64 in DENIED.values() if aarch64 is not None),
        clone=220,
        clone3=435,
        ioctl=29,
        sockets=(198, 199),
        x32=False,
    ),
}
"""By `platform.machine()`. `sockets`: socket and socketpair."""
