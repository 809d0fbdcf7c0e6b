"""Code that imports a package of the server's folder of wheels: asked first, installed if allowed, told either way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.product import Server, start_server
from tests.wheels import make_wheel

from lakeglass.core.settings import Settings
from lakeglass.store.database import Database
from lakeglass.tenants import audit
from lakeglass.tenants.local import LOCAL_OWNER

_IMPORT = "import tinypkg\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, requires=["tinyhelp"], files={"tinypkg/__init__.py": "from tinyhelp import answer\n"})
    make_wheel(folder, "tinyhelp", files={"tinyhelp.py": "def answer():\n    return 42\n"})
    make_wheel(folder, "secretive")
    make_wheel(folder, "changing")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path, wheels: Path) -> Iterator[Server]:
    allowed = json.dumps(["tinypkg", "tinyhelp", "changing"])
    settings = {"LAKEGLASS_SANDBOX__WHEELS": str(wheels), "LAKEGLASS_SANDBOX__PACKAGES": allowed}
    running = start_server(home, **settings)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def orders(server: Server, shop: Path) -> dict[str, Any]:
    return server.ready(server.upload(shop))


def approval(server: Server, run_id: str, number: int) -> dict[str, Any]:
    """The `number`th thing that the run asks for."""
    asked = server.events(
        f"/api/runs/{run_id}/events",
        until=lambda event: event["body"].get("approval_id") == f"approval-{number}",
    )
    body: dict[str, Any] = asked[-1]["body"]
    return body


def decide(server: Server, run_id: str, number: int, verdict: str) -> None:
    decision = {"approval_id": f"approval-{number}", "verdict": verdict}
    server.post(f"/api/runs/{run_id}/decision", decision, status=200)


def turn_of(server: Server, asked: dict[str, Any]) -> dict[str, Any]:
    detail = server.get(f"/api/sessions/{asked['session_id']}")
    return next(turn for turn in detail["turns"] if turn["id"] == asked["turn_id"])


def edited_in_review(server: Server, orders: dict[str, Any], code: str) -> dict[str, Any]:
    """A question whose code is replaced by `code` while it waits for review."""
    body = {"question": "total quantity by city", "dataset_ids": [orders["id"]], "approval": "review"}
    asked: dict[str, Any] = server.post("/api/query", body)
    approval(server, asked["run_id"], 1)
    edited = {"turn_id": asked["turn_id"], "code": code, "approval_id": "approval-1"}
    server.post(f"/api/sessions/{asked['session_id']}/execute", edited)
    return asked


def trail(home: Path, run_id: str) -> list[audit.AuditEntry]:
    """What the audit trail says of a run."""
    with Database(Settings(home=home).resolved_database_url).transaction() as session:
        entries = audit.entries(session, LOCAL_OWNER, limit=1000)
    return [entry for entry in entries if run_id in (entry.subject, entry.details.get("run"))]


def test_edited_code_gets_the_package_that_was_allowed_and_its_answer_uses_it(
    server: Server, orders: dict[str, Any], wheels: Path, home: Path
) -> None:
    code = f"{_IMPORT}import pandas as pd\nresult = pd.DataFrame({{'answer': [tinypkg.answer()]}})"
    asked = edited_in_review(server, orders, code)
    request = approval(server, asked["run_id"], 2)["request"]
    assert request["title"] == "Install tinypkg 1.0, tinyhelp 1.0?"
    assert [(one["name"], one["version"], one["why"]) for one in request["packages"]] == [
        ("tinypkg", "1.0", "the code imports tinypkg"),
        ("tinyhelp", "1.0", "tinypkg needs it"),
    ]
    assert request["packages"][0]["size_bytes"] == (wheels / "tinypkg-1.0-py3-none-any.whl").stat().st_size
    assert str(wheels) not in json.dumps(request)
    assert [one["state"] for one in turn_of(server, asked)["attempts"]] == ["skipped", "pending"]

    decide(server, asked["run_id"], 2, "approve")
    assert server.run_over(asked["run_id"])["state"] == "done"
    turn = turn_of(server, asked)
    assert turn["attempts"][-1]["state"] == "ok"
    assert turn["answer"]["numbers"][0]["value"] == 42

    found = {(entry.action, entry.details.get("approval")): entry for entry in trail(home, asked["run_id"])}
    told = [
        {key: one[key] for key in ("name", "version", "sha256", "size_bytes")} for one in request["packages"]
    ]
    assert found["run.approve", "approval-2"].details["packages"] == told
    assert found["sandbox.install", None].details["packages"] == told
    assert found["sandbox.install", None].user_id == LOCAL_OWNER.user_id

    # what the session has is not asked for again
    again = {"turn_id": asked["turn_id"], "code": code}
    run = server.post(f"/api/sessions/{asked['session_id']}/execute", again)
    assert server.run_over(run["run_id"])["state"] == "done"
    assert turn_of(server, asked)["attempts"][-1]["state"] == "ok"


def test_declined_packages_are_not_installed_and_nothing_runs(
    server: Server, orders: dict[str, Any], home: Path
) -> None:
    asked = edited_in_review(server, orders, f"print('ran')\n{_IMPORT}result = None")
    approval(server, asked["run_id"], 2)
    decide(server, asked["run_id"], 2, "decline")
    assert server.run_over(asked["run_id"])["state"] == "done"
    turn = turn_of(server, asked)
    assert turn["answer"] is None
    assert turn["message"].startswith("You declined to install tinypkg 1.0, tinyhelp 1.0")
    assert turn["attempts"][-1]["state"] == "skipped"
    actions = {entry.action for entry in trail(home, asked["run_id"])}
    assert "run.decline" in actions
    assert "sandbox.install" not in actions


def test_code_edited_beside_an_answer_asks_too(server: Server, orders: dict[str, Any]) -> None:
    turn = server.ask("total quantity by city", dataset_ids=[orders["id"]])
    code = {"turn_id": turn["id"], "code": f"{_IMPORT}tinypkg.answer()"}
    for verdict, state in (("decline", "skipped"), ("approve", "ok")):
        asked = server.post(f"/api/sessions/{turn['session_id']}/execute", code)
        approval(server, asked["run_id"], 1)
        decide(server, asked["run_id"], 1, verdict)
        assert server.run_over(asked["run_id"])["state"] == "done"
        attempt = turn_of(server, asked)["attempts"][-1]
        assert attempt["state"] == state
        assert ("declined" in (attempt["error_message"] or "")) == (verdict == "decline")


def test_code_can_be_edited_once_more_instead_of_allowing(server: Server, orders: dict[str, Any]) -> None:
    asked = edited_in_review(server, orders, f"{_IMPORT}result = None")
    approval(server, asked["run_id"], 2)
    without = "import pandas as pd\nresult = pd.DataFrame({'answer': [1]})"
    edited = {"turn_id": asked["turn_id"], "code": without, "approval_id": "approval-2"}
    server.post(f"/api/sessions/{asked['session_id']}/execute", edited)
    assert server.run_over(asked["run_id"])["state"] == "done"
    turn = turn_of(server, asked)
    assert [one["state"] for one in turn["attempts"]] == ["skipped", "skipped", "ok"]
    assert turn["answer"]["numbers"][0]["value"] == 1


def test_a_package_that_is_not_allowed_is_told_with_the_remedy_and_nothing_runs(
    server: Server, orders: dict[str, Any]
) -> None:
    asked = edited_in_review(server, orders, "import secretive\nresult = None")
    assert server.run_over(asked["run_id"])["state"] == "done"
    turn = turn_of(server, asked)
    assert "the package secretive is not allowed here" in turn["message"]
    assert "LAKEGLASS_SANDBOX__PACKAGES" in turn["message"]
    assert turn["attempts"][-1]["state"] == "error"


def test_a_wheel_that_changed_after_it_was_allowed_is_not_installed(
    server: Server, orders: dict[str, Any], wheels: Path
) -> None:
    asked = edited_in_review(server, orders, "import changing\nresult = None")
    approval(server, asked["run_id"], 2)
    make_wheel(wheels, "changing", files={"changing/__init__.py": "evil = 1"})
    decide(server, asked["run_id"], 2, "approve")
    assert server.run_over(asked["run_id"])["state"] == "done"
    turn = turn_of(server, asked)
    assert "not the one that was allowed" in turn["message"]
    assert turn["attempts"][-1]["state"] == "error"


def test_an_import_that_no_wheel_brings_is_the_error_of_the_code(
    server: Server, orders: dict[str, Any]
) -> None:
    asked = edited_in_review(server, orders, "import nowhere_to_be_found\nresult = None")
    assert server.run_over(asked["run_id"])["state"] == "done"
    assert "ModuleNotFoundError" in turn_of(server, asked)["message"]
