"""An analysis over HTTP: asked for, followed, answered, read, stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pandas as pd
import pytest
from tests.corpora.defects import customers
from tests.product import Server, start_server

pytestmark = pytest.mark.timeout(300)  # a machine that does other things as well is no failure
STATIONS = ["ingest", "eda", "clarify", "modeling", "explain", "qa", "report"]
OVER = {"done", "failed", "cancelled"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A table of customers, and the same with a column that knows the answer."""
    folder = tmp_path_factory.mktemp("tables")
    shop = customers(np.random.default_rng(4), 400).table
    draw = np.random.default_rng(1)
    unclear = pd.DataFrame(
        {
            "size": draw.normal(size=200),
            "outcome": draw.normal(size=200),
            "label": draw.choice(["a", "b"], 200),
        }
    )
    made = {
        "unclear": unclear,
        "shop": shop,
        "leaky": shop.assign(state=np.where(shop["left_shop"] == "gone", "X", "O")),
    }
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in made}


def is_over(event: dict[str, Any]) -> bool:
    return event["body"]["type"] == "run" and event["body"]["state"] in OVER


def begun(server: Server, dataset: dict[str, Any], **more: Any) -> dict[str, Any]:
    job: dict[str, Any] = server.post("/api/analyze", {"dataset_id": dataset["id"], "budget_s": 2, **more})
    return job


def told(server: Server, job: dict[str, Any]) -> list[dict[str, Any]]:
    events = server.events(f"/api/runs/{job['id']}/events", until=is_over)
    return [event["body"] for event in events]


# req: D1 D2 D3 D5 D12 D14
def test_an_analysis_from_the_upload_to_the_report(server: Server, tables: dict[str, Path]) -> None:
    dataset = server.upload(tables["shop"])
    # Asked for while the file is still being read, perhaps.
    job = begun(server, dataset, target="left_shop", fits=8, clarify="default", repairs="safe")
    assert job["state"] in {"queued", "running"}
    assert [each["name"] for each in job["stages"]] == STATIONS
    assert server.client.get(f"/api/jobs/{job['id']}/result").status_code == 409
    bodies = told(server, job)
    done = [each["name"] for each in bodies if each["type"] == "stage" and each["state"] == "done"]
    assert done == STATIONS
    assert {"analysis.said", "analysis.findings", "analysis.progress", "analysis.ended"} <= {
        each["type"] for each in bodies
    }
    last = [each["progress"] for each in bodies if each["type"] == "analysis.progress"][-1]
    assert last["fits"] == 8
    assert last["baseline"] is not None
    assert "baseline" in {each["family"] for each in last["leaderboard"]}
    view = server.get(f"/api/jobs/{job['id']}")
    assert (view["state"], view["target"], view["verdict"]) == ("done", "left_shop", bodies[-2]["verdict"])
    assert view["heartbeat_at"] is not None
    counted = next(each for each in bodies if each["type"] == "analysis.findings")
    assert {"type": "analysis.findings", **view["findings"]} == counted
    assert [line["stage"] for line in view["log"]][:2] == ["ingest", "eda"]
    assert server.get("/api/jobs")[0]["id"] == job["id"]
    assert server.get(f"/api/jobs/{job['id']}/status")["state"] == "done"
    result = server.get(f"/api/jobs/{job['id']}/result")
    assert result["modeling"]["fits"] == 8
    assert (result["clustering"], result["forecasting"]) == (None, None)
    assert result["result"]["verdict"] == view["verdict"]
    assert [each["name"] for each in result["result"]["stages"]] == STATIONS[:-1]
    assert server.get(f"/api/jobs/{job['id']}/findings") == result["eda"]
    page = server.client.get(f"/api/jobs/{job['id']}/report")
    assert page.text == result["report_html"]
    assert "sandbox" in page.headers["content-security-policy"]
    for file in view["files"]:
        answer = server.client.get(f"/api/jobs/{job['id']}/files/{file['name']}")
        assert answer.status_code == 200
        assert len(answer.content) == file["size_bytes"]
        assert str(tables["shop"].parent) not in answer.text
    assert result["repairs"] == server.get(f"/api/jobs/{job['id']}/files/repairs.json")
    assert result["repairs"]["rows_after"] == result["modeling"]["rows"]
    unknown = {"dataset_id": dataset["id"], "without_repairs": ["letters"]}
    assert server.client.post("/api/analyze", json=unknown).status_code == 400
    check_schemas(server, job["id"])
    check_predictions(server, job["id"], dataset_id=dataset["id"])
    check_guards(server, job["id"])


