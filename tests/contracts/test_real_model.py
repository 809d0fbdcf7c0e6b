"""The provider for compatible endpoints before a real one: llama.cpp with a model of 135 million parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from tests.real_model import WHY_NOT, installed, real_model

from lakeglass.core.settings import ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.model import Message, Options
from lakeglass.llm.providers import Provider, providers
from lakeglass.llm.scrub import Scrubber

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(not installed(), reason=WHY_NOT)]
T = TypeVar("T")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with real_model() as running:
        yield running


def used(address: str, use: Callable[[Provider], Awaitable[T]]) -> T:
    async def made() -> T:
        settings = ModelSettings(provider="compatible", base_url=address, timeout_s=100)
        provider = providers.load("compatible")(settings)
        try:
            return await use(provider)
        finally:
            await provider.aclose()

    return asyncio.run(made())


# req: E11
def test_the_models_of_a_real_server_are_listed(address: str) -> None:
    assert len(used(address, lambda provider: provider.models())) == 1


# req: E11
def test_a_real_stream_is_read_to_its_end(address: str) -> None:
    question = Message(key="q", role="user", part="question", content="Say hello.")
    prompt = Scrubber([]).prompt([question], Aliases())
    options = Options(purpose="test", max_tokens=12)
    reply = used(address, lambda provider: provider.complete(prompt, "smollm2", options))
    assert reply.text.strip()
    assert reply.stop in ("stop", "length")
    assert 0 < reply.usage.output_tokens <= 12
    assert reply.usage.input_tokens > 0
