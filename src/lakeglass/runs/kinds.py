"""What a kind of run is made of. Kinds are handed in; this room only carries them out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import JsonValue

from lakeglass.events.model import EventBody
from lakeglass.runs.model import ApprovalRequest, Decision

Arguments = dict[str, JsonValue]
Lane = Literal["heavy", "jobs"]
"""Where a heavy stage waits for its turn. What works in `jobs` does so in processes of its own: it can't take its
worker down, so that it is begun again however often that dies, and it has a cap of its own."""


class StageContext(Protocol):
    """What a stage knows about its run. A stage may be carried out again after a crash, never after it ended."""

    @property
    def run_id(self) -> str: ...

    @property
    def tenant_id(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def stage(self) -> str: ...

    async def emit(self, body: EventBody, *, key: str) -> None:
        """Tell the log. `key` names the fact within the run, so that a repetition of the stage adds nothing.

        Raises Conflict once the run is over: a cancelled run says nothing more.
        """


class RunContext(Protocol):
    """What an orchestration may do. Apart from these calls it must be deterministic: it is replayed after a
    crash, and finished calls give back what they gave before. Clocks, chance and I/O belong into stages."""

    @property
    def run_id(self) -> str: ...

    @property
    def tenant_id(self) -> str: ...

    @property
    def subject(self) -> str: ...

    async def run(self, stage_name: str, args: Arguments) -> JsonValue:
        """Carry out a stage, once; small JSON in and out. One after another, not at the same time.

        Raises the error of our tree that the stage raised (its class by `code`), TimedOut, or LakeglassError
        for anything that nobody classified.
        """

    async def approve(self, request: ApprovalRequest) -> Decision:
        """Ask a person and wait; waiting costs nothing and survives restarts. Unanswered for 30 days is a no."""

    async def consult(self, question_id: str, body: EventBody, *, timeout_s: float) -> Arguments | None:
        """Tell the log a question and wait for `Runs.answer`; None when nobody answered in `timeout_s` seconds.

        The id is new within the run. Waiting costs nothing and survives restarts; the time runs on meanwhile.
        """

    async def emit(self, body: EventBody, *, key: str) -> None:
        """Tell the log. `key` names the fact within the run, so that a replay adds nothing."""


@dataclass(frozen=True)
class Stage:
    """One station of a run. A heavy one waits for its turn in its tenant's part of its lane; a light one runs at once.

    The function is cancelled at its next `await` when the run is cancelled or `timeout_s` (seconds; None means
    the configured one) is over, and it ends its subprocesses then. An optional one stands in the timeline only once it
    was called.
    """

    name: str
    title: str
    function: Callable[[StageContext, Arguments], Awaitable[JsonValue]]
    heavy: bool = False
    lane: Lane = "heavy"
    timeout_s: float | None = None
    optional: bool = False


@dataclass(frozen=True)
class RunKind:
    """A kind of durable work: its stations in the order of the timeline, and the code that calls them."""

    name: str
    stages: tuple[Stage, ...]
    orchestrate: Callable[[RunContext, Arguments], Awaitable[JsonValue]]

    def stage(self, name: str) -> Stage:
        """The station of that name; raises ValueError with the known names."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        known = ", ".join(stage.name for stage in self.stages)
        raise ValueError(f"got the stage {name!r}; the kind {self.name!r} has {known}")
