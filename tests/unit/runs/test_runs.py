"""Runs from submission to their end, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal

import pytest
from pydantic import JsonValue

from lakeglass.core.errors import (
    ConfigurationError,
    Conflict,
    InvalidInput,
    NotFound,
    TimedOut,
    UnprocessableFile,
)
from lakeglass.core.settings import RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

Working = Callable[..., AbstractAsyncContextManager[Runs]]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


class Said(EventBody):
    type: Literal["said"] = "said"
    text: str


async def double(context: StageContext, args: Arguments) -> JsonValue:
    await context.emit(Said(text=f"{context.stage} of {context.subject}"), key=context.stage)
    return {"n": int(str(args["n"])) * 2}


async def refuse(context: StageContext, args: Arguments) -> JsonValue:
    raise UnprocessableFile("The file ends in mid-row.", details={"line": 7})


async def break_down(context: StageContext, args: Arguments) -> JsonValue:
    raise KeyError("customer 4711")


async def both(context: RunContext, payload: Arguments) -> JsonValue:
    first = await context.run("light", payload)
    assert isinstance(first, dict)
    second = await context.run("heavy", first)
    assert second == {"n": 4 * int(str(payload["n"]))}, second
    return second


def doubling(name: str = "doubling") -> RunKind:
    stages = (
        Stage("light", "Light", double),
        Stage("heavy", "Heavy", double, heavy=True),
        Stage("never", "Never", double),
    )
    return RunKind(name, stages, both)


def single(function: Callable[[StageContext, Arguments], Awaitable[JsonValue]], **options: object) -> RunKind:
    async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
        return await context.run("only", payload)

    return RunKind("single", (Stage("only", "Only", function, **options),), orchestrate)  # type: ignore[arg-type]


def submit(runs: Runs, kind: str = "doubling", *, tenant: str = "t1", run_id: str | None = None) -> str:
    return runs.submit(tenant, kind, title="A run", subject="s1", payload={"n": 1}, run_id=run_id).id


def test_a_run_passes_through_its_stages_and_tells_so(working: Working, events: EventLog) -> None:
    async def scenario() -> None:
        async with working(doubling()) as runs:
            view = runs.submit("t1", "doubling", title="A run", subject="s1", payload={"n": 21})
            assert view.state == "queued"
            assert [stage.state for stage in view.stages] == ["pending"] * 3
            view = await runs.wait("t1", view.id, timeout_s=60)

        assert (view.state, view.failure, view.kind, view.subject) == ("done", None, "doubling", "s1")
        assert [(stage.name, stage.state) for stage in view.stages] == [
            ("light", "done"),
            ("heavy", "done"),
            ("never", "skipped"),
        ]
        light, heavy, never = view.stages
        times = [view.created_at, view.started_at, light.started_at, light.ended_at]
        times += [heavy.started_at, heavy.ended_at, view.ended_at]
        known = [time for time in times if time is not None]
        assert len(known) == len(times)
        assert known == sorted(known)
        assert never.started_at is None
        keys = ("type", "name", "text", "state")
        told = [tuple(line.body[key] for key in keys if key in line.body) for line in events.read("t1")]
        assert told == [
            ("run", "queued"),
            ("run", "running"),
            ("stage", "light", "running"),
            ("said", "light of s1"),
            ("stage", "light", "done"),
            ("stage", "heavy", "running"),
            ("said", "heavy of s1"),
            ("stage", "heavy", "done"),
            ("run", "done"),
        ]
        assert {(line.subject, line.run_id) for line in events.read("t1")} == {("s1", view.id)}

    asyncio.run(scenario())


@pytest.mark.parametrize("heavy", [False, True])
def test_an_error_of_the_tree_arrives_whole(working: Working, *, heavy: bool) -> None:
    async def scenario() -> None:
        async with working(single(refuse, heavy=heavy)) as runs:
            view = await runs.wait("t1", submit(runs, "single"), timeout_s=60)
        assert view.state == "failed"
        assert view.failure is not None
        assert view.failure.model_dump() == {
            "code": "UNPROCESSABLE_FILE",
            "message": "The file ends in mid-row.",
            "details": {"line": 7},
        }
        assert view.stages[0].state == "failed"

    asyncio.run(scenario())


def test_an_unexpected_error_is_told_without_its_text(working: Working) -> None:
    async def scenario() -> None:
        async with working(single(break_down)) as runs:
            view = await runs.wait("t1", submit(runs, "single"), timeout_s=60)
        assert view.failure is not None
        assert view.failure.code == "INTERNAL_ERROR"
        assert "4711" not in view.failure.message
        assert "KeyError" in view.failure.message

    asyncio.run(scenario())


def test_an_orchestration_may_go_on_after_a_failed_stage(working: Working) -> None:
    async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
        try:
            await context.run("bad", payload)
        except UnprocessableFile as error:
            return await context.run("good", {"n": error.details["line"]})
        return None

    kind = RunKind("mended", (Stage("bad", "Bad", refuse), Stage("good", "Good", double)), orchestrate)

    async def scenario() -> None:
        async with working(kind) as runs:
            view = await runs.wait("t1", submit(runs, "mended"), timeout_s=60)
        assert view.state == "done"
        assert [stage.state for stage in view.stages] == ["failed", "done"]

    asyncio.run(scenario())


@pytest.mark.parametrize("heavy", [False, True])
def test_a_stage_over_its_time_is_stopped(working: Working, *, heavy: bool) -> None:
    stopped: list[str] = []

    async def sleep(context: StageContext, args: Arguments) -> JsonValue:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            stopped.append(context.stage)
            raise
        return None

    async def scenario() -> None:
        async with working(single(sleep, heavy=heavy, timeout_s=0.1)) as runs:
            view = await runs.wait("t1", submit(runs, "single"), timeout_s=60)
        assert stopped == ["only"]
        assert view.failure is not None
        assert view.failure.code == "TIMED_OUT"
        assert "0.1 seconds" in view.failure.message

    asyncio.run(scenario())


def test_the_configured_timeout_holds_where_a_stage_has_none(working: Working) -> None:
    async def sleep(context: StageContext, args: Arguments) -> JsonValue:
        await asyncio.sleep(3600)
        return None

    async def scenario() -> None:
        async with working(single(sleep), stage_timeout_s=0.1) as runs:
            view = await runs.wait("t1", submit(runs, "single"), timeout_s=60)
        assert view.failure is not None
        assert view.failure.code == "TIMED_OUT"

    asyncio.run(scenario())


def test_a_stage_that_cancels_itself_fails_instead_of_hanging(working: Working) -> None:
    async def give_up(context: StageContext, args: Arguments) -> JsonValue:
        raise asyncio.CancelledError

    async def scenario() -> None:
        async with working(single(give_up)) as runs:
            view = await runs.wait("t1", submit(runs, "single"), timeout_s=60)
        assert view.state == "failed"

    asyncio.run(scenario())


def test_the_same_run_id_is_one_run(working: Working, events: EventLog) -> None:
    async def scenario() -> None:
        async with working(doubling(), single(double)) as runs:
            ids = {submit(runs, run_id="run_mine") for _ in range(3)}
            view = await runs.wait("t1", "run_mine", timeout_s=60)
            assert submit(runs, run_id="run_mine") == "run_mine"
            with pytest.raises(Conflict):
                submit(runs, "single", run_id="run_mine")
            with pytest.raises(Conflict):
                submit(runs, tenant="t2", run_id="run_mine")
        assert ids == {"run_mine"}
        assert view.state == "done"
        assert len([line for line in events.read("t1") if line.body["type"] == "said"]) == 2

    asyncio.run(scenario())


def test_the_same_run_id_submitted_at_once_is_one_run(working: Working, events: EventLog) -> None:
    async def scenario() -> None:
        async with working(doubling()) as runs:
            submitted = [asyncio.to_thread(submit, runs, run_id="run_mine") for _ in range(8)]
            assert set(await asyncio.gather(*submitted)) == {"run_mine"}
            assert (await runs.wait("t1", "run_mine", timeout_s=60)).state == "done"
        states = [line.body["state"] for line in events.read("t1") if line.body["type"] == "run"]
        assert states == ["queued", "running", "done"]

    asyncio.run(scenario())


def test_a_run_submitted_in_a_transaction_that_fails_never_was(
    working: Working, database: Database, events: EventLog
) -> None:
    async def scenario() -> None:
        async with working(doubling()) as runs:
            with pytest.raises(ValueError, match="no"), database.transaction() as session:  # noqa: PT012
                runs.submit(
                    "t1",
                    "doubling",
                    title="A",
                    subject="s1",
                    payload={"n": 1},
                    session=session,
                    run_id="run_lost",
                )
                raise ValueError("no")
            kept = submit(runs)
            await runs.wait("t1", kept, timeout_s=60)
            assert [view.id for view in runs.list("t1")] == [kept]
        assert {line.run_id for line in events.read("t1")} == {kept}

    asyncio.run(scenario())


def test_another_tenants_run_does_not_exist(working: Working) -> None:
    async def scenario() -> None:
        async with working(doubling()) as runs:
            run_id = submit(runs)
            with pytest.raises(NotFound):
                runs.get("t2", run_id)
            with pytest.raises(NotFound):
                runs.cancel("t2", run_id)
            with pytest.raises(NotFound):
                await runs.wait("t2", run_id, timeout_s=1)
            assert runs.list("t2") == []
            assert (await runs.wait("t1", run_id, timeout_s=60)).state == "done"

    asyncio.run(scenario())


def test_runs_are_listed_newest_first_and_by_subject(working: Working) -> None:
    async def scenario() -> None:
        async with working(doubling()) as runs:
            ids = [
                runs.submit("t1", "doubling", title="A", subject=f"s{n % 2}", payload={"n": 1}).id
                for n in range(4)
            ]
            assert [view.id for view in runs.list("t1", limit=3)] == ids[:0:-1]
            assert [view.id for view in runs.list("t1", subject="s1")] == [ids[3], ids[1]]

    asyncio.run(scenario())


def test_an_unknown_kind_is_refused_with_the_known_ones(database: Database, events: EventLog) -> None:
    runs = Runs(database, events, RunsSettings(), {"doubling": doubling()})
    with pytest.raises(InvalidInput, match="doubling"):
        submit(runs, "nonsense")
    assert events.read("t1") == []


def test_waiting_for_a_run_ends_in_time(working: Working, eventually: Eventually) -> None:
    async def sleep(context: StageContext, args: Arguments) -> JsonValue:
        await asyncio.sleep(3600)
        return None

    async def scenario() -> None:
        async with working(single(sleep)) as runs:
            run_id = submit(runs, "single")
            with pytest.raises(TimedOut):
                await runs.wait("t1", run_id, timeout_s=0.2)
            assert runs.get("t1", run_id).state in {"queued", "running"}

    asyncio.run(scenario())


def test_a_process_works_only_once(working: Working) -> None:
    async def scenario() -> None:
        async with working(doubling()):
            with pytest.raises(ConfigurationError):
                async with working(doubling()):
                    pass
        async with working(doubling()) as runs:
            assert (await runs.wait("t1", submit(runs), timeout_s=60)).state == "done"

    asyncio.run(scenario())


def test_two_stages_at_once_are_refused(working: Working) -> None:
    async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
        await asyncio.gather(context.run("light", payload), context.run("light", payload))
        return None

    kind = RunKind("greedy", (Stage("light", "Light", double),), orchestrate)

    async def scenario() -> None:
        async with working(kind) as runs:
            view = await runs.wait("t1", submit(runs, "greedy"), timeout_s=60)
        assert view.state == "failed"

    asyncio.run(scenario())


def test_a_stage_can_be_called_again_and_again(working: Working) -> None:
    async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
        result: JsonValue = payload
        for _ in range(5):
            assert isinstance(result, dict)
            result = await context.run("light", result)
        assert result == {"n": 32}
        return result

    kind = RunKind("again", (Stage("light", "Light", double),), orchestrate)

    async def scenario() -> None:
        async with working(kind) as runs:
            view = await runs.wait("t1", submit(runs, "again"), timeout_s=60)
        assert view.state == "done"
        assert [(stage.name, stage.state) for stage in view.stages] == [("light", "done")]

    asyncio.run(scenario())


def test_heavy_stages_of_a_tenant_wait_for_their_turn(working: Working) -> None:
    at_once: dict[str, int] = {}
    most: dict[str, int] = {}

    async def count(context: StageContext, args: Arguments) -> JsonValue:
        tenant = context.tenant_id
        at_once[tenant] = at_once.get(tenant, 0) + 1
        most[tenant] = max(most.get(tenant, 0), at_once[tenant])
        await asyncio.sleep(0.05)
        at_once[tenant] -= 1
        return None

    async def scenario() -> None:
        async with working(single(count, heavy=True), tenant_concurrency=1, concurrency=4) as runs:
            ids = [
                (tenant, submit(runs, "single", tenant=tenant)) for tenant in ("t1", "t2") for _ in range(4)
            ]
            for tenant, run_id in ids:
                assert (await runs.wait(tenant, run_id, timeout_s=60)).state == "done"
        assert most == {"t1": 1, "t2": 1}

    asyncio.run(scenario())
