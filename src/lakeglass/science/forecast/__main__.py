"""Telling ahead in a process of its own: `python -m lakeglass.science.forecast request.json`."""

from __future__ import annotations

import sys

from lakeglass.science.threads import limit_threads

limit_threads()

from lakeglass.science.entry import answer  # noqa: E402
from lakeglass.science.forecast.model import ForecastRequest  # noqa: E402
from lakeglass.science.forecast.run import forecast  # noqa: E402
from lakeglass.science.lifeline import hold  # noqa: E402

if __name__ == "__main__":
    hold(sys.argv)
    sys.exit(answer(sys.argv[1], ForecastRequest, forecast))
