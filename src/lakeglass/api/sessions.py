"""Conversations: sessions, questions, edited code, what came back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from lakeglass.api import model
from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.ask.model import Asked, ExecutionDetail, OutputLine, SessionDetail, SessionView
from lakeglass.science.jobs.model import JobView, Wanted

router = APIRouter(tags=["ask"], max_body_size=MAX_JSON_BYTES)
# A sandbox wrote these bytes: they are shown inert, whatever they are.
_INERT = {"content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"}


@router.post("/sessions", status_code=201, operation_id="createSession")
def create_session(new: model.NewSession, rooms: Rooms, who: Who) -> SessionView:
    """Open a conversation about some datasets."""
    return rooms.conversations.create(who, title=new.title, dataset_ids=new.dataset_ids)


@router.get("/sessions", operation_id="listSessions")
def list_sessions(
    rooms: Rooms,
    who: Who,
    search: Annotated[str, Query(max_length=200)] = "",
    archived: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> tuple[SessionView, ...]:
    """Conversations, the latest used first."""
    return tuple(rooms.conversations.list(who, search=search, archived=archived, limit=limit))


@router.get("/sessions/{session_id}", operation_id="getSession")
def get_session(session_id: str, rooms: Rooms, who: Who) -> SessionDetail:
    """A whole conversation: every question, plan, execution and answer."""
    return rooms.conversations.detail(who, session_id)


@router.post("/sessions/{session_id}/restore", operation_id="restoreSession")
def restore_session(session_id: str, rooms: Rooms, who: Who) -> SessionDetail:
    """Bring a conversation back from the archive and give it whole."""
    return rooms.conversations.restore(who, session_id)


@router.patch("/sessions/{session_id}", operation_id="updateSession")
def update_session(session_id: str, patch: model.SessionPatch, rooms: Rooms, who: Who) -> SessionView:
    """Rename, archive, or change the datasets of a conversation."""
    return rooms.conversations.update(
        who, session_id, title=patch.title, archived=patch.archived, dataset_ids=patch.dataset_ids
    )


@router.delete("/sessions/{session_id}", status_code=204, operation_id="deleteSession")
async def delete_session(session_id: str, rooms: Rooms, who: Who) -> Response:
    """Remove a conversation, end its sandbox and cancel what still runs."""
    await rooms.conversations.delete(who, session_id)
    return Response(status_code=204)


@router.post("/query", status_code=202, operation_id="query")
def query(question: model.Query, rooms: Rooms, who: Who) -> Asked:
    """Ask a question; follow the session's events for everything that comes of it."""
    return rooms.questions.ask(
        who,
        question.question,
        session_id=question.session_id,
        dataset_ids=question.dataset_ids,
        review=question.approval == "review",
        base_turn_id=question.base_turn_id,
        without_chips=question.without_chips,
    )


@router.post("/sessions/{session_id}/execute", status_code=202, operation_id="executeCode")
def execute_code(session_id: str, edited: model.EditedCode, rooms: Rooms, who: Who) -> Asked:
    """Run edited code in the session's sandbox, beside the turn that it was edited from, or in its place."""
    return rooms.questions.execute(
        who, session_id, turn_id=edited.turn_id, code=edited.code, approval_id=edited.approval_id
    )


@router.post("/sessions/{session_id}/turns/{turn_id}/build", status_code=202, operation_id="startBuild")
def start_build(session_id: str, turn_id: str, new: model.NewBuild, rooms: Rooms, who: Who) -> JobView:
    """Begin the analysis that a question was handed over to; the same one, when it was begun already."""
    offer = rooms.questions.offered(who, session_id, turn_id)
    target = new.target or offer.target
    # The card in the conversation says that it costs no money: no model words the result.
    wanted = Wanted(dataset_id=offer.dataset_id, target=target, budget_s=new.budget_s, prose=False)
    job = rooms.analyses.analyze(who, wanted, job_id=offer.job_id)
    rooms.questions.build_started(who, session_id, turn_id)
    return job


@router.get("/executions/{execution_id}", operation_id="getExecution")
def get_execution(execution_id: str, rooms: Rooms, who: Who) -> ExecutionDetail:
    """An execution with everything it can be traced to: code, question, dataset versions, originals."""
    return rooms.provenance.execution(who, execution_id)


@router.get("/executions/{execution_id}/output", operation_id="getOutput")
def get_output(execution_id: str, rooms: Rooms, who: Who) -> tuple[OutputLine, ...]:
    """What an execution printed."""
    return tuple(rooms.provenance.output(who, execution_id))


@router.get(
    "/artifacts/{artifact_id}",
    operation_id="getArtifact",
    response_class=Response,
    responses={200: {"description": "The content, in the artifact's own media type."}},
)
def get_artifact(artifact_id: str, rooms: Rooms, who: Who) -> Response:
    """The content of a chart, a table, an image: immutable, so it may be cached for ever."""
    artifact, content = rooms.provenance.artifact(who, artifact_id)
    headers = {"cache-control": "private, max-age=31536000, immutable", **_INERT}
    media_type = "application/json" if artifact.mime.endswith("+json") else artifact.mime
    return Response(content, media_type=media_type, headers=headers)


@router.get(
    "/artifacts/{artifact_id}/page",
    operation_id="getChartPage",
    response_class=Response,
    responses={200: {"description": "The chart as one HTML file to keep; it needs no network."}},
)
def get_chart_page(artifact_id: str, rooms: Rooms, who: Who) -> Response:
    """A chart as one HTML file, to save: never shown under this address, where its script would be ours."""
    page = rooms.provenance.chart_page(who, artifact_id)
    headers = {"content-disposition": "attachment", "cache-control": "private, no-store", **_INERT}
    return Response(page, media_type="text/html", headers=headers)
