"""The language model of the service: what is configured, whether it answers, and what it would be sent."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from lakeglass.api.model import MAX_JSON_BYTES, PromptRequest
from lakeglass.api.services import Rooms, principal
from lakeglass.llm.access import ModelStatus, ModelTest, PromptPreview

router = APIRouter(
    prefix="/model", tags=["model"], dependencies=[Depends(principal)], max_body_size=MAX_JSON_BYTES
)


@router.get("", operation_id="getModel")
def get_model(rooms: Rooms) -> ModelStatus:
    """Which models are asked; never a key."""
    return rooms.model.status


@router.post("/preview", operation_id="previewPrompt")
async def preview_prompt(body: PromptRequest, rooms: Rooms) -> PromptPreview:
    """The text as a model would see it; nothing is sent, nothing is kept."""
    return await rooms.model.preview(body.text)


@router.post("/test", operation_id="testModel")
async def ask_for_models(rooms: Rooms) -> ModelTest:
    """Ask the provider for its models, which costs nothing."""
    return await rooms.model.test()
