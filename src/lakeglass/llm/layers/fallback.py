"""Another model answers while the chosen one is down."""

from __future__ import annotations

from lakeglass.core.errors import RateLimited, TimedOut, Unavailable
from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import ModelRef, Reply


class Fallback:
    """Asks `other` when the model of the call fails; None leaves it at that."""

    name = "fallback"

    def __init__(self, other: ModelRef | None) -> None:
        self._other = other

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Raises the failure of the chosen model when the other one fails as well."""
        try:
            return await then(call)
        except (RateLimited, TimedOut, Unavailable) as first:
            if self._other is None or self._other == call.model:
                raise
            other = Call(call.tenant_id, call.prompt, self._other, call.options)
            try:
                return await then(other)
            except (RateLimited, TimedOut, Unavailable):
                raise first from None
