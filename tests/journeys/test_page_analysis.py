"""An analysis in a real browser: started, asked back, followed, read, rejected, cancelled."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.corpora.defects import customers
from tests.journeys.browser import IN_BROWSER, Watched
from tests.journeys.test_page import SHOTS, open_page
from tests.product import Server

pytestmark = [*IN_BROWSER]
FITS = 6


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Customers; the same with a column that knows the answer; names that need room; many columns."""
    folder = tmp_path_factory.mktemp("tables")
    draw = np.random.default_rng(3)
    shop = customers(np.random.default_rng(4), 400).table
    value = draw.normal(size=300)
    far = np.repeat([0, 1], [120, 80])
    made = {
        "clouds": pd.DataFrame(
            {
                "height": 9 * far + draw.normal(size=200),
                "weight": draw.normal(size=200) - 9 * far,
                "kind": np.where(far, "far", "near"),
                "noise": draw.normal(size=200),
            }
        ),
        "unclear": pd.DataFrame(
            {"size": value, "outcome": value + draw.normal(size=300), "label": draw.choice(["a", "b"], 300)}
        ),
        "leaky": shop.assign(state=np.where(shop["left_shop"] == "gone", "X", "O")),
        "names": pd.DataFrame(
            {
                "a column that somebody gave a whole sentence for its name, eighty letters of it": value,
                "销售额(元)每月统计": draw.normal(size=300),
                "🐳 kind of thing": draw.choice(["a", "b"], 300),
                "price": 3 * value + draw.normal(size=300),
            }
        ),
        "months": pd.DataFrame(
            {
                "month": pd.date_range("2013-01-01", periods=96, freq="MS"),
                "sold": 100 + 20 * np.sin(np.arange(96) * np.pi / 6) + draw.normal(size=96),
            }
        ),
        "hired": pd.DataFrame(
            {
                "sex": np.repeat(["women", "men"], 300),
                "skill": draw.normal(size=600),
                "hired": draw.random(600) < np.repeat([0.2, 0.7], 300),
            }
        ),
        "cities": pd.DataFrame(
            {
                "size": value,
                "city": draw.choice(["Berlin", "Hamburg", "HAMBURG"], 300, p=[0.5, 0.45, 0.05]),
                "price": 3 * value + draw.normal(size=300),
            }
        ),
        "wide": pd.DataFrame(draw.normal(size=(300, 200)), columns=[f"sensor {i:03d}" for i in range(200)]),
        "nothing": pd.DataFrame({"a": draw.normal(size=200), "b": draw.choice(list("xyz"), 200)}),
    }
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in made}


def begun(server: Server, path: Path, **more: Any) -> dict[str, Any]:
    """An analysis of a table, asked for by the API."""
    dataset = server.ready(server.upload(path))
    wanted = {"dataset_id": dataset["id"], "fits": FITS, "clarify": "default", **more}
    job: dict[str, Any] = server.post("/api/analyze", wanted)
    return job


def over(server: Server, job: dict[str, Any]) -> dict[str, Any]:
    server.run_over(job["id"])
    view: dict[str, Any] = server.get(f"/api/jobs/{job['id']}")
    return view


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")


