"""From a file to an answered, traceable question, over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.product import Server, Start


@pytest.fixture(scope="module")
def orders(server: Server, shop: Path) -> dict[str, object]:
    return server.ready(server.upload(shop))


# req: E1 E2 A4 D14
def test_an_uploaded_file_becomes_a_profiled_version(
    server: Server, orders: dict[str, object], shop: Path
) -> None:
    assert (orders["state"], orders["rows"], orders["columns"]) == ("ready", 400, 6)
    identifier = orders["id"]
    preview = server.get(f"/api/datasets/{identifier}/preview")
    assert len(preview["rows"]) == 5
    assert [column["name"] for column in preview["columns"]] == shop.read_text().splitlines()[0].split(",")
    statistics = server.get(f"/api/datasets/{identifier}/statistics")
    truth = pd.read_csv(shop)
    for column in statistics["columns"]:
        assert column["nulls"] == truth[column["name"]].isna().sum()
        assert column["distinct"] == truth[column["name"]].nunique()
    price = next(column for column in statistics["columns"] if column["name"] == "Unit Price")
    assert price["mean"] == pytest.approx(truth["Unit Price"].mean())
    version = server.get(f"/api/datasets/{identifier}/versions")[0]
    assert version["original_name"] == "shop orders.csv"


# req: A5 A8 E5 E9 F1
def test_a_question_is_understood_planned_run_and_answered(
    server: Server, orders: dict[str, object], shop: Path
) -> None:
    turn = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    truth = pd.read_csv(shop).groupby("City")["Unit Price"].mean()
    assert turn["state"] == "done"
    assert turn["steps"]
    assert {chip["role"] for chip in turn["understanding"]["chips"]} >= {"measure", "group"}
    table = server.table(turn["attempts"][0])
    city = table["columns"].index("City")
    number = 1 - city
    assert {row[city]: row[number] for row in table["rows"]} == pytest.approx(truth.to_dict())
    assert truth.idxmax() in turn["answer"]["sentence"]
    assert all(check["passed"] for check in turn["answer"]["checks"])
    assert {item["kind"] for item in turn["attempts"][0]["artifacts"]} >= {"chart", "table"}


# req: F1
def test_the_shown_code_gives_the_same_number_in_plain_python(
    server: Server, orders: dict[str, object], shop: Path, tmp_path: Path
) -> None:
    turn = server.ask("total quantity by product", dataset_ids=[orders["id"]])
    (tmp_path / "data").mkdir()
    frame = pd.read_csv(shop, parse_dates=["Ordered On"])
    code = turn["attempts"][0]["code"]
    name = code.split('"data/')[1].split('"')[0]
    frame.to_parquet(tmp_path / "data" / name)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    for product, total in frame.groupby("Product")["Quantity"].sum().items():
        assert any(product in line and str(total) in line for line in done.stdout.splitlines())


def test_code_is_visible_before_it_runs(server: Server, orders: dict[str, object]) -> None:
    asked = server.post("/api/query", {"question": "how many orders per city", "dataset_ids": [orders["id"]]})
    server.run_over(asked["run_id"])
    events = server.events(
        f"/api/sessions/{asked['session_id']}/events",
        until=lambda event: event["body"]["type"] == "answer",
    )
    types = [event["body"]["type"] for event in events]
    assert types.index("code") < types.index("execution")
    assert types.index("plan") < types.index("execution")
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})


# req: F2
def test_a_chart_leads_back_to_the_original_file(
    server: Server, orders: dict[str, object], shop: Path
) -> None:
    turn = server.ask("average quantity by product", dataset_ids=[orders["id"]])
    chart = next(item for item in turn["attempts"][0]["artifacts"] if item["kind"] == "chart")
    execution = server.get(f"/api/executions/{chart['execution_id']}")
    assert execution["attempt"]["code"] == turn["attempts"][0]["code"]
    source = execution["sources"][0]
    version = server.get(f"/api/datasets/{source['dataset_id']}/versions")[0]
    assert source["version_id"] == version["id"] == execution["attempt"]["dataset_versions"][0]
    assert source["original_name"] == shop.name


# req: E7
def test_edited_code_runs_in_the_same_session_and_keeps_its_variables(
    server: Server, orders: dict[str, object]
) -> None:
    turn = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    path = f"/api/sessions/{turn['session_id']}/execute"
    first = server.post(path, {"turn_id": turn["id"], "code": "kept = 41\nprint('set')"})
    assert server.run_over(first["run_id"])["state"] == "done"
    second = server.post(path, {"turn_id": turn["id"], "code": "print(kept + 1)\nresult = df.head(3)"})
    server.run_over(second["run_id"])
    detail = server.get(f"/api/sessions/{turn['session_id']}")
    attempts = detail["turns"][0]["attempts"]
    assert [(attempt["origin"], attempt["state"]) for attempt in attempts] == [
        ("planner", "ok"),
        ("edited", "ok"),
        ("edited", "ok"),
    ]
    output = server.get(f"/api/executions/{attempts[2]['id']}/output")
    assert "".join(line["text"] for line in output) == "42\n"
    assert len(server.table(attempts[2])["rows"]) == 3
    assert detail["turns"][0]["answer"] is not None


def test_failing_code_says_where_and_leaves_the_turn_answered(
    server: Server, orders: dict[str, object]
) -> None:
    turn = server.ask("how many orders", dataset_ids=[orders["id"]])
    path = f"/api/sessions/{turn['session_id']}/execute"
    run = server.post(path, {"turn_id": turn["id"], "code": "a = 1\nb = a / 0\n"})
    server.run_over(run["run_id"])
    view = server.get(f"/api/sessions/{turn['session_id']}")["turns"][0]
    attempt = view["attempts"][-1]
    assert (attempt["state"], attempt["error_name"], attempt["error_line"]) == (
        "error",
        "ZeroDivisionError",
        2,
    )
    assert view["state"] == "done"


def test_a_follow_up_builds_on_the_question_before(
    server: Server, orders: dict[str, object], shop: Path
) -> None:
    first = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    second = server.ask("only for tea", session_id=first["session_id"])
    frame = pd.read_csv(shop)
    truth = frame[frame["Product"] == "tea"].groupby("City")["Unit Price"].mean()
    table = server.table(second["attempts"][0])
    city = table["columns"].index("City")
    assert {row[city]: row[1 - city] for row in table["rows"]} == pytest.approx(truth.to_dict())


def test_an_answer_never_shows_the_chart_of_the_question_before(
    server: Server, orders: dict[str, object]
) -> None:
    first = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    second = server.ask("average unit price", session_id=first["session_id"])
    assert second["answer"] is not None
    assert "chart" not in {item["kind"] for item in second["attempts"][0]["artifacts"]}


def test_a_chip_can_be_taken_away(server: Server, orders: dict[str, object]) -> None:
    turn = server.ask("average unit price by city for tea", dataset_ids=[orders["id"]])
    chip = next(chip for chip in turn["understanding"]["chips"] if chip["role"] == "filter")
    again = server.ask(
        "average unit price by city for tea",
        session_id=turn["session_id"],
        base_turn_id=turn["id"],
        without_chips=[chip["id"]],
    )
    assert [chip["role"] for chip in again["understanding"]["chips"]].count("filter") == 0
    assert again["state"] == "done"


def test_what_is_not_there_is_not_guessed(server: Server, orders: dict[str, object]) -> None:
    turn = server.ask("average salary by department", dataset_ids=[orders["id"]])
    assert turn["answer"] is None
    assert turn["attempts"] == []
    assert "department" in turn["message"] or "salary" in turn["message"]
    near = server.ask(turn["near_questions"][0], session_id=turn["session_id"])
    assert near["answer"] is not None


def test_a_question_can_be_reviewed_before_anything_runs(server: Server, orders: dict[str, object]) -> None:
    body = {"question": "total quantity by city", "dataset_ids": [orders["id"]], "approval": "review"}
    asked = server.post("/api/query", body)
    events = server.events(
        f"/api/runs/{asked['run_id']}/events", until=lambda event: event["body"]["type"] == "approval"
    )
    approval = events[-1]["body"]
    assert approval["request"]["steps"]
    assert server.get(f"/api/runs/{asked['run_id']}")["state"] == "waiting"
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert turn["attempts"][0]["state"] == "pending"
    decision = {"approval_id": approval["approval_id"], "verdict": "approve"}
    server.post(f"/api/runs/{asked['run_id']}/decision", decision, status=200)
    server.run_over(asked["run_id"])
    assert server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]["answer"] is not None


def test_a_declined_plan_runs_nothing(server: Server, orders: dict[str, object]) -> None:
    body = {"question": "total quantity by city", "dataset_ids": [orders["id"]], "approval": "review"}
    asked = server.post("/api/query", body)
    events = server.events(
        f"/api/runs/{asked['run_id']}/events", until=lambda event: event["body"]["type"] == "approval"
    )
    decision = {"approval_id": events[-1]["body"]["approval_id"], "verdict": "decline"}
    server.post(f"/api/runs/{asked['run_id']}/decision", decision, status=200)
    server.run_over(asked["run_id"])
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert turn["answer"] is None
    assert turn["attempts"][0]["artifacts"] == []
    assert turn["attempts"][0]["state"] == "skipped"
    assert "declined" in turn["message"]


def waiting_for_review(server: Server, orders: dict[str, object]) -> tuple[dict[str, str], str]:
    """A question that waits: what was asked, and the id of its approval."""
    body = {"question": "total quantity by city", "dataset_ids": [orders["id"]], "approval": "review"}
    asked = server.post("/api/query", body)
    events = server.events(
        f"/api/runs/{asked['run_id']}/events", until=lambda event: event["body"]["type"] == "approval"
    )
    return asked, events[-1]["body"]["approval_id"]


def test_code_can_be_edited_before_it_is_let_run(server: Server, orders: dict[str, object]) -> None:
    asked, approval = waiting_for_review(server, orders)
    path = f"/api/sessions/{asked['session_id']}/execute"
    code = "import pandas as pd\nresult = pd.DataFrame({'mine': [41 + 1]})"
    edited = {"turn_id": asked["turn_id"], "code": code, "approval_id": approval}
    assert server.post(path, edited) == asked  # the very run that waited goes on
    server.run_over(asked["run_id"])
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert turn["state"] == "done"
    assert [(each["origin"], each["state"]) for each in turn["attempts"]] == [
        ("planner", "skipped"),
        ("edited", "ok"),
    ]
    assert turn["attempts"][1]["code"] == code
    assert turn["attempts"][0]["artifacts"] == []
    # The plan's own sentence would be about another computation.
    assert turn["answer"]["numbers"] == [{"label": "mine", "value": 42, "text": "42"}]
    assert turn["answer"]["checks"] == []
    assert "isn't checked" in turn["answer"]["base"]
    # Nothing waits any more: a second decision, of whatever kind, comes too late.
    assert server.post(path, edited, status=409)["error"]["code"] == "CONFLICT"
    verdict = {"approval_id": approval, "verdict": "decline"}
    server.post(f"/api/runs/{asked['run_id']}/decision", verdict, status=409)
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert len(turn["attempts"]) == 2


def test_edited_code_without_a_result_says_so(server: Server, orders: dict[str, object]) -> None:
    asked, approval = waiting_for_review(server, orders)
    edited = {"turn_id": asked["turn_id"], "code": "print('hello')", "approval_id": approval}
    server.post(f"/api/sessions/{asked['session_id']}/execute", edited)
    server.run_over(asked["run_id"])
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert "no table named `result`" in turn["answer"]["sentence"]


def test_edited_code_that_fails_says_why(server: Server, orders: dict[str, object]) -> None:
    asked, approval = waiting_for_review(server, orders)
    edited = {"turn_id": asked["turn_id"], "code": "1 / 0", "approval_id": approval}
    server.post(f"/api/sessions/{asked['session_id']}/execute", edited)
    server.run_over(asked["run_id"])
    turn = server.get(f"/api/sessions/{asked['session_id']}")["turns"][0]
    assert turn["answer"] is None
    assert "ZeroDivisionError" in turn["message"]


def test_a_running_execution_can_be_cancelled(server: Server, orders: dict[str, object]) -> None:
    turn = server.ask("how many orders", dataset_ids=[orders["id"]])
    path = f"/api/sessions/{turn['session_id']}/execute"
    code = "import time\nprint('go', flush=True)\ntime.sleep(50)"
    run = server.post(path, {"turn_id": turn["id"], "code": code})
    server.events(f"/api/runs/{run['run_id']}/events", until=lambda event: event["body"]["type"] == "output")
    server.post(f"/api/runs/{run['run_id']}/cancel", status=200)
    assert server.run_over(run["run_id"])["state"] == "cancelled"
    attempt = server.get(f"/api/sessions/{turn['session_id']}")["turns"][0]["attempts"][-1]
    assert attempt["state"] == "interrupted"
    # The session is free again at once.
    after = server.post(path, {"turn_id": turn["id"], "code": "print(1)"})
    assert server.run_over(after["run_id"])["state"] == "done"


# req: E10
@pytest.mark.heavy
def test_everything_is_there_again_after_a_restart(start: Start, shop: Path) -> None:
    server = start()
    orders = server.ready(server.upload(shop))
    turn = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    before = server.get(f"/api/sessions/{turn['session_id']}")
    chart = next(item for item in turn["attempts"][0]["artifacts"] if item["kind"] == "chart")
    figure = server.get(f"/api/artifacts/{chart['id']}")
    assert server.stop() == 0
    again = start()
    assert again.get(f"/api/sessions/{turn['session_id']}") == before
    assert again.get(f"/api/artifacts/{chart['id']}") == figure
    assert [item["id"] for item in again.get("/api/sessions", search="UNIT price")] == [turn["session_id"]]
    followed = again.ask("and by product?", session_id=turn["session_id"])
    assert followed["state"] == "done"


# req: A1 E28
def test_the_api_describes_itself_with_typed_events(server: Server) -> None:
    document = server.get("/api/openapi.json")
    schemas = document["components"]["schemas"]
    mapping = schemas["AnyEvent"]["discriminator"]["mapping"]
    assert {"run", "stage", "dataset", "code", "output", "answer"} <= set(mapping)
    for reference in mapping.values():
        assert reference.removeprefix("#/components/schemas/") in schemas
    assert set(schemas["ErrorBody"]["properties"]) == {
        "code",
        "message",
        "details",
        "timestamp",
        "request_id",
    }
    assert json.dumps(document).count("HTTPValidationError") == 0


# req: A11 A16
def test_health_tells_the_isolation_and_the_limits(server: Server) -> None:
    health = server.get("/api/health")
    assert health["status"] == "ok"
    assert health["database"] == "sqlite"
    assert health["sandbox"]["state"] == "ready"
    assert "namespace" in health["sandbox"]["isolation"]
    assert health["limits"]["max_upload_mb"] == 100