def check_schemas(server: Server, job_id: str) -> None:
    """What is published is what the artifacts hold to."""
    files = {"modeling": "modeling/modeling.json", "explain": "modeling/explain.json"}
    names = server.get("/api/schemas")
    known = [
        "manifest",
        "statistics",
        "eda",
        "clarify",
        "repairs",
        "modeling",
        "explain",
        "clusters",
        "forecast",
        "critique",
        "wording",
        "result",
    ]
    assert names == known
    for name in names:
        file = files.get(name, f"{name}.json")
        schema = server.get(f"/api/schemas/{name}")
        # Neither groups nor a series were asked for, nor is there a model to word the result.
        if name not in {"clusters", "forecast", "wording"}:
            assert jsonschema_rs.is_valid(schema, server.get(f"/api/jobs/{job_id}/files/{file}"))
        assert not jsonschema_rs.is_valid(schema, {"version": 1})
    assert server.client.get("/api/schemas/weather").status_code == 404


def check_predictions(server: Server, job_id: str, *, dataset_id: str) -> None:
    """A row is predicted by the model; what does not fit is refused."""
    columns = server.get(f"/api/jobs/{job_id}/files/modeling/model.json")["columns"]
    path = f"/api/jobs/{job_id}/predict"
    empty = server.post(path, {"rows": [{}]}, status=200)
    assert set(empty["missing"]) == set(columns)
    assert sum(empty["predictions"][0]["probabilities"].values()) == pytest.approx(1)
    row = {"plan": "basic", "unknown": 1}
    told = server.post(path, {"rows": [row, {**row, "plan": None}]}, status=200)
    assert len(told["predictions"]) == 2
    assert "plan" in told["missing"]
    number = next(name for name in columns if name != "plan")
    assert server.client.post(path, json={"rows": [{number: "no number at all"}]}).status_code == 400
    assert server.client.post(path, json={"rows": []}).status_code == 400
    datasets = server.get("/api/datasets")
    whole = server.post(f"{path}/dataset", {"dataset_id": dataset_id}, status=200)
    assert (whole["rows"], len(whole["preview"]), len(whole["csv"].splitlines())) == (400, 100, 401)
    assert whole["predicted"][0] == "predicted left_shop"
    lacking = server.client.post(f"{path}/file", files={"file": ("new.csv", b"plan\nbasic\n")})
    assert (lacking.status_code, lacking.json()["error"]["code"]) == (400, "INVALID_INPUT")
    assert server.client.post(f"{path}/file", files={"file": ("none.csv", b"")}).status_code == 422
    assert server.get("/api/datasets") == datasets


