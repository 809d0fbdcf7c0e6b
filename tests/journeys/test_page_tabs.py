"""Two tabs, and things that go while they are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]


def small_file(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(f"town,price\nBerlin,{len(name)}\nParis,7\n" * 20)
    return path


def test_what_one_tab_changes_the_other_shows(browser: Browser, server: Server, tmp_path: Path) -> None:
    dataset = server.ready(server.upload(small_file(tmp_path, "first.csv")))
    session = server.post("/api/sessions", {"title": "Prices", "dataset_ids": [dataset["id"]]}, status=201)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    data, conversation = context.new_page(), context.new_page()
    watched = Watched(data, server.url)
    data.goto(f"{server.url}/data")
    conversation.goto(f"{server.url}/ask/{session['id']}")
    expect(conversation.get_by_role("heading", name="Prices")).to_be_visible()
    expect(data.get_by_role("link", name="first.csv")).to_be_visible()

    server.client.patch(f"/api/datasets/{dataset['id']}", json={"name": "towns"})
    server.client.patch(f"/api/sessions/{session['id']}", json={"title": "Costs"})
    expect(data.get_by_role("link", name="towns")).to_be_visible()
    expect(conversation.get_by_role("heading", name="Costs")).to_be_visible()

    server.client.delete(f"/api/datasets/{dataset['id']}")
    server.client.delete(f"/api/sessions/{session['id']}")
    expect(data.get_by_role("link", name="towns")).to_have_count(0)
    expect(conversation.get_by_role("alert")).to_contain_text("There is no such session")
    assert watched.complaints == []


@pytest.mark.heavy
def test_a_conversation_goes_on_with_other_data_when_its_own_was_deleted(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    gone = server.ready(server.upload(small_file(tmp_path, "gone.csv")))
    other = server.ready(server.upload(small_file(tmp_path, "still there.csv")))
    turn = server.ask("average price by town", dataset_ids=[gone["id"]])
    server.client.delete(f"/api/datasets/{gone['id']}")
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{server.url}/ask/{turn['session_id']}")
    page.get_by_label("Your question").fill("number of rows")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(page.get_by_text("Its data was deleted: add other data")).to_be_visible()
    page.get_by_role("button", name="Add data").click()
    page.get_by_role("menuitem", name="still there.csv").click()
    page.get_by_role("button", name="Send").click()
    article = page.get_by_role("article", name="number of rows")
    expect(article.get_by_role("group", name="Answer", exact=True)).to_be_visible()
    assert server.get(f"/api/sessions/{turn['session_id']}")["session"]["dataset_ids"] == [other["id"]]
