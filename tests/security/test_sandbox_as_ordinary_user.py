"""The same walls where the server is not root: the suites once more, as `nobody`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import sandbox_tiers
from tests.security import ordinary_user

from lakeglass.sandbox.attacks.case import GROUPS, load_cases

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another user; as a user the suites run directly"
)
ATTACKS = "tests/security/test_attacks.py"
CONFORMANCE = "tests/contracts/test_sandbox_conformance.py"


def suites_hold(own: Path, *arguments: str, timeout_s: float) -> None:
    command = ["pytest", "-p", "no:cacheprovider", f"--basetemp={own}/t", *arguments]
    done = ordinary_user.run(command, own, timeout_s=timeout_s)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    tiers = [line for line in done.stdout.splitlines() if line.startswith("sandbox tier")]
    sandbox_tiers.elsewhere.extend(tiers)
    assert any(f"as uid {ordinary_user.NOBODY}" in line and "own user namespace" in line for line in tiers)


@pytest.mark.timeout(900)
def test_a_sample_of_the_suites_holds_on_every_tier() -> None:
    # req: E7
    sample = "sample or prototypes or (variables_last and local)"
    with ordinary_user.own_folder() as own:
        suites_hold(own, "-m", "not heavy", "-k", sample, ATTACKS, CONFORMANCE, timeout_s=850)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_the_suites_hold_on_every_tier() -> None:
    with ordinary_user.own_folder() as own:
        suites_hold(own, ATTACKS, CONFORMANCE, "tests/security/test_sandbox_walls.py", timeout_s=1750)


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("uid", [0, ordinary_user.NOBODY], ids=["root", "nobody"])
def test_doctor_finds_no_attack_that_escapes(uid: int, tmp_path: Path) -> None:
    command = ["lakeglass", "doctor", "--attack", "--json"]
    if uid == 0:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ordinary_user.PROJECT,
            env={**os.environ, "LAKEGLASS_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=850,
            check=False,
        )
    else:
        with ordinary_user.own_folder() as own:
            done = ordinary_user.run(command, own, timeout_s=850)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    report = json.loads(done.stdout)
    assert report["machine"]["uid"] == uid
    assert report["counts"]["escaped"] == 0
    assert {case["group"] for case in report["cases"]} == set(GROUPS)
    assert len(report["cases"]) == len(load_cases())
