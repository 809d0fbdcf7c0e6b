"""A search does not outlive who started it."""

from __future__ import annotations

import subprocess
import sys

_CHILD = """
import sys, threading
from lakeglass.science.lifeline import hold
hold(sys.argv)
print("ready", flush=True)
threading.Event().wait()
"""


def test_a_process_ends_when_nobody_holds_its_lifeline() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, "--lifeline"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == -9
