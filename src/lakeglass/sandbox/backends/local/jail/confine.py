"""The walls of one session, put up in the order that the kernel demands.

Namespaces → mounts → descriptors → bounding set → uid → capabilities → limits → Landlock → seccomp.
Runs in a child of the zygote, before any code of a user.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import TypedDict

from . import landlock, seccomp, syscalls

WORK = "/wk"
DATA = "/wk/data"
FOLDERS = (WORK, "/tmp", "/dev/shm")  # noqa: S108  private file systems of the session
SESSIONS = "/sess"
BYTECODE = "/opt/lakeglass/bytecode"
PACKAGES = "/opt/lakeglass/packages"
CONTROL_FD = 3
_MIB = 1 << 20
_SAFE = syscalls.MS_NOSUID | syscalls.MS_NODEV
_LIBRARIES_MB = 1536  # what they reserve for their threads, used or not
_NICE = 5  # the server stays responsive while sessions compute
_OOM_SCORE = 500  # and the kernel takes a session first when memory runs out
_FILE_SYSTEM_READ_ONLY = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/etc", "/opt", "/nix/store")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Configuration(TypedDict):
    """What the host tells a zygote at its start; for `one_session` it becomes that session itself."""

    fd: int
    cpus: list[int]
    python_roots: list[str]
    one_session: bool


class Order(TypedDict):
    """What the host asks of the zygote for one session."""

    folder: str
    kernel_uid: int | None
    cpus: list[int]
    memory_mb: int
    work_mb: int
    work_files: int
    tmp_mb: int
    shm_mb: int
    processes: int
    open_files: int


def enter_namespaces(kernel_uid: int | None) -> None:
    """Own namespaces of every kind; as an ordinary user by a user namespace that maps only ourselves."""
    if kernel_uid is not None:
        syscalls.unshare(syscalls.SESSION_NAMESPACES)
        return
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # the zygote is not, and the maps are files of the process
    uid, gid = os.getuid(), os.getgid()
    syscalls.unshare(syscalls.SESSION_NAMESPACES | syscalls.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def build_root(order: Order, python_roots: list[str]) -> None:
    """Private work folder, temporary folders and /proc; inputs and packages read-only; the other sessions hidden."""
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    # the interpreter may live below /tmp (a clone in CI): hold it before /tmp is covered
    held = [(root, os.open(root, os.O_PATH)) for root in python_roots if Path(root).is_relative_to("/tmp")]  # noqa: S108
    kernel_uid = order["kernel_uid"]
    owner = "" if kernel_uid is None else f",uid={kernel_uid},gid={kernel_uid}"
    for target, size_mb in zip(FOLDERS, (order["work_mb"], order["tmp_mb"], order["shm_mb"]), strict=True):
        options = f"size={size_mb * _MIB},nr_inodes={order['work_files']},mode=0700{owner}"
        syscalls.mount("tmpfs", target, "tmpfs", _SAFE, options)
    for root, descriptor in held:
        Path(root).mkdir(parents=True, exist_ok=True)
        syscalls.bind_read_only(f"/proc/self/fd/{descriptor}", root)
        os.close(descriptor)
    Path(DATA).mkdir(mode=0o755)
    syscalls.bind_read_only(f"{SESSIONS}/{order['folder']}/data", DATA)
    syscalls.bind_read_only(f"{SESSIONS}/{order['folder']}/packages", PACKAGES)
    syscalls.bind_read_only(BYTECODE, BYTECODE)
    # a mount inherited from the outer jail is locked and can't be taken away, so it is covered
    for hidden in (SESSIONS, "/dev/pts"):
        syscalls.mount("tmpfs", hidden, "tmpfs", _SAFE | syscalls.MS_RDONLY, "size=4k,mode=0555")
    syscalls.mount("proc", "/proc", "proc", _SAFE | syscalls.MS_NOEXEC)


def keep_only(control: int, out: int, err: int) -> None:
    """Descriptors 0-3 are /dev/null, the two streams and the control socket; nothing else is open."""
    null = os.open("/dev/null", os.O_RDONLY)
    # out of the way first: a target number may be the source of another
    copies = [os.dup2(source, 100 + place) for place, source in enumerate((null, out, err, control))]
    for place, copy in enumerate(copies):
        os.dup2(copy, place)
    os.closerange(CONTROL_FD + 1, 4096)
    os.set_inheritable(CONTROL_FD, False)


def give_up_rights(order: Order, python_roots: list[str]) -> None:
    """From here on this process can only compute, in its own folders."""
    Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE))
    os.sched_setaffinity(0, order["cpus"])
    os.nice(_NICE)
    syscalls.empty_bounding_set()
    kernel_uid = order["kernel_uid"]
    if kernel_uid is not None:
        os.setgroups([])
        os.setresgid(kernel_uid, kernel_uid, kernel_uid)
        os.setresuid(kernel_uid, kernel_uid, kernel_uid)
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # the change of uid cleared it, and /proc/self needs it
    _limit(order)
    landlock.restrict(
        [*_FILE_SYSTEM_READ_ONLY, *python_roots, "/proc", DATA, PACKAGES],
        [*FOLDERS, *_DEVICES],
    )
    seccomp.install()
    os.chdir(WORK)


def limit_memory(order: Order, *, libraries_are_loaded: bool) -> None:
    """The last limit: relative to what the interpreter has reserved for its libraries, or will."""
    libraries = 0 if libraries_are_loaded else _LIBRARIES_MB
    memory = _reserved_bytes() + (order["memory_mb"] + libraries) * _MIB
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _limit(order: Order) -> None:
    files = order["work_mb"] * _MIB
    for kind, value in (
        (resource.RLIMIT_FSIZE, files),
        (resource.RLIMIT_NOFILE, order["open_files"]),
        (resource.RLIMIT_NPROC, order["processes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 1 << 16),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _reserved_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