# req: D1 D3 D5 D14
def test_from_a_table_to_its_report(browser: Browser, server: Server, tables: dict[str, Path]) -> None:
    dataset = server.ready(server.upload(tables["unclear"]))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/data/{dataset['id']}")
    page.get_by_role("link", name="Analyse").click()

    # Everything may stay as it is; the budget is counted in fits, so that the machine's speed does not matter.
    expect(page.get_by_role("combobox", name="Data", exact=True)).to_have_value("unclear.csv")
    # What is probably asked for is offered beforehand, with its reason; taken, and let go again.
    likely = page.get_by_role("list", name="Likely columns to predict").get_by_role("button")
    expect(likely.first).to_contain_text("label")
    expect(likely.first).to_contain_text("Its name says so")
    likely.first.click()
    expect(page.get_by_role("combobox", name="What to predict")).to_have_value("label")
    likely.first.click()
    expect(page.get_by_role("combobox", name="What to predict")).to_have_value("")
    page.get_by_role("button", name="Advanced").click()
    page.get_by_label("Stop after this many fits").fill(str(FITS))
    assert watched.violations() == []
    page.get_by_role("button", name="Analyse", exact=True).click()

    # It asks; the keyboard answers.
    card = page.get_by_role("region", name="Question about this analysis")
    expect(card).to_be_visible()
    stations = page.get_by_role("list", name="Stations").get_by_role("listitem")
    expect(stations.filter(has_text="Clarify")).to_have_attribute("aria-current", "step")
    # The findings are there before anybody answers.
    expect(page.get_by_role("region", name=re.compile("finding", re.IGNORECASE)).first).to_be_visible()
    expect(card.get_by_role("timer")).to_contain_text("left")
    assert watched.violations() == []
    target = card.get_by_role("radiogroup").first
    target.get_by_role("radio", name=re.compile("^outcome")).focus()
    page.keyboard.press("Space")
    expect(target.get_by_role("radio", name=re.compile("^outcome"))).to_be_checked()
    card.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(card).to_have_count(0)

    # The first screen needs no statistics.
    for heading in ("What was asked", "What was found", "How sure that is", "What to do"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("You answered")
    expect(page.get_by_role("link", name="report.html")).to_be_visible()
    assert watched.violations() == []
    tab(page, "Model")
    expect(page.get_by_role("region", name="Leaderboard, table")).to_contain_text("baseline")
    expect(page.get_by_role("region", name="Measures")).to_contain_text("Error (RMSE)")
    assert watched.violations() == []
    tab(page, "Report")
    frame = page.frame_locator("iframe[title=Report]")
    expect(frame.get_by_role("heading", name="What was found", exact=True)).to_be_visible()
    tab(page, "Findings")
    tab(page, "Predict")
    page.get_by_role("button", name="Fill in the first row").click()
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.get_by_role("group", name="Prediction")).to_contain_text("outcome")
    # The same for a whole file, and what is wrong with another one.
    page.get_by_label("File to predict").set_input_files(tables["nothing"])
    expect(page.get_by_role("alert")).to_contain_text("The file lacks")
    page.get_by_label("File to predict").set_input_files(tables["unclear"])
    expect(page.get_by_text("300 rows of unclear.csv predicted", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    predicted = page.get_by_role("region", name="Predictions, table")
    expect(predicted.get_by_role("columnheader").first).to_have_text("predicted outcome")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "unclear-predictions.csv"
    assert len(pd.read_csv(download.value.path())) == 300
    assert watched.violations() == []
    tab(page, "Log")
    expect(page.get_by_role("log")).to_contain_text("outcome")

    # What it leads to: the list, a download, a question about the same data.
    tab(page, "Result")
    with page.expect_download() as download:
        page.get_by_role("link", name="report.html").click()
    assert "What was found" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_role("link", name="Ask about this result").click()
    expect(page.get_by_label("Your question")).to_have_value(re.compile("outcome"))
    page.get_by_role("link", name="Build").click()
    expect(page.get_by_role("region", name="Analyses", exact=True).first).to_contain_text("outcome")
    # The browser itself logs the refusal of the file.
    assert [each for each in watched.complaints if "/predict/file" not in each] == []
    assert watched.strangers == []


@pytest.mark.heavy
def test_what_the_critique_rejects_says_what_to_change(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["leaky"], target="left_shop"))
    assert (job["state"], job["verdict"]) == ("failed", "fail")
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The critique rejects this result")
    assert watched.violations() == []
    watched.shot(SHOTS, "analysis-rejected")
    alert.get_by_role("link", name=re.compile("Run again without")).click()
    # The start card has what was asked, and leaves out what knew the answer.
    expect(page.get_by_role("combobox", name="What to predict")).to_have_value("left_shop")
    expect(page.get_by_label("Stop after this many fits")).to_have_value(str(FITS))
    expect(page.get_by_role("main")).to_contain_text("state")
    page.get_by_role("button", name="Analyse", exact=True).click()
    expect(page).to_have_url(re.compile(r"/build/(?!.*" + job["id"] + ")"))
    again = page.url.rsplit("/", 1)[-1]
    assert "state" in server.get(f"/api/jobs/{again}")["request"]["leave_out"]
    server.run_over(again)
    assert watched.complaints == []


@pytest.mark.heavy
def test_a_table_without_a_question_falls_into_groups(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["clouds"]))
    found = server.get(f"/api/jobs/{job['id']}/result")["clustering"]
    assert [each["rows"] for each in found["groups"]] == [120, 80]
    schema = server.get("/api/schemas/clusters")
    assert jsonschema_rs.is_valid(schema, server.get(f"/api/jobs/{job['id']}/files/modeling/clusters.json"))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}")
    page.get_by_role("button", name="Look at the groups").click()
    sizes = page.get_by_role("list", name="Sizes of the groups").get_by_role("listitem")
    expect(sizes).to_have_text(["Group 1120 · 60 %", "Group 280 · 40 %"])
    expect(page.get_by_role("region", name="What sets group 2 apart")).to_contain_text("kind is far")
    expect(page.get_by_role("region", name="Numbers of groups that were tried")).to_contain_text("taken")
    assert watched.violations() == []
    assert watched.complaints == []


