"""A worker inside the test's own process, for kinds that the test makes up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from lakeglass.core.settings import RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.runs.kinds import RunKind
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

Working = Callable[..., AbstractAsyncContextManager[Runs]]


@pytest.fixture
def events(database: Database) -> EventLog:
    """The log of the test's database."""
    return EventLog(database, poll_s=0.05)


@pytest.fixture
def working(database: Database, events: EventLog) -> Working:
    """`async with working(kind, …) as runs:` is a started worker; settings go in as keywords."""

    @asynccontextmanager
    async def started(*kinds: RunKind, **settings: float) -> AsyncIterator[Runs]:
        chosen = RunsSettings.model_validate({"poll_s": 0.02, "lease_ttl_s": 30, **settings})
        runs = Runs(database, events, chosen, {kind.name: kind for kind in kinds})
        await runs.start()
        try:
            yield runs
        finally:
            await runs.close()

    return started


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """`await eventually(condition)` returns once it holds and fails after 60 seconds."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.01)

    return wait
