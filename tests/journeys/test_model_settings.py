"""The settings page of the language model: what is configured, whether it answers, what it would be sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.browser import IN_BROWSER, Watched
from tests.model_server import ModelServer, Say
from tests.product import Server, start_server

SAVED = "Saved: it counts from the next question on"  # "Saved" alone is in "Not saved yet" too
KEY = "sk-or-v1-00112233445566778899aabbccddeeff"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(models=("openai/gpt-4o-mini", "other/one")).running() as server:
        yield server


@pytest.fixture
def configured(tmp_path: Path, model: ModelServer) -> Iterator[Server]:
    """A server with a key for OpenRouter, whose place the scripted model takes."""
    started = start_server(
        tmp_path / "home",
        LAKEGLASS_MODEL__API_KEY=KEY,
        LAKEGLASS_MODEL__BASE_URL=f"{model.url}/v1",
        LAKEGLASS_MODEL__PROVIDER="openrouter",
    )
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Server]:
    """A server whose environment says nothing of models."""
    started = start_server(tmp_path / "home")
    yield started
    if started.process.poll() is None:
        started.stop()
    assert KEY not in "".join(started.lines)


# req: A2 E3 E11
def test_the_connection_is_tested_and_no_answer_or_log_holds_the_key(
    configured: Server, model: ModelServer
) -> None:
    status = configured.client.get("/api/model")
    assert status.json()["strong"] == "anthropic/claude-sonnet-4.5"
    good = configured.post("/api/model/test", status=200)
    assert (good["ok"], good["host"], good["local"], good["models"]) == (True, "127.0.0.1", False, 2)
    assert good["missing"] == ["anthropic/claude-sonnet-4.5"]
    assert good["order"][0] == "scrub"
    model.say(
        Say(status=401, error={"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"})
    )
    bad = configured.post("/api/model/test", status=200)
    assert (bad["ok"], bad["problem"]) == (
        False,
        "Service configuration error: the model's provider does not accept our key.",
    )
    assert (
        configured.post("/api/model/preview", {"text": "x" * 20_001}, status=400)["error"]["code"]
        == "INVALID_INPUT"
    )
    assert configured.stop() == 0
    told = "".join(configured.lines) + status.text + str(good) + str(bad)
    assert KEY not in told
    assert KEY[8:] not in told


class TestThePage:
    """In a real browser."""

    pytestmark = [*IN_BROWSER]

    # req: E3
    @pytest.mark.heavy
    def test_shows_what_a_model_would_see_while_the_text_is_written(
        self, browser: Browser, configured: Server, tmp_path: Path
    ) -> None:
        page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
        watched = Watched(page, configured.url)
        page.goto(f"{configured.url}/settings")
        seen = page.get_by_label("What a model would see", exact=True)
        expect(seen).to_contain_text("Which orders did <EMAIL_1> place from <PHONE_1> since 2024-05-17?")
        page.get_by_label("What a model would see of").fill(
            "Is 4111 1111 1111 1111 the card of joe@example.com?"
        )
        expect(seen).to_have_text("Is <CARD_1> the card of <EMAIL_1>?")
        page.get_by_role("button", name="Test the connection").click()
        expect(page.get_by_text("Answers")).to_be_visible()
        expect(
            page.get_by_text("scrub → budget → cache → breaker → retry → fallback → fit → openrouter")
        ).to_be_visible()
        # What the environment sets is shown as that, and can't be changed here.
        form = page.get_by_role("form", name="Language model")
        expect(form.get_by_label("Key", exact=True)).to_be_disabled()
        expect(form.get_by_text("LAKEGLASS_MODEL__API_KEY")).to_be_visible()
        expect(form.get_by_label("Model that reasons")).to_be_enabled()
        assert watched.violations() == []
        page.emulate_media(color_scheme="dark")
        assert watched.violations() == []
        assert watched.complaints == []

    @pytest.mark.heavy
    def test_says_what_to_do_where_no_model_is_configured(self, browser: Browser, server: Server) -> None:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        watched = Watched(page, server.url)
        page.goto(f"{server.url}/settings")
        expect(
            page.get_by_text("the built-in analyst answers, and nothing leaves this machine")
        ).to_be_visible()
        expect(page.get_by_text("LAKEGLASS_MODEL__API_KEY")).to_be_visible()
        expect(page.get_by_label("What a model would see", exact=True)).to_contain_text("<EMAIL_1>")
        assert watched.complaints == []

    # req: A2 E11
    def test_sets_a_model_up_without_a_restart_and_shows_no_key_again(
        self, browser: Browser, bare: Server, model: ModelServer, tmp_path: Path
    ) -> None:
        page = browser.new_context(viewport={"width": 1280, "height": 1100}).new_page()
        watched = Watched(page, bare.url)
        page.goto(f"{bare.url}/settings")
        form = page.get_by_role("form", name="Language model")
        expect(page.get_by_text("nothing leaves this machine")).to_be_visible()
        form.get_by_role("combobox", name="Provider").click()
        page.get_by_role("option", name="An OpenAI-compatible endpoint").click()
        form.get_by_label("Address").fill(f"{model.url}/v1")
        form.get_by_label("Key", exact=True).fill(KEY)
        form.get_by_label("Model that reasons").fill("other/one")
        expect(form.get_by_text("Not saved yet")).to_be_visible()
        form.get_by_role("button", name="Test the connection").click()
        expect(form.get_by_text("2 models")).to_be_visible()
        assert model.heard[-1].headers["authorization"] == f"Bearer {KEY}"
        watched.shot(tmp_path, "typed")
        assert bare.get("/api/model")["configured"] is False  # tried, not kept
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_text(SAVED)).to_be_visible()
        expect(form.get_by_label("Key", exact=True)).to_have_value("")
        expect(form.get_by_placeholder("One is kept; type another to replace it")).to_be_visible()
        kept = bare.get("/api/model")
        assert (kept["configured"], kept["strong"], kept["sources"]["strong"]) == (True, "other/one", "page")
        form.get_by_label("Send no sample values").check(force=True)
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_text(SAVED)).to_be_visible()
        assert bare.get("/api/model")["send_samples"] is False
        form.get_by_role("combobox", name="Provider").click()
        page.get_by_role("option", name="Azure OpenAI").click()
        expect(form.get_by_label("Directory (tenant) id")).to_be_visible()
        assert watched.violations() == []
        watched.shot(tmp_path, "azure")
        page.emulate_media(color_scheme="dark")
        assert watched.violations() == []
        watched.shot(tmp_path, "dark")
        page.set_viewport_size({"width": 390, "height": 900})
        assert watched.violations() == []
        watched.shot(tmp_path, "narrow")
        page.reload()
        expect(form.get_by_label("Model that reasons")).to_have_value("other/one")
        assert KEY not in page.content()
        form.get_by_role("button", name="Remove the key").click()
        expect(form.get_by_role("button", name="Remove the key")).to_be_hidden()
        assert bare.get("/api/model")["key_set"] is False
        assert watched.complaints == []
