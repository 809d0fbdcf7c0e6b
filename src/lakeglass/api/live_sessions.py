"""The Python session behind a conversation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.ask.live_sessions import LiveSession, VariablesPage

router = APIRouter(prefix="/sessions/{session_id}", tags=["ask"], max_body_size=MAX_JSON_BYTES)


@router.get("/sandbox", operation_id="getLiveSession")
async def get_live_session(session_id: str, rooms: Rooms, who: Who) -> LiveSession:
    """Whether a Python session lives for the conversation, and for how long; looking does not lengthen it."""
    return await rooms.live_sessions.look(who, session_id)


@router.post("/sandbox/keep", operation_id="keepLiveSession")
async def keep_live_session(session_id: str, rooms: Rooms, who: Who) -> LiveSession:
    """Begin the idle session's time to live anew."""
    return await rooms.live_sessions.keep(who, session_id)


@router.delete("/sandbox", status_code=204, operation_id="endLiveSession")
async def end_live_session(session_id: str, rooms: Rooms, who: Who) -> Response:
    """End the session with its variables and files; the conversation stays."""
    await rooms.live_sessions.end(who, session_id)
    return Response(status_code=204)


@router.get("/variables", operation_id="listVariables")
async def list_variables(
    session_id: str,
    rooms: Rooms,
    who: Who,
    search: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> VariablesPage:
    """Name, type, shape and size of what the last run left in the session; no code runs for it."""
    return await rooms.live_sessions.variables(who, session_id, search=search, offset=offset, limit=limit)
