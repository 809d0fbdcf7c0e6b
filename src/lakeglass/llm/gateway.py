"""The single door to language models: scrub → budget → cache → breaker → retry → fallback → provider.

Nothing else may ask a provider, and a provider takes nothing but a `ScrubbedPrompt`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lakeglass.core.errors import Conflict, LakeglassError
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.detectors import detectors
from lakeglass.llm.layers.base import Call, Layer, stacked
from lakeglass.llm.layers.breaker import Breaker
from lakeglass.llm.layers.budget import Budget
from lakeglass.llm.layers.cache import Cache
from lakeglass.llm.layers.fallback import Fallback
from lakeglass.llm.layers.fit import Fit
from lakeglass.llm.layers.retry import Retry
from lakeglass.llm.ledger import Ledger
from lakeglass.llm.model import JsonSchema, Message, ModelRef, Options, Purpose, Reply
from lakeglass.llm.prices import cost
from lakeglass.llm.providers import Capabilities, Provider, providers
from lakeglass.llm.scrub import ScrubbedPrompt, Scrubber
from lakeglass.llm.tracing import Asked, Tracing
from lakeglass.tenants.model import Principal

_CHEAP: frozenset[Purpose] = frozenset(("profile",))
_TRIES = 5
# What every prompt passes before the provider, by name.
ORDER: Final = (
    "scrub",
    *(layer.name for layer in (Budget, Cache, Breaker, Retry, Fallback, Fit)),
)
_SHORTEST_SECRET = 8  # a shorter one is a placeholder of a server that wants none


@dataclass(frozen=True, slots=True)
class Told:
    """A reply, and the same text with the user's own values back in it: to run or to show, never to send."""

    call_id: str
    reply: Reply
    text: str
    aliases: Aliases

    def restored(self, text: str) -> str:
        """Any text of the reply with the user's own values back in it."""
        return self.aliases.restore(text)


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time and chance come from."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    # Spreads retries; nobody gains by guessing it.
    random: Callable[[], float] = random.random


