"""A worker whose runs were taken over while it slept, or that began some after that: nothing stands still."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.runs.lease import Lease
from lakeglass.runs.service import Runs
from lakeglass.runs.timeline import RunRepository, order_of
from lakeglass.runs.upkeep import Upkeep
from lakeglass.store.database import Database

Working = Callable[..., AbstractAsyncContextManager[Runs]]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


class Doors:
    """A stage that counts its calls and waits until it is let through."""

    def __init__(self) -> None:
        self.calls = 0
        self.put_down = 0
        self.open = threading.Event()

    async def stage(self, context: StageContext, args: Arguments) -> JsonValue:
        self.calls += 1
        try:
            while not self.open.is_set():
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.put_down += 1
            raise
        return None

    def kind(self) -> RunKind:
        async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
            return await context.run("wait", payload)

        stage = Stage("wait", "Wait", self.stage, heavy=True, lane="jobs")
        return RunKind("doors", (stage,), orchestrate)


def submit(runs: Runs) -> str:
    return runs.submit("t1", "doors", title="A run", subject="s1", payload={}).id


def expire(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE run_lease SET until = 0"))


@pytest.fixture
def sleeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Workers whose upkeep does nothing by itself, until this is undone."""
    with monkeypatch.context() as asleep:
        asleep.setattr(Upkeep, "_loop", lambda _: None)
        yield asleep


# req: D15
@pytest.mark.usefixtures("sleeping")
def test_a_worker_that_lost_its_runs_begins_anew_and_what_it_had_taken_up_again_goes_on(
    working: Working, database: Database, eventually: Eventually
) -> None:
    doors = Doors()

    async def scenario() -> None:
        async with working(doors.kind(), lease_ttl_s=3600) as runs:
            assert runs._upkeep is not None
            before = runs._upkeep._lease.slot
            run_id = submit(runs)
            await eventually(lambda: doors.calls == 1)
            expire(database)
            # Another worker adopts; and before ours has noticed, it is ours that takes the run up again.
            other = Lease(database, 3600, process="")
            assert await asyncio.to_thread(other.adopt, runs._engine.recover) == [before]
            await eventually(lambda: doors.calls == 2)
            await asyncio.to_thread(runs._upkeep.renew)
            assert runs._upkeep._lease.slot != before
            await eventually(lambda: doors.calls == 3)
            assert doors.put_down == 2
            doors.open.set()
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"
            assert (await runs.wait("t1", submit(runs), timeout_s=60)).state == "done"

    asyncio.run(scenario())


def test_what_a_worker_took_up_after_it_was_taken_for_dead_is_gathered_by_another(
    working: Working, database: Database, eventually: Eventually, sleeping: pytest.MonkeyPatch
) -> None:
    doors = Doors()

    async def scenario() -> None:
        async with working(doors.kind(), lease_ttl_s=3600) as runs:
            run_id = submit(runs)
            await eventually(lambda: doors.calls == 1)
            with database.transaction() as session:
                session.execute(text("DELETE FROM run_lease"))
        doors.open.set()
        sleeping.undo()
        async with working(doors.kind(), lease_ttl_s=3600) as runs:
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"

    asyncio.run(scenario())


@pytest.mark.usefixtures("sleeping")
@pytest.mark.parametrize("whole", ["worked on", "ended"])
def test_a_cancel_that_only_reached_the_row_of_the_run_ends_its_stage_all_the_same(
    working: Working, database: Database, eventually: Eventually, whole: str
) -> None:
    doors = Doors()

    async def scenario() -> None:
        async with working(doors.kind(), lease_ttl_s=3600) as runs:
            assert runs._upkeep is not None
            run_id, other = submit(runs), submit(runs)
            await eventually(lambda: doors.calls == 2)
            with database.transaction() as session:
                order = order_of(RunRepository(session, "t1").row(run_id))
            runs._journal.ended(order, "cancelled")  # and here whoever cancelled dies
            if whole == "ended":  # as it does when it is begun again by another worker
                table = "workflow_status" if database.dialect == "sqlite" else "dbos.workflow_status"
                with database.transaction() as session:
                    session.execute(
                        text(f"UPDATE {table} SET status = 'SUCCESS' WHERE workflow_uuid = :id"),
                        {"id": run_id},
                    )
            await asyncio.to_thread(runs._upkeep.stop)
            await eventually(lambda: doors.put_down == 1)
            doors.open.set()
            assert (await runs.wait("t1", other, timeout_s=60)).state == "done"
            assert runs.get("t1", run_id).state == "cancelled"
            assert doors.put_down == 1

    asyncio.run(scenario())


def test_a_worker_that_could_not_begin_anew_tries_again(
    working: Working, database: Database, eventually: Eventually
) -> None:
    doors = Doors()

    async def scenario() -> None:
        async with working(doors.kind(), lease_ttl_s=0.3) as runs:
            engine, start, tried = runs._engine, runs._engine.start, threading.Event()

            async def fail_once(*args: object, **more: object) -> None:
                if tried.is_set():
                    return await start(*args, **more)  # type: ignore[arg-type]
                tried.set()
                raise OSError("the database is away")

            engine.start = fail_once  # type: ignore[method-assign]
            run_id = submit(runs)
            await eventually(lambda: doors.calls == 1)
            with database.transaction() as session:
                session.execute(text("DELETE FROM run_lease"))
            await eventually(tried.is_set)
            doors.open.set()
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"

    asyncio.run(scenario())
