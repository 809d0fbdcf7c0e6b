"""Servers and data of the journeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.journeys.browser import chromium
from tests.product import Server, Start, start_server


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start servers (on `home`, by default one folder for all of them); they are stopped afterwards."""
    running: list[Server] = []

    def begin(*arguments: str, home: Path | None = None, **more: str) -> Server:
        server = start_server(home or tmp_path / "home", *arguments, **more)
        running.append(server)
        return server

    yield begin
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests of a module."""
    running = start_server(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module: its event loop must not stand in the way of other modules."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop: 400 orders, with a price missing here and there."""
    lines = ["Order Id,City,Product,Quantity,Unit Price,Ordered On"]
    cities, products = ("Berlin", "Paris", "Rome"), ("tea", "coffee")
    for number in range(400):
        price = "" if number % 40 == 7 else f"{5 + (number * 37 % 100) / 10:.2f}"
        day = f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        city, product = cities[number % 3], products[number % 2]
        lines.append(f"{10_000 + number},{city},{product},{number % 5 + 1},{price},{day}")
    path = tmp_path_factory.mktemp("data") / "shop orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
