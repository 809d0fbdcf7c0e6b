"""HTML that generated code made is shown, and can do nothing: no script, no request, no way out of its frame."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]

_CODE = '''
class Page:
    def _repr_html_(self):
        return """<h1>made by code</h1>
<script>parent.document.title = document.title = "taken over"; fetch("/api/sessions", {method: "POST"})</script>
<img src="http://127.0.0.1:9/spy.png" onerror="top.location = '/settings'">
<link rel="stylesheet" href="http://127.0.0.1:9/spy.css">
<meta http-equiv="refresh" content="0;url=/settings">
<form action="/api/query" method="post"><button>send</button></form>
<a href="/settings" target="_top">leave</a>"""
display(Page())
'''


# req: E18
def test_html_of_the_code_is_shown_and_can_do_nothing(browser: Browser, server: Server, shop: Path) -> None:
    dataset = server.ready(server.upload(shop))
    turn = server.ask("how many orders", dataset_ids=[dataset["id"]])
    session = turn["session_id"]
    asked = server.post(f"/api/sessions/{session}/execute", {"turn_id": turn["id"], "code": _CODE})
    server.run_over(asked["run_id"])
    attempt = server.get(f"/api/sessions/{session}")["turns"][0]["attempts"][-1]
    artifact = next(item for item in attempt["artifacts"] if item["kind"] == "html")
    before = len(server.get("/api/sessions"))

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    watched = Watched(context.new_page(), server.url)
    page = watched.page
    page.goto(f"{server.url}/ask/{session}")
    page.get_by_role("tab", name="Charts").click()
    frame = page.get_by_role("tabpanel").locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    inside = frame.content_frame
    expect(inside.get_by_role("heading", name="made by code")).to_be_visible()
    inside.get_by_role("link", name="leave").click()
    inside.get_by_role("button", name="send").click()
    expect(inside.get_by_role("heading", name="made by code")).to_be_visible()
    assert re.search(f"/ask/{session}", page.url)
    assert page.title() != "taken over"
    assert len(server.get("/api/sessions")) == before

    # Opened by its own address it is as powerless.
    answer = page.goto(f"{server.url}/api/artifacts/{artifact['id']}")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy
    expect(page.get_by_role("heading", name="made by code")).to_be_visible()
    assert page.title() != "taken over"
    assert [url for url in watched.strangers if "127.0.0.1:9/" not in url] == []
