"""Nothing of a session is left when it is over, however it was used: counted after many of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROJECT = Path(__file__).parents[2]
_HOST_GROWTH_KB = 4_096
"""After the warm-up the server may grow by this much, whether 45 sessions follow or 1,800."""
_ZYGOTE_GROWTH_KB = 2_048


def soak(sessions: int, *, timeout_s: int) -> dict[str, Any]:
    """The report of a run in a process of its own, whose memory nobody else uses."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent), str(sessions), "--json"],
        cwd=_PROJECT,
        env={"PYTHONPATH": str(_PROJECT / "src"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("sessions", "timeout_s"),
    [
        pytest.param(60, 280, id="sample", marks=[pytest.mark.heavy, pytest.mark.timeout(300)]),
        pytest.param(2000, 2900, id="whole", marks=[pytest.mark.heavy, pytest.mark.timeout(3000)]),
    ],
)
def test_used_and_abused_sessions_leave_nothing(sessions: int, timeout_s: int) -> None:
    # req: E7
    report = soak(sessions, timeout_s=timeout_s)
    assert report["surprises"] == []
    assert report["sessions"] == sessions
    assert report["left_while_idle"] == {}
    assert report["left_after_close"] == {}
    for name, bound in (("host", _HOST_GROWTH_KB), ("zygote", _ZYGOTE_GROWTH_KB)):
        grown = report["memory_at_the_end_kb"][name]["own"] - report["memory_after_warm_up_kb"][name]["own"]
        assert grown <= bound, f"{name}: {grown} kB more after {sessions} sessions"
