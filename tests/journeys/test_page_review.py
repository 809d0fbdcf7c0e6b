"""Reviewing before code runs, in a real browser: edit, reload, go on; what waits is never passed over."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]


# req: A13
def test_code_is_edited_before_it_runs_and_the_edit_survives_a_reload(
    browser: Browser, server: Server, shop: Path
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
    # What decides is in sight without scrolling.
    expect(card.get_by_role("button", name="Proceed")).to_be_in_viewport(ratio=1)
    card.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("textbox", name="Code, editable")
    editor.press("Control+End")
    editor.press_sequentially("\nresult = result.head(2)\n")
    assert watched.violations() == []

    page.reload()
    expect(page.get_by_role("textbox", name="Code, editable")).to_contain_text("result.head(2)")
    card.get_by_role("button", name="Proceed as edited").click()
    answer = page.get_by_role("group", name="Answer", exact=True)
    expect(answer).to_contain_text("its result has 2 rows")
    expect(answer).to_contain_text("isn't checked against the plan")
    page.get_by_role("tab", name="Tables").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("2 rows")
    assert watched.violations() == []
    assert watched.complaints == []
