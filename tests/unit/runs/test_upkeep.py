"""What a worker does beside its work: mending, tidying, and saying nothing that it shouldn't."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from lakeglass.core.errors import LakeglassError, NotFound, RateLimited, SandboxUnavailable
from lakeglass.runs import upkeep
from lakeglass.runs.failures import error_of, failure_of
from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.runs.model import ApprovalRequest, Decision, Estimate, Failure
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

Working = Callable[..., AbstractAsyncContextManager[Runs]]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


async def nothing(context: StageContext, args: Arguments) -> JsonValue:
    return None


async def heavy_then_ask(context: RunContext, payload: Arguments) -> JsonValue:
    await context.run("heavy", payload)
    if payload.get("ask"):
        estimate = Estimate(seconds_low=1, seconds_high=2)
        await context.approve(ApprovalRequest(title="Go on?", steps=(), estimate=estimate, reason="test"))
    return None


KIND = RunKind("heavy", (Stage("heavy", "Heavy", nothing, heavy=True),), heavy_then_ask)


def submit(runs: Runs, **payload: JsonValue) -> str:
    return runs.submit("t1", "heavy", title="A run", subject="s1", payload=payload).id


def engine_rows(database: Database) -> int:
    table = "workflow_status" if database.dialect == "sqlite" else "dbos.workflow_status"
    with database.transaction() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_ended_runs_leave_the_engine_and_stay_visible(
    working: Working, database: Database, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_KEEP_ENDED", timedelta(0))

    async def scenario() -> None:
        async with working(KIND) as runs:
            ended, waiting = submit(runs), submit(runs, ask=True)
            await runs.wait("t1", ended, timeout_s=60)
            await eventually(lambda: runs.get("t1", waiting).state == "waiting")
            assert runs._upkeep is not None
            await eventually(lambda: runs._upkeep.tidy() or engine_rows(database) == 2)  # type: ignore[union-attr, func-returns-value]
            assert runs.get("t1", ended).state == "done"
        async with working(KIND) as runs:  # the stage of the waiting run is still remembered
            await asyncio.to_thread(
                runs.decide, "t1", waiting, "approval-1", Decision(verdict="approve", by="u1")
            )
            assert (await runs.wait("t1", waiting, timeout_s=60)).state == "done"

    asyncio.run(scenario())


def test_a_run_that_the_engine_lost_is_ended(
    working: Working, database: Database, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_GRACE", timedelta(0))

    async def scenario() -> None:
        async with working(KIND) as runs:
            lost, kept = submit(runs, ask=True), submit(runs, ask=True)
            for run_id in (lost, kept):
                await eventually(lambda run_id=run_id: runs.get("t1", run_id).state == "waiting")  # type: ignore[misc]
            runs._engine._door().delete_workflow(lost)
            assert runs._upkeep is not None
            await asyncio.to_thread(runs._upkeep.mend)
            view = runs.get("t1", lost)
            assert view.state == "failed"
            assert view.failure is not None
            assert "Start it anew" in view.failure.message
            assert runs.get("t1", kept).state == "waiting"

    asyncio.run(scenario())


def test_the_upkeep_goes_on_after_a_failure(working: Working, eventually: Eventually) -> None:
    async def scenario() -> None:
        async with working(KIND, lease_ttl_s=0.3) as runs:
            assert runs._upkeep is not None
            lease = runs._upkeep._lease
            calls: list[int] = []
            renew = lease.renew

            def fail_once() -> object:
                calls.append(1)
                if len(calls) == 1:
                    raise OSError("the database is away")
                return renew()

            lease.renew = fail_once  # type: ignore[method-assign, assignment]
            await eventually(lambda: len(calls) >= 3)
            assert (await runs.wait("t1", submit(runs), timeout_s=60)).state == "done"

    asyncio.run(scenario())


def test_the_engine_advertises_nothing(working: Working, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with working(KIND) as runs:
            await runs.wait("t1", submit(runs), timeout_s=60)

    asyncio.run(scenario())
    said = [record for record in caplog.records if record.name == "dbos" and record.levelno < logging.WARNING]
    assert said == []
    assert "onductor" not in caplog.text


@pytest.mark.parametrize("kind", [LakeglassError, NotFound, RateLimited, SandboxUnavailable])
def test_every_error_of_the_tree_survives_as_data(kind: type[LakeglassError]) -> None:
    error = kind("what happened", details={"n": 1})
    back = error_of(Failure.model_validate_json(failure_of(error).model_dump_json()))
    assert (type(back), back.message, back.details) == (kind, "what happened", {"n": 1})


def test_a_failure_of_an_unknown_code_becomes_the_root() -> None:
    assert type(error_of(Failure(code="FROM_THE_FUTURE", message="m"))) is LakeglassError
