"""The chat completions protocol by OpenAI's own client: requests, streams, failures.

https://platform.openai.com/docs/api-reference/chat; Ollama, vLLM, llama.cpp, LM Studio, OpenRouter and Azure speak it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, cast

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat

from lakeglass.core.errors import (
    ConfigurationError,
    InvalidInput,
    RateLimited,
    TimedOut,
    TooLarge,
    Unavailable,
)
from lakeglass.llm.model import Message, Options, Usage
from lakeglass.llm.scrub import ScrubbedPrompt

# How an endpoint can be made to answer in a form, the strictest way first.
Structure = Literal["schema", "object", "words"]
_STRUCTURES: tuple[Structure, ...] = ("schema", "object", "words")
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|too many tokens|maximum.{0,20}tokens|exceed_context", re.IGNORECASE
)
_FORM = re.compile(r"response_format|json_schema|structured output|grammar", re.I)


@dataclass(slots=True)
class Said:
    """What came over the wire for one request."""

    text: str = ""
    stop: str | None = None
    refusal: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None


class Wire:
    """One client, and what its endpoint has shown to understand."""

    def __init__(
        self, client: AsyncOpenAI, *, longest_s: float, extra_body: Mapping[str, object] | None = None
    ) -> None:
        self._client = client
        self._longest_s = longest_s
        self._extra_body = dict(extra_body or {})
        self._structure: Structure = "schema"

    async def ask(self, prompt: ScrubbedPrompt, model: str, options: Options) -> Said:
        """One request, read to its end; an endpoint without JSON schemas is asked again in a simpler way, once each."""
        while True:
            try:
                # The client limits the silence between two signs of life, which a slow model may give for ever.
                with translated():
                    async with asyncio.timeout(self._longest_s):
                        return await self._ask(prompt, model, options)
            except TimeoutError:
                raise TimedOut(
                    f"The model's answer took longer than {self._longest_s:g} s. Ask again, choose a faster model, or "
                    "set LAKEGLASS_MODEL__ANSWER_S higher."
                ) from None
            except InvalidInput:
                simpler = _STRUCTURES[_STRUCTURES.index(self._structure) + 1 :]
                if prompt.form is None or not simpler:
                    raise
                self._structure = simpler[0]

    async def models(self) -> tuple[str, ...]:
        """The names of the endpoint's models."""
        with translated():
            return tuple([model.id async for model in self._client.models.list()])

    async def aclose(self) -> None:
        await self._client.close()

    async def _ask(self, prompt: ScrubbedPrompt, model: str, options: Options) -> Said:
        said = Said()
        stream = await self._client.chat.completions.create(
            model=model,
            messages=[_message(message) for message in self._messages(prompt)],
            max_tokens=options.max_tokens,
            temperature=options.temperature,
            stream=True,
            stream_options={"include_usage": True},
            response_format=self._format(prompt) or openai.omit,
            extra_body=self._extra_body or None,
        )
        async with stream:
            await _read(aiter(stream), said)
        if said.stop is None:
            raise Unavailable("The model's answer was cut off in mid-stream. Ask again.")
        return said

    def _messages(self, prompt: ScrubbedPrompt) -> tuple[Message, ...]:
        if prompt.form is None or self._structure == "schema":
            return prompt.messages
        words = f"Answer with one JSON object and nothing else. Its schema: {prompt.form.text}"
        form = Message(key="form", role="system", part="instruction", content=words)
        return (*prompt.messages, form)

    def _format(self, prompt: ScrubbedPrompt) -> ResponseFormat | None:
        if prompt.form is None or self._structure == "words":
            return None
        if self._structure == "object":
            return {"type": "json_object"}
        schema = cast("dict[str, object]", prompt.form.schema_)
        return {
            "type": "json_schema",
            # Strict mode knows a part of JSON schema only; the answer is validated here in any case.
            "json_schema": {"name": prompt.form.name, "schema": schema, "strict": False},
        }


async def _read(chunks: AsyncIterator[ChatCompletionChunk], said: Said) -> None:
    async for chunk in chunks:
        if chunk.usage is not None:
            said.usage = Usage(
                input_tokens=chunk.usage.prompt_tokens, output_tokens=chunk.usage.completion_tokens
            )
            cost = (chunk.usage.model_extra or {}).get("cost")
            said.cost = float(cost) if isinstance(cost, int | float) else None
        for choice in chunk.choices:
            said.text += choice.delta.content or ""
            said.refusal += choice.delta.refusal or ""
            said.stop = choice.finish_reason or said.stop
        if (chunk.model_extra or {}).get("error"):
            raise Unavailable("The provider broke off in mid-answer. Ask again.")


def _message(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return {"role": "system", "content": message.content}
    if message.role == "user":
        return {"role": "user", "content": message.content}
    return {"role": "assistant", "content": message.content}


@contextmanager
def translated() -> Iterator[None]:
    """The client's failures as ours. Their words stay behind: a provider may repeat a key or a prompt in them."""
    try:
        yield
    except openai.APITimeoutError:
        raise TimedOut(
            "The model fell silent. Ask again, or set LAKEGLASS_MODEL__TIMEOUT_S higher."
        ) from None
    except openai.APIConnectionError:
        raise Unavailable(
            "The model's provider can't be reached. Check the network and LAKEGLASS_MODEL__BASE_URL."
        ) from None
    except openai.APIStatusError as error:
        raise _of_status(error) from None
    except openai.APIError as error:
        # An error inside a stream has no status, only a code.
        raise _of_code(str(error.code or ""), str(error.message)) from None


def _of_code(code: str, message: str) -> Exception:
    if code in ("429", "rate_limit_exceeded"):
        return RateLimited("The model's provider asks us to slow down.")
    if code == "context_length_exceeded" or _TOO_LONG.search(message):
        return TooLarge("The prompt is longer than the model can take.")
    return Unavailable("The provider broke off in mid-answer. Ask again.")


def _of_status(error: openai.APIStatusError) -> Exception:
    status, words = error.status_code, str(error.message)
    if status == 429:
        wait = _retry_after(error.response.headers)
        details = {} if wait is None else {"retry_after_s": wait}
        return RateLimited("The model's provider asks us to slow down.", details=details)
    if status in (401, 403):
        return ConfigurationError(
            "Service configuration error: the model's provider does not accept our key."
        )
    if status == 404:
        return ConfigurationError(
            "The model's provider does not know this model; check its name in the settings."
        )
    if status == 402:
        return ConfigurationError("The account at the model's provider has no credit left.")
    if status == 413 or (
        status == 400 and (error.code == "context_length_exceeded" or _TOO_LONG.search(words))
    ):
        return TooLarge("The prompt is longer than the model can take.")
    if status == 408:
        return TimedOut("The model's provider took too long. Ask again.")
    if status >= 500:
        wait = _retry_after(error.response.headers)
        details = {} if wait is None else {"retry_after_s": wait}
        return Unavailable(f"The model's provider is out of order (status {status}).", details=details)
    if _FORM.search(words):
        return InvalidInput("The model's provider does not take JSON schemas.")
    return ConfigurationError(f"The model's provider refused the request (status {status}).")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by `Retry-After-Ms` or `Retry-After` (RFC 9110, 10.2.3), None without one or for a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    return None
