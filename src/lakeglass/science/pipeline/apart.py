"""The work of a stage in a process group of its own, which ends with whoever started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

from lakeglass.core.errors import InvalidInput, MissingExtra, TimedOut, TooLarge, Unavailable
from lakeglass.science import lifeline

# Fitting once more what was being fitted, and writing it down.
_GRACE = 1.5
_STARTING_S = 60.0


def apart(
    work: Literal["train", "explain", "forecast", "clusters"], request: Path, *, seconds: float | None
) -> None:
    """Search or explain in a process; raises what it says, TimedOut when it runs on, Unavailable when it dies."""
    command = [sys.executable, "-m", f"lakeglass.science.{work}", str(request), lifeline.OPTION]
    limit = None if seconds is None else seconds * _GRACE + _STARTING_S
    theirs, ours = os.pipe()
    with os.fdopen(ours, "wb"):  # held until the process has ended
        with os.fdopen(theirs, "rb") as end:
            process = subprocess.Popen(
                command, stdin=end, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
            )
        try:
            _, told = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired as error:
            raise TimedOut(
                f"The model's process ran past its {seconds:g} s and was ended. Give it more time, or fewer rows."
            ) from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode == 0:
        return
    last = told.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    try:
        complaint = json.loads(last[0])
    except json.JSONDecodeError:
        raise Unavailable(
            f"The model's process ended with code {process.returncode}; often memory was short. Try again with "
            "fewer rows or columns."
        ) from None
    kind = {each.code: each for each in (MissingExtra, TooLarge)}.get(complaint.get("code"), InvalidInput)
    raise kind(str(complaint.get("message", "The model's process refused the request.")))
