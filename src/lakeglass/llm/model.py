"""The nouns of language models: messages, requests, replies, what they cost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

Role = Literal["system", "user", "assistant"]
# What a message is, the most dispensable first: a prompt that is too long loses its parts in this order.
Part = Literal["history", "sample", "example", "schema", "error", "question", "instruction"]
Purpose = Literal["profile", "plan", "code", "correct", "answer", "report", "test"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Frozen):
    """One message. `key` tells it apart within its prompt; `part` says what goes first when it is too long."""

    CUT: ClassVar[str] = "\n[… cut to fit]"

    key: str
    role: Role
    part: Part
    content: str


class ModelRef(_Frozen):
    """A model of a provider, such as `openrouter` and `anthropic/claude-sonnet-4.5`."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"


class Usage(_Frozen):
    """Tokens of one call, as the provider counts them; `estimated` when it does not."""

    input_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False

    @property
    def total(self) -> int:
        return self.input_tokens + self.output_tokens


class JsonSchema(_Frozen):
    """The form that a reply must have: a JSON schema under a name that providers show."""

    name: str
    schema_: dict[str, JsonValue]

    @property
    def text(self) -> str:
        """The schema as JSON."""
        return json.dumps(self.schema_, ensure_ascii=False)


class Options(_Frozen):
    """How to answer; `max_tokens` bounds the reply."""

    purpose: Purpose
    max_tokens: int = 4096
    temperature: float = 0.0


class Reply(_Frozen):
    """What a model said. `stop` is 'length' when it hit `max_tokens`; `cost` is in US dollars, None if unknown."""

    text: str
    model: ModelRef
    stop: Literal["stop", "length", "refused"] = "stop"
    usage: Usage = Usage()
    cost: Decimal | None = None
    attempts: int = 1
    cached: bool = False
