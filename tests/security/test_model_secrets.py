"""No key anywhere: a real server, every secret that it can have, and a model that repeats its key wherever it can.

Afterwards everything that the server told, stored or sent is searched: log, answers, page, spans, prompts, every table
of the database, every file of its home.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.hunted import files, holders
from tests.model_server import ModelServer, Say
from tests.otlp_receiver import Receiver
from tests.planted import PLANTED, leaks
from tests.product import ROOT, Server, start_server

pytestmark = pytest.mark.heavy
SECRETS = {
    "key of the model": "sk-or-v1-5f0e7c1b9a3d4482b6c8e7f1a2d3c4b5",
    "key of the collector": "pk-lf-77aa:sk-lf-c0ffee12-3456-789a",
    "access token": "correct-horse-battery-staple-0815",
    "password of the certificate": "Zertifikat-Geheim-2026",
}
KEY = SECRETS["key of the model"]
PLAN: dict[str, Any] = {
    "groups": [{"column": "city"}],
    "measures": [{"aggregate": "sum", "column": "amount"}],
}


def told(plan: object, message: str = "") -> str:
    return json.dumps({"plan": plan, "message": message})


# What the model does, and how it does it.
JOURNEYS: dict[str, tuple[Say, ...]] = {
    "a refusal that repeats the key": (Say(told(None, f"I can't, my key is {KEY}.")),),
    "no JSON, but the key": (Say(f"Bearer {KEY} and so"),),
    "a column called like the key": (Say(told({**PLAN, "groups": [{"column": KEY}]})), Say(told(PLAN))),
    "a refused key, repeated": (
        Say(status=401, error={"message": f"Incorrect API key provided: {KEY}", "code": KEY}),
    ),
    "an error inside the stream": (Say(broken={"message": KEY, "code": KEY}),),
    "a header that repeats the key": (
        Say(status=503, headers={"x-request-id": KEY, "set-cookie": f"k={KEY}"}),
    ),
    "a cut answer": (Say(f"{KEY} " * 20, cut=True),),
    "a prompt that is too long": (
        Say(status=400, error={"message": f"context length {KEY}", "code": "context_length_exceeded"}),
    ),
}


@dataclass
class Story:
    """A server with everything that went in and came out."""

    server: Server
    model: ModelServer
    receiver: Receiver
    home: Path
    answers: list[str] = field(default_factory=list)
    turns: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, answer: httpx.Response) -> None:
        if "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
            self.answers.append(f"{answer.headers!r} {answer.text}")

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Everything that this machine holds or told, by where it was."""
        yield "log", "".join(self.server.lines).encode()
        for number, answer in enumerate(self.answers):
            yield f"answer {number}", answer.encode()
        yield "spans", self.receiver.content
        yield "prompts", b"".join(heard.content for heard in self.model.captured)
        yield from files(self.home)


def settings_of(model: ModelServer, receiver: Receiver) -> dict[str, str]:
    return {
        "LAKEGLASS_MODEL__PROVIDER": "openrouter",
        "LAKEGLASS_MODEL__API_KEY": KEY,
        "LAKEGLASS_MODEL__BASE_URL": f"{model.url}/v1",
        "LAKEGLASS_MODEL__RETRIES": "0",
        "LAKEGLASS_MODEL__CACHE_S": "0",
        "LAKEGLASS_MODEL__AZURE__CERTIFICATE_PASSWORD": SECRETS["password of the certificate"],
        "LAKEGLASS_TRACING__ENDPOINT": receiver.url,
        "LAKEGLASS_TRACING__HEADERS": f"authorization=Basic {SECRETS['key of the collector']}",
        "LAKEGLASS_TRACING__CONTENTS": "true",
        "LAKEGLASS_AUTH__TOKEN": SECRETS["access token"],
        "LAKEGLASS_LOG__LEVEL": "DEBUG",
        "LAKEGLASS_LOG__FORMAT": "json",
    }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """All of it once, the server stopped at its end: what it holds by then stays."""
    folder = tmp_path_factory.mktemp("story")
    table = folder / f"orders of {PLANTED['mail']}.csv"
    lines = [f"city,amount,call {PLANTED['phone']}"]
    lines += [f"{('Rome', 'Oslo')[row % 2]},{row},card {PLANTED['card']}" for row in range(20)]
    table.write_text("\n".join(lines) + "\n")
    with ModelServer().running() as model, Receiver().running() as receiver:
        server = start_server(folder / "home", **settings_of(model, receiver))
        server.client.headers["authorization"] = f"Bearer {SECRETS['access token']}"
        made = Story(server, model, receiver, folder / "home")
        server.client.event_hooks["response"].append(made.keep)
        try:
            tell(made, server.ready(server.upload(table)))
        finally:
            server.stop()
        yield made


