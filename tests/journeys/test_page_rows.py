"""The rows of a dataset in a real browser: filtered and sorted over the whole table, and saved as a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.product import Server

pytestmark = [*IN_BROWSER]
ROWS = 3_000


@pytest.fixture(scope="module")
def shop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    lines = [
        f"{n},{('Rome', 'Paris', '=SUM(A1)')[n % 3]},{n * 0.5 + 0.25},{n + 0.5},2024-01-{n % 28 + 1:02d}"
        for n in range(ROWS)
    ]
    file.write_text("id,city,price,weight,day\n" + "\n".join(lines) + "\n")
    return server.ready(server.upload(file))


def filtered(page: Page, column: str, condition: str, value: str) -> None:
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("combobox", name="Column").click()
    page.get_by_role("option", name=column, exact=True).click()
    page.get_by_role("combobox", name="Condition").click()
    page.get_by_role("option", name=condition, exact=True).click()
    page.get_by_role("textbox", name="Value").fill(value)
    page.get_by_role("button", name="Add filter").click()


# req: D14
@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), pytest.param(390, "dark", marks=pytest.mark.heavy)]
)
def test_rows_are_filtered_sorted_and_saved(
    browser: Browser, server: Server, shop: dict[str, object], tmp_path: Path, width: int, scheme: str
) -> None:
    colours = "dark" if scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=colours)
    page = context.new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/data/{shop['id']}?tab=rows")
    table = page.get_by_role("region", name="Rows of shop.csv")
    count = page.get_by_text(f"{ROWS:,} rows", exact=True)
    expect(count).to_be_visible()
    filtered(page, "city", "contains", "rome")
    expect(page.get_by_text("1,000 of 3,000 rows")).to_be_visible()
    filtered(page, "price", "is at least", "1000")
    expect(page.get_by_text("333 of 3,000 rows")).to_be_visible()
    assert watched.violations() == []
    watched.shot(tmp_path, f"rows-{width}")
    # The last row of the whole table comes first.
    for _ in range(2):
        table.get_by_role("columnheader", name="id").get_by_role("button").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("2,997")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_text("333 rows as")).to_be_visible()
    assert watched.violations() == []
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8-sig"))))
    assert saved.value.suggested_filename == "shop.csv"
    assert [row["id"] for row in rows[:2]] == ["2997", "2994"]
    assert len(rows) == 333
    page.get_by_role("button", name="Remove the filter city contains rome").click()
    expect(page.get_by_text("1,000 of 3,000 rows")).to_be_visible()
    filtered(page, "day", "is", "never")
    expect(page.get_by_text("Give a date such as 2024-01-31")).to_be_visible()
    page.get_by_role("button", name="Remove the filter day is never").click()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Parquet").click()
    assert pq.read_table(saved.value.path()).num_rows == 1000
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The browser itself tells of the value that was refused.
    assert [told for told in watched.complaints if "400 (Bad Request)" not in told] == []
    assert watched.strangers == []
    context.close()


# req: E2
def test_columns_that_go_together_are_shown(
    browser: Browser, server: Server, shop: dict[str, object]
) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/data/{shop['id']}")
    pairs = page.get_by_role("table", name="Strongest associations")
    expect(pairs.get_by_role("row").nth(1)).to_contain_text("1.00")
    expect(pairs).to_contain_text("correlation")
    assert watched.violations() == []
    assert watched.complaints == []


# req: E1
def test_a_file_that_could_not_be_read_is_read_as_the_person_says(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "quotes.csv"
    file.write_text('""\n""\n""\n')
    dataset = server.ready(server.upload(file))
    assert dataset["state"] == "failed"
    page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
    watched = Watched(page, server.url)
    page.goto(f"{server.url}/data/{dataset['id']}")
    expect(page.get_by_text("This file could not be read")).to_be_visible()
    choices = page.get_by_role("group", name="How to read it")
    choices.get_by_role("button", name="quotes").click()
    page.get_by_role("menuitem", name="none: quotes are text").click()
    choices.get_by_role("button", name="header").click()
    page.get_by_role("menuitem", name="none: the first row is data").click()
    assert watched.violations() == []
    watched.shot(tmp_path, "unread")
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("tab", name="Rows")).to_be_visible()
    again = server.ready(server.get(f"/api/datasets/{dataset['id']}"))
    assert (again["state"], again["rows"]) == ("ready", 3)