@pytest.mark.heavy
def test_a_series_is_told_ahead_and_held_against_repeating_the_past(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["months"], target="sold"))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}")
    page.get_by_role("button", name="Look at the forecast").click()
    first = page.get_by_role("region", name="The next 12 months of sold")
    expect(first).to_contain_text("up to 2021-12, sold is expected to be")
    expect(first.get_by_role("group", name="sold: what was and what is expected")).to_have_attribute(
        "data-ready", "true"
    )
    first.get_by_text("The values of the forecast").click()
    expect(first.get_by_role("row")).to_have_count(13)
    tried = page.get_by_role("region", name="Methods, tried at earlier moments")
    expect(tried.get_by_role("row", name=re.compile("Repeating the past"))).to_contain_text("× 1")
    assert watched.violations() == []
    assert watched.complaints == []


# req: D13
def test_a_repair_is_shown_with_its_cells_and_undone_by_a_click(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["cities"], target="price", repairs="safe", horizon=3))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}?tab=findings")
    repaired = page.get_by_role("list", name="Repairs").get_by_role("listitem")
    expect(repaired.first).to_contain_text("HAMBURG → Hamburg")
    assert watched.violations() == []
    watched.shot(SHOTS, "analysis-repairs")
    page.get_by_role("link", name="Run again without letter-case:city").click()
    # The start card has what was asked, and goes without that repair.
    expect(page.get_by_role("combobox", name="What to predict")).to_have_value("price")
    expect(page.get_by_label("Steps ahead")).to_have_value("3")
    expect(page.get_by_role("main")).to_contain_text("letter-case:city")
    assert watched.violations() == []
    page.get_by_role("button", name="Analyse", exact=True).click()
    expect(page).to_have_url(re.compile(r"/build/(?!.*" + job["id"] + ")run"))
    again = over(server, {"id": page.url.rsplit("/", 1)[-1]})
    assert (again["request"]["repairs"], again["request"]["without_repairs"]) == (
        "safe",
        ["letter-case:city"],
    )
    found = server.get(f"/api/jobs/{again['id']}/result")["repairs"]
    assert ([each["id"] for each in found["made"]], found["left_out"]) == ([], ["letter-case:city"])
    assert watched.complaints == []


@pytest.mark.heavy
def test_groups_of_a_sensitive_column_are_compared(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["hired"], target="hired", sensitive="sex", fits=16))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}?tab=fairness")
    verdict = page.get_by_role("region", name="Fairness between groups of sex")
    expect(verdict).to_contain_text("lower for women than for men by")
    expect(page.get_by_role("region", name="Told yes, by group").get_by_role("row")).to_have_count(3)
    assert watched.violations() == []
    assert watched.complaints == []


@pytest.mark.heavy
def test_what_broke_off_says_why_and_what_stays(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["unclear"], target="label", task="regression"))
    assert job["state"] == "failed"
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(job["failure"]["message"])
    expect(alert).to_contain_text("stays below")
    expect(page.get_by_role("region", name=re.compile("finding", re.IGNORECASE)).first).to_be_visible()
    assert watched.violations() == []
    alert.get_by_role("link", name="Change and run again").click()
    expect(page.get_by_role("combobox", name="Kind of task")).to_have_value("An amount")
    assert watched.complaints == []


