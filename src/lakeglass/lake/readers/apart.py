"""Parsers that are not ours to trust, in a process of their own: bounded in memory and time, ended with the reading."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue, TypeAdapter

from lakeglass.core.errors import TooLarge, UnprocessableFile
from lakeglass.lake.readers.base import BROKEN

# Address space, which is more than what is in use: the allocators of Rust and Arrow reserve generously.
MEMORY_BYTES = 6 << 30
SECONDS = 300
_ANSWER = TypeAdapter(dict[str, JsonValue])


def ask(
    script: Path,
    request: Mapping[str, JsonValue],
    *,
    memory_bytes: int = MEMORY_BYTES,
    seconds: int = SECONDS,
) -> dict[str, JsonValue]:
    """Run a script with one JSON request and give back its JSON answer.

    Raises UnprocessableFile when it crashed over the file, TooLarge when it needed more time or memory than allowed.
    """
    child = subprocess.Popen(
        # -I: neither the folder of the script nor the user's environment adds modules.
        [sys.executable, "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "ARROW_DEFAULT_MEMORY_POOL": "system"},
        start_new_session=True,
    )
    _bound(child.pid, memory_bytes, seconds)
    try:
        answer, complaint = child.communicate(json.dumps(request).encode(), timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TooLarge(
            f"Reading this file took longer than {seconds} s and was stopped. Upload a smaller part of it."
        ) from error
    finally:
        child.kill()
        child.wait()
    if child.returncode == 0:
        return _ANSWER.validate_json(answer)
    if b"memory" in complaint.lower() or b"MemoryError" in complaint or child.returncode == -9:
        raise TooLarge(
            f"Reading this file needs more than {memory_bytes >> 20} MB of memory: its cells lie far apart, or there "
            "are too many. Save the table alone as a new file, or as CSV."
        )
    raise UnprocessableFile(f"{BROKEN} Its parser gave up on it.")


def _bound(pid: int, memory_bytes: int, seconds: int) -> None:
    """Set after the start: code between fork and exec is not safe in a process with threads."""
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        return  # it is over already; its exit code tells
