"""What stands between a caller and a provider, one named wrapper around the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from lakeglass.llm.model import ModelRef, Options, Reply
from lakeglass.llm.scrub import ScrubbedPrompt


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way to a model, for a tenant."""

    tenant_id: str
    prompt: ScrubbedPrompt
    model: ModelRef
    options: Options


Handler = Callable[[Call], Awaitable[Reply]]


class Layer(Protocol):
    """One wrapper; it may answer by itself, refuse, or ask what is behind it, once or more often."""

    @property
    def name(self) -> str:
        """What the order of the wrappers is told by."""

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Answer `call`, with the help of `then`; raises what `then` raises, and what its own rule says."""


def stacked(layers: tuple[Layer, ...], last: Handler) -> Handler:
    """The first layer outermost, `last` at the end."""
    handler = last
    for layer in reversed(layers):
        handler = _wrapped(layer, handler)
    return handler


def _wrapped(layer: Layer, then: Handler) -> Handler:
    async def handle(call: Call) -> Reply:
        return await layer.handle(call, then)

    return handle
