"""The SDK's sandbox with what we add to it: bounded answers, and a life that is prolonged as it is used."""

from __future__ import annotations

import contextlib
import time

import httpx
from e2b.api.client_async import get_transport
from e2b_code_interpreter import AsyncSandbox

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.e2b.refusals import FAILURES
from lakeglass.sandbox.backends.e2b.wire import BoundedTransport, Meter
from lakeglass.sandbox.limits import session_limits

_MAX_LIFE_S = 3600  # what every plan of E2B allows


class HostedSandbox(AsyncSandbox):  # type: ignore[misc]  # the SDK has no types
    """A microVM of E2B. Its own end, should we be gone, is never further away than twice the keep-alive."""

    meter: Meter
    _life_s: int
    _ends_at: float

    @classmethod
    async def open(cls, settings: SandboxSettings) -> HostedSandbox:
        """A fresh one without a way to the internet. Raises what the SDK raises."""
        hosted = settings.e2b
        life = min(_MAX_LIFE_S, int(2 * settings.keep_alive_s + settings.timeout_s) + 60)
        sandbox = await cls.create(
            template=hosted.template,
            timeout=life,
            allow_internet_access=False,
            metadata={"made_by": "lakeglass"},
            api_key=None if hosted.api_key is None else hosted.api_key.get_secret_value(),
            domain=hosted.domain,
            api_url=hosted.api_url,
            sandbox_url=hosted.sandbox_url,
            request_timeout=hosted.request_timeout_s,
            retries=0,  # the service tries once more, as the error catalogue says
        )
        assert isinstance(sandbox, cls)
        sandbox.begin(life, Meter(session_limits(settings)))
        return sandbox

    def begin(self, life_s: int, meter: Meter) -> None:
        """Its life starts now."""
        self.meter = meter
        self._life_s = life_s
        self._ends_at = time.monotonic() + life_s

    async def keep_alive(self) -> None:
        """Prolong its life once half of it is over; what is wrong then shows in the next call."""
        if self._ends_at - time.monotonic() > self._life_s / 2:
            return
        with contextlib.suppress(*FAILURES):
            await self.set_timeout(self._life_s)
            self._ends_at = time.monotonic() + self._life_s

    async def reach_again(self) -> None:
        """Connect once more; raises what the SDK raises when it is gone."""
        await self.connect(timeout=self._life_s)
        self._ends_at = time.monotonic() + self._life_s

    @property
    def _client(self) -> httpx.AsyncClient:
        # the SDK's own: one connection a request, so that hanging up is seen over there
        transport = get_transport(self.connection_config, http_version="1.1")
        return httpx.AsyncClient(transport=BoundedTransport(transport, self.meter))
