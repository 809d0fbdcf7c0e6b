"""A provider that keeps failing is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lakeglass.core.errors import RateLimited, TimedOut, Unavailable
from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import Reply

FAILURES = 5
OPEN_S = 30.0


@dataclass(slots=True)
class _State:
    failures: int = 0
    opened_at: float = 0.0
    trying: bool = False


class Breaker:
    """Opens after five failed calls of a model in a row; after 30 seconds one call may try again."""

    name = "breaker"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Raises Unavailable at once while it is open."""
        state = self._states.setdefault(str(call.model), _State())
        if state.failures >= FAILURES:
            wait = OPEN_S - (self._clock() - state.opened_at)
            if wait > 0 or state.trying:
                raise Unavailable(
                    f"The model {call.model.name} failed {FAILURES} times in a row and is left alone for a while; "
                    "the built-in analyst answers meanwhile.",
                    details={"retry_after_s": max(0.0, round(wait, 3))},
                )
            state.trying = True
        try:
            reply = await then(call)
        except (RateLimited, TimedOut, Unavailable):
            state.failures += 1
            state.opened_at = self._clock()
            raise
        finally:
            state.trying = False
        state.failures = 0
        return reply
