"""Spans by OTLP/HTTP: what is in them, what never is, and that nobody waits for a collector."""

from __future__ import annotations

import asyncio
import builtins
import datetime
import importlib
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest
from pydantic import SecretStr
from tests.model_server import ModelServer, Say
from tests.otlp_receiver import Receiver, Seen
from tests.unit.llm.conftest import KEY, FakeClock, settings_for

from lakeglass.core.errors import ConfigurationError, MissingExtra, Unavailable
from lakeglass.core.settings import TracingSettings
from lakeglass.llm import otlp
from lakeglass.llm.gateway import Gateway, open_gateway
from lakeglass.llm.ledger import Ledger
from lakeglass.llm.model import JsonSchema, Message, Options
from lakeglass.llm.tracing import Tracing
from lakeglass.runs.model import Failure, RunView, StageView
from lakeglass.tenants.model import Principal

WHO = Principal(tenant_id="t1", user_id="u1")
SECRET = "Basic cGstbGY6c2stbGYtMTIzNDU2Nzg5MA=="
MAIL = "jane@example.com"
Begin = Callable[..., tuple[Gateway, Tracing]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


@pytest.fixture
def begin(model: ModelServer, ledger: Ledger, clock: FakeClock, receiver: Receiver) -> Iterator[Begin]:
    """A gateway that traces to the receiver; the tracing is shut at the end."""
    opened: list[Tracing] = []

    def started(changes: Mapping[str, object] | None = None, **more: object) -> tuple[Gateway, Tracing]:
        settings = TracingSettings.model_validate(
            {"endpoint": receiver.url, "headers": f"authorization={SECRET},X-Project=a b", **(changes or {})}
        )
        tracing = otlp.open_exporter(settings, version="1.2.3")
        opened.append(tracing)
        gateway = open_gateway(settings_for(model, **more), ledger, clock.timing(), tracing=tracing)
        assert gateway is not None
        return gateway, tracing

    yield started
    receiver.held.set()
    for tracing in opened:
        tracing.shut()


def ask(gateway: Gateway, content: str, *, run_id: str | None = None, form: JsonSchema | None = None) -> None:
    message = Message(key="q", role="user", part="question", content=content)
    options = Options(purpose="plan", max_tokens=99)
    asyncio.run(gateway.complete(WHO, "ses_1", [message], options=options, form=form, run_id=run_id))


def only(receiver: Receiver) -> Seen:
    (span,) = receiver.wait(bool)
    return span


# req: E11
def test_a_call_arrives_as_the_conventions_name_it_and_without_a_word_of_it(
    begin: Begin, model: ModelServer, receiver: Receiver
) -> None:
    gateway, tracing = begin()
    model.say(Say(status=429), Say("Secretly four.", cost=0.0125))
    ask(gateway, f"Orders of {MAIL}?", form=JsonSchema(name="plan", schema_={"type": "object"}))
    tracing.shut()
    span = only(receiver)
    host, _, port = model.url.removeprefix("http://").partition(":")
    assert span.name == "chat anthropic/claude-sonnet-4.5"
    assert span.attributes == {
        "resource.service.name": "lakeglass",
        "resource.service.version": "1.2.3",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openrouter",
        "gen_ai.request.model": "anthropic/claude-sonnet-4.5",
        "gen_ai.request.max_tokens": 99,
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.stream": True,
        "gen_ai.output.type": "json",
        "gen_ai.conversation.id": "ses_1",
        "session.id": "ses_1",
        "server.address": host,
        "server.port": int(port),
        "lakeglass.purpose": "plan",
        "lakeglass.redactions": 1,
        "gen_ai.response.model": "anthropic/claude-sonnet-4.5",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 2,
        "lakeglass.attempts": 2,
        "lakeglass.cached": False,
        "lakeglass.cost_usd": 0.0125,
    }
    assert receiver.paths == ["/v1/traces"]
    assert (receiver.headers[0]["authorization"], receiver.headers[0]["x-project"]) == (SECRET, "a b")
    for word in (MAIL, "Orders of", "Secretly", KEY, SECRET):
        assert word.encode() not in receiver.content


# req: E3 E11
def test_contents_are_sent_where_a_setting_asks_for_them_and_then_scrubbed(
    begin: Begin, model: ModelServer, receiver: Receiver
) -> None:
    gateway, tracing = begin({"contents": True})
    model.say(Say("It is <EMAIL_1>."))
    ask(gateway, f"Orders of {MAIL}?")
    tracing.shut()
    span = only(receiver)
    assert json.loads(str(span.attributes["gen_ai.input.messages"])) == [
        {"role": "user", "parts": [{"type": "text", "content": "Orders of <EMAIL_1>?"}]}
    ]
    assert json.loads(str(span.attributes["gen_ai.output.messages"])) == [
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": "It is <EMAIL_1>."}],
            "finish_reason": "stop",
        }
    ]
    assert MAIL.encode() not in receiver.content


