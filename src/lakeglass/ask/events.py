"""What a turn says while it runs; the page folds these into the same shape as `TurnView`.

A turn has no end of its own: its state and failure are those of its run, whose `run` events
(`runs.events.RunChanged`, same subject, matched by `run_id`) stand in the same stream.
"""

from __future__ import annotations

from typing import Literal

from lakeglass.ask.model import (
    Answer,
    ArtifactView,
    Attempt,
    BuildOffer,
    CodeContract,
    OutputLine,
    PlanStep,
    StepState,
    StopReason,
    Understanding,
)
from lakeglass.events.model import EventBody
from lakeglass.runs.model import Estimate


class SessionChanged(EventBody):
    """A conversation was opened, renamed, archived, given other datasets, or deleted."""

    type: Literal["session"] = "session"
    session_id: str
    change: Literal["changed", "deleted"] = "changed"


class TurnStarted(EventBody):
    """A question was asked (`turn_id` is new), or an edited piece of code joined an old turn."""

    type: Literal["turn"] = "turn"
    turn_id: str
    question: str
    planner: str


class Understood(EventBody):
    """The question as it was understood."""

    type: Literal["understanding"] = "understanding"
    turn_id: str
    understanding: Understanding


class Planned(EventBody):
    """The steps that will be taken, and what they will take; `contract` where a model writes code instead of a plan."""

    type: Literal["plan"] = "plan"
    turn_id: str
    steps: tuple[PlanStep, ...]
    estimate: Estimate
    plan_json: str | None
    contract: CodeContract | None = None


class StepChanged(EventBody):
    """A step of the plan changed its state."""

    type: Literal["step"] = "step"
    turn_id: str
    step_id: str
    state: StepState


class CodeWritten(EventBody):
    """Code that is about to run, a correction with its diff as well; always before its first output."""

    type: Literal["code"] = "code"
    turn_id: str
    attempt: Attempt


class OutputWritten(EventBody):
    """stdout or stderr, batched."""

    type: Literal["output"] = "output"
    turn_id: str
    lines: tuple[OutputLine, ...]


class ArtifactMade(EventBody):
    """A chart, a table, an image: content by id."""

    type: Literal["artifact"] = "artifact"
    turn_id: str
    artifact: ArtifactView


class ExecutionEnded(EventBody):
    """An execution ended; the attempt as it stands now."""

    type: Literal["execution"] = "execution"
    turn_id: str
    attempt: Attempt


class Answered(EventBody):
    """The verified answer."""

    type: Literal["answer"] = "answer"
    turn_id: str
    answer: Answer


class NotAnswered(EventBody):
    """An honest stop: why not, and the nearest questions that can be answered.

    With the reason 'ambiguous' the message asks back, and `near_questions` are what a click answers it with; with
    'build' there is an `offer`.
    """

    type: Literal["not_answered"] = "not_answered"
    turn_id: str
    message: str
    reason: StopReason = "unanswerable"
    near_questions: tuple[str, ...] = ()
    offer: BuildOffer | None = None


class BuildStarted(EventBody):
    """What was offered of a question has begun as an analysis."""

    type: Literal["build_started"] = "build_started"
    turn_id: str
    offer: BuildOffer
