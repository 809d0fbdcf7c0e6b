"""What a model makes of a dataset."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.ask.describing import DescriptionView
from lakeglass.llm.ledger import CallView

router = APIRouter(prefix="/datasets/{dataset_id}", tags=["model"], max_body_size=MAX_JSON_BYTES)


@router.get("/description", operation_id="getDescription")
def get_description(dataset_id: str, rooms: Rooms, who: Who) -> DescriptionView | None:
    """A model's words about the current version, nothing before one was asked; measured facts stand elsewhere."""
    return rooms.descriptions.get(who, dataset_id)


@router.post("/description", operation_id="describeDataset")
async def describe_dataset(dataset_id: str, rooms: Rooms, who: Who) -> DescriptionView:
    """Ask the cheap model what the columns mean, what may be wrong with them, and what to ask."""
    return await rooms.descriptions.describe(who, dataset_id)


@router.get("/model-calls", operation_id="listDatasetModelCalls")
def list_model_calls(dataset_id: str, rooms: Rooms, who: Who) -> Sequence[CallView]:
    """Exactly what was sent to a model to describe this dataset, what came back, and its price."""
    rooms.lake.get(who.tenant_id, dataset_id)
    return rooms.model.calls(who.tenant_id, dataset_id)
