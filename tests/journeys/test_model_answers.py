"""A question that a model plans, over a real server: what it is sent, what is made of its answer, what stays hidden."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.hunted import files, holders
from tests.model_server import ModelServer, Say
from tests.otlp_receiver import Receiver, Seen
from tests.product import Server, start_server

KEY = "sk-or-v1-00112233445566778899aabbccddeeff"
TRACES_KEY = "lsv2-99887766554433221100"
MAIL = "jane.doe@example.com"
PLAN: dict[str, Any] = {
    "sources": [{"name": "orders", "file": "data/orders.parquet"}],
    "filters": [{"column": "customer_email", "operator": "=", "values": ["<EMAIL_1>"]}],
    "measures": [{"aggregate": "sum", "column": "amount"}],
}


@pytest.fixture(scope="module")
def scripted() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture
def model(scripted: ModelServer) -> ModelServer:
    """The model of this module, which has heard nothing yet."""
    scripted.heard.clear()
    return scripted


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, scripted: ModelServer, receiver: Receiver
) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("model") / "home"
    started = start_server(
        home,
        LAKEGLASS_LOG__LEVEL="DEBUG",
        LAKEGLASS_MODEL__API_KEY=KEY,
        LAKEGLASS_MODEL__BASE_URL=f"{scripted.url}/v1",
        LAKEGLASS_MODEL__PROVIDER="openrouter",
        LAKEGLASS_MODEL__RETRIES="0",
        LAKEGLASS_MODEL__CACHE_S="0",
        LAKEGLASS_TRACING__ENDPOINT=receiver.url,
        LAKEGLASS_TRACING__HEADERS=f"authorization=Bearer {TRACES_KEY}",
    )
    yield started
    if started.process.poll() is None:
        started.stop()
    log = ("log", "".join(started.lines).encode())
    for secret in (KEY, TRACES_KEY):
        assert holders(secret, (log, ("spans", receiver.content), *files(home))) == []


@pytest.fixture(scope="module")
def dataset(served: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    rows = ["customer_email,city,amount"]
    rows += [
        f"{MAIL if n % 3 == 0 else f'user{n}@example.org'},{('Rome', 'Oslo')[n % 2]},{n}" for n in range(30)
    ]
    path = tmp_path_factory.mktemp("data") / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return served.ready(served.upload(path))


def answer(plan: object, message: str = "") -> Say:
    return Say(json.dumps({"plan": plan, "message": message}), cost=0.002)


# req: E3 E5 E11 A2
# Feature: glassbox-analyst, Property 24: Unified API gateway
def test_a_model_plans_without_seeing_a_personal_value_and_the_answer_holds_it(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    wrong = {**PLAN, "measures": [{"aggregate": "sum", "column": "amounts"}]}
    model.say(Say("I think that …"), answer(wrong), answer(PLAN))
    turn = served.ask(f"How much did {MAIL} spend?", dataset_ids=[dataset["id"]])
    assert turn["planner"] == "model"
    assert "135" in turn["answer"]["sentence"]
    assert MAIL in turn["attempts"][0]["code"]
    sent = b"".join(heard.content for heard in model.heard)
    assert len(model.heard) == 3
    assert MAIL.encode() not in sent
    assert b"@example" not in sent
    assert b"there is no column 'amounts'; the nearest is 'amount'" in model.heard[2].content
    calls = served.get(f"/api/sessions/{turn['session_id']}/model-calls")
    assert [call["purpose"] for call in calls] == ["plan", "correct", "correct"]
    assert [call["cost_usd"] for call in calls] == [
        "0.00033",
        "0.002",
        "0.002",
    ]  # the first by the price list
    assert "How much did <EMAIL_1> spend?" in str(calls[0]["sent"])
    assert KEY not in str(calls)
    deleted = served.client.delete(f"/api/sessions/{turn['session_id']}")
    assert deleted.status_code == 204
    assert served.client.get(f"/api/sessions/{turn['session_id']}/model-calls").status_code == 404


# req: E6 E11
@pytest.mark.parametrize(
    ("script", "note"),
    [
        ((Say(status=503),), "No model answered, so the built-in analyst did"),
        ((Say(status=401, error={"message": f"bad key {KEY}"}),), "does not accept our key"),
        ((Say("no idea"),), "no usable plan"),
        (
            tuple(answer({**PLAN, "measures": [{"aggregate": "sum", "column": f"c{n}"}]}) for n in range(9)),
            "no usable plan in 4 attempts",
        ),
    ],
    ids=["down", "key refused", "the same nonsense", "endless wrong"],
)
def test_without_a_usable_plan_the_built_in_analyst_answers_and_says_so(
    served: Server, model: ModelServer, dataset: dict[str, Any], script: tuple[Say, ...], note: str
) -> None:
    model.say(*script)
    turn = served.ask("What is the total amount by city?", dataset_ids=[dataset["id"]])
    assert turn["answer"] is not None
    assert any(note in assumption for assumption in turn["understanding"]["assumptions"])
    assert KEY not in str(turn)
    assert len(model.heard) <= 4


# req: E5
def test_agreement_with_the_built_in_analyst_is_told_and_so_is_a_refusal(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    plan = {
        "sources": PLAN["sources"],
        "groups": [{"column": "city"}],
        "measures": [{"aggregate": "mean", "column": "amount"}],
    }
    model.say(answer(plan))
    turn = served.ask("average amount by city", dataset_ids=[dataset["id"]])
    assert any("reads the question in the same way" in one for one in turn["understanding"]["assumptions"])
    assert turn["answer"]["second"]["verdict"] == "same plan"
    assert len(turn["attempts"]) == 1
    model.say(answer(None, "The table holds no weather, so it can't say."))
    refused = served.ask("what was the weather like?", dataset_ids=[dataset["id"]])
    assert refused["answer"] is None
    assert refused["message"] == "The table holds no weather, so it can't say. (said by the model)"


# req: E5
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (
            {"measures": [*({"aggregate": one, "column": "amount"} for one in ("mean", "max"))]},
            "same values",
        ),
        ({"measures": [{"aggregate": "deviation", "column": "amount"}]}, "differs"),
    ],
    ids=["the same values by another plan", "other values"],
)
def test_two_plans_that_differ_are_both_run_and_their_values_compared(
    served: Server, model: ModelServer, dataset: dict[str, Any], change: dict[str, object], verdict: str
) -> None:
    plan = {
        "sources": PLAN["sources"],
        "groups": [{"column": "city"}],
        "measures": [{"aggregate": "mean", "column": "amount"}],
        **change,
    }
    model.say(answer(plan))
    turn = served.ask("average amount by city", dataset_ids=[dataset["id"]])
    second = turn["answer"]["second"]
    assert second is not None, "".join(served.lines[-20:])
    assert second["verdict"] == verdict
    assert second["sentence"] == "Average amount by city: Oslo 15, Rome 14."
    # It ran in a session of its own: the answer's has one execution.
    assert len(turn["attempts"]) == 1


# req: E11
def test_a_question_arrives_at_a_collector_as_one_whole_trace(
    served: Server, model: ModelServer, receiver: Receiver, dataset: dict[str, Any]
) -> None:
    wrong = {**PLAN, "measures": [{"aggregate": "sum", "column": "amounts"}]}
    model.say(answer(wrong), answer(PLAN))
    turn = served.ask(f"How much did {MAIL} spend?", dataset_ids=[dataset["id"]])
    assert turn["answer"] is not None

    def whole(spans: Sequence[Seen]) -> bool:
        return any(span.attributes.get("lakeglass.run.id") == turn["run_id"] for span in spans)

    spans = receiver.wait(whole)
    (root,) = [span for span in spans if span.attributes.get("lakeglass.run.id") == turn["run_id"]]
    spans = receiver.wait(lambda seen: sum(span.trace == root.trace for span in seen) == 6)
    trace = [span for span in spans if span.trace == root.trace]
    assert sorted(span.name for span in trace) == [
        "answer",
        "chat anthropic/claude-sonnet-4.5",
        "chat anthropic/claude-sonnet-4.5",
        "execute",
        "invoke_agent Lakeglass",
        "plan",
    ]
    assert root.parent == ""
    assert {span.parent for span in trace if span is not root} == {root.id}
    assert all(root.start <= span.start <= span.end <= root.end for span in trace)
    assert {span.attributes["gen_ai.conversation.id"] for span in trace if "chat" in span.name} == {
        turn["session_id"]
    }
    for word in (MAIL, "How much", "spend", KEY, TRACES_KEY):
        assert word.encode() not in receiver.content
    assert TRACES_KEY not in "".join(served.lines)
