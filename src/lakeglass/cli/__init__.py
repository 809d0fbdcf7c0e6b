"""The command line: the same verbs as the page, for terminals and scripts."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; an expected failure is one message and an exit code, never a traceback.

    Exit codes: 0 done, 1 something of ours is missing or failed, 2 the input can't be used, 130 interrupted.
    """
    try:
        # Loading takes a moment, in which Ctrl-C may be pressed like at any other.
        from lakeglass.cli.failures import run

        code = run()
    except KeyboardInterrupt:
        code = 130
    _leave(code)


def _leave(code: int) -> None:
    """End with `code`; a stream that nobody reads or that is full can't be flushed, and says nothing more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1 if stream is sys.stdout else 2)
    sys.exit(code)
