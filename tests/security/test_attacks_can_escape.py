"""Every published attack is seen to escape where exactly its walls are missing, and to be held by any one of them.

So no expectation can rot into one that always holds, and the walls that the documentation names for a case are
the ones that hold it. As real root only: a weakened jail needs rights that an ordinary user can't give it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.security.weakened import weaken

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.attacks.case import Case, Wall, load_cases
from lakeglass.sandbox.attacks.scene import Scene
from lakeglass.sandbox.attacks.suite import Result, attack
from lakeglass.sandbox.backends import open_backend
from lakeglass.sandbox.backends.local.bwrap import is_real_root

_CAP_SYS_RESOURCE = 24
CASES = load_cases()
# bubblewrap sets no_new_privs before any code of ours runs, and nothing takes it back
ALWAYS_HELD = {"gain rights by a set-uid program"}
NEED_REAL_TIME = {"run in real time"}
NEED_SYS_RESOURCE = {"raise its own limits", "never be the one whom the kernel ends"}
TAKEN: list[frozenset[Wall]] = [
    frozenset(walls)
    for walls in (
        {"seccomp"},
        {"landlock"},
        {"seccomp", "landlock"},
        {"capabilities"},
        {"capabilities", "kernel user"},
        {"seccomp", "capabilities", "kernel user"},
        {"seccomp", "capabilities", "kernel user", "landlock"},
        {"landlock", "kernel user"},
        {"network namespace"},
        {"network namespace", "landlock"},
        {"private root"},
        {"private root", "landlock"},
        {"private root", "landlock", "kernel user", "capabilities"},
        {"process namespace"},
        {"process namespace", "network namespace", "landlock", "kernel user"},
        {"ipc namespace", "seccomp"},
        {"resource limits"},
        {"resource limits", "session limit"},
        {"session limit", "seccomp"},
        {"quotas", "resource limits"},
        {"quotas", "seccomp"},
        {"clean start"},
        {"sealed init"},
        {"sealed init", "landlock"},
        {"host bookkeeping"},
        {"artifact door"},
    )
]  # fmt: skip


async def run(root: Path, cases: list[Case]) -> list[Result]:
    with Scene() as scene:
        backend = open_backend(SandboxSettings(slots=0, tier="namespaces"), root=root)
        await backend.start()
        try:
            return [result async for result in attack(backend, scene, root=root, cases=cases)]
        finally:
            await backend.close()


@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.skipif(os.geteuid() != 0 or not is_real_root(), reason="only real root can weaken a jail")
@pytest.mark.parametrize("taken", TAKEN, ids=lambda walls: " + ".join(sorted(walls)))
def test_an_attack_escapes_exactly_where_all_of_its_walls_are_missing(
    taken: frozenset[Wall], compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = _with_what_falls_too(taken)
    cases = [case for case in CASES if gone & set(case.walls) and not _held_by_machine(case, taken)]
    weaken(monkeypatch, tmp_path, taken)
    results = asyncio.run(run(compiled, cases))
    wrong = [
        f"{result.case.group} / {result.case.name}: {result.outcome.verdict} ({result.outcome.detail})"
        for result in results
        if (result.outcome.verdict == "escaped") != (set(result.case.walls) <= gone)
        and not _kernel_has_no_such_call(result, taken)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def compiled() -> Iterator[Path]:
    """One folder for all backends, so that libraries are compiled once."""
    # where a jail without a root of its own sees it too: /tmp is every jail's own
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", "/var/tmp")
        with tempfile.TemporaryDirectory() as root:
            yield Path(root)


def _with_what_falls_too(taken: frozenset[Wall]) -> frozenset[Wall]:
    """Who may trace everybody (CAP_SYS_PTRACE) looks into a sealed process too."""
    return taken | {"sealed init"} if "capabilities" in taken else taken


def _held_by_machine(case: Case, taken: frozenset[Wall]) -> bool:
    """What this machine itself refuses, so that no wall of ours can be seen to matter."""
    if case.name in ALWAYS_HELD:
        return True
    if case.name in NEED_REAL_TIME and "capabilities" in taken and not _may_run_in_real_time():
        return True
    return case.name in NEED_SYS_RESOURCE and "capabilities" in taken and not _may_raise_limits()


def _kernel_has_no_such_call(result: Result, taken: frozenset[Wall]) -> bool:
    """Without our filter nobody else says ENOSYS: a kernel without modules, kexec or port access."""
    return "seccomp" in taken and result.outcome.detail == "ENOSYS"


def _may_raise_limits() -> bool:
    effective = next(
        line.split()[1]
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("CapEff")
    )
    return bool(int(effective, 16) >> _CAP_SYS_RESOURCE & 1)


def _may_run_in_real_time() -> bool:
    """Where a control group of version 1 has no share of real time, root is refused it, too."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        return False
    os.sched_setscheduler(0, *before)
    return True


def test_every_attack_is_seen_to_escape_somewhere() -> None:
    falls = [_with_what_falls_too(taken) for taken in TAKEN]
    unseen = {case.name for case in CASES if not any(set(case.walls) <= taken for taken in falls)}
    assert not unseen
    assert {case.name for case in CASES} >= ALWAYS_HELD | NEED_REAL_TIME | NEED_SYS_RESOURCE
