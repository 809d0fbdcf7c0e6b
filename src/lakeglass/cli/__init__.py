"""The command line: the same verbs as the page, for terminals and scripts."""

from __future__ import annotations

import sys

from lakeglass.cli.commands import app
from lakeglass.cli.terminal import complain
from lakeglass.core.errors import LakeglassError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; an expected failure is one message and an exit code, never a traceback.

    Exit codes: 0 done, 1 something of ours is missing or failed, 2 the input can't be used, 130 interrupted.
    """
    try:
        app()
    except LakeglassError as error:
        complain(error)
        sys.exit(2 if 400 <= error.status < 500 else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our pipe has gone, as `| head` does; nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
