"""The same request within a few minutes is answered from memory, and costs nothing."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal

from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import Reply

_ENTRIES = 512


class Cache:
    """Replies by tenant, model, prompt and options, for `ttl_s` seconds; 0 keeps none."""

    name = "cache"

    def __init__(self, ttl_s: float, clock: Callable[[], float]) -> None:
        self._ttl_s = ttl_s
        self._clock = clock
        self._replies: OrderedDict[tuple[str, str], tuple[float, Reply]] = OrderedDict()

    async def handle(self, call: Call, then: Handler) -> Reply:
        key = (call.tenant_id, _digest(call))
        kept = self._replies.get(key)
        if kept is not None and self._clock() - kept[0] < self._ttl_s:
            return kept[1].model_copy(update={"cached": True, "cost": Decimal(0)})
        reply = await then(call)
        self._replies[key] = (self._clock(), reply)
        self._replies.move_to_end(key)
        if len(self._replies) > _ENTRIES:
            self._replies.popitem(last=False)
        return reply


def _digest(call: Call) -> str:
    parts = (
        str(call.model),
        call.options.model_dump_json(),
        call.prompt.form.model_dump_json() if call.prompt.form else "",
        *(message.model_dump_json() for message in call.prompt.messages),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