def tell(made: Story, dataset: dict[str, Any]) -> None:
    server = made.server
    for number, (name, script) in enumerate(JOURNEYS.items()):
        made.model.say(*(with_source(one) for one in script))
        made.turns[name] = server.ask(
            f"amount by city above {number} of {PLANTED['mail']}", dataset_ids=[dataset["id"]]
        )
    made.model.say(Say(status=401, error={"message": KEY}))
    server.post("/api/model/test", status=200)
    for turn in made.turns.values():
        for path in ("", "/model-calls"):
            server.get(f"/api/sessions/{turn['session_id']}{path}")
    for path in ("/api/model", "/api/health", "/api/runs", "/api/datasets", "/api/openapi.json", "/settings"):
        server.client.get(path)
    server.client.get("/api/sessions", headers={"authorization": f"Bearer wrong-{SECRETS['access token']}"})


def with_source(say: Say) -> Say:
    """The plan of this script, for the table as the server calls it."""
    source = {"name": "orders_of_email", "file": "data/orders_of_email.parquet"}
    return replace(
        say, text=say.text.replace('{"plan": {', f'{{"plan": {{"sources": [{json.dumps(source)}], ')
    )


# req: E11
@pytest.mark.parametrize("name", JOURNEYS)
def test_every_journey_ends_as_a_turn_that_says_something(story: Story, name: str) -> None:
    turn = story.turns[name]
    assert turn["failure"] is None
    assert turn["answer"] is not None or turn["message"]


# req: E11
# Feature: glassbox-analyst, Property 26: API key security
@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_in_any_log_answer_span_prompt_table_or_file(story: Story, name: str) -> None:
    looked = dict(story.places())
    assert {"log", "spans", "prompts", "lakeglass.db"} <= looked.keys()
    assert all(looked[place] for place in ("log", "spans", "prompts", "lakeglass.db"))
    assert holders(SECRETS[name], looked.items()) == []


# req: E11
def test_no_secret_is_told_by_the_command_that_tells_the_settings(story: Story, tmp_path: Path) -> None:
    settings = settings_of(story.model, story.receiver) | {"PYTHONPATH": "src", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "lakeglass", "doctor", "--json", "--home", str(tmp_path)],
        capture_output=True,
        env=settings,
        cwd=ROOT,
        timeout=110,
        check=False,
    )
    assert b"LAKEGLASS_MODEL__API_KEY" in done.stdout
    printed = (("stdout", done.stdout), ("stderr", done.stderr))
    assert [name for name, secret in SECRETS.items() if holders(secret, printed)] == []


# req: E3 E17
def test_neither_the_model_nor_the_collector_got_a_value_from_file_name_header_cell_or_question(
    story: Story,
) -> None:
    prompts = b"".join(heard.content for heard in story.model.captured)
    assert b"<EMAIL_1>" in prompts
    assert b"<PHONE_1>" in prompts
    assert leaks(prompts) == ()
    assert b"gen_ai.input.messages" in story.receiver.content
    assert leaks(story.receiver.content) == ()
