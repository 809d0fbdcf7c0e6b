"""A search in a process of its own: `python -m lakeglass.science.train request.json`.

The process may be killed at any moment: every artifact is whole, and the same command goes on where it stopped.
Exit codes: 0 done, 2 the request can't be carried out (its message on stderr as JSON).
"""

from __future__ import annotations

import time

STARTED = time.monotonic()
"""Before anything heavy is imported: the budget counts from here."""

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from lakeglass.science.threads import limit_threads  # noqa: E402


def main(arguments: list[str]) -> int:
    """Read the request, set the threads, search."""
    text = Path(arguments[0]).read_text(encoding="utf-8")
    limit_threads()
    from pydantic import ValidationError

    from lakeglass.core.errors import InvalidInput, LakeglassError
    from lakeglass.science.model import ModelingRequest
    from lakeglass.science.search.run import model_table

    try:
        try:
            request = ModelingRequest.model_validate_json(text)
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise InvalidInput(f"the request is not complete: {faults}") from error
        model_table(request, started=STARTED)
    except LakeglassError as error:
        sys.stderr.write(json.dumps({"code": error.code, "message": error.message}) + "\n")
        return 2
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a fit that did not listen to its stop must not hold the process
