"""Attacks that anyone can run against the sandbox of their own machine: `lakeglass doctor --attack`.

A case is a few lines of Python for a session and what has to come of them. Every expectation can fail: the
walls that hold a case are named, and tests take exactly these walls away to see it escape. Every attack is
harmless where it succeeds, because people run it on machines that they need: it opens without writing, signals
with 0, sets the clock to the time it has, and fills no more than a few gigabytes for a moment.
"""