def test_a_failed_call_is_marked_with_the_name_of_its_failure(
    begin: Begin, model: ModelServer, receiver: Receiver
) -> None:
    gateway, tracing = begin(retries=0)
    model.say(Say(status=503, error={"message": f"no {KEY}"}))
    with pytest.raises(Unavailable):
        ask(gateway, "well?")
    tracing.shut()
    span = only(receiver)
    assert (span.error, span.attributes["error.type"]) == ("UNAVAILABLE", "UNAVAILABLE")
    assert KEY.encode() not in receiver.content


# req: E11
def test_nobody_waits_for_a_collector_that_does_not_answer(begin: Begin, receiver: Receiver) -> None:
    gateway, _ = begin()
    receiver.held.clear()
    ask(gateway, "one")
    receiver.requests(1)  # the first span is on its way, and stuck there
    ask(gateway, "two")
    assert not receiver.held.is_set()


# req: E11
def test_a_collector_that_refuses_is_told_once_and_its_words_are_not(
    begin: Begin, receiver: Receiver, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway, tracing = begin()
    receiver.status = 401
    ask(gateway, "one")
    tracing.shut()
    told = caplog.text + "".join(capsys.readouterr())
    assert "traces.lost" in told
    assert SECRET[6:] not in told


def run_view(**changes: object) -> RunView:
    start = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    stages = (
        StageView(
            name="plan", title="Plan", state="done", started_at=start, ended_at=start.replace(second=6)
        ),
        StageView(name="execute", title="Run", state="pending"),
    )
    known = {"id": "run_1", "kind": "ask", "title": f"Orders of {MAIL}?", "subject": "ses_1", "state": "done"}
    return RunView.model_validate({**known, "created_at": start, "stages": stages, **changes})


# req: E11
def test_a_question_is_one_trace_with_its_run_at_the_root(begin: Begin, receiver: Receiver) -> None:
    gateway, tracing = begin()
    ask(gateway, "one", run_id="run_1")
    ask(gateway, "two", run_id="run_1")
    ask(gateway, "three", run_id="run_2")
    tracing.turn(run_view())
    tracing.shut()
    spans = receiver.wait(lambda seen: len(seen) == 5)
    (root,) = [span for span in spans if span.name == "invoke_agent Lakeglass"]
    below = [span.name for span in spans if span.trace == root.trace and span.parent == root.id]
    assert sorted(below) == ["chat anthropic/claude-sonnet-4.5"] * 2 + ["plan"]
    assert (root.parent, root.attributes["gen_ai.conversation.id"]) == ("", "ses_1")
    assert root.end - root.start == 1_000_000_000
    assert MAIL.encode() not in receiver.content


def test_a_run_that_failed_or_never_began_ends_its_trace(begin: Begin, receiver: Receiver) -> None:
    _, tracing = begin()
    failure = Failure(code="TIMED_OUT", message=f"It took too long for {MAIL}.")
    tracing.turn(run_view(state="failed", failure=failure))
    tracing.turn(run_view(id="run_2", state="cancelled", stages=()))
    tracing.shut()
    spans = receiver.wait(lambda seen: len(seen) == 3)
    roots = {span.attributes["lakeglass.run.id"]: span for span in spans if not span.parent}
    assert {run: span.error for run, span in roots.items()} == {"run_1": "TIMED_OUT", "run_2": ""}
    assert all(span.end >= span.start for span in spans)
    assert MAIL.encode() not in receiver.content


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"endpoint": "collector:4318"}, "LAKEGLASS_TRACING__ENDPOINT"),
        ({"endpoint": "http://me:hidden@127.0.0.1"}, "__HEADERS instead"),
        ({"endpoint": "http://127.0.0.1", "headers": SecretStr("hidden")}, "name=value"),
    ],
)
def test_a_wrong_setting_is_told_without_what_it_held(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        otlp.open_exporter(TracingSettings.model_validate(changes), version="1")
    assert "hidden" not in caught.value.message


def test_without_the_extra_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: object, **other: object) -> object:
        if name.startswith("opentelemetry.exporter"):
            raise ModuleNotFoundError(name=name)
        return real(name, *more, **other)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "lakeglass.llm.otlp")
    with pytest.raises(MissingExtra, match=r"pip install 'lakeglass\[tracing\]'"):
        importlib.import_module("lakeglass.llm.otlp")
