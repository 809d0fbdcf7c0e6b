"""Why this machine refuses to isolate, and what its administrator can do about it."""

from __future__ import annotations

import platform
import sys
from contextlib import suppress
from pathlib import Path

from lakeglass.sandbox.backends.local.jail import seccomp

_APPARMOR = "kernel/apparmor_restrict_unprivileged_userns"
_KEEP = ", and keep the setting in /etc/sysctl.d/"
_DEBIAN = "kernel/unprivileged_userns_clone"
_KUBERNETES = "var/run/secrets/kubernetes.io"
_MAXIMUM = "user/max_user_namespaces"


def remedy(*, proc_sys: Path = Path("/proc/sys"), root: Path = Path("/")) -> str:
    """One sentence with the exact command for what is wrong here."""
    if not sys.platform.startswith("linux"):
        return "run Lakeglass on Linux, in a Linux virtual machine (WSL 2, Lima), or choose another sandbox backend"
    if not seccomp.supported():
        return (
            f"run Lakeglass on one of {', '.join(seccomp.MACHINES)} (this is {platform.machine()}), or choose a "
            "sandbox elsewhere with LAKEGLASS_SANDBOX__BACKEND=e2b"
        )
    if _value(proc_sys / _MAXIMUM) == "0":
        return "allow user namespaces with: sudo sysctl -w user.max_user_namespaces=15000" + _KEEP
    if _value(proc_sys / _DEBIAN) == "0":
        return "allow user namespaces with: sudo sysctl -w kernel.unprivileged_userns_clone=1" + _KEEP
    if (root / _KUBERNETES).exists():
        return (
            "let the pod make namespaces: in its securityContext set procMount: Unmasked, seccompProfile.type: "
            "Unconfined, appArmorProfile.type: Unconfined and capabilities.add: [SYS_ADMIN]"
        )
    if (root / ".dockerenv").exists() or (root / "run/.containerenv").exists():
        return (
            "let the container make namespaces: run it with --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined --cap-add SYS_ADMIN"
        )
    if _value(proc_sys / _APPARMOR) == "1":
        return (
            "AppArmor forbids user namespaces (Ubuntu 23.10 and newer): allow them with "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" + _KEEP
        )
    return (
        "check that unshare --user --pid --net --mount-proc true works for this user; run: lakeglass doctor"
    )


def _value(path: Path) -> str | None:
    with suppress(OSError):
        return path.read_text().strip()
    return None
