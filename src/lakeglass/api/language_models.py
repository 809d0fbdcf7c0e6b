"""The language model of the service: what is configured, whether it answers, and what it would be sent."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from lakeglass.api.model import MAX_JSON_BYTES, PromptRequest
from lakeglass.api.services import Rooms, Who, principal
from lakeglass.core.errors import Forbidden
from lakeglass.llm.access import ModelStatus, ModelTest, PromptPreview
from lakeglass.llm.configuration import ModelChange
from lakeglass.llm.ledger import CallView
from lakeglass.tenants.model import Principal

transcripts = APIRouter(prefix="/sessions/{session_id}", tags=["model"])
router = APIRouter(
    prefix="/model", tags=["model"], dependencies=[Depends(principal)], max_body_size=MAX_JSON_BYTES
)


@router.get("", operation_id="getModel")
def get_model(rooms: Rooms) -> ModelStatus:
    """Which models are asked; never a key."""
    return rooms.model.status


@router.patch("", operation_id="changeModel")
def change_model(body: ModelChange, rooms: Rooms, who: Who) -> ModelStatus:
    """Set the model up, from the next question on; a key goes in and never comes out. For the owner of the service."""
    _owner(rooms, who)
    return rooms.model.configure(who, body)


@router.post("/preview", operation_id="previewPrompt")
async def preview_prompt(body: PromptRequest, rooms: Rooms) -> PromptPreview:
    """The text as a model would see it; nothing is sent, nothing is kept."""
    return await rooms.model.preview(body.text)


@router.post("/test", operation_id="testModel")
async def ask_for_models(rooms: Rooms, who: Who, body: ModelChange | None = None) -> ModelTest:
    """Ask the provider for its models, which costs nothing; with a body, as it would be with those changes."""
    if body is not None:
        _owner(rooms, who)
    return await rooms.model.test(body)


@transcripts.get("/model-calls", operation_id="listModelCalls")
def list_model_calls(session_id: str, rooms: Rooms, who: Who) -> list[CallView]:
    """Exactly what was sent to a model in this conversation, placeholders and all, what came back, and its price."""
    rooms.conversations.get(who, session_id)
    return list(rooms.model.calls(who.tenant_id, session_id))


def _owner(rooms: Rooms, who: Principal) -> None:
    if who.tenant_id != rooms.owner.tenant_id or who.role != "owner":
        raise Forbidden("The model is set up by the owner of this service; ask them to.")
