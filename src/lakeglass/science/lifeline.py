"""A process that ends with the one that started it, whatever ended that: kill -9 runs nobody's clean-up."""

from __future__ import annotations

import os
import signal
import threading

OPTION = "--lifeline"
"""Says that standard input is a pipe of which the starter holds the other end, and never writes to."""


def hold(arguments: list[str]) -> None:
    """With the option among the arguments: kill the process group of this process when the starter is gone."""
    if OPTION in arguments:
        threading.Thread(target=_wait, daemon=True, name="lifeline").start()


def _wait() -> None:
    # Not by sys.stdin: a thread that waits in it would hold its lock while the interpreter ends.
    while os.read(0, 1):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)
