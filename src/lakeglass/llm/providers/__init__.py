"""Providers of language models by name; only `llm.gateway` may ask one."""

from lakeglass.core.plugins import Registry
from lakeglass.llm.providers.base import Capabilities, Provider

providers: Registry[Provider] = Registry(
    "providers",
    {
        "openrouter": "lakeglass.llm.providers.openrouter:OpenRouter",
        "compatible": "lakeglass.llm.providers.compatible:Compatible",
        "azure": "lakeglass.llm.providers.azure:Azure",
    },
    extras={"openrouter": "model", "compatible": "model", "azure": "model"},
)
registry = providers

__all__ = ["Capabilities", "Provider", "providers"]
