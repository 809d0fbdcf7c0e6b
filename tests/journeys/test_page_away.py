"""The service goes and comes back while the page is open: nothing typed is lost, the page heals by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER
from tests.product import SOON, Start

pytestmark = [*IN_BROWSER]


@pytest.mark.heavy
def test_the_page_outlives_a_killed_server(browser: Browser, start: Start, shop: Path) -> None:
    server = start(**SOON)
    port = server.url.rsplit(":", 1)[1]
    dataset = server.ready(server.upload(shop))
    turn = server.ask("number of rows", dataset_ids=[dataset["id"]])
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{server.url}/ask/{turn['session_id']}")
    field = page.get_by_label("Your question")
    expect(page.get_by_role("group", name="Answer", exact=True)).to_be_visible()
    # All parts of this page are there: one that is still on its way would say so first.
    page.get_by_role("tab", name="Code").click()
    expect(page.locator(".cm-content")).to_be_visible()
    server.kill()

    # A question that could not be sent stays in the field.
    field.fill("total quantity by city")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("The question was not sent")
    expect(field).to_have_value("total quantity by city")
    expect(page.get_by_text("Connection lost.")).to_be_visible()

    # A page whose parts were not loaded yet says so, and shows itself once the service is back.
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="This page could not be shown")).to_be_visible()
    back = start("--port", port, **SOON)
    assert back.url == server.url
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.get_by_text("Connection lost.")).to_have_count(0)

    # What was typed is still there, and is answered now.
    page.goto(f"{server.url}/ask/{turn['session_id']}")
    expect(field).to_have_value("total quantity by city")
    page.get_by_role("button", name="Send").click()
    article = page.get_by_role("article", name="total quantity by city")
    expect(article.get_by_role("group", name="Answer", exact=True)).to_contain_text(
        re.compile("Berlin|Paris|Rome")
    )
    expect(field).to_have_value("")
