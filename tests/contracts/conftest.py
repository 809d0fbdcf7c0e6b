"""A started sandbox for the conformance suites; the tier that they ran on is printed at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.sandbox_arena import SECOND_TIER, Arena
from tests.sandbox_tiers import require

from lakeglass.sandbox.backends.e2b import session as hosted
from lakeglass.sandbox.base import SandboxSession

_SAMPLED = 12
_ALWAYS = "open_matplotlib_figures"  # whose library the second tier loads later than the first
_TIERS = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A session of the second tier takes seconds: every run asks a sample of it, `make test-all` everything."""
    second = [item for item in items if f"[{SECOND_TIER}" in item.nodeid]
    for place, item in enumerate(second):
        if place % _SAMPLED and _ALWAYS not in item.nodeid:
            item.add_marker(pytest.mark.heavy)


def open_arena(name: str, root: Path, config: pytest.Config) -> Iterator[Arena]:
    """A backend that lives as long as the fixture that yields it."""
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hosted, "GRACE_S", 2.0)  # the emulator notices at once who hangs up
        backend, _, tier = name.partition("/")
        if tier:
            require("bubblewrap", config)
        arena = Arena(backend, root, runner, **({"tier": tier} if tier else {}))
        capabilities = arena.backend.capabilities
        tiers = config.stash.setdefault(_TIERS, set())
        tiers.add(f"{capabilities.name}: {capabilities.tier}, {capabilities.isolation}")
        yield arena
        arena.close()


@pytest.fixture(scope="module")
def arena(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sandbox_name: str
) -> Iterator[Arena]:
    """The backend under test."""
    yield from open_arena(sandbox_name, tmp_path_factory.getbasetemp() / "sandbox", request.config)


@pytest.fixture
def session(arena: Arena) -> Iterator[SandboxSession]:
    """A fresh session of it."""
    with arena.session() as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the walls were tested."""
    for tier in sorted(config.stash.get(_TIERS, set())):
        terminalreporter.write_line(f"sandbox {tier}")
