"""A model on the page: what it was told, what it cost, its corrections with their diffs, what it asks back.

One server, one conversation, a scripted model.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.model_server import ModelServer, Say
from tests.product import ROOT, Server, start_server

pytestmark = [*IN_BROWSER, pytest.mark.heavy]
SHOTS = Path(os.environ.get("LAKEGLASS_TEST_SHOTS", ROOT / "test-results" / "screenshots"))
KEY = "sk-or-v1-112233445566778899aabbccddeeff00"
MAIL = "jane.doe@example.com"
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
CODE = """import pandas as pd

orders = pd.read_parquet("data/orders.parquet")
rising = orders.groupby("city")["amount"].diff() > 0
longest = rising.groupby(orders["city"]).sum().reset_index(name="streak")
result = longest.sort_values("streak", ascending=False).head(1)
"""
BEYOND = {"plan": None, "beyond": "it has no streaks", "options": [], "message": ""}


def said(body: object, **more: Any) -> Say:
    return Say(json.dumps(body), cost=0.0021, **more)


def coded(code: str) -> Say:
    columns = [
        {"name": "city", "holds": "key", "of": "city", "unit": ""},
        {"name": "streak", "holds": "count", "of": None, "unit": ""},
    ]
    step = {"title": "Count rises in a row", "inputs": ["city", "amount"], "output": "streaks"}
    more = {"columns": columns, "rows": "one", "unfiltered": True, "assumptions": [], "message": ""}
    return said({"steps": [step], "code": code, **more})


def plan() -> Say:
    made = {
        "sources": [{"name": "orders", "file": "data/orders.parquet"}],
        "filters": [{"column": "mail", "operator": "=", "values": ["<EMAIL_1>"]}],
        "measures": [{"aggregate": "sum", "column": "amount"}],
    }
    return said({"plan": made, "beyond": "", "options": [], "message": ""})


def totals(aggregate: str) -> Say:
    made = {
        "sources": [{"name": "orders", "file": "data/orders.parquet"}],
        "groups": [{"column": "city"}],
        "measures": [{"aggregate": aggregate, "column": "amount"}],
    }
    return said({"plan": made, "beyond": "", "options": [], "message": ""})


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[Server]:
    started = start_server(
        tmp_path_factory.mktemp("model") / "home",
        LAKEGLASS_MODEL__API_KEY=KEY,
        LAKEGLASS_MODEL__BASE_URL=f"{model.url}/v1",
        LAKEGLASS_MODEL__PROVIDER="openrouter",
        LAKEGLASS_MODEL__RETRIES="0",
        LAKEGLASS_MODEL__CACHE_S="0",
    )
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture(scope="module")
def session(served: Server, model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A plan, code that was corrected once, a question asked back."""
    rows = ["city,amount,mail"]
    rows += [
        f"{('Rome', 'Oslo')[n % 2]},{n if n % 2 else n % 6},{MAIL if n % 3 else 'joe@example.org'}"
        for n in range(30)
    ]
    path = tmp_path_factory.mktemp("data") / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    dataset = served.ready(served.upload(path))
    model.say(plan())
    first = served.ask(f"How much did {MAIL} spend?", dataset_ids=[dataset["id"]])
    kept = str(first["session_id"])
    wrong = CODE.replace('groupby("city")', 'groupby("town")')
    mended = said({"why": "It grouped by a column that is not there.", "code": CODE})
    model.say(
        said(BEYOND), coded(wrong), mended, said({"sentence": "Oslo has the longest streak: 14 rises."})
    )
    second = served.ask("Which city has the longest streak of rising amounts?", session_id=kept)
    assert second["answer"] is not None
    model.say(totals("sum"))
    assert served.ask("total amount by city", session_id=kept)["answer"]["second"]["verdict"] == "same plan"
    model.say(totals("max"))
    assert served.ask("average amount by city", session_id=kept)["answer"]["second"]["verdict"] == "differs"
    options = ["Which city has the highest amount?", "Which city has the most rows?"]
    model.say(said({**BEYOND, "beyond": "", "options": options, "message": "How is 'best' meant?"}))
    assert served.ask("Which city is doing best?", session_id=kept)["reason"] == "ambiguous"
    return kept


def open_page(browser: Browser, served: Server, session: str, *, width: int, scheme: str) -> Watched:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    watched = Watched(context.new_page(), served.url)
    watched.page.goto(f"{served.url}/ask/{session}")
    return watched


