"""Output of running code reaches the log whole, in order, whatever else happens meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from lakeglass.ask.events import OutputWritten
from lakeglass.ask.output import BATCH_CHARS, output_events
from lakeglass.core.errors import Conflict
from lakeglass.events.model import EventBody
from lakeglass.sandbox.base import OutputChunk


class Log:
    """A run's log that keeps one event a key, as the journal does, and can be held in mid-write."""

    def __init__(self) -> None:
        self.events: dict[str, str] = {}
        self.writing = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.over = False
        self.tenant_id = "t"
        self.subject = "s"
        self.run_id = "r"
        self.stage = "execute"

    async def emit(self, body: EventBody, *, key: str) -> None:
        assert isinstance(body, OutputWritten)
        if self.over:
            raise Conflict("The run is over.")
        self.writing.set()
        await self.go_on.wait()
        self.events.setdefault(key, "".join(line.text for line in body.lines))

    @property
    def text(self) -> str:
        return "".join(self.events.values())


def printed(text: str) -> OutputChunk:
    return OutputChunk(stream="stdout", text=text)


# req: E9
def test_text_that_is_being_told_when_the_code_ends_is_kept() -> None:
    async def run(log: Log) -> None:
        log.go_on.clear()
        async with output_events(log, "turn", "attempt", "x") as sink:
            await sink(printed("edited by hand"))
            await log.writing.wait()
            await sink(printed(" 400\n"))
            asyncio.get_running_loop().call_later(0.01, log.go_on.set)

    log = Log()
    asyncio.run(run(log))
    assert log.text == "edited by hand 400\n"


def test_a_flood_and_the_clock_tell_it_in_order() -> None:
    async def run(log: Log) -> None:
        log.go_on.clear()
        async with output_events(log, "turn", "attempt", "x") as sink:
            await sink(printed("first "))
            await log.writing.wait()
            flood = asyncio.ensure_future(sink(printed("x" * (BATCH_CHARS + 1))))
            asyncio.get_running_loop().call_later(0.01, log.go_on.set)
            await flood
            await sink(printed(" last"))

    log = Log()
    asyncio.run(run(log))
    assert log.text == "first " + "x" * (BATCH_CHARS + 1) + " last"
    assert len(log.events) == 3


def test_a_cancelled_run_has_no_last_words() -> None:
    async def run(log: Log) -> None:
        log.over = True
        async with output_events(log, "turn", "attempt", "x") as sink:
            await sink(printed("unheard"))

    log = Log()
    asyncio.run(run(log))
    assert log.events == {}


def test_a_failure_of_the_code_is_passed_on_after_its_output() -> None:
    async def run(log: Log) -> None:
        async with output_events(log, "turn", "attempt", "x") as sink:
            await sink(printed("before"))
            raise RuntimeError("lost")

    log = Log()
    with pytest.raises(RuntimeError, match="lost"):
        asyncio.run(run(log))
    assert log.text == "before"
