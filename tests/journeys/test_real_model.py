"""A real model, far too small to plan, behind the whole service: whatever it says, the answer is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.product import Server, start_server
from tests.real_model import WHY_NOT, installed, real_model

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not installed(), reason=WHY_NOT),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with real_model() as address:
        server = start_server(
            tmp_path_factory.mktemp("real") / "home",
            LAKEGLASS_MODEL__BASE_URL=address,
            LAKEGLASS_MODEL__RETRIES="0",
            LAKEGLASS_MODEL__CACHE_S="0",
            # It never ends by itself where it has a form to fill, and nobody waits longer than this for one answer.
            LAKEGLASS_MODEL__ANSWER_S="20",
        )
        yield server
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def dataset(served: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    rows = ["city,amount", *(f"{('Rome', 'Oslo')[n % 2]},{n}" for n in range(30))]
    path = tmp_path_factory.mktemp("data") / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return served.ready(served.upload(path))


# req: E5 E6 E11
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("average amount by city", {"Rome": 14.0, "Oslo": 15.0}),
        ("total amount", {"": 435}),
        ("how many rows are there for Oslo?", {"": 15}),
    ],
    ids=["mean", "sum", "count"],
)
def test_whatever_a_small_model_says_the_answer_is_the_built_in_planners(
    served: Server, dataset: dict[str, Any], question: str, wanted: dict[str, float]
) -> None:
    turn = served.ask(question, dataset_ids=[dataset["id"]])
    assert turn["state"] == "done", turn["message"]
    assert turn["answer"], turn["message"]
    attempt = turn["attempts"][-1]
    rows = served.table(attempt)["rows"]
    found = {row[0]: row[1] for row in rows} if "" not in wanted else {"": rows[0][0]}
    assert found == pytest.approx(wanted)
    calls = served.get(f"/api/sessions/{turn['session_id']}/model-calls")
    assert calls, "the model was asked"
    told = " ".join(turn["understanding"]["assumptions"])
    assert "built-in" in told or "which the question does not say" in told


# req: E5 E11
def test_a_question_that_nobody_can_answer_ends_honestly(served: Server, dataset: dict[str, Any]) -> None:
    turn = served.ask("What is the mood of the customers?", dataset_ids=[dataset["id"]])
    assert turn["state"] in {"done", "not_answered", "refused", "failed"}
    assert turn["answer"] is None or all(check["passed"] for check in turn["answer"]["checks"])
    assert served.get("/api/health")["status"] == "ok"
