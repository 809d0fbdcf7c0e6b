"""The remedy names the command for what is wrong on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakeglass.sandbox.backends.local.remedy import remedy


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"user/max_user_namespaces": "0"}, "sysctl -w user.max_user_namespaces="),
        ({"kernel/unprivileged_userns_clone": "0"}, "sysctl -w kernel.unprivileged_userns_clone=1"),
        (
            {"kernel/apparmor_restrict_unprivileged_userns": "1"},
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ({"user/max_user_namespaces": "100"}, "unshare --user"),
    ],
)
def test_the_setting_that_forbids_is_named(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    for name, value in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(value + "\n")
    assert expected in remedy(proc_sys=tmp_path, root=tmp_path)


def test_a_pod_is_told_its_security_context(tmp_path: Path) -> None:
    (tmp_path / "var/run/secrets/kubernetes.io").mkdir(parents=True)
    assert "procMount: Unmasked" in remedy(proc_sys=tmp_path, root=tmp_path)


def test_a_container_is_told_its_flags(tmp_path: Path) -> None:
    (tmp_path / ".dockerenv").touch()
    assert "--security-opt seccomp=unconfined" in remedy(proc_sys=tmp_path, root=tmp_path)
