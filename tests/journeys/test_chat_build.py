"""From a question in a conversation to an analysis: offered, begun once, followed, kept with the question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.corpora.defects import customers
from tests.product import Server

import lakeglass

pytestmark = pytest.mark.timeout(300)


def is_over(event: dict[str, Any]) -> bool:
    return event["body"]["type"] == "run" and event["body"]["state"] in {"done", "failed", "cancelled"}


@pytest.fixture(scope="module")
def dataset(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("chat") / "shop.csv"
    customers(np.random.default_rng(4), 300).table.to_csv(path, index=False)
    return server.upload(path)


def asked(server: Server, dataset: dict[str, Any], question: str) -> tuple[str, dict[str, Any]]:
    """The session and the turn of a question, once its run is over."""
    told = server.post("/api/query", {"question": question, "dataset_ids": [dataset["id"]]})
    server.events(f"/api/runs/{told['run_id']}/events", until=is_over)
    detail = server.get(f"/api/sessions/{told['session_id']}")
    return told["session_id"], detail["turns"][-1]


# req: E25
def test_a_question_for_a_model_becomes_one_analysis(server: Server, dataset: dict[str, Any]) -> None:
    session, turn = asked(server, dataset, "what drives left_shop?")
    offer = turn["offer"]
    assert (turn["state"], turn["reason"], turn["answer"]) == ("done", "build", None)
    assert (offer["dataset_id"], offer["target"], offer["started"]) == (dataset["id"], "left_shop", False)
    assert server.client.get(f"/api/jobs/{offer['job_id']}").status_code == 404
    path = f"/api/sessions/{session}/turns/{turn['id']}/build"
    unknown = server.client.post(path, json={"target": "no_such_column"})
    assert unknown.status_code == 400
    assert "no_such_column" in unknown.json()["error"]["message"]
    # Two people, or one who clicks twice: one analysis.
    with ThreadPoolExecutor(4) as several:
        begun = list(several.map(lambda _: server.client.post(path, json={"budget_s": 1}), range(4)))
    assert [answer.status_code for answer in begun] == [202] * 4
    assert {answer.json()["id"] for answer in begun} == {offer["job_id"]}
    assert begun[0].json()["request"]["prose"] is False  # its card says that it costs no money
    assert [job["id"] for job in server.get("/api/jobs")].count(offer["job_id"]) == 1
    told = server.events(
        f"/api/sessions/{session}/events", until=lambda event: event["body"]["type"] == "build_started"
    )
    assert told[-1]["body"] == {
        "type": "build_started",
        "turn_id": turn["id"],
        "offer": offer | {"started": True},
    }
    assert server.get(f"/api/sessions/{session}")["turns"][-1]["offer"]["started"] is True
    server.client.post(f"/api/jobs/{offer['job_id']}/cancel")
    server.events(f"/api/runs/{offer['job_id']}/events", until=is_over)
    # It is over, and still the same one.
    assert server.post(path, {})["id"] == offer["job_id"]


def test_only_what_was_offered_can_be_begun(server: Server, dataset: dict[str, Any]) -> None:
    session, turn = asked(server, dataset, "how many rows are there?")
    assert turn["offer"] is None
    answer = server.client.post(f"/api/sessions/{session}/turns/{turn['id']}/build", json={})
    assert answer.status_code == 409
    other, _ = asked(server, dataset, "predict left_shop")
    elsewhere = server.client.post(f"/api/sessions/{other}/turns/{turn['id']}/build", json={})
    assert elsewhere.status_code == 404
    assert server.client.post(f"/api/sessions/{session}/turns/trn_nothing/build", json={}).status_code == 404


def test_without_a_page_the_call_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    customers(np.random.default_rng(4), 60).table.to_csv(path, index=False)
    told = lakeglass.ask("predict left_shop", path)
    assert told.answer is None
    assert repr(told).endswith("Call lakeglass.analyze(data, target='left_shop').")
