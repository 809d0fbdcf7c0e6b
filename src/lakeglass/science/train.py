"""A search in a process of its own: `python -m lakeglass.science.train request.json`.

The process may be killed at any moment: every artifact is whole, and the same command goes on where it stopped.
Exit codes: 0 done, 2 the request can't be carried out (its message on stderr as JSON).
"""

from __future__ import annotations

import time

STARTED = time.monotonic()
"""Before anything heavy is imported: the budget counts from here."""

import os  # noqa: E402
import sys  # noqa: E402

from lakeglass.science.threads import limit_threads  # noqa: E402

limit_threads()

from lakeglass.science.entry import answer  # noqa: E402
from lakeglass.science.lifeline import hold  # noqa: E402
from lakeglass.science.model import ModelingRequest  # noqa: E402
from lakeglass.science.search.run import model_table  # noqa: E402

if __name__ == "__main__":
    hold(sys.argv)
    code = answer(sys.argv[1], ModelingRequest, lambda request: model_table(request, started=STARTED))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a fit that did not listen to its stop must not hold the process
