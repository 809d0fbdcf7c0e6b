"""What durable work says about itself."""

from __future__ import annotations

from typing import Literal

from lakeglass.events.model import EventBody
from lakeglass.runs.model import ApprovalRequest, Failure, RunState, StageState, Verdict


class RunChanged(EventBody):
    """A run was created, started, now waits for a person, or ended."""

    type: Literal["run"] = "run"
    kind: str
    title: str
    state: RunState
    failure: Failure | None = None


class StageChanged(EventBody):
    """A station of the timeline changed its state; `seconds` is its duration once it ended."""

    type: Literal["stage"] = "stage"
    name: str
    title: str
    state: StageState
    seconds: float | None = None


class ApprovalAsked(EventBody):
    """The run waits until a person decides."""

    type: Literal["approval"] = "approval"
    approval_id: str
    request: ApprovalRequest


class ApprovalDecided(EventBody):
    """A person decided."""

    type: Literal["approval_decided"] = "approval_decided"
    approval_id: str
    verdict: Verdict
    by: str