def check_guards(server: Server, job_id: str) -> None:
    """No name leads out of the folder, and the data stay inside."""
    for name in ("original/shop.csv", "table.parquet"):
        answer = server.client.get(f"/api/jobs/{job_id}/files/{name}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
    escapes = (
        "..%2f..%2flakeglass.db", "%2e%2e/%2e%2e/lakeglass.db", "%2fetc%2fpasswd", "%2e/result.json",
        "modeling/%2e%2e/result.json", "original%2f..%2fresult.json", "modeling-request.json", ".lock", "heartbeat",
        "modeling%00", "result.json%00.html", "plots", "..%5c..%5clakeglass.db",
    )  # fmt: skip
    for name in escapes:
        assert server.client.get(f"/api/jobs/{job_id}/files/{name}").status_code in {400, 404}, name
    for path in ("", "/status", "/result", "/report", "/findings", "/files/result.json"):
        assert server.client.get(f"/api/jobs/run_of_somebody_else{path}").status_code == 404
    assert server.client.post("/api/jobs/run_of_somebody_else/cancel").status_code == 404


# req: D11
@pytest.mark.heavy
def test_a_rejected_result_fails_the_run_and_can_be_read(server: Server, tables: dict[str, Path]) -> None:
    dataset = server.upload(tables["leaky"])
    job = begun(server, dataset, target="left_shop", fits=3, clarify="default")
    bodies = told(server, job)
    assert bodies[-1]["failure"]["code"] == "REJECTED"
    result = server.get(f"/api/jobs/{job['id']}/result")
    assert result["job"]["state"] == "failed"
    assert result["critique"]["verdict"] == "fail"


# req: D4
@pytest.mark.heavy
def test_an_analysis_asks_waits_and_goes_on_with_the_answer(server: Server, tables: dict[str, Path]) -> None:
    dataset = server.ready(server.upload(tables["unclear"]))
    job = begun(server, dataset, fits=1)
    server.events(
        f"/api/runs/{job['id']}/events",
        until=lambda event: event["body"]["type"] == "analysis.asked" or is_over(event),
    )
    view = server.get(f"/api/jobs/{job['id']}")
    card = view["clarification"]
    assert view["state"] == "waiting"
    assert next(each for each in view["stages"] if each["name"] == "clarify")["state"] == "running"
    question = next(each for each in card["questions"] if each["id"] == "target")
    assert question["default"] in {each["value"] for each in question["options"]}
    told_to = {"job_id": job["id"], "clarify_id": card["id"]}
    wrong = server.client.post("/api/clarify", json={**told_to, "answers": {"target": "nothing of the kind"}})
    assert wrong.status_code == 400
    other = server.client.post("/api/clarify", json={**told_to, "answers": {"weather": "fine"}})
    assert other.status_code == 400
    other = server.client.post("/api/clarify", json={**told_to, "clarify_id": "another", "answers": {}})
    assert other.status_code == 409
    answered = server.post("/api/clarify", {**told_to, "answers": {"target": "size"}}, status=200)
    assert answered["clarification"]["answered_by"] == "you"
    assert told(server, job)[-1]["state"] == "done"
    result = server.get(f"/api/jobs/{job['id']}/result")
    assert result["clarification"]["chosen"] == "size"
    assert result["clarification"]["answered_by"] == "you"
    assert result["eda"]["target"] == "size"
    assert result["modeling"]["task"]["target"] == "size"
    again = server.client.post("/api/clarify", json={**told_to, "answers": {"target": "size"}})
    assert again.status_code == 409


# req: D4
@pytest.mark.heavy
def test_without_an_answer_in_time_the_default_is_taken_and_told(
    tables: dict[str, Path], tmp_path: Path
) -> None:
    soon = {"LAKEGLASS_ANALYSIS__CLARIFY_TIMEOUT_S": "0.2"}
    server = start_server(tmp_path / "home", **soon)
    try:
        dataset = server.ready(server.upload(tables["unclear"]))
        job = begun(server, dataset, fits=1)
        bodies = told(server, job)
        asked = next(each["card"] for each in bodies if each["type"] == "analysis.asked")
        answered = next(each for each in bodies if each["type"] == "analysis.answered")
        assert answered["by"] == "default"
        assert answered["answers"] == {each["id"]: each["default"] for each in asked["questions"]}
        assert any("nobody answered" in each["text"] for each in bodies if each["type"] == "analysis.said")
        assert bodies[-1]["state"] == "done"
    finally:
        server.stop()
