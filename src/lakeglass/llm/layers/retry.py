"""Busy and broken providers are asked again: after 1, 2, 4, 8 seconds, or when they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from lakeglass.core.errors import RateLimited, Unavailable
from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import Reply

# A provider that wants a longer pause is not waited for: its error tells the person when to come back.
LONGEST_WAIT_S = 60.0
_JITTER = 0.1


class Retry:
    """`retries` further attempts; `random` makes pauses up to a tenth longer, so that callers spread."""

    name = "retry"

    def __init__(
        self, retries: int, *, sleep: Callable[[float], Awaitable[None]], random: Callable[[], float]
    ) -> None:
        self._retries = retries
        self._sleep = sleep
        self._random = random

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Raises the last failure; a refused key, a wrong name and a prompt that is too long are never tried again."""
        for attempt in range(self._retries + 1):
            try:
                reply = await then(call)
            except (RateLimited, Unavailable) as error:
                wait = error.details.get("retry_after_s")
                pause = max(2.0**attempt, float(wait) if isinstance(wait, int | float) else 0.0)
                if attempt == self._retries or pause > LONGEST_WAIT_S:
                    raise
                await self._sleep(pause * (1 + _JITTER * self._random()))
            else:
                return reply.model_copy(update={"attempts": attempt + reply.attempts})
        raise AssertionError  # the last attempt returned or raised
