"""What a model said, read with suspicion: one JSON object, with the user's own values back in its strings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from lakeglass.core.errors import (
    BudgetSpent,
    ConfigurationError,
    RateLimited,
    TimedOut,
    TooLarge,
    Unavailable,
)
from lakeglass.llm.gateway import Told
from lakeglass.tenants.model import Principal

# No model answers now, for whatever reason; what needs none does.
NO_MODEL = (BudgetSpent, ConfigurationError, RateLimited, TimedOut, TooLarge, Unavailable)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_MOST_FAULTS = 8


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a model is asked, in which conversation and run."""

    who: Principal
    scope: str
    run_id: str | None


def object_in(told: Told) -> dict[str, JsonValue] | str:
    """The JSON object of a reply, placeholders and all; or what is wrong with the reply."""
    return object_of(told.reply.text)


def object_of(text: str) -> dict[str, JsonValue] | str:
    """The same of a reply's text."""
    match = _OBJECT.search(text)
    try:
        answer: JsonValue = json.loads(match[0]) if match else None
    except (ValueError, RecursionError) as error:
        return f"the answer is no JSON: {str(error)[:200]}"
    return answer if isinstance(answer, dict) else "the answer holds no JSON object"


def restored(value: JsonValue, told: Told) -> JsonValue:
    """The user's own values in place of their placeholders, in every string."""
    if isinstance(value, str):
        return told.restored(value)
    if isinstance(value, list):
        return [restored(item, told) for item in value]
    if isinstance(value, Mapping):
        return {key: restored(item, told) for key, item in value.items()}
    return value


def faults_in(error: ValidationError) -> tuple[str, ...]:
    """What does not fit the form, without the values that did not."""
    return tuple(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)[
            :_MOST_FAULTS
        ]
    )
