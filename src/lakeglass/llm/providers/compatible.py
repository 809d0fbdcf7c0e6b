"""Any endpoint that speaks the chat completions protocol: Ollama, vLLM, llama.cpp, LM Studio, OpenAI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from ipaddress import ip_address

import httpx2
from openai import AsyncOpenAI

from lakeglass.core.errors import ConfigurationError
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.model import ModelRef, Options, Reply
from lakeglass.llm.providers.base import Capabilities, place_of
from lakeglass.llm.providers.wire import Said, Wire
from lakeglass.llm.scrub import ScrubbedPrompt

_STOPS = {"length": "length", "content_filter": "refused"}


class Compatible:
    """An endpoint by its address; `LAKEGLASS_MODEL__BASE_URL` names it, a key only where it wants one."""

    name = "compatible"

    def __init__(self, settings: ModelSettings) -> None:
        address = self.address(settings)
        self._host, self._port = place_of(address)
        key = settings.api_key.get_secret_value() if settings.api_key else "none"
        client = AsyncOpenAI(
            api_key=key,
            base_url=address,
            max_retries=0,  # llm.layers.retry retries
            timeout=httpx2.Timeout(settings.timeout_s, connect=min(10.0, settings.timeout_s)),
            default_headers=self.headers(),
        )
        self._wire = Wire(client, longest_s=settings.answer_s, extra_body=self.extra_body())

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(host=self._host, port=self._port, local=_is_local(self._host))

    def address(self, settings: ModelSettings) -> str:
        """Where it listens; raises ConfigurationError without an address."""
        if settings.base_url is None:
            raise ConfigurationError(
                "The provider 'compatible' needs an address. Set LAKEGLASS_MODEL__BASE_URL, such as "
                "http://127.0.0.1:11434/v1 for Ollama."
            )
        return settings.base_url

    def headers(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {}

    def extra_body(self) -> Mapping[str, object]:
        """Fields of every request beyond the protocol."""
        return {}

    async def complete(self, prompt: ScrubbedPrompt, model: str, options: Options) -> Reply:
        return reply_of(
            await self._wire.ask(prompt, model, options), ModelRef(provider=self.name, name=model)
        )

    async def models(self) -> Sequence[str]:
        return await self._wire.models()

    @property
    def secrets(self) -> Sequence[str]:
        return ()

    async def aclose(self) -> None:
        await self._wire.aclose()


def reply_of(said: Said, model: ModelRef) -> Reply:
    """What was said, in our words."""
    refused = bool(said.refusal) and not said.text
    stop = "refused" if refused else _STOPS.get(said.stop or "", "stop")
    return Reply.model_validate(
        {
            "text": said.text or said.refusal,
            "model": model,
            "stop": stop,
            "usage": said.usage,
            "cost": None if said.cost is None else Decimal(str(said.cost)),
        }
    )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
