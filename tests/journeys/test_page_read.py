"""What the reader decided is changed with a click, in a real browser, without another upload."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]


# req: D14
def test_another_sheet_is_read_from_the_stored_original_with_one_click(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["city", "units"], ["Rome", 1], ["Paris", 2]):
        book.active.append(row)
    costs = book.create_sheet("Costs")
    for line in (["item", "cost"], ["tea", 2.5], ["milk", 1.5], ["salt", 0.5]):
        costs.append(line)
    book.save(tmp_path / "shop.xlsx")
    dataset = server.ready(server.upload(tmp_path / "shop.xlsx"))
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/data/{dataset['id']}?tab=provenance")
    first = page.get_by_role("group", name="How version 1 was read")
    expect(first.get_by_role("button", name="sheet: Sheet")).to_be_enabled()
    assert watched.violations() == []
    first.get_by_role("button", name="sheet: Sheet").click()
    expect(page.get_by_role("menuitem", name="Costs")).to_be_visible()
    assert watched.violations() == []
    page.get_by_role("menuitem", name="Costs").click()
    second = page.get_by_role("group", name="How version 2 was read")
    expect(second.get_by_role("button", name="sheet: Costs")).to_be_enabled()
    # The version before stays as it was, with nothing to change any more.
    expect(first).to_contain_text("sheet: Sheet")
    expect(first.get_by_role("button")).to_have_count(0)
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("milk")
    again = server.get(f"/api/datasets/{dataset['id']}")
    assert (again["rows"], again["version"]["number"]) == (3, 2)
    assert again["version"]["options"]["sheet"] == "Costs"
    assert again["version"]["original_sha256"] == dataset["version"]["original_sha256"]
    assert watched.violations() == []
    assert watched.complaints == []
