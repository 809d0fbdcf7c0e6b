"""Spans of model calls, as OpenTelemetry's conventions for generative AI name them.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/; Langfuse and LangSmith read them. Words of prompts
and answers are never part of a span.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from lakeglass.core.errors import LakeglassError
from lakeglass.llm.model import ModelRef, Options, Reply

_tracer = trace.get_tracer("lakeglass.llm")


@contextmanager
def span(model: ModelRef, options: Options) -> Iterator[Span]:
    """One call from the caller's view: every attempt and wait is inside."""
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": model.provider,
        "gen_ai.request.model": model.name,
        "gen_ai.request.max_tokens": options.max_tokens,
        "gen_ai.request.temperature": options.temperature,
        "lakeglass.purpose": options.purpose,
    }
    with _tracer.start_as_current_span(
        f"chat {model.name}",
        kind=SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as opened:
        try:
            yield opened
        except LakeglassError as error:
            opened.set_attribute("error.type", error.code)
            opened.set_status(StatusCode.ERROR, error.code)
            raise


def describe(opened: Span, reply: Reply) -> None:
    """What came back, in numbers."""
    opened.set_attributes(
        {
            "gen_ai.response.model": reply.model.name,
            "gen_ai.response.finish_reasons": [reply.stop],
            "gen_ai.usage.input_tokens": reply.usage.input_tokens,
            "gen_ai.usage.output_tokens": reply.usage.output_tokens,
            "lakeglass.attempts": reply.attempts,
            "lakeglass.cached": reply.cached,
        }
    )
    if reply.cost is not None:
        opened.set_attribute("lakeglass.cost_usd", float(reply.cost))
