"""What commands fail with, as a message and an exit code."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from pydantic import ValidationError
from rich.text import Text

from lakeglass.cli.commands import app
from lakeglass.cli.terminal import complain, err
from lakeglass.core.errors import ConfigurationError, LakeglassError


def run() -> int:
    """Carry out the command of `sys.argv`; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A sign that the terminal's encoding lacks becomes a question mark, not a crash.
            stream.reconfigure(errors="replace")
    try:
        app()
    except SystemExit as leaving:  # how the parser ends every command, the good ones too
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except ValidationError as error:
        complain(_settings_problem(error))
        return 1
    except LakeglassError as error:
        complain(error)
        return 2 if 400 <= error.status < 500 else 1
    except BrokenPipeError:
        return 0  # the reader of our pipe has gone, as `| head` does; nothing is wrong
    except OSError as error:
        about = f" {error.filename!r}" if error.filename else ""
        err.print(Text(f"error: the system refused{about}: {error.strerror or error}"), soft_wrap=True)
        return 1
    return 0


def _settings_problem(error: ValidationError) -> LakeglassError:
    """Name the variables and what was expected of them, never what they hold: it may be a secret."""
    if error.title != "Settings":
        raise error
    told = [
        f"LAKEGLASS_{'__'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False)
    ]
    return ConfigurationError(
        f"The settings can't be used. {'; '.join(told)}. Correct the environment or .env; "
        "`docs/settings.md` describes each."
    )