class Gateway:
    """Asks one provider's models for every tenant."""

    def __init__(
        self,
        settings: ModelSettings,
        ledger: Ledger,
        *,
        scrubber: Scrubber,
        provider: Provider,
        timing: Timing | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        timing = timing or Timing()
        self._tracing = tracing or Tracing()
        self._name = provider_name(settings) or ""
        self._settings = settings
        self._ledger = ledger
        self._scrubber = scrubber
        self._provider = provider
        other = settings.fallback
        self._layers: tuple[Layer, ...] = (
            Budget(settings.daily_usd, ledger.spent_today),
            Cache(settings.cache_s, timing.clock),
            Breaker(timing.clock),
            Retry(settings.retries, sleep=timing.sleep, random=timing.random),
            Fallback(None if other is None else ModelRef(provider=self._name, name=other)),
            Fit(),
        )
        self._ask = stacked(self._layers, self._complete)

    @property
    def order(self) -> tuple[str, ...]:
        """What a prompt passes on its way out, by name."""
        return ("scrub", *(layer.name for layer in self._layers), self._name)

    @property
    def capabilities(self) -> Capabilities:
        """What the provider can do, and where it is."""
        return self._provider.capabilities

    def model_for(self, purpose: Purpose) -> ModelRef:
        """The cheap model for describing, the strong one for reasoning."""
        name = self._settings.cheap if purpose in _CHEAP else self._settings.strong
        return ModelRef(provider=self._name, name=name)

    async def complete(
        self,
        who: Principal,
        scope: str,
        messages: Sequence[Message],
        *,
        options: Options,
        form: JsonSchema | None = None,
        run_id: str | None = None,
    ) -> Told:
        """One answer. `scope` is the conversation whose placeholders are used, such as a session's id.

        Raises BudgetSpent, RateLimited, Unavailable, TimedOut, TooLarge or ConfigurationError; whatever comes of it,
        the call stands in the ledger before it is made, and every redaction in the audit trail.
        """
        prompt, aliases = await asyncio.to_thread(self._scrubbed, who, scope, messages, form)
        model = self.model_for(options.purpose)
        call_id = await asyncio.to_thread(
            self._ledger.begin, who, scope, prompt, run_id=run_id, options=options, model=model
        )
        reply: Reply | None = None
        outcome = "cancelled"
        try:
            with self._tracing.call(self._asked(prompt, options, scope=scope, run_id=run_id)) as traced:
                reply = await self._ask(Call(who.tenant_id, prompt, model, options))
                self._tracing.describe(traced, reply)
            outcome = "ok" if reply.stop == "stop" else reply.stop
        except LakeglassError as error:
            outcome = error.code
            raise
        finally:
            await asyncio.shield(
                asyncio.to_thread(self._ledger.end, who.tenant_id, call_id, reply=reply, outcome=outcome)
            )
        return Told(call_id=call_id, reply=reply, text=aliases.restore(reply.text), aliases=aliases)

    async def aclose(self) -> None:
        """Close the provider's connections."""
        await self._provider.aclose()

    def _scrubbed(
        self, who: Principal, scope: str, messages: Sequence[Message], form: JsonSchema | None
    ) -> tuple[ScrubbedPrompt, Aliases]:
        for _ in range(_TRIES):
            aliases = self._ledger.aliases(who.tenant_id, scope)
            prompt = self._scrubber.prompt(messages, aliases, form=form)
            if self._ledger.redacted(who, scope, prompt, aliases):
                return prompt, aliases
        raise Conflict("Too many calls of this conversation at once; ask again.")

    def _asked(self, prompt: ScrubbedPrompt, options: Options, *, scope: str, run_id: str | None) -> Asked:
        known = self._provider.capabilities
        model = self.model_for(options.purpose)
        return Asked(model, options, prompt, scope=scope, run_id=run_id, host=known.host, port=known.port)

    async def _complete(self, call: Call) -> Reply:
        reply = await self._provider.complete(call.prompt, call.model.name, call.options)
        reply = reply.model_copy(update={"text": self._without_secrets(reply.text)})
        if reply.cost is not None:
            return reply
        price = Decimal(0) if self._provider.capabilities.local else cost(reply.model, reply.usage)
        return reply.model_copy(update={"cost": price})

    def _without_secrets(self, text: str) -> str:
        """A model, or a proxy before it, may repeat what it was sent with the request; nobody is to read that."""
        kept = (self._settings.api_key, self._settings.azure.certificate_password)
        values = [secret.get_secret_value() for secret in kept if secret]
        for value in (*values, *self._provider.secrets):
            if len(value) >= _SHORTEST_SECRET:
                text = text.replace(value, "<SECRET>")
        return text


def provider_name(settings: ModelSettings) -> str | None:
    """The provider that these settings ask for, None where no model is wanted."""
    if settings.provider is not None:
        return settings.provider
    if settings.base_url is not None:
        return "compatible"
    return None if settings.api_key is None else "openrouter"


def open_gateway(
    settings: ModelSettings,
    ledger: Ledger,
    timing: Timing | None = None,
    *,
    tracing: Tracing | None = None,
) -> Gateway | None:
    """The gateway of these settings, None where no model is configured. Loads what it needs: call it in a thread.

    Raises MissingExtra without the packages of `lakeglass[model]`, ConfigurationError for settings that lack
    something, InvalidInput for a provider that nobody knows.
    """
    provider = open_provider(settings)
    if provider is None:
        return None
    return Gateway(
        settings, ledger, scrubber=open_scrubber(), provider=provider, timing=timing, tracing=tracing
    )


def open_provider(settings: ModelSettings) -> Provider | None:
    """The provider of these settings, for its list of models only; None where no model is configured.

    Raises like `open_gateway`; call it in a thread.
    """
    name = provider_name(settings)
    return None if name is None else providers.load(name)(settings)


def open_scrubber() -> Scrubber:
    """The scrubber with every detector; takes seconds. Raises MissingExtra without `lakeglass[model]`."""
    return Scrubber([detectors.load(name)() for name in detectors.names()])
