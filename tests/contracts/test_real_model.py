"""The provider for compatible endpoints before a real one: llama.cpp with a model of 135 million parameters."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from pydantic import JsonValue, SecretStr
from tests.real_model import WHY_NOT, installed, real_model

from lakeglass.core.errors import ConfigurationError, TimedOut, TooLarge, Unavailable
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.model import JsonSchema, Message, Options, Reply
from lakeglass.llm.providers import Provider, providers
from lakeglass.llm.scrub import Scrubber

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not installed(), reason=WHY_NOT),
]
T = TypeVar("T")


KEY = "key-of-a-small-model-0123456789"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with real_model(KEY) as running:
        yield running


def used(
    address: str, use: Callable[[Provider], Awaitable[T]], *, key: str = KEY, answer_s: float = 600
) -> T:
    async def made() -> T:
        settings = ModelSettings(
            provider="compatible",
            base_url=address,
            api_key=SecretStr(key),
            timeout_s=600,
            answer_s=answer_s,
        )
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


def said(
    words: str, *, form: JsonSchema | None = None, tokens: int = 40
) -> Callable[[Provider], Awaitable[Reply]]:
    prompt = Scrubber([]).prompt(
        [Message(key="q", role="user", part="question", content=words)], Aliases(), form=form
    )
    options = Options(purpose="test", max_tokens=tokens)
    return lambda provider: provider.complete(prompt, "smollm2", options)


# req: C2 E11
def test_a_real_grammar_holds_the_answer_to_the_form(address: str) -> None:
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"city": {"enum": ["Rome", "Oslo"]}},
        "required": ["city"],
        "additionalProperties": False,
    }
    reply = used(address, said("Which one?", form=JsonSchema(name="city", schema_=schema), tokens=24))
    # So small a model may fill the form with blanks until it is cut off; it can't leave it.
    assert reply.text.lstrip().startswith("{")
    if reply.stop == "stop":
        assert json.loads(reply.text)["city"] in {"Rome", "Oslo"}


# req: C2 E11
@pytest.mark.parametrize(
    ("words", "key", "answer_s", "kind"),
    [
        ("word " * 20_000, KEY, 600, TooLarge),
        ("Say hello.", "key-of-somebody-else", 600, ConfigurationError),
        ("Tell a long story.", KEY, 0.01, TimedOut),
    ],
    ids=["too long", "wrong key", "too slow"],
)
def test_a_real_server_fails_by_our_names_and_tells_no_key(
    address: str, words: str, key: str, answer_s: float, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        used(address, said(words), key=key, answer_s=answer_s)
    assert key not in str(caught.value)


# req: E11
def test_a_server_that_is_gone_is_unavailable() -> None:
    with real_model(KEY) as gone:
        pass
    with pytest.raises(Unavailable):
        used(gone, said("Say hello."))
