"""A run that asks something and goes on with the answer, or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal

import pytest
from pydantic import JsonValue

from lakeglass.core.errors import Conflict, NotFound
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.runs.kinds import Arguments, RunContext, RunKind
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

Working = Callable[..., AbstractAsyncContextManager[Runs]]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


class Asked(EventBody):
    type: Literal["asked"] = "asked"
    text: str


class Heard(EventBody):
    type: Literal["heard"] = "heard"
    answer: dict[str, JsonValue] | None


async def consult(context: RunContext, payload: Arguments) -> JsonValue:
    wait_s = float(str(payload["wait_s"]))
    answer = await context.consult("which", Asked(text="Which?"), timeout_s=wait_s)
    await context.emit(Heard(answer=answer), key="heard")
    return None


ASKING = RunKind("consult", (), consult)


def submit(runs: Runs, *, wait_s: float) -> str:
    return runs.submit("t1", "consult", title="A run", subject="s1", payload={"wait_s": wait_s}).id


def answer(runs: Runs, database: Database, run_id: str, *, tenant_id: str = "t1", to: str = "which") -> None:
    with database.transaction() as session:
        runs.answer(tenant_id, run_id, to, {"column": "price"}, session=session)


def story(events: EventLog, run_id: str) -> list[JsonValue]:
    lines = events.read("t1", run_id=run_id)
    return [line.body.get("state") or line.body["type"] for line in lines]


def test_the_answer_reaches_the_run_once(
    working: Working, database: Database, events: EventLog, eventually: Eventually
) -> None:
    # req: D4
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, wait_s=600)
            await eventually(lambda: runs.get("t1", run_id).state == "waiting")
            with pytest.raises(Conflict):
                await asyncio.to_thread(answer, runs, database, run_id, to="something else")
            with pytest.raises(NotFound):
                await asyncio.to_thread(answer, runs, database, run_id, tenant_id="t2")
            await asyncio.to_thread(answer, runs, database, run_id)
            await runs.wait("t1", run_id, timeout_s=60)
            with pytest.raises(Conflict):
                await asyncio.to_thread(answer, runs, database, run_id)
        heard = [line.body for line in events.read("t1", run_id=run_id) if line.body["type"] == "heard"]
        assert heard == [{"type": "heard", "answer": {"column": "price"}}]
        assert story(events, run_id) == ["queued", "running", "asked", "waiting", "running", "heard", "done"]

    asyncio.run(scenario())


def test_without_an_answer_it_goes_on(working: Working, database: Database, events: EventLog) -> None:
    # req: D4
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, wait_s=0.1)
            await runs.wait("t1", run_id, timeout_s=60)
            with pytest.raises(Conflict):
                await asyncio.to_thread(answer, runs, database, run_id)
        heard = [line.body for line in events.read("t1", run_id=run_id) if line.body["type"] == "heard"]
        assert heard == [{"type": "heard", "answer": None}]
        assert story(events, run_id) == ["queued", "running", "asked", "waiting", "running", "heard", "done"]

    asyncio.run(scenario())


def test_a_restart_neither_asks_again_nor_loses_the_answer(
    working: Working, database: Database, events: EventLog, eventually: Eventually
) -> None:
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, wait_s=600)
            await eventually(lambda: runs.get("t1", run_id).state == "waiting")
        async with working(ASKING) as runs:
            await asyncio.to_thread(answer, runs, database, run_id)
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"
        assert story(events, run_id).count("asked") == 1
        assert story(events, run_id).count("heard") == 1

    asyncio.run(scenario())


def test_a_cancelled_run_waits_for_nothing(
    working: Working, database: Database, eventually: Eventually
) -> None:
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, wait_s=600)
            await eventually(lambda: runs.get("t1", run_id).state == "waiting")
            assert (await asyncio.to_thread(runs.cancel, "t1", run_id)).state == "cancelled"
            with pytest.raises(Conflict):
                await asyncio.to_thread(answer, runs, database, run_id)

    asyncio.run(scenario())
