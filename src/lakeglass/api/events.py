"""The events as they go over the wire: every room's bodies in one typed union, so that clients are generated."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from lakeglass.ask import events as ask
from lakeglass.events.model import StoredEvent
from lakeglass.lake import events as lake
from lakeglass.runs import events as runs
from lakeglass.science.jobs import events as science

Body = Annotated[
    runs.RunChanged
    | runs.StageChanged
    | runs.ApprovalAsked
    | runs.ApprovalDecided
    | lake.DatasetChanged
    | lake.ProfilePart
    | ask.SessionChanged
    | ask.TurnStarted
    | ask.Understood
    | ask.Planned
    | ask.StepChanged
    | ask.CodeWritten
    | ask.OutputWritten
    | ask.ArtifactMade
    | ask.ExecutionEnded
    | ask.Answered
    | ask.NotAnswered
    | ask.BuildStarted
    | science.AnalysisSaid
    | science.AnalysisFindings
    | science.AnalysisAsked
    | science.AnalysisAnswered
    | science.AnalysisProgress
    | science.AnalysisEnded,
    Field(discriminator="type"),
]


class AnyEvent(RootModel[Body]):
    """The body of an event, told apart by `type`."""


class EventEnvelope(BaseModel):
    """One event: `seq` is the cursor to resume after, `subject` what it is about (a session, a dataset)."""

    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    subject: str
    run_id: str | None
    body: AnyEvent


def envelope(event: StoredEvent) -> EventEnvelope:
    """A stored event as the wire shows it."""
    return EventEnvelope.model_validate(event.model_dump())
