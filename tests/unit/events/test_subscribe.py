"""Subscriptions: from a cursor, live, complete, without holding a database session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Literal, cast

from sqlalchemy.pool import QueuePool

from lakeglass.events.log import PAGE, EventLog
from lakeglass.events.model import EventBody, StoredEvent
from lakeglass.store.database import Database


class Said(EventBody):
    type: Literal["said"] = "said"
    text: str


async def take(stream: AsyncIterator[StoredEvent], count: int) -> list[str]:
    """The texts of the next lines."""
    async with asyncio.timeout(60):
        return [str((await anext(stream)).body["text"]) for _ in range(count)]


def test_old_lines_come_first_then_new_ones_at_once(database: Database) -> None:
    log = EventLog(database, poll_s=60)  # only the wake-up within this process can be in time

    async def scenario() -> None:
        log.append("t1", "s1", Said(text="old"))
        stream = log.subscribe("t1")
        assert await take(stream, 1) == ["old"]
        pending = asyncio.create_task(take(stream, 1))
        await asyncio.sleep(0)
        started = time.monotonic()
        await asyncio.to_thread(log.append, "t1", "s1", Said(text="new"))
        assert await pending == ["new"]
        assert time.monotonic() - started < log._poll_s

    asyncio.run(scenario())


def test_what_another_process_writes_is_found_by_polling(database: Database, database_url: str) -> None:
    log, other = EventLog(database, poll_s=0.02), EventLog(Database(database_url))

    async def scenario() -> None:
        stream = log.subscribe("t1")
        pending = asyncio.create_task(take(stream, 1))
        await asyncio.to_thread(other.append, "t1", "s1", Said(text="theirs"))
        assert await pending == ["theirs"]

    asyncio.run(scenario())


def test_a_subscription_selects_and_resumes_after_its_cursor(database: Database) -> None:
    log = EventLog(database)
    for number in range(6):
        log.append("t1", f"s{number % 2}", Said(text=str(number)), run_id=f"r{number % 3}")
    log.append("t2", "s0", Said(text="theirs"), run_id="r0")

    async def scenario() -> None:
        assert await take(log.subscribe("t1", subject="s1"), 3) == ["1", "3", "5"]
        assert await take(log.subscribe("t1", after=1, run_id="r0"), 1) == ["3"]

    asyncio.run(scenario())


def test_many_pages_arrive_in_order_and_none_is_lost(database: Database) -> None:
    log = EventLog(database)
    count = 2 * PAGE + 1
    with database.transaction() as session:
        for number in range(count):
            log.append("t1", "s1", Said(text=str(number)), session=session)

    async def scenario() -> None:
        assert await take(log.subscribe("t1"), count) == [str(number) for number in range(count)]

    asyncio.run(scenario())


def test_waiting_subscribers_hold_no_connection_and_all_wake(database: Database) -> None:
    log = EventLog(database, poll_s=60)

    async def scenario() -> None:
        streams = [log.subscribe("t1") for _ in range(50)]
        pending = [asyncio.create_task(take(stream, 1)) for stream in streams]
        while len(log._signal._waiting.get("t1", ())) < 50:
            await asyncio.sleep(0.01)
        while cast("QueuePool", database.engine.pool).checkedout():
            await asyncio.sleep(0.01)
        await asyncio.to_thread(log.append, "t1", "s1", Said(text="a"))
        assert await asyncio.gather(*pending) == [["a"]] * 50

    asyncio.run(scenario())


def test_a_subscriber_that_leaves_is_forgotten(database: Database) -> None:
    log = EventLog(database, poll_s=60)

    async def scenario() -> None:
        pending = asyncio.create_task(take(log.subscribe("t1"), 1))
        while not log._signal._waiting.get("t1"):
            await asyncio.sleep(0.01)
        pending.cancel()
        await asyncio.gather(pending, return_exceptions=True)
        while log._signal._waiting.get("t1"):
            await asyncio.sleep(0.01)

    asyncio.run(scenario())
    assert log.append("t1", "s1", Said(text="a")) == 1  # rings for nobody, and for no closed loop


def test_a_rolled_back_line_is_never_told(database: Database) -> None:
    log = EventLog(database, poll_s=0.02)

    async def scenario() -> None:
        pending = asyncio.create_task(take(log.subscribe("t1"), 1))
        try:
            with database.transaction() as session:
                log.append("t1", "s1", Said(text="lost"), session=session)
                raise ValueError
        except ValueError:
            pass
        await asyncio.to_thread(log.append, "t1", "s1", Said(text="kept"))
        assert await pending == ["kept"]

    asyncio.run(scenario())
