"""OpenRouter: one key for the models of many makers (https://openrouter.ai/docs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lakeglass.core.errors import ConfigurationError
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.providers.base import Capabilities
from lakeglass.llm.providers.compatible import Compatible

ADDRESS = "https://openrouter.ai/api/v1"


class OpenRouter(Compatible):
    """The default once a key is set; it tells what every answer cost."""

    name = "openrouter"

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, local=False, reports_cost=True)

    def address(self, settings: ModelSettings) -> str:
        if settings.api_key is None:
            raise ConfigurationError("OpenRouter needs a key. Set LAKEGLASS_MODEL__API_KEY to yours.")
        return settings.base_url or ADDRESS

    def headers(self) -> Mapping[str, str]:
        """Who asks, as OpenRouter's rankings show it."""
        return {"X-Title": "Lakeglass"}

    def extra_body(self) -> Mapping[str, object]:
        """Ask for the cost of the call, and for no provider that keeps prompts."""
        return {"usage": {"include": True}, "provider": {"data_collection": "deny"}}