@pytest.mark.heavy
def test_a_search_is_followed_and_cancelled(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = begun(server, tables["wide"], target="sensor 000", fits=None, budget_s=3000)
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}")
    search = page.get_by_role("region", name="Search for a model")
    expect(search).to_be_visible()
    expect(page.get_by_role("region", name="Leaderboard, table")).to_contain_text("baseline")
    expect(page.get_by_role("banner").get_by_role("link", name=re.compile("1 running"))).to_have_attribute(
        "href", f"/build/{job['id']}"
    )
    assert watched.violations() == []
    page.get_by_role("button", name="Cancel").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    assert watched.violations() == []
    dialog.get_by_role("button", name="Cancel the analysis").click()
    expect(page.get_by_role("status").filter(has_text="Cancelled")).to_contain_text("stays below")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert over(server, job)["state"] == "cancelled"
    assert watched.violations() == []
    assert watched.complaints == []


@pytest.mark.heavy
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 390), (True, 390)])
def test_every_outcome_fits_every_width(
    browser: Browser, server: Server, tables: dict[str, Path], *, width: int, dark: bool
) -> None:
    wanted = {"names": "price", "wide": "sensor 000", "nothing": None}
    known = {each["dataset_name"]: each for each in server.get("/api/jobs") if each["state"] == "done"}
    jobs = {
        name: known.get(f"{name}.csv") or over(server, begun(server, tables[name], target=target))
        for name, target in wanted.items()
    }
    watched = open_page(browser, server, width=width, dark=dark)
    page = watched.page
    found: dict[str, list[str]] = {}
    for name, job in jobs.items():
        for place in ("result", "report", "groups", "model", "findings", "log"):
            page.goto(f"{server.url}/build/{job['id']}?tab={place}")
            expect(page.get_by_role("tabpanel")).to_be_visible()
            expect(page.get_by_label(re.compile("^Loading"))).to_have_count(0)
            watched.shot(SHOTS, f"analysis-{name}-{place}-{width}-{'dark' if dark else 'light'}")
            if problems := watched.violations():
                found[f"{name} {place}"] = problems
            overflow = page.evaluate(
                "(() => { const box = document.querySelector('main > div:last-child');"
                " return box.scrollWidth - box.clientWidth })()"
            )
            assert overflow <= 0, f"{name} {place} is wider than the window by {overflow} px"
    assert found == {}
    assert watched.complaints == []
    assert watched.strangers == []


@pytest.mark.heavy
def test_the_report_follows_the_scheme_of_the_page(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    job = over(server, begun(server, tables["nothing"]))
    watched = open_page(browser, server)
    page = watched.page
    page.goto(f"{server.url}/build/{job['id']}?tab=report")
    body = page.frame_locator("iframe[title=Report]").locator("body")
    background = "getComputedStyle(document.body).backgroundColor"
    expect(body).to_be_visible()
    light = body.evaluate(background)
    page.evaluate("localStorage.setItem('lakeglass.scheme', 'dark')")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(body).to_be_visible()
    assert body.evaluate(background) != light


def test_what_is_not_there_is_said(browser: Browser, server: Server) -> None:
    watched: Watched = open_page(browser, server)
    watched.page.goto(f"{server.url}/build/run_unknown")
    expect(watched.page.get_by_role("alert")).to_contain_text("The analysis could not be loaded")
    assert watched.violations() == []


# req: E25
def test_a_question_in_the_chat_becomes_an_analysis(
    browser: Browser, server: Server, tables: dict[str, Path]
) -> None:
    dataset = server.ready(server.upload(tables["names"]))
    watched = open_page(browser, server)
    page = watched.page
    # As the page asks for it, with less time than a person can choose.
    page.route(
        "**/build", lambda route: route.continue_(post_data=json.dumps({"target": "price", "budget_s": 2}))
    )
    page.goto(f"{server.url}/ask?dataset={dataset['id']}&question=what+drives+price%3F")
    page.get_by_role("button", name="Send").click()
    card = page.get_by_role("region", name="Work for Build")
    expect(card.get_by_role("heading", name="Build a model of price?")).to_be_visible()
    assert watched.violations() == []
    watched.shot(SHOTS, "chat-build-offered")
    card.get_by_role("button", name="Build it").click()
    expect(card.get_by_role("list", name="Stations")).to_be_visible()
    expect(card.get_by_role("link", name="Open it in Build")).to_be_visible()
    expect(card).to_contain_text("The checks found")
    assert watched.violations() == []
    watched.shot(SHOTS, "chat-build-done")
    # It is kept with the question.
    page.reload()
    card.get_by_role("link", name="Open it in Build").click()
    expect(page.get_by_role("heading", name="price of names.csv")).to_be_visible()
    assert (watched.complaints, watched.strangers) == ([], [])
