"""The gateway of a running service: opened at its first use, looked at and tested from the settings page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.core.errors import Conflict, LakeglassError, MissingExtra
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.configuration import Configuration, ModelChange, Source, azure_shown
from lakeglass.llm.gateway import ORDER, Gateway, open_gateway, open_provider, open_scrubber, provider_name
from lakeglass.llm.ledger import CallView, Ledger
from lakeglass.llm.tracing import Tracing
from lakeglass.store.database import Database
from lakeglass.tenants.audit import record
from lakeglass.tenants.model import Principal

T = TypeVar("T")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelStatus(_Frozen):
    """Which models are asked, and where spans of it go; of a key and a password only whether there is one.

    `sources` tells of each field whether the environment sets it, which wins, or the page, or nobody.
    """

    configured: bool
    provider: str | None = None
    base_url: str | None = None
    key_set: bool = False
    strong: str | None = None
    cheap: str | None = None
    fallback: str | None = None
    send_samples: bool = True
    daily_usd: float | None = None
    azure: dict[str, str | None] = {}
    password_set: bool = False
    traces: str | None = None
    sources: dict[str, Source] = {}


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
        self, configuration: Configuration, database: Database, *, tracing: Tracing | None = None
    ) -> None:
        self._configuration = configuration
        self._tracing = tracing
        self._database = database
        self._ledger = Ledger(database)
        self._scrubber = _Once(open_scrubber)
        self._settings = configuration.current
        self._gateway = self._opening(self._settings)
        # Calls may be under way through them: they are closed with the service.
        self._earlier: list[_Once[Gateway | None]] = []

    @property
    def status(self) -> ModelStatus:
        """The settings, without opening anything."""
        chosen = self._settings
        return ModelStatus(
            configured=self.configured,
            provider=provider_name(chosen),
            base_url=_without_login(chosen.base_url),
            key_set=chosen.api_key is not None,
            strong=chosen.strong,
            cheap=chosen.cheap,
            fallback=chosen.fallback,
            send_samples=chosen.send_samples,
            daily_usd=chosen.daily_usd,
            azure=azure_shown(chosen.azure),
            password_set=chosen.azure.certificate_password is not None,
            traces=self._tracing.host if self._tracing else None,
            sources=dict(self._configuration.sources()),
        )

    @property
    def configured(self) -> bool:
        """Whether there is a model to ask."""
        return provider_name(self._settings) is not None

    @property
    def send_samples(self) -> bool:
        """Whether values of cells may be sent, scrubbed."""
        return self._settings.send_samples

    def configure(self, who: Principal, change: ModelChange) -> ModelStatus:
        """Change the settings for whoever asks next; the audit trail names the fields. Calls under way are not cut off.

        Raises InvalidInput and StorageFull like `Configuration.change`.
        """
        settings = self._configuration.change(change)
        fields: list[JsonValue] = [*sorted(change.model_fields_set)]
        with self._database.transaction() as session:
            record(session, who, action="model.configured", subject="model", details={"fields": fields})
        self._earlier.append(self._gateway)
        self._settings, self._gateway = settings, self._opening(settings)
        return self.status

    def _opening(self, settings: ModelSettings) -> _Once[Gateway | None]:
        return _Once(lambda: open_gateway(settings, self._ledger, tracing=self._tracing))

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

    async def test(self, change: ModelChange | None = None) -> ModelTest:
        """Ask the provider for its models: tells that address, key and names are right, and costs nothing.

        With a `change`, as it would be with that, and nothing is kept. Raises Conflict where no model is configured,
        InvalidInput for a change that can't be, MissingExtra or ConfigurationError for settings that lack something; a
        provider that refuses or can't be reached is a result.
        """
        settings = self._settings if change is None else self._configuration.trial(change)
        provider = await asyncio.to_thread(open_provider, settings)
        if provider is None:
            raise Conflict(
                "No model is configured. Set one up under Settings, or set LAKEGLASS_MODEL__API_KEY or "
                "LAKEGLASS_MODEL__BASE_URL."
            )
        started = time.monotonic()
        known = provider.capabilities
        names: tuple[str, ...] = ()
        problem = None
        try:
            names = tuple(await provider.models())
        except LakeglassError as error:
            problem = error.message
        finally:
            await provider.aclose()
        chosen = (settings.strong, settings.cheap, settings.fallback)
        return ModelTest(
            ok=problem is None,
            host=known.host,
            local=known.local,
            order=(*ORDER, provider_name(settings) or ""),
            seconds=round(time.monotonic() - started, 3),
            models=len(names),
            missing=tuple(name for name in dict.fromkeys(chosen) if names and name and name not in names),
            problem=problem,
        )

    async def aclose(self) -> None:
        """Close the provider's connections, if any were opened."""
        for opened in (*self._earlier, self._gateway):
            gateway = opened.made
            if gateway is not None:
                await gateway.aclose()


def _without_login(address: str | None) -> str | None:
    """An address that the environment gave may hold a login; nobody is to read that."""
    if address is None or "@" not in address:
        return address
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


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
