"""A gateway before a scripted model, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr
from tests.model_server import ModelServer

from lakeglass.core.settings import ModelSettings
from lakeglass.llm.gateway import Gateway, Timing, open_gateway
from lakeglass.llm.ledger import Ledger
from lakeglass.store import migrate
from lakeglass.store.database import Database

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"


@dataclass
class FakeClock:
    """Time that stands still until somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def timing(self, chance: float = 0.0) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, random=lambda: chance)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    opened = Database(sqlite_url)
    migrate.upgrade(opened)
    yield Ledger(opened)
    opened.close()


def settings_for(model: ModelServer, **changes: object) -> ModelSettings:
    """OpenRouter, with the model of the test in its place."""
    return ModelSettings.model_validate(
        {"provider": "openrouter", "api_key": SecretStr(KEY), "base_url": f"{model.url}/v1", **changes}
    )


@pytest.fixture
def open_one(model: ModelServer, ledger: Ledger, clock: FakeClock) -> Callable[..., Gateway]:
    """A gateway with these settings."""

    def opened(**changes: object) -> Gateway:
        gateway = open_gateway(settings_for(model, **changes), ledger, clock.timing())
        assert gateway is not None
        return gateway

    return opened
