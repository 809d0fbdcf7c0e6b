"""Allowing a package in a real browser: what is asked, what was allowed, and an answer that uses it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server, start_server
from tests.wheels import make_wheel

pytestmark = [*IN_BROWSER, pytest.mark.heavy]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_wheel(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[Server]:
    settings = {"LAKEGLASS_SANDBOX__WHEELS": str(wheel.parent), "LAKEGLASS_SANDBOX__PACKAGES": '["tinypkg"]'}
    running = start_server(tmp_path_factory.mktemp("home"), **settings)
    yield running
    running.stop()


@pytest.mark.heavy
def test_an_import_that_is_edited_in_is_asked_for_and_its_package_used(
    browser: Browser, server: Server, shop: Path, wheel: Path
) -> None:
    dataset = server.ready(server.upload(shop))
    body = {"question": "total quantity by city", "dataset_ids": [dataset["id"]], "approval": "review"}
    asked = server.post("/api/query", body)
    server.events(
        f"/api/runs/{asked['run_id']}/events", until=lambda event: event["body"]["type"] == "approval"
    )
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/ask/{asked['session_id']}")
    card = page.get_by_role("group", name="Approval")
    card.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("textbox", name="Code, editable")
    editor.press("Control+End")
    editor.press_sequentially("\nimport tinypkg\nresult = pd.DataFrame({'answer': [tinypkg.answer()]})\n")
    card.get_by_role("button", name="Proceed as edited").click()

    row = card.get_by_role("list", name="Packages").get_by_role("listitem")
    expect(row).to_contain_text("the code imports tinypkg", timeout=60_000)
    expect(row).to_contain_text(hashlib.sha256(wheel.read_bytes()).hexdigest())
    page.reload()  # it waits, whoever looks
    expect(row).to_be_visible()
    assert watched.violations() == []
    card.get_by_role("button", name="Install and run").click()
    answer = page.get_by_role("group", name="Answer", exact=True)
    expect(answer).to_contain_text("42", timeout=60_000)
    assert watched.complaints == []

    # Code that is edited beside the answer needs it too, but the session has it by now; it has no other one.
    page.get_by_role("tab", name="Code").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    editor.press("Control+End")
    editor.press_sequentially("\nresult = result.assign(more=tinypkg.answer() + 1)\n")
    page.get_by_role("button", name="Run edited code").click()
    page.get_by_role("tab", name="Tables").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("43", timeout=60_000)
    assert watched.violations() == []
