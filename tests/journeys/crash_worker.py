"""A worker process for the crash tests: `crash_worker.py URL TTL heavy|light`. Ends when its stdin does.

Every stage writes a line to <payload folder>/marks; the stage `second` ends when <payload folder>/go exists.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from lakeglass.core.settings import RunsSettings
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.runs.model import ApprovalRequest, Estimate
from lakeglass.runs.service import Runs
from lakeglass.store import migrate
from lakeglass.store.database import Database


class Said(EventBody):
    """What a stage of these tests says."""

    type: Literal["said"] = "said"
    text: str


def mark(folder: str, *words: str) -> None:
    """Add a line that survives a kill."""
    with (Path(folder) / "marks").open("a") as marks:
        marks.write(" ".join([str(os.getpid()), *words]) + "\n")


async def at_once(context: StageContext, args: Arguments) -> JsonValue:
    folder = str(args["folder"])
    mark(folder, context.run_id, context.stage, "start")
    await context.emit(Said(text=context.stage), key=f"said:{context.stage}")
    mark(folder, context.run_id, context.stage, "end")
    return context.stage


async def until_allowed(context: StageContext, args: Arguments) -> JsonValue:
    folder = str(args["folder"])
    await context.emit(Said(text=context.stage), key=f"said:{context.stage}")
    mark(folder, context.run_id, context.stage, "start")
    while not (Path(folder) / "go").exists():
        await asyncio.sleep(0.02)
    mark(folder, context.run_id, context.stage, "end")
    return context.stage


async def orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
    await context.run("first", payload)
    if payload.get("ask"):
        estimate = Estimate(seconds_low=1, seconds_high=2)
        request = ApprovalRequest(title="Go on?", steps=("second",), estimate=estimate, reason="test")
        if (await context.approve(request)).verdict == "decline":
            return None
    await context.run("second", payload)
    return await context.run("third", payload)


def kinds(*, heavy: bool) -> dict[str, RunKind]:
    stages = (
        Stage("first", "First", at_once),
        Stage("second", "Second", until_allowed, heavy=heavy),
        Stage("third", "Third", at_once),
    )
    return {"three": RunKind("three", stages, orchestrate)}


async def main(url: str, ttl_s: float, *, heavy: bool) -> None:
    database = Database(url)
    migrate.upgrade(database)
    settings = RunsSettings(lease_ttl_s=ttl_s, poll_s=0.05)
    runs = Runs(database, EventLog(database), settings, kinds(heavy=heavy))
    await runs.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runs.close()
    database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), heavy=sys.argv[3] == "heavy"))
