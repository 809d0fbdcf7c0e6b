"""The budget as the search meets it: seconds since the start, or a number of fits and no clock at all."""

from __future__ import annotations

import time
from dataclasses import dataclass

from lakeglass.science.candidates.base import NEVER, Stop
from lakeglass.science.model import Budget


@dataclass(frozen=True)
class Clock:
    """Seconds count from `started` (`time.monotonic`), those of a run before it included."""

    budget: Budget
    started: float
    before: float = 0.0

    def elapsed(self) -> float:
        """Seconds used so far."""
        return time.monotonic() - self.started + self.before

    def remaining(self) -> float:
        """Seconds left; infinite when fits are counted instead."""
        return float("inf") if self.budget.seconds is None else self.budget.seconds - self.elapsed()

    def stop_after(self, seconds: float, *, reserve: float) -> Stop:
        """A stop for one fit: after `seconds` of its own, or when only `reserve` is left of all."""
        if self.budget.seconds is None:
            return NEVER
        end = time.monotonic() + min(seconds, max(0.0, self.remaining() - reserve))
        return Stop(expired=lambda: time.monotonic() >= end)
