"""The sandbox tiers of this machine, each proven once a test run as the user who runs it, and told in the header."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.backends.local.pool import TIERS, Tier
from lakeglass.sandbox.base import Capabilities

SANDBOX_TESTS = ("tests/security/", "tests/contracts/test_sandbox")
elsewhere: list[str] = []
"""Lines of the same header from runs as another user and from other processes; told at the end."""
_known: dict[Tier, Capabilities | str] = {}


def offered(tier: Tier, config: pytest.Config) -> Capabilities | str:
    """What stands behind `tier` here, or why it can't be had."""
    if tier not in _known:
        # where the fixtures have their sandboxes too: libraries are compiled once
        base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        _known[tier] = asyncio.run(_proven(tier, base / "sandbox"))
    return _known[tier]


def require(tier: Tier, config: pytest.Config) -> None:
    """Skip where the machine does not offer it."""
    known = offered(tier, config)
    if isinstance(known, str):
        pytest.skip(f"this machine does not offer the tier {tier}: {known}")


def header(config: pytest.Config) -> list[str]:
    """One line a tier: what it is made of here, for this user."""
    for tier in TIERS:
        offered(tier, config)
    return proven()


def proven() -> list[str]:
    """The same of those that were asked for so far."""
    lines = []
    for tier, known in _known.items():
        holds = f"not offered: {known}" if isinstance(known, str) else known.isolation
        lines.append(f"sandbox tier {tier} as uid {os.geteuid()}: {holds}")
    return lines


async def _proven(tier: Tier, root: Path) -> Capabilities | str:
    backend = LocalBackend(SandboxSettings(tier=tier, slots=0), root=root)
    try:
        await backend.start()
        return backend.capabilities
    except SandboxUnavailable as error:
        return error.message
    finally:
        await backend.close()
