"""The main job in a real browser: drop a file, ask, see the code before it runs, follow up, edit, reload."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import ROOT, Server

pytestmark = [*IN_BROWSER]
SHOTS = Path(os.environ.get("LAKEGLASS_TEST_SHOTS", ROOT / "test-results" / "screenshots"))


def open_page(browser: Browser, server: Server, *, width: int = 1440, dark: bool = False) -> Watched:
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    return Watched(page, server.url)


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Send").click()


def plot(page: Page) -> None:
    """The chart in the workspace is really drawn."""
    expect(page.get_by_role("tabpanel").locator(".js-plotly-plot .main-svg").first).to_be_visible()


# req: E1 E5 E9 E10 F2
def test_from_a_dropped_file_to_a_restored_conversation(browser: Browser, server: Server, shop: Path) -> None:
    watched = open_page(browser, server)
    page = watched.page
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Start with a file")).to_be_visible()
    assert watched.violations() == []

    # Drop a file; its profile opens by itself.
    page.get_by_label("Files to upload").set_input_files(shop)
    expect(page.get_by_role("heading", name="shop orders.csv")).to_be_visible()
    expect(page.get_by_role("region", name="Columns", exact=True).get_by_text("Unit Price")).to_be_visible()
    assert watched.violations() == []

    # Ask, reviewing first: the code is there, and nothing has run.
    page.get_by_role("link", name="Ask about this").or_(
        page.get_by_role("button", name="Ask about this")
    ).click()
    page.get_by_text("Review first").click()
    ask(page, "average unit price by city")
    expect(page.get_by_role("button", name="Proceed")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text('groupby("City"')
    assert watched.violations() == []
    page.reload()
    page.get_by_role("button", name="Proceed").click()

    # The answer and its chart.
    expect(page.get_by_role("group", name="Answer", exact=True)).to_contain_text("Berlin")
    page.get_by_role("tab", name="Charts").click()
    plot(page)
    assert watched.violations() == []

    # A follow-up that builds on it.
    page.get_by_text("Run automatically").click()
    ask(page, "only for tea")
    expect(
        page.get_by_role("article", name="only for tea").get_by_role("group", name="Answer", exact=True)
    ).to_be_visible()

    # Edit the code and run it again.
    page.get_by_role("tab", name="Code").click()
    page.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("textbox", name="Code, editable")
    editor.press("Control+End")
    editor.press_sequentially("\nprint('edited by hand', len(df))\n")
    page.get_by_role("button", name=re.compile("Run edited code")).click()
    expect(page.get_by_role("tab", name="Log")).to_be_enabled()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_label("Output of the code")).to_contain_text("edited by hand 400")
    page.get_by_role("tab", name="Tables").click()
    expect(page.get_by_role("tabpanel").get_by_text("Berlin").first).to_be_visible()
    page.get_by_role("tab", name="Provenance").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("shop orders.csv")
    assert watched.violations() == []

    # Reload: everything is there again.
    page.reload()
    expect(
        page.get_by_role("article", name="average unit price by city").get_by_role(
            "group", name="Answer", exact=True
        )
    ).to_be_visible()
    expect(
        page.get_by_role("article", name="only for tea").get_by_role("group", name="Answer", exact=True)
    ).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_label("Output of the code")).to_contain_text("edited by hand 400")
    page.get_by_role("tab", name="Charts").click()
    plot(page)
    assert watched.complaints == []
    assert watched.strangers == []


def test_what_can_not_be_answered_offers_what_can(browser: Browser, server: Server, shop: Path) -> None:
    dataset = server.ready(server.upload(shop))
    turn = server.ask("average salary by department", dataset_ids=[dataset["id"]])
    watched = open_page(browser, server)
    watched.page.goto(f"{server.url}/ask/{turn['session_id']}")
    card = watched.page.get_by_role("group", name="Not answered")
    expect(card).to_be_visible()
    assert watched.violations() == []
    card.get_by_role("button").first.click()
    expect(watched.page.get_by_role("group", name="Answer", exact=True).first).to_be_visible()


def test_a_refused_file_says_what_to_do(browser: Browser, server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    watched = open_page(browser, server)
    watched.page.goto(server.url)
    watched.page.get_by_label("Files to upload").set_input_files(picture)
    expect(watched.page.get_by_label("Uploads")).to_contain_text("PNG")
    assert watched.violations() == []


def test_running_code_can_be_stopped(browser: Browser, server: Server, shop: Path) -> None:
    dataset = server.ready(server.upload(shop))
    turn = server.ask("how many orders", dataset_ids=[dataset["id"]])
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/ask/{turn['session_id']}")
    page.get_by_role("tab", name="Code").click()
    page.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("textbox", name="Code, editable")
    editor.press("Control+a")
    editor.press_sequentially("import time\nprint('begun', flush=True)\ntime.sleep(50)")
    page.get_by_role("button", name=re.compile("Run edited code")).click()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_label("Output of the code")).to_contain_text("begun")
    page.get_by_role("button", name="Stop").first.click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("input[aria-label='Attempt']")).to_have_value(re.compile("stopped"))


def test_the_keyboard_reaches_everything(browser: Browser, server: Server, shop: Path) -> None:
    dataset = server.ready(server.upload(shop))
    turn = server.ask("average unit price by city", dataset_ids=[dataset["id"]])
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/ask/{turn['session_id']}")
    expect(page.get_by_role("group", name="Answer", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(
        page.get_by_role("dialog")
        .get_by_role("textbox")
        .or_(page.get_by_placeholder(re.compile("Search|Type")))
        .first
    ).to_be_visible()
    assert watched.violations() == []
    page.keyboard.type("Data")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/data"))


SCREENS = ("home", "ask", "conversation", "data", "dataset", "build", "activity", "settings")


@pytest.mark.parametrize(
    ("dark", "width"),
    [
        pytest.param(True, 390, id="dark-390"),
        *(
            pytest.param(dark, width, id=f"{'dark' if dark else 'light'}-{width}", marks=pytest.mark.heavy)
            for dark, width in ((False, 1440), (True, 1440), (False, 1024), (True, 1024), (False, 390))
        ),
    ],
)
def test_every_screen_is_accessible_at_every_width(
    browser: Browser, server: Server, shop: Path, *, width: int, dark: bool
) -> None:
    dataset = server.ready(server.upload(shop))
    existing = server.get("/api/sessions", search="by city over time")
    if not existing:
        server.ask("average unit price by city over time", dataset_ids=[dataset["id"]])
        existing = server.get("/api/sessions", search="by city over time")
    places = {
        "home": "/",
        "ask": "/ask",
        "conversation": f"/ask/{existing[0]['id']}",
        "data": "/data",
        "dataset": f"/data/{dataset['id']}",
        "build": f"/build?dataset={dataset['id']}",
        "activity": "/activity",
        "settings": "/settings",
    }
    watched = open_page(browser, server, width=width, dark=dark)
    found: dict[str, list[str]] = {}
    for name in SCREENS:
        watched.page.goto(server.url + places[name])
        expect(watched.page.get_by_role("main")).to_be_visible()
        expect(watched.page.get_by_label(re.compile("^Loading"))).to_have_count(0)
        watched.shot(SHOTS, f"{name}-{width}-{'dark' if dark else 'light'}")
        if problems := watched.violations():
            found[name] = problems
        overflow = watched.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} is wider than the window by {overflow} px"
    assert found == {}
    assert watched.complaints == []
    assert watched.strangers == []
