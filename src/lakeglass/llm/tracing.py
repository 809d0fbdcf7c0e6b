"""Spans of questions and model calls, as OpenTelemetry's conventions for generative AI name them.

https://github.com/open-telemetry/semantic-conventions-genai (client inference and agent spans, as of v1.44 of the
general conventions); Langfuse, LangSmith and every collector read them. A question is one trace: its run is the root,
its stages and the calls of models hang below, whichever process or restart they happened in, because the ids of the
root follow from the run's. Words of prompts and answers are in a span only where a setting asks for them, and then as
they left this machine: with placeholders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError
from lakeglass.llm.model import Message, ModelRef, Options, Reply
from lakeglass.llm.scrub import ScrubbedPrompt
from lakeglass.runs.model import RunView

AGENT = "Lakeglass"
# Trace and span id of the next root; whoever makes ids for the exporter reads it.
given_ids: ContextVar[tuple[int, int] | None] = ContextVar("given_ids", default=None)
_PROVIDERS = {"azure": "azure.ai.openai"}
_REASONS = {"refused": "content_filter"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a call before it is answered."""

    model: ModelRef
    options: Options
    prompt: ScrubbedPrompt
    scope: str
    run_id: str | None
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Tracing:
    """Makes spans. `rooted` hangs calls below their run's own span, which `turn` must then be told of.

    Without an exporter the spans go to whatever tracer the process has installed, by default to none.
    """

    tracer: Tracer = field(default_factory=lambda: trace.get_tracer("lakeglass"))
    rooted: bool = False
    contents: bool = False
    host: str | None = None
    shut: Callable[[], None] = lambda: None

    @contextmanager
    def call(self, asked: Asked) -> Iterator[Span]:
        """One call from the caller's view: every attempt and wait is inside."""
        attributes: dict[str, str | int | float | bool] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _PROVIDERS.get(asked.model.provider, asked.model.provider),
            "gen_ai.request.model": asked.model.name,
            "gen_ai.request.max_tokens": asked.options.max_tokens,
            "gen_ai.request.temperature": asked.options.temperature,
            "gen_ai.request.stream": True,
            "gen_ai.output.type": "text" if asked.prompt.form is None else "json",
            "gen_ai.conversation.id": asked.scope,
            "session.id": asked.scope,
            "server.address": asked.host,
            "server.port": asked.port,
            "lakeglass.purpose": asked.options.purpose,
            "lakeglass.redactions": len(asked.prompt.redactions),
        }
        if self.contents:
            attributes["gen_ai.input.messages"] = _messages(asked.prompt.messages)
        with self.tracer.start_as_current_span(
            f"chat {asked.model.name}",
            context=_below(asked.run_id) if self.rooted and asked.run_id else None,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as opened:
            try:
                yield opened
            except LakeglassError as error:
                _failed(opened, error.code)
                raise

    def describe(self, opened: Span, reply: Reply) -> None:
        """What came back."""
        reason = _REASONS.get(reply.stop, reply.stop)
        opened.set_attributes(
            {
                "gen_ai.response.model": reply.model.name,
                "gen_ai.response.finish_reasons": [reason],
                "gen_ai.usage.input_tokens": reply.usage.input_tokens,
                "gen_ai.usage.output_tokens": reply.usage.output_tokens,
                "lakeglass.attempts": reply.attempts,
                "lakeglass.cached": reply.cached,
            }
        )
        if reply.cost is not None:
            opened.set_attribute("lakeglass.cost_usd", float(reply.cost))
        if self.contents:
            opened.set_attribute("gen_ai.output.messages", _answer(reply, reason))

    def turn(self, run: RunView) -> None:
        """A run that is over, with its stages; neither its title nor its data, which may be personal."""
        token = given_ids.set(_ids(run.id))
        try:
            root = self.tracer.start_span(
                f"invoke_agent {AGENT}",
                context=Context(),
                kind=SpanKind.INTERNAL,
                start_time=_nanoseconds(run.created_at),
                attributes={
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": AGENT,
                    "gen_ai.conversation.id": run.subject,
                    "session.id": run.subject,
                    "lakeglass.run.id": run.id,
                    "lakeglass.run.kind": run.kind,
                    "lakeglass.run.state": run.state,
                },
            )
        finally:
            given_ids.reset(token)
        if run.failure is not None:
            _failed(root, run.failure.code)
        ended = [self._stage(root, run, place) for place in range(len(run.stages))]
        last = max(ended, default=0) if run.state == "done" else 0
        root.end(last or _nanoseconds(now()))

    def _stage(self, root: Span, run: RunView, place: int) -> int:
        """The span of one stage, and when it ended; 0 for one that never began."""
        stage = run.stages[place]
        if stage.started_at is None:
            return 0
        opened = self.tracer.start_span(
            stage.name,
            context=set_span_in_context(root, Context()),
            start_time=_nanoseconds(stage.started_at),
            attributes={"lakeglass.stage.title": stage.title, "lakeglass.stage.state": stage.state},
        )
        if stage.state == "failed":
            _failed(opened, run.failure.code if run.failure else "failed")
        end = _nanoseconds(stage.ended_at or now())
        opened.end(end)
        return end


def _failed(opened: Span, code: str) -> None:
    opened.set_attribute("error.type", code)
    opened.set_status(StatusCode.ERROR, code)


def _ids(run_id: str) -> tuple[int, int]:
    """Trace id and root span id of a run."""
    digest = hashlib.sha256(run_id.encode()).digest()
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:24], "big")


def _below(run_id: str) -> Context:
    trace_id, span_id = _ids(run_id)
    parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000


def _messages(messages: Sequence[Message]) -> str:
    """The form that the conventions give to messages in a span's attribute."""
    made = [{"role": one.role, "parts": [{"type": "text", "content": one.content}]} for one in messages]
    return json.dumps(made, ensure_ascii=False)


def _answer(reply: Reply, reason: str) -> str:
    parts = [{"type": "text", "content": reply.text}]
    return json.dumps([{"role": "assistant", "parts": parts, "finish_reason": reason}], ensure_ascii=False)
