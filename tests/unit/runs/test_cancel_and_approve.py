"""Stopping a run, and asking a person."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal

import pytest
from pydantic import JsonValue

from lakeglass.core.errors import Conflict, NotFound
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.runs.model import ApprovalRequest, Decision, Estimate
from lakeglass.runs.service import Runs

Working = Callable[..., AbstractAsyncContextManager[Runs]]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]

REQUEST = ApprovalRequest(
    title="Train?",
    steps=("train",),
    estimate=Estimate(seconds_low=10, seconds_high=20, cost_high="1.50"),
    reason="it costs",
)


class Said(EventBody):
    type: Literal["said"] = "said"
    text: str


class Kettle:
    """A stage that starts a subprocess, and says what became of it."""

    def __init__(self, *, heavy: bool) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.stopped_at = 0.0
        self.kind = RunKind("boil", (Stage("boil", "Boil", self.boil, heavy=heavy),), self.orchestrate)

    async def orchestrate(self, context: RunContext, payload: Arguments) -> JsonValue:
        return await context.run("boil", payload)

    async def boil(self, context: StageContext, args: Arguments) -> JsonValue:
        self.process = await asyncio.create_subprocess_exec("sleep", "3600")
        try:
            await self.process.wait()
        finally:
            self.process.kill()
            await self.process.wait()
            self.stopped_at = time.monotonic()
        return None


async def ask(context: RunContext, payload: Arguments) -> JsonValue:
    decision = await context.approve(REQUEST)
    await context.emit(Said(text=f"{decision.verdict} by {decision.by}: {decision.comment}"), key="first")
    if payload.get("twice"):
        second = await context.approve(REQUEST)
        await context.emit(Said(text=second.verdict), key="second")
    return None


ASKING = RunKind("ask", (), ask)


def submit(runs: Runs, kind: str, **payload: JsonValue) -> str:
    return runs.submit("t1", kind, title="A run", subject="s1", payload=payload).id


def waits(runs: Runs, run_id: str) -> Callable[[], bool]:
    return lambda: runs.get("t1", run_id).state == "waiting"


def told(events: EventLog, run_id: str, type_: str, field: str) -> list[JsonValue]:
    return [line.body[field] for line in events.read("t1", run_id=run_id) if line.body["type"] == type_]


@pytest.mark.parametrize("heavy", [False, True])
def test_cancelling_kills_what_runs(
    working: Working, events: EventLog, eventually: Eventually, *, heavy: bool
) -> None:
    async def scenario() -> None:
        kettle = Kettle(heavy=heavy)
        async with working(kettle.kind) as runs:
            run_id = submit(runs, "boil")
            await eventually(lambda: kettle.process is not None)
            view = await asyncio.to_thread(runs.cancel, "t1", run_id)
            assert (view.state, view.stages[0].state) == ("cancelled", "cancelled")
            await eventually(lambda: kettle.stopped_at > 0)
            assert runs.cancel("t1", run_id).state == "cancelled"
        assert told(events, run_id, "run", "state") == ["queued", "running", "cancelled"]
        assert told(events, run_id, "stage", "state") == ["running", "cancelled"]

    asyncio.run(scenario())


@pytest.mark.heavy  # judged by the clock, which a crowded machine doesn't keep
@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_cancelled_run_has_ended_within_two_seconds(
    working: Working, eventually: Eventually, *, heavy: bool, elsewhere: bool
) -> None:
    # req: A8
    async def scenario() -> None:
        kettle = Kettle(heavy=heavy)
        async with working(kettle.kind) as runs:
            run_id = submit(runs, "boil")
            await eventually(lambda: kettle.process is not None)
            if elsewhere:
                runs._live.cancel = lambda run_id: None  # type: ignore[method-assign]  # as if it ran elsewhere
            started = time.monotonic()
            await asyncio.to_thread(runs.cancel, "t1", run_id)
            await eventually(lambda: kettle.stopped_at > 0)
            assert kettle.stopped_at - started < 2

    asyncio.run(scenario())


@pytest.mark.parametrize("heavy", [False, True])
def test_another_process_can_cancel(working: Working, eventually: Eventually, *, heavy: bool) -> None:
    # req: A8
    async def scenario() -> None:
        kettle = Kettle(heavy=heavy)
        async with working(kettle.kind) as runs:
            run_id = submit(runs, "boil")
            await eventually(lambda: kettle.process is not None)
            runs._live.cancel = lambda run_id: None  # type: ignore[method-assign]  # as if it ran elsewhere
            await asyncio.to_thread(runs.cancel, "t1", run_id)
            await eventually(lambda: kettle.stopped_at > 0)

    asyncio.run(scenario())


def test_what_a_cancelled_stage_raises_on_its_way_out_is_nobodys_loss(working: Working) -> None:
    lost: list[dict[str, object]] = []

    async def scenario() -> None:
        here, cleaning, cleaned = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def stubborn(context: StageContext, args: Arguments) -> JsonValue:
            here.set()
            try:
                await asyncio.sleep(3600)
            finally:
                cleaning.set()
                await cleaned.wait()
                raise Conflict("the run is over")
            return None

        async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
            return await context.run("stay", payload)

        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: lost.append(context))
        kind = RunKind("stay", (Stage("stay", "Stay", stubborn),), orchestrate)
        async with working(kind) as runs:
            run_id = submit(runs, "stay")
            await here.wait()
            assert (await asyncio.to_thread(runs.cancel, "t1", run_id)).state == "cancelled"
            await cleaning.wait()
            closing = asyncio.create_task(runs.close())  # which cancels once more what still cleans up
            done, _ = await asyncio.wait({closing}, timeout=0.1)
            assert not done, "the worker closed before the stage had cleaned up"
            cleaned.set()
            await closing
        gc.collect()

    asyncio.run(scenario())
    assert lost == []


def test_a_cancelled_run_says_nothing_more(
    working: Working, events: EventLog, eventually: Eventually
) -> None:
    refused: list[bool] = []

    async def talk(context: StageContext, args: Arguments) -> JsonValue:
        try:
            await asyncio.sleep(3600)
        finally:
            try:
                await context.emit(Said(text="a last word"), key="last")
            except Conflict:
                refused.append(True)
        return None

    async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
        return await context.run("talk", payload)

    async def scenario() -> None:
        async with working(RunKind("talk", (Stage("talk", "Talk", talk),), orchestrate)) as runs:
            run_id = submit(runs, "talk")
            await eventually(lambda: bool(told(events, run_id, "stage", "state")))
            await asyncio.to_thread(runs.cancel, "t1", run_id)
            await eventually(lambda: bool(refused))
        assert events.read("t1", run_id=run_id)[-1].body["state"] == "cancelled"

    asyncio.run(scenario())


def test_a_run_that_is_over_stays_as_it_ended(working: Working) -> None:
    async def nothing(context: RunContext, payload: Arguments) -> JsonValue:
        return None

    async def scenario() -> None:
        async with working(RunKind("nothing", (), nothing)) as runs:
            run_id = submit(runs, "nothing")
            await runs.wait("t1", run_id, timeout_s=60)
            assert runs.cancel("t1", run_id).state == "done"

    asyncio.run(scenario())


@pytest.mark.parametrize("verdict", ["approve", "decline"])
def test_a_run_waits_for_the_decision_and_gets_it(
    working: Working, events: EventLog, eventually: Eventually, verdict: Literal["approve", "decline"]
) -> None:
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, "ask")
            await eventually(waits(runs, run_id))
            assert runs.get("t1", run_id).estimate == REQUEST.estimate
            decision = Decision(verdict=verdict, by="u1", comment="well")
            await asyncio.to_thread(runs.decide, "t1", run_id, "approval-1", decision)
            view = await runs.wait("t1", run_id, timeout_s=60)
        assert view.state == "done"
        assert told(events, run_id, "run", "state") == ["queued", "running", "waiting", "running", "done"]
        assert told(events, run_id, "approval", "approval_id") == ["approval-1"]
        assert told(events, run_id, "approval_decided", "verdict") == [verdict]
        assert told(events, run_id, "said", "text") == [f"{verdict} by u1: well"]

    asyncio.run(scenario())


def test_a_decision_counts_once_and_only_where_it_was_asked(
    working: Working, events: EventLog, eventually: Eventually
) -> None:
    yes, no = Decision(verdict="approve", by="u1"), Decision(verdict="decline", by="u2")

    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, "ask", twice=True)
            await eventually(waits(runs, run_id))
            with pytest.raises(NotFound):
                runs.decide("t2", run_id, "approval-1", yes)
            with pytest.raises(Conflict):
                runs.decide("t1", run_id, "approval-2", yes)
            outcomes = await asyncio.gather(
                *(
                    asyncio.to_thread(runs.decide, "t1", run_id, "approval-1", answer)
                    for answer in (yes, yes, yes)
                ),
                return_exceptions=True,
            )
            assert sorted(type(outcome).__name__ for outcome in outcomes) == [
                "Conflict",
                "Conflict",
                "RunView",
            ]
            await eventually(lambda: len(told(events, run_id, "approval", "approval_id")) == 2)
            await asyncio.to_thread(runs.decide, "t1", run_id, "approval-2", no)
            await runs.wait("t1", run_id, timeout_s=60)
            with pytest.raises(Conflict):
                runs.decide("t1", run_id, "approval-2", yes)
        assert told(events, run_id, "approval_decided", "verdict") == ["approve", "decline"]
        assert told(events, run_id, "said", "text") == ["approve by u1: ", "decline"]

    asyncio.run(scenario())


def test_a_waiting_run_can_be_cancelled(working: Working, eventually: Eventually) -> None:
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, "ask")
            await eventually(waits(runs, run_id))
            await asyncio.to_thread(runs.cancel, "t1", run_id)
            await eventually(lambda: not runs._live._tasks)
            with pytest.raises(Conflict):
                runs.decide("t1", run_id, "approval-1", Decision(verdict="approve", by="u1"))

    asyncio.run(scenario())


def test_a_run_that_waits_survives_a_restart(
    working: Working, events: EventLog, eventually: Eventually
) -> None:
    async def scenario() -> None:
        async with working(ASKING) as runs:
            run_id = submit(runs, "ask")
            await eventually(waits(runs, run_id))
        async with working(ASKING) as runs:
            assert runs.get("t1", run_id).state == "waiting"
            await asyncio.to_thread(
                runs.decide, "t1", run_id, "approval-1", Decision(verdict="approve", by="u1")
            )
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"
        assert told(events, run_id, "approval", "approval_id") == ["approval-1"]

    asyncio.run(scenario())
