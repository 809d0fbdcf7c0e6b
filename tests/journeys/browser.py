"""A real Chromium: started once, with every request, console line and accessibility rule watched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The first execution waits for the sandbox to get ready; a busy machine is slow, not wrong.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)
IN_BROWSER = (
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt-get install chromium"),
    pytest.mark.timeout(400),
)
# WCAG 2.2, levels A and AA (https://www.w3.org/TR/WCAG22/).
_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_STANDSTILL = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await frame(); await frame()
    const ends = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity)
    await Promise.all(ends.map((a) => a.finished.catch(() => undefined)))
}"""
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page of which nothing goes unnoticed: what it logs, and where it tries to connect."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._origin = origin
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._on_request)

    def violations(self) -> list[str]:
        """What axe finds on the page once it stands still: half-faded text has no contrast."""
        self.page.evaluate(_STANDSTILL)
        found = Axe().run(self.page, options=_RULES).response["violations"]
        return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found]

    def shot(self, folder: Path, name: str) -> None:
        """A screenshot for people to look at."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.strangers.append(request.url)
