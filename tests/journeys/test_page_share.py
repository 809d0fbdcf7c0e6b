"""An answer leaves the page: as text, as a link, as files; and what leaves can't harm who opens it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]
HOSTILE = ("=1+1", "</script><script>window.hurt=1</script>", "@SUM(A1)", "<img src=x onerror=window.hurt=1>")


@pytest.fixture(scope="module")
def answered(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A conversation about cells that mean harm."""
    path = tmp_path_factory.mktemp("hostile") / "cells.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["kind", "price"])
        writer.writerows([HOSTILE[row % len(HOSTILE)], row] for row in range(80))
    dataset = server.ready(server.upload(path))
    first = server.ask("average price by kind", dataset_ids=[dataset["id"]])
    second = server.ask("number of rows", session_id=first["session_id"])
    return {"session": first["session_id"], "first": first["id"], "second": second["id"]}


def open_answer(browser: Browser, server: Server, answered: dict[str, str]) -> tuple[Page, Watched]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/ask/{answered['session']}")
    return page, watched


def save(page: Page, item: str) -> tuple[str, bytes]:
    """Take an item of the first answer's download menu."""
    article = page.get_by_role("article", name="average price by kind")
    article.get_by_role("button", name="Download the answer").click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name=item).click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_an_answer_is_saved_as_files_that_are_safe_to_open(
    browser: Browser, server: Server, answered: dict[str, str], tmp_path: Path
) -> None:
    page, watched = open_answer(browser, server, answered)
    name, content = save(page, "Table as CSV")
    assert name.endswith(".csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(HOSTILE)
    cells = {row[0] for row in rows[1:]}
    assert {"'=1+1", "'@SUM(A1)", HOSTILE[1]} <= cells

    name, content = save(page, "Code as Python")
    assert name == "average-price-by-kind.py"
    compile(content, name, "exec")

    name, content = save(page, "PNG image")
    assert content.startswith(b"\x89PNG")

    name, content = save(page, "HTML page, interactive")
    assert name.endswith(".html")
    kept = tmp_path / name
    kept.write_bytes(content)
    alone = browser.new_context(offline=True).new_page()
    alone.goto(kept.as_uri())
    expect(alone.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert alone.evaluate("window.hurt") is None
    assert page.evaluate("window.hurt") is None
    assert watched.violations() == []
    assert watched.complaints == []


def test_an_answer_is_copied_with_a_link_that_leads_back(
    browser: Browser, server: Server, answered: dict[str, str]
) -> None:
    page, watched = open_answer(browser, server, answered)
    first = page.get_by_role("article", name="average price by kind")
    first.get_by_role("button", name="Copy the answer").click()
    expect(first.get_by_role("button", name="Copied")).to_be_visible()
    told = page.evaluate("navigator.clipboard.readText()")
    assert told.startswith("average price by kind\n")
    assert "80 rows" in told
    first.get_by_role("button", name="Copy a link to this answer").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('http'))")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{server.url}/ask/{answered['session']}?turn={answered['first']}"
    assert link in told

    # The link opens at its answer, though a later one follows.
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(link)
    expect(page.get_by_role("heading", name="average price by kind", level=2)).to_be_in_viewport()
    page.goto(f"{server.url}/ask/{answered['session']}")
    expect(page.get_by_role("heading", name="number of rows", level=2)).to_be_in_viewport()
    assert watched.complaints == []


def test_a_chart_page_is_never_shown_as_one_of_ours(server: Server, answered: dict[str, str]) -> None:
    turns = server.get(f"/api/sessions/{answered['session']}")["turns"]
    made = {item["kind"]: item["id"] for item in turns[0]["attempts"][0]["artifacts"]}
    answer = server.client.get(f"/api/artifacts/{made['chart']}/page")
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert not re.search(r"</script><script>window\.hurt", answer.text)
    refused = server.client.get(f"/api/artifacts/{made['table']}/page")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "INVALID_INPUT")
