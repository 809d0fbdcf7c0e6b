"""The gateway of a running service: opened at its first use, looked at and tested from the settings page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import Conflict, LakeglassError, MissingExtra
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.gateway import Gateway, open_gateway, open_scrubber, provider_name
from lakeglass.llm.ledger import CallView, Ledger
from lakeglass.llm.tracing import Tracing
from lakeglass.store.database import Database

T = TypeVar("T")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelStatus(_Frozen):
    """Which models are asked, and where spans of it go; never a key."""

    configured: bool
    provider: str | None = None
    strong: str | None = None
    cheap: str | None = None
    fallback: str | None = None
    send_samples: bool = True
    daily_usd: float | None = None
    traces: str | None = None


class Hidden(_Frozen):
    """A value that was cut out, by its place in the text that came in."""

    kind: str
    start: int
    end: int


class PromptPreview(_Frozen):
    """What would leave this machine; `limits` name what can't be found here. With a `problem` nothing would."""

    problem: str | None = None
    text: str
    hidden: tuple[Hidden, ...]
    limits: tuple[str, ...]


class ModelTest(_Frozen):
    """What asking the provider for its models came to; `missing` are models of the settings that it lacks."""

    ok: bool
    host: str
    local: bool
    order: tuple[str, ...]
    seconds: float
    models: int = 0
    missing: tuple[str, ...] = ()
    problem: str | None = None


class ModelAccess:
    """One for a service. Nothing is loaded before somebody asks: most installations have no model."""

    def __init__(
        self, settings: ModelSettings, database: Database, *, tracing: Tracing | None = None
    ) -> None:
        self._settings = settings
        self._traces = tracing.host if tracing else None
        self._ledger = Ledger(database)
        self._gateway = _Once(lambda: open_gateway(settings, self._ledger, tracing=tracing))
        self._scrubber = _Once(open_scrubber)

    @property
    def status(self) -> ModelStatus:
        """The settings, without opening anything."""
        name = provider_name(self._settings)
        if name is None:
            return ModelStatus(configured=False, traces=self._traces)
        chosen = self._settings
        return ModelStatus(
            configured=True,
            provider=name,
            strong=chosen.strong,
            cheap=chosen.cheap,
            fallback=chosen.fallback,
            send_samples=chosen.send_samples,
            daily_usd=chosen.daily_usd,
            traces=self._traces,
        )

    def calls(self, tenant_id: str, scope: str) -> Sequence[CallView]:
        """What was said to models in a conversation, and what came back, oldest first."""
        return self._ledger.calls(tenant_id, scope)

    def ended(self, tenant_id: str, scope: str) -> Sequence[CallView]:
        """The calls of a conversation that nobody goes on with: what was hidden in it is forgotten, its calls stay."""
        calls = self._ledger.calls(tenant_id, scope)
        self._ledger.forget_values(tenant_id, scope)
        return calls

    async def gateway(self) -> Gateway | None:
        """The door to the model, None where none is configured; raises like `open_gateway`."""
        return await self._gateway.get()

    async def preview(self, text: str) -> PromptPreview:
        """Scrub `text` as a prompt would be; needs no model, sends and keeps nothing."""
        try:
            scrubber = await self._scrubber.get()
        except MissingExtra as error:
            return PromptPreview(problem=error.message, text="", hidden=(), limits=())
        made = await asyncio.to_thread(scrubber.scrub, text, Aliases())
        hidden = tuple(Hidden(kind=one.kind, start=one.start, end=one.end) for one in made.redactions)
        return PromptPreview(text=made.text, hidden=hidden, limits=scrubber.limits)

    async def test(self) -> ModelTest:
        """Ask the provider for its models: tells that address, key and names are right, and costs nothing.

        Raises Conflict where no model is configured, MissingExtra or ConfigurationError for settings that lack
        something; a provider that refuses or can't be reached is a result.
        """
        gateway = await self.gateway()
        if gateway is None:
            raise Conflict(
                "No model is configured. Set LAKEGLASS_MODEL__API_KEY or LAKEGLASS_MODEL__BASE_URL."
            )
        started = time.monotonic()
        known = gateway.capabilities
        names: tuple[str, ...] = ()
        problem = None
        try:
            names = tuple(await gateway.models())
        except LakeglassError as error:
            problem = error.message
        chosen = (self._settings.strong, self._settings.cheap, self._settings.fallback)
        return ModelTest(
            ok=problem is None,
            host=known.host,
            local=known.local,
            order=gateway.order,
            seconds=round(time.monotonic() - started, 3),
            models=len(names),
            missing=tuple(name for name in dict.fromkeys(chosen) if names and name and name not in names),
            problem=problem,
        )

    async def aclose(self) -> None:
        """Close the provider's connections, if any were opened."""
        gateway = self._gateway.made
        if gateway is not None:
            await gateway.aclose()


class _Once(Generic[T]):
    """Something that is made at its first use, by one of those who ask at once; a failure is tried again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = asyncio.Lock()
        self._made: list[T] = []

    @property
    def made(self) -> T | None:
        """It, if it was made already."""
        return self._made[0] if self._made else None

    async def get(self) -> T:
        """It, made now if need be; raises what making it raises."""
        async with self._lock:
            if not self._made:
                self._made.append(await asyncio.to_thread(self._make))
            return self._made[0]
