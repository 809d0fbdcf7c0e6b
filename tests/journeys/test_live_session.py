"""The Python session behind a conversation, over HTTP: listed without running code, kept, ended, expired."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.product import Server, Start


@pytest.fixture
def asked(server: Server, shop: Path) -> str:
    """A conversation whose code has run."""
    dataset = server.ready(server.upload(shop))
    return str(server.ask("total quantity by city", dataset_ids=[dataset["id"]])["session_id"])


def test_variables_are_listed_paged_and_searched(server: Server, asked: str) -> None:
    page = server.get(f"/api/sessions/{asked}/variables")
    found = {item["name"]: item for item in page["items"]}
    assert found["df"]["type"] == "pandas.DataFrame"
    assert found["df"]["shape"] == [400, 6]
    assert found["df"]["bytes"] > 400 * 6
    assert (page["state"], page["known"], page["total"]) == ("idle", True, len(found))
    names = [item["name"] for item in page["items"]]
    second = server.get(f"/api/sessions/{asked}/variables", offset=1, limit=1)
    assert [item["name"] for item in second["items"]] == names[1:2]
    frames = server.get(f"/api/sessions/{asked}/variables", search="GROUP pandas")
    assert {item["type"] for item in frames["items"]} == {"pandas.DataFrameGroupBy"}
    assert frames["matching"] < frames["total"]
    refused = server.client.get(f"/api/sessions/{asked}/variables", params={"limit": 1001})
    assert refused.status_code == 400


def test_a_session_is_kept_and_ended_and_the_conversation_stays(server: Server, asked: str) -> None:
    first = server.get(f"/api/sessions/{asked}/sandbox")
    assert first["state"] == "idle"
    assert 0 < first["expires_in_s"] <= first["keep_alive_s"] == 300
    looked = server.get(f"/api/sessions/{asked}/sandbox")
    assert looked["expires_in_s"] < first["expires_in_s"]
    kept = server.post(f"/api/sessions/{asked}/sandbox/keep", status=200)
    assert kept["expires_in_s"] > looked["expires_in_s"]

    assert server.client.delete(f"/api/sessions/{asked}/sandbox").status_code == 204
    gone = server.get(f"/api/sessions/{asked}/sandbox")
    assert (gone["state"], gone["expires_in_s"], gone["variables"]) == ("none", None, None)
    assert server.get(f"/api/sessions/{asked}/variables")["items"] == []
    too_late = server.client.post(f"/api/sessions/{asked}/sandbox/keep")
    assert too_late.status_code == 409
    assert "starts a new one" in too_late.json()["error"]["message"]
    assert len(server.get(f"/api/sessions/{asked}")["turns"]) == 1


def test_a_running_session_is_not_ended_under_its_code(server: Server, asked: str) -> None:
    turn = server.get(f"/api/sessions/{asked}")["turns"][0]
    code = "import time\nprint('begun', flush=True)\ntime.sleep(50)"
    run = server.post(f"/api/sessions/{asked}/execute", {"turn_id": turn["id"], "code": code})
    server.events(
        f"/api/sessions/{asked}/events",
        until=lambda event: event["body"]["type"] == "output" and event["run_id"] == run["run_id"],
    )
    busy = server.get(f"/api/sessions/{asked}/sandbox")
    assert (busy["state"], busy["expires_in_s"]) == ("busy", None)
    refused = server.client.delete(f"/api/sessions/{asked}/sandbox")
    assert refused.status_code == 409
    server.post(f"/api/runs/{run['run_id']}/cancel", status=200)
    server.run_over(run["run_id"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "sandbox"), ("GET", "variables"), ("POST", "sandbox/keep"), ("DELETE", "sandbox")],
)
def test_a_strange_conversation_has_no_session(server: Server, method: str, path: str) -> None:
    answer: httpx.Response = server.client.request(method, f"/api/sessions/ses_stranger/{path}")
    assert answer.status_code == 404


@pytest.mark.heavy
def test_an_unused_session_ends_by_itself(start: Start, shop: Path) -> None:
    server = start(LAKEGLASS_SANDBOX__KEEP_ALIVE_S="0.2")
    dataset = server.ready(server.upload(shop))
    asked = server.ask("how many orders", dataset_ids=[dataset["id"]])["session_id"]
    while (live := server.get(f"/api/sessions/{asked}/sandbox"))["state"] != "none":
        assert live["expires_in_s"] <= 0.2
