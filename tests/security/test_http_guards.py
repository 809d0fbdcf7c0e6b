"""Who may reach the service, and what a page of somebody else can't do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.product import Server, start_server
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from lakeglass.core.errors import ConfigurationError
from lakeglass.core.settings import ServerSettings, Settings
from lakeglass.tenants.identity import check_binding

TOKEN = "correct-horse-battery-staple"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that wants a token."""
    running = start_server(tmp_path_factory.mktemp("locked"), LAKEGLASS_AUTH__TOKEN=TOKEN)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the person at this machine."""
    running = start_server(tmp_path_factory.mktemp("open"))
    yield running
    running.stop()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])
def test_other_addresses_need_a_token(host: str) -> None:
    settings = Settings(server=ServerSettings(host=host))
    with pytest.raises(ConfigurationError, match="LAKEGLASS_AUTH__TOKEN"):
        check_binding(settings)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "",
        "[::1",
        "localhost@evil.example",
        "evil.example:80@localhost",
        "evil.example#localhost",
    ],
)
def test_a_foreign_host_name_is_refused(open_server: Server, host: str) -> None:
    answer = open_server.client.get("/api/datasets", headers={"host": host})
    assert answer.status_code in {400, 403}
    assert "datasets" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null", "", "http://[::1"])
def test_another_site_can_not_change_anything(open_server: Server, origin: str) -> None:
    answer = open_server.client.post("/api/sessions", json={"dataset_ids": []}, headers={"origin": origin})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"
    with pytest.raises(InvalidStatus):
        connect(open_server.url.replace("http", "ws") + "/api/ws", origin=origin)  # type: ignore[arg-type]


def test_the_own_page_can(open_server: Server) -> None:
    answer = open_server.client.post("/api/sessions", json={}, headers={"origin": open_server.url})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "path",
    [
        "/api/me",
        "/api/datasets",
        "/api/sessions",
        "/api/runs",
        "/api/samples",
        "/api/events",
        "/api/jobs",
        "/api/schemas",
    ],
)
def test_without_the_token_nothing_is_shown(locked: Server, path: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "lakeglass_token=wrong"}):
        answer = locked.client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "UNAUTHENTICATED"
        assert TOKEN not in answer.text


def test_health_needs_no_token_and_tells_no_secret(locked: Server) -> None:
    answer = locked.client.get("/api/health")
    assert answer.status_code == 200
    assert TOKEN not in answer.text


def test_the_token_opens_the_api(locked: Server) -> None:
    answer = locked.client.get("/api/me", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.json()["tenant_id"] == "local"


def test_the_page_swaps_the_token_for_a_cookie_that_scripts_can_not_read(locked: Server) -> None:
    with httpx.Client(base_url=locked.url) as browser:
        answer = browser.get("/", params={"token": TOKEN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert browser.get("/api/me").status_code == 200
    with httpx.Client(base_url=locked.url) as stranger:
        assert "set-cookie" not in stranger.get("/", params={"token": "wrong"}).headers


def test_a_socket_without_the_token_is_closed(locked: Server) -> None:
    address = locked.url.replace("http", "ws") + "/api/ws"
    with pytest.raises(InvalidStatus):
        connect(address)
    with connect(address, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        socket.ping().wait(10)


def test_the_page_may_load_nothing_from_elsewhere(open_server: Server) -> None:
    policy = open_server.client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../app.py", "/..%2f..%2fapp.py"]
)
def test_files_outside_the_page_are_not_served(open_server: Server, path: str) -> None:
    answer = open_server.client.get(path)
    assert "root:" not in answer.text
    assert "create_app" not in answer.text


def test_data_is_kept_from_other_users_of_the_machine(open_server: Server, tmp_path: Path) -> None:
    running = start_server(tmp_path / "private", bare=True)
    try:
        assert (tmp_path / "private").stat().st_mode & 0o077 == 0
    finally:
        running.stop()


@pytest.mark.parametrize("token", ["wrong", "w\u00f6rng", "\U0001f511", "", TOKEN[:-1], TOKEN + " "])
def test_a_wrong_token_in_the_address_signs_nobody_in(locked: Server, token: str) -> None:
    answer = httpx.get(locked.url + "/", params={"token": token})
    assert answer.status_code in {200, 503}
    assert "set-cookie" not in answer.headers
