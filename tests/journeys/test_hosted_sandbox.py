"""A server whose sandbox is E2B's, over the emulator: answered, found again, and truthful when the line is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from tests.contracts.e2b_cloud import API_KEY, Cloud
from tests.product import Start


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    running = Cloud(tmp_path_factory.getbasetemp() / "sandbox").start()
    yield running
    running.stop()


def settings(cloud: Cloud) -> dict[str, str]:
    prefix = "LAKEGLASS_SANDBOX__E2B__"
    return {
        "LAKEGLASS_SANDBOX__BACKEND": "e2b",
        "LAKEGLASS_LOG__LEVEL": "DEBUG",
        prefix + "API_KEY": API_KEY,
        prefix + "API_URL": cloud.url,
        prefix + "SANDBOX_URL": cloud.url,
        prefix + "DOMAIN": "localhost",
    }


# req: E8
@pytest.mark.heavy
def test_a_hosted_sandbox_answers_and_a_lost_line_is_told(start: Start, shop: Path, cloud: Cloud) -> None:
    server = start(**settings(cloud))
    orders = server.ready(server.upload(shop))
    truth = pd.read_csv(shop).groupby("City")["Unit Price"].mean()

    turn = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    table = server.table(turn["attempts"][0])
    assert (turn["state"], turn["attempts"][0]["state"]) == ("done", "ok")
    city = table["columns"].index("City")
    assert {row[city]: row[1 - city] for row in table["rows"]} == pytest.approx(truth.to_dict())
    assert {item["kind"] for item in turn["attempts"][0]["artifacts"]} >= {"chart", "table"}

    conversation = turn["session_id"]
    for sandbox_id in list(cloud.machines):
        cloud.forget(sandbox_id)
    again = server.ask("total quantity by product", session_id=conversation, dataset_ids=[orders["id"]])
    assert (again["state"], again["attempts"][0]["state"]) == ("done", "ok")

    cloud.drop_execution_after = 0
    lost = server.ask("how many orders per city", session_id=conversation, dataset_ids=[orders["id"]])
    assert lost["attempts"][0]["state"] == "lost"
    assert lost["answer"] is None
    assert "nobody knows how far it got" in lost["message"]

    assert server.stop() == 0
    assert not cloud.machines
    assert API_KEY not in "".join(server.lines)
