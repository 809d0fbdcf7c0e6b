"""The Python session on the page: its variables, its countdown, keeping and ending it, what holds it."""

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
_CLOCK = re.compile(r"^[0-5]:[0-5]\d$")


def open_page(browser: Browser, server: Server, *, width: int = 1440, dark: bool = False) -> Watched:
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(30_000)
    return Watched(context.new_page(), server.url)


@pytest.fixture
def asked(server: Server, shop: Path) -> str:
    """A conversation whose code has run."""
    dataset = server.ready(server.upload(shop))
    return str(server.ask("total quantity by city", dataset_ids=[dataset["id"]])["session_id"])


def seconds(page: Page) -> int:
    minutes, rest = page.get_by_role("timer").inner_text().split(":")
    return int(minutes) * 60 + int(rest)


# req: E7
def test_variables_are_seen_and_the_session_is_kept_and_ended(
    browser: Browser, server: Server, asked: str
) -> None:
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/ask/{asked}")
    page.get_by_role("tab", name="Variables").click()
    table = page.get_by_label("Variables of the session")
    expect(table.get_by_role("row", name=re.compile(r"df.*pandas\.DataFrame.*400 × 6"))).to_be_visible()
    assert watched.violations() == []
    page.get_by_label("Filter variables").fill("figure")
    expect(table).to_contain_text("fig")
    expect(table).not_to_contain_text("400 × 6")

    # The clock runs; keeping the session winds it up again.
    expect(page.get_by_role("timer")).to_have_text(_CLOCK)
    before = seconds(page)
    expect(page.get_by_role("timer")).not_to_have_text(page.get_by_role("timer").inner_text())
    assert seconds(page) < before
    with page.expect_response(re.compile("/sandbox/keep$")) as kept:
        page.get_by_role("button", name="Keep session").click()
    assert kept.value.json()["expires_in_s"] > 299

    # Code that runs makes new variables without a reload.
    turn = server.get(f"/api/sessions/{asked}")["turns"][0]["id"]
    page.get_by_label("Filter variables").fill("")
    code = "extra = list(range(1234))"
    run = server.post(f"/api/sessions/{asked}/execute", {"turn_id": turn, "code": code})["run_id"]
    server.run_over(run)
    expect(table.get_by_role("row", name=re.compile("extra.*1,234"))).to_be_visible()

    page.get_by_role("button", name="End session").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The conversation, its charts and tables stay")
    dialog.get_by_role("button", name="End session").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("No Python session lives now")
    expect(page.get_by_role("group", name="Python session")).to_contain_text("the next run starts one")
    assert watched.violations() == []

    # What holds the code, one click away.
    page.get_by_role("link", name=re.compile("^Sandbox: (namespaces|bubblewrap)$")).click()
    panel = page.get_by_role("region", name=re.compile("^Sandbox"))
    expect(panel).to_contain_text("seccomp")
    expect(panel).to_contain_text("None: code reaches no other computer")
    expect(panel).to_contain_text("doctor --attack")
    assert watched.violations() == []
    assert watched.complaints == []
    assert watched.strangers == []


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        (1440, True),
        pytest.param(1024, False, marks=pytest.mark.heavy),
        pytest.param(390, False, marks=pytest.mark.heavy),
        pytest.param(390, True, marks=pytest.mark.heavy),
    ],
)
def test_the_session_is_accessible_at_every_width(
    browser: Browser, server: Server, asked: str, *, width: int, dark: bool
) -> None:
    watched = open_page(browser, server, width=width, dark=dark)
    page = watched.page
    page.goto(f"{server.url}/ask/{asked}")
    pane = page.get_by_role("tab", name="Workspace")
    expect(pane.or_(page.get_by_role("tab", name="Variables"))).to_be_visible()
    if pane.is_visible():
        pane.click()
    page.get_by_role("tab", name="Variables").click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_label("Variables of the session")).to_contain_text("df")
    expect(page.get_by_role("button", name="End session")).to_be_in_viewport(ratio=1)
    watched.shot(SHOTS, f"variables-{width}-{'dark' if dark else 'light'}")
    assert watched.violations() == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    assert watched.complaints == []
