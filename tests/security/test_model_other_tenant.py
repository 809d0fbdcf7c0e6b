"""The model of a service and what was said with it: nothing for another tenant, no key for anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.hunted import files, holders
from tests.model_server import ModelServer, Say

from lakeglass.api.services import principal
from lakeglass.app import create_app
from lakeglass.core.settings import ModelSettings, SandboxSettings, ServerSettings, Settings
from lakeglass.tenants.local import LOCAL_OWNER
from lakeglass.tenants.model import Principal

KEY = "key-of-the-page-99887766554433221100"
OTHER = Principal(tenant_id="other", user_id="mallory", role="owner")
GUEST = Principal(tenant_id=LOCAL_OWNER.tenant_id, user_id="guest", role="viewer")


@dataclass
class Desk:
    """An open service, and whoever speaks to it now."""

    app: FastAPI
    client: TestClient
    home: Path
    told: list[str] = field(default_factory=list)

    def call(self, who: Principal, method: str, path: str, body: object = None) -> tuple[int, str]:
        self.app.dependency_overrides[principal] = lambda: who
        answer = self.client.request(method, f"/api{path}", json=body)
        self.told.append(answer.text)
        return answer.status_code, answer.text


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk") / "home"
    app = create_app(
        Settings(
            home=home,
            server=ServerSettings(allowed_hosts=("testserver",)),
            sandbox=SandboxSettings(slots=0),
            model=ModelSettings(),
        )
    )
    with TestClient(app) as client:
        yield Desk(app, client, home)


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


# req: A2 E11
def test_a_model_is_set_up_and_used_without_a_restart_and_its_key_is_in_one_file_only(
    desk: Desk, model: ModelServer
) -> None:
    assert json.loads(desk.call(LOCAL_OWNER, "GET", "/model")[1])["configured"] is False
    wanted = {"provider": "compatible", "base_url": f"{model.url}/v1", "api_key": KEY, "strong": "tiny"}
    status, shown = desk.call(LOCAL_OWNER, "PATCH", "/model", wanted)
    assert status == 200, shown
    found = json.loads(shown)
    assert (found["configured"], found["key_set"], found["sources"]["api_key"]) == (True, True, "page")
    assert json.loads(desk.call(LOCAL_OWNER, "GET", "/health")[1])["planner"] == "model"
    tested = json.loads(desk.call(LOCAL_OWNER, "POST", "/model/test")[1])
    assert (tested["ok"], tested["missing"]) == (True, ["openai/gpt-4o-mini"])
    assert model.heard[-1].headers["authorization"] == f"Bearer {KEY}"
    typed = {
        "base_url": f"{model.url}/v1/",
        "strong": "other",
    }  # not saved: the key stays where it was meant for
    tried = json.loads(desk.call(LOCAL_OWNER, "POST", "/model/test", typed)[1])
    assert tried["missing"] == ["other", "openai/gpt-4o-mini"]
    assert KEY not in str(model.heard[-1].headers)
    model.say(Say(status=401, error={"message": f"bad key {KEY}", "code": KEY}))
    assert json.loads(desk.call(LOCAL_OWNER, "POST", "/model/test")[1])["ok"] is False
    # What can't be read must not be told back either.
    for wrong in ({"api_key": KEY + "x" * 5000}, {"api_key": {"a": KEY}}, {"provider": KEY}):
        assert desk.call(LOCAL_OWNER, "PATCH", "/model", wrong)[0] == 400
    told = ("answers", "".join(desk.told).encode())
    assert holders(KEY, (told, *files(desk.home))) == ["model.json"]
    assert (
        desk.call(LOCAL_OWNER, "PATCH", "/model", {"api_key": None, "provider": None, "base_url": None})[0]
        == 200
    )
    assert holders(KEY, files(desk.home)) == []
    assert json.loads(desk.call(LOCAL_OWNER, "GET", "/health")[1])["planner"] == "builtin"


# req: A2
@pytest.mark.parametrize("who", [OTHER, GUEST], ids=["another tenant", "no owner"])
def test_nobody_but_the_owner_of_the_service_sets_its_model_up(
    desk: Desk, model: ModelServer, who: Principal
) -> None:
    before = desk.call(LOCAL_OWNER, "GET", "/model")
    status, _ = desk.call(who, "PATCH", "/model", {"provider": "compatible", "base_url": f"{model.url}/v1"})
    assert status == 403
    assert desk.call(who, "POST", "/model/test", {"base_url": f"{model.url}/v1"})[0] == 403
    assert desk.call(LOCAL_OWNER, "GET", "/model") == before


# req: E3
def test_what_a_model_says_of_a_dataset_is_its_tenants_alone(desk: Desk) -> None:
    desk.app.dependency_overrides[principal] = lambda: LOCAL_OWNER
    made = desk.client.post("/api/upload", files={"file": ("shop.csv", b"city,price\nRome,1\nOslo,2\n")})
    assert made.status_code == 201
    dataset = made.json()["id"]
    assert desk.call(LOCAL_OWNER, "GET", f"/datasets/{dataset}/description") == (200, "null")
    for method, place in (("GET", "description"), ("POST", "description"), ("GET", "model-calls")):
        status, said = desk.call(OTHER, method, f"/datasets/{dataset}/{place}")
        assert status == 404, said
        assert "shop" not in said
