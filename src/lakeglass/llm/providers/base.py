"""The provider protocol: a scrubbed prompt in, a reply or a named failure out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from lakeglass.core.settings import ModelSettings
from lakeglass.llm.model import Options, Reply
from lakeglass.llm.scrub import ScrubbedPrompt


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do. `host` is where prompts go; `local` that it is this machine, so nothing leaves it."""

    host: str
    local: bool
    port: int = 443
    reports_cost: bool = False


def place_of(address: str) -> tuple[str, int]:
    """Host and port of an http address."""
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


class Provider(Protocol):
    """One endpoint that models are asked through. A failure never carries the provider's own words: they may
    repeat a key or a prompt.
    """

    def __init__(self, settings: ModelSettings) -> None:
        """Connects to nothing yet; raises ConfigurationError for settings that lack something."""

    @property
    def capabilities(self) -> Capabilities:
        """What is known without asking it."""

    async def complete(self, prompt: ScrubbedPrompt, model: str, options: Options) -> Reply:
        """One reply of `model`, read as a stream.

        Raises RateLimited (`details.retry_after_s` when it says so), Unavailable for a connection, a server or
        a stream that broke, TimedOut for one that fell silent, TooLarge for a prompt beyond the model's context,
        ConfigurationError for a refused key or an unknown model.
        """

    async def models(self) -> Sequence[str]:
        """The names of its models, which tells that address and key are right; raises like `complete`."""

    @property
    def secrets(self) -> Sequence[str]:
        """What was sent besides the key of the settings, such as tokens: nobody may read it in an answer."""

    async def aclose(self) -> None:
        """Close its connections."""
