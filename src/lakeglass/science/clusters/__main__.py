"""Grouping in a process of its own: `python -m lakeglass.science.clusters request.json`."""

from __future__ import annotations

import sys

from lakeglass.science.threads import limit_threads

limit_threads()

from lakeglass.science.clusters.model import ClusterRequest  # noqa: E402
from lakeglass.science.clusters.run import find_clusters  # noqa: E402
from lakeglass.science.entry import answer  # noqa: E402
from lakeglass.science.lifeline import hold  # noqa: E402

if __name__ == "__main__":
    hold(sys.argv)
    sys.exit(answer(sys.argv[1], ClusterRequest, find_clusters))
