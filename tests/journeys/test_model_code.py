"""What no plan can say, over a real server and a real sandbox: code, its corrections, the check of what is stated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.model_server import ModelServer, Say
from tests.product import Server, start_server

pytestmark = pytest.mark.heavy
KEY = "sk-or-v1-ffeeddccbbaa99887766554433221100"
QUESTION = "Which city has the longest streak of rising amounts?"
CODE = """import pandas as pd

orders = pd.read_parquet("data/orders.parquet")
rising = orders.groupby("city")["amount"].diff() > 0
longest = rising.groupby(orders["city"]).sum().reset_index(name="streak")
result = longest.sort_values("streak", ascending=False).head(1)
print(result)
"""
WRONG_COLUMN = CODE.replace('groupby("city")', 'groupby("town")')
COLUMNS = [
    {"name": "city", "holds": "key", "of": "city", "unit": ""},
    {"name": "streak", "holds": "count", "of": None, "unit": ""},
]
BEYOND = {"plan": None, "beyond": "it has no streaks", "options": [], "message": ""}


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[Server]:
    started = start_server(
        tmp_path_factory.mktemp("model") / "home",
        LAKEGLASS_MODEL__API_KEY=KEY,
        LAKEGLASS_MODEL__BASE_URL=f"{model.url}/v1",
        LAKEGLASS_MODEL__PROVIDER="openrouter",
        LAKEGLASS_MODEL__RETRIES="0",
        LAKEGLASS_MODEL__CACHE_S="0",
    )
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture(scope="module")
def dataset(served: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    rows = ["city,amount", *(f"{('Rome', 'Oslo')[n % 2]},{n if n % 2 else n % 6}" for n in range(30))]
    path = tmp_path_factory.mktemp("data") / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return served.ready(served.upload(path))


def said(body: object) -> Say:
    return Say(json.dumps(body))


def coded(code: str, **more: object) -> Say:
    step = {"title": "Count rises in a row", "inputs": ["city", "amount"], "output": "streaks"}
    written = {"steps": [step], "code": code, "columns": COLUMNS, "rows": "one", "unfiltered": True}
    return said({**written, "assumptions": ["rows are in order"], "message": "", **more})


def mended(code: str, why: str = "It grouped by a column that is not there.") -> Say:
    return said({"why": why, "code": code})


# req: E5 E6
# Feature: glassbox-analyst, Property 7: Retry execution
def test_code_beyond_the_plan_is_shown_corrected_and_its_answer_checked(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    model.heard.clear()
    negative = CODE + "result['streak'] = -result['streak']\n"
    model.say(
        said(BEYOND),
        coded(WRONG_COLUMN),
        mended(CODE + "result = pd.DataFrame({'city': ['Rome'], 'streak': [99]})\n"),
        mended(negative),
        mended(CODE),
        said({"sentence": "Oslo rises 99 times in a row."}),
        said({"sentence": "Oslo has the longest streak: 14 rises."}),
    )
    turn = served.ask(QUESTION, dataset_ids=[dataset["id"]])
    assert turn["plan_json"] is None, turn
    assert turn["contract"]["reason"] == "it has no streaks"
    assert [step["title"] for step in turn["steps"]] == ["Count rises in a row", "Check and state the answer"]
    attempts = turn["attempts"]
    assert [one["origin"] for one in attempts] == ["model"] * 4
    assert [one["error_class"] for one in attempts] == ["missing column", "not allowed", "implausible", None]
    assert [one["state"] for one in attempts] == ["error", "error", "ok", "ok"]
    assert [one["corrects"] for one in attempts] == [None, *(one["id"] for one in attempts[:3])]
    assert all(one["diff"].startswith("--- attempt ") for one in attempts[1:])
    assert "counts possible" in attempts[2]["error_message"]
    assert turn["answer"]["sentence"] == "Oslo has the longest streak: 14 rises."
    assert turn["answer"]["stated_by"] == "model"
    heard = [json.dumps(one.body["messages"]) for one in model.heard]
    assert len(heard) == 7
    assert "there is no column 'town'" in heard[2]
    assert "computed from data/" in heard[3]
    assert "the number 99" in heard[6]
    calls = served.get(f"/api/sessions/{turn['session_id']}/model-calls")
    assert [call["purpose"] for call in calls] == ["plan", "code", *["correct"] * 3, "answer", "answer"]


# req: E6
def test_after_three_corrections_it_stops_and_says_what_was_tried(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    endless = [mended(CODE.replace('("city")', f'("place {number}")')) for number in range(5)]
    model.say(said(BEYOND), coded(WRONG_COLUMN), *endless)
    model.heard.clear()
    turn = served.ask(QUESTION, dataset_ids=[dataset["id"]])
    assert len(model.heard) == 5  # plan, code, three corrections
    assert turn["answer"] is None
    assert turn["reason"] == "failed"
    assert turn["message"].startswith(
        "The code was tried 4 times and never gave an answer. 1. missing column:"
    )
    assert [one["error_class"] for one in turn["attempts"]] == ["missing column"] * 4
    again = [mended(WRONG_COLUMN + "# the same again\n")]
    model.say(said(BEYOND), coded(WRONG_COLUMN), *again)
    turn = served.ask(QUESTION, dataset_ids=[dataset["id"]])
    assert len(turn["attempts"]) == 1
    assert turn["message"].endswith("The model had nothing new to try.")


# req: E5
def test_a_sentence_that_the_result_does_not_back_is_replaced_and_an_unclear_question_asked_back(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    model.say(said(BEYOND), coded(CODE), said({"sentence": "Rome wins with 1,000 €."}))
    turn = served.ask(QUESTION, dataset_ids=[dataset["id"]])
    assert turn["answer"]["sentence"] == "city is Oslo; streak is 14."
    assert turn["answer"]["stated_by"] == "rule"
    assert "the number 1,000" in turn["answer"]["notice"]
    options = ["Which city has the highest amount?", "Which city has the most rows?"]
    model.say(
        said({**BEYOND, "beyond": "", "options": [*options, "see https://evil.example"], "message": "How?"})
    )
    turn = served.ask("Which city is doing best?", dataset_ids=[dataset["id"]])
    assert (turn["answer"], turn["reason"]) == (None, "ambiguous")
    assert turn["message"] == "How? (asked by the model)"
    assert turn["near_questions"] == options
    assert turn["attempts"] == []


# req: C3 E3
def test_a_cheap_model_describes_a_dataset_and_measures_nothing(
    served: Server, model: ModelServer, dataset: dict[str, Any]
) -> None:
    address = f"/api/datasets/{dataset['id']}/description"
    assert served.get(address) is None
    column = {"name": "amount", "meaning": "What was paid.", "unit": "EUR", "issues": ["99 are missing"]}
    model.heard.clear()
    model.say(
        Say("no idea"),
        said({"columns": [column], "issues": [], "questions": ["What is the total amount by city?", "Why?"]}),
    )
    described = served.post(address, status=200)
    assert described["columns"] == [{**column, "issues": []}]
    assert described["questions"] == ["What is the total amount by city?"]
    assert [heard.body["model"] for heard in model.heard] == ["openai/gpt-4o-mini"] * 2
    assert served.get(address) == described
    calls = served.get(f"/api/datasets/{dataset['id']}/model-calls")
    assert [call["purpose"] for call in calls] == ["profile"] * 2
    # Whoever plans next is told, as what it is: the words of a model.
    model.heard.clear()
    model.say(Say("no idea"))
    served.ask("total amount", dataset_ids=[dataset["id"]])
    sent = model.heard[0].content.decode()
    assert "meaning, as a model sees it" in sent
    assert "What was paid." in sent
    assert "unit, as a model sees it" in sent
