"""What the routers talk to: the rooms, wired by `app.py` and carried on the application state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from lakeglass.api.security import presented_token
from lakeglass.ask.conversations import Conversations
from lakeglass.ask.describing import Descriptions
from lakeglass.ask.live_sessions import LiveSessions
from lakeglass.ask.provenance import Provenance
from lakeglass.ask.questions import Questions
from lakeglass.ask.vocabulary import Vocabulary
from lakeglass.core.settings import Settings
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.lake.uploads import Uploads
from lakeglass.llm.access import ModelAccess
from lakeglass.runs.service import Runs
from lakeglass.sandbox.service import SandboxService
from lakeglass.science.jobs.service import Analyses
from lakeglass.store.database import Database
from lakeglass.tenants.identity import authenticate
from lakeglass.tenants.model import Principal


@dataclass(frozen=True)
class Services:
    """Every room that a request may reach."""

    settings: Settings
    owner: Principal
    database: Database
    events: EventLog
    runs: Runs
    lake: Lake
    uploads: Uploads
    sandbox: SandboxService
    conversations: Conversations
    live_sessions: LiveSessions
    questions: Questions
    vocabulary: Vocabulary
    descriptions: Descriptions
    provenance: Provenance
    model: ModelAccess
    analyses: Analyses


def services(connection: HTTPConnection) -> Services:
    """The rooms of the running service."""
    return cast("Services", connection.app.state.services)


def principal(connection: HTTPConnection, rooms: Annotated[Services, Depends(services)]) -> Principal:
    """Who is asking; raises Unauthenticated."""
    return authenticate(rooms.settings, presented_token(connection.headers), owner=rooms.owner)


Rooms = Annotated[Services, Depends(services)]
Who = Annotated[Principal, Depends(principal)]
