"""Live events: server-sent events and a WebSocket read the same log and resume from the same cursor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, WebSocket, WebSocketDisconnect
from fastapi.sse import EventSourceResponse, ServerSentEvent

from lakeglass.api.events import envelope
from lakeglass.api.services import Rooms, Services, Who, principal
from lakeglass.core.errors import Unauthenticated
from lakeglass.tenants.model import Principal

router = APIRouter(tags=["events"])
After = Annotated[int | None, Query(ge=0, description="Resume after this sequence number.")]
LastEventId = Annotated[
    int | None, Header(description="Sent by browsers when they reconnect; wins over `after`.")
]


def _session(session_id: str, rooms: Rooms, who: Who) -> str:
    """Refuse an unknown session before the stream begins."""
    return rooms.conversations.get(who, session_id).id


def _run(run_id: str, rooms: Rooms, who: Who) -> str:
    """Refuse an unknown run before the stream begins."""
    return rooms.runs.get(who.tenant_id, run_id).id


def _tenant_cursor(rooms: Rooms, who: Who, after: After = None, last_event_id: LastEventId = None) -> int:
    """A client without a cursor gets what is new from now on."""
    newest = rooms.events.last_seq(who.tenant_id)
    wanted = last_event_id if last_event_id is not None else newest if after is None else after
    # A cursor from beyond the end is of another log (the data folder was replaced): what is new from now on.
    return min(wanted, newest)


def _cursor(rooms: Rooms, who: Who, after: After = None, last_event_id: LastEventId = None) -> int:
    """A client without a cursor gets everything from the beginning."""
    wanted = last_event_id if last_event_id is not None else after or 0
    return min(wanted, rooms.events.last_seq(who.tenant_id))


async def _frames(
    rooms: Services, who: Principal, cursor: int, *, subject: str | None = None, run_id: str | None = None
) -> AsyncIterator[ServerSentEvent]:
    async for event in rooms.events.subscribe(who.tenant_id, after=cursor, subject=subject, run_id=run_id):
        yield ServerSentEvent(id=str(event.seq), data=envelope(event))


@router.get("/events", response_class=EventSourceResponse, operation_id="streamEvents")
async def stream_events(
    rooms: Rooms, who: Who, cursor: Annotated[int, Depends(_tenant_cursor)]
) -> AsyncIterator[ServerSentEvent]:
    """Every event of the tenant, live; each frame's data is an EventEnvelope."""
    async for frame in _frames(rooms, who, cursor):
        yield frame


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse, operation_id="streamSession")
async def stream_session(
    session: Annotated[str, Depends(_session)],
    rooms: Rooms,
    who: Who,
    cursor: Annotated[int, Depends(_cursor)],
) -> AsyncIterator[ServerSentEvent]:
    """The events of one conversation, from the cursor (or the beginning) on, live."""
    async for frame in _frames(rooms, who, cursor, subject=session):
        yield frame


@router.get("/runs/{run_id}/events", response_class=EventSourceResponse, operation_id="streamRun")
async def stream_run(
    run: Annotated[str, Depends(_run)],
    rooms: Rooms,
    who: Who,
    cursor: Annotated[int, Depends(_cursor)],
) -> AsyncIterator[ServerSentEvent]:
    """The events of one run, from the cursor (or the beginning) on, live."""
    async for frame in _frames(rooms, who, cursor, run_id=run):
        yield frame


@router.websocket("/ws")
async def stream_socket(
    socket: WebSocket, rooms: Rooms, after: Annotated[int | None, Query(ge=0)] = None
) -> None:
    """Every event of the tenant as JSON text frames; what the client sends is read and ignored."""
    try:
        who = principal(socket, rooms)
    except Unauthenticated:
        await socket.close(code=1008, reason="authentication required")
        return
    await socket.accept()
    cursor = _tenant_cursor(rooms, who, after)
    sending = asyncio.create_task(_send(socket, rooms, who.tenant_id, cursor))
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return
    finally:
        sending.cancel()


async def _send(socket: WebSocket, rooms: Services, tenant_id: str, cursor: int) -> None:
    async for event in rooms.events.subscribe(tenant_id, after=cursor):
        await socket.send_text(envelope(event).model_dump_json())