# req: E3 E5 E6 E11 A2
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_everything_that_a_model_did_is_on_the_page(
    browser: Browser, served: Server, session: str, width: int, scheme: str
) -> None:
    watched = open_page(browser, served, session, width=width, scheme=scheme)
    page = watched.page
    back = page.get_by_role("group", name="Which do you mean?")
    expect(back).to_contain_text("How is 'best' meant?")
    expect(back.get_by_role("button")).to_have_count(2)
    corrections = page.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text("Answered after 1 correction")
    expect(corrections).to_contain_text("missing column")
    expect(corrections.get_by_label("What attempt 2 changed")).to_contain_text('groupby("city")["amount"]')
    corrections.scroll_into_view_if_needed()
    assert watched.violations() == []
    watched.shot(SHOTS, f"corrections-{width}-{scheme}")
    agreed = page.get_by_role("article", name="total amount by city")
    expect(agreed).to_contain_text("Two analysts agree")
    other = page.get_by_role("group", name="Second opinion")
    expect(other).to_contain_text("The built-in analyst comes to another answer")
    expect(other).to_contain_text("Average amount by city")
    other.scroll_into_view_if_needed()
    assert watched.violations() == []
    watched.shot(SHOTS, f"second-opinion-{width}-{scheme}")
    first = page.get_by_role("article", name=re.compile("How much did"))
    expect(first).to_contain_text("0.0021 USD")
    first.get_by_role("button", name="Show work").click()
    page.get_by_role("tab", name="Model").click()
    calls = page.get_by_label("Calls of the model")
    expect(calls).to_contain_text("Plan the analysis")
    expect(calls).to_contain_text("How much did <EMAIL_1> spend?")
    expect(calls).not_to_contain_text(MAIL)
    expect(page.get_by_text("Whole conversation")).to_be_visible()
    expect(page.get_by_text("0.0168 USD")).to_be_visible()
    assert watched.violations() == []
    watched.shot(SHOTS, f"model-calls-{width}-{scheme}")
    page.get_by_role("switch", name="Show my own values").check(force=True)
    expect(calls).to_contain_text(f"How much did {MAIL} spend?")
    assert watched.complaints == []
    page.context.close()


# req: E5
def test_a_question_that_was_asked_back_is_answered_by_a_click(
    browser: Browser, served: Server, model: ModelServer, session: str
) -> None:
    watched = open_page(browser, served, session, width=1280, scheme="light")
    page = watched.page
    model.say(Say(status=503))
    page.get_by_role("button", name="Which city has the most rows?").click()
    last = page.get_by_role("article", name="Which city has the most rows?")
    expect(last.get_by_role("group", name="Answer")).to_be_visible()
    expect(last).to_contain_text("No model answered, so the built-in analyst did")
    last.get_by_role("button", name="Show work").click()
    page.get_by_role("tab", name="Model").click()
    expect(page.get_by_label("Calls of the model")).to_contain_text("Not reached")
    assert watched.violations() == []
    assert [one for one in watched.complaints if "503" not in one] == []
    page.context.close()


# req: C3 E3
def test_a_models_words_about_a_dataset_stand_apart_from_what_was_measured(
    browser: Browser, served: Server, model: ModelServer, session: str
) -> None:
    dataset = served.get(f"/api/sessions/{session}")["session"]["dataset_ids"][0]
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    watched = Watched(page, served.url)
    page.goto(f"{served.url}/data/{dataset}")
    words = page.get_by_role("region", name="In a model’s words")
    assert watched.violations() == []
    columns = [
        {"name": "city", "meaning": "Where it was sold.", "unit": "", "issues": []},
        {"name": "amount", "meaning": "What was paid.", "unit": "EUR", "issues": ["May hold refunds."]},
    ]
    model.say(said({"columns": columns, "issues": ["Few rows."], "questions": ["What is the total amount?"]}))
    words.get_by_role("button", name="Describe").click()
    expect(words).to_contain_text("May hold refunds.")
    expect(words).to_contain_text("measured by nobody")
    words.scroll_into_view_if_needed()
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        words.scroll_into_view_if_needed()
        assert watched.violations() == []
        watched.shot(SHOTS, f"description-{width}-{scheme}")
    assert watched.complaints == []
    page.context.close()
