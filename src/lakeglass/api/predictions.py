"""Predictions of whole files by the model of an analysis."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.api.upload import FILE_BODY, FilePart
from lakeglass.core.errors import EmptyFile, TooLarge
from lakeglass.science.jobs.orders import FilePredictions
from lakeglass.science.jobs.service import MOST_FILE_BYTES

router = APIRouter(tags=["analyses"])


class PredictDataset(BaseModel):
    """The dataset whose current version is to be predicted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_id: str = Field(max_length=40)


@router.post("/jobs/{job_id}/predict/file", operation_id="predictFile", openapi_extra=FILE_BODY)
async def predict_file(job_id: str, request: Request, rooms: Rooms, who: Who) -> FilePredictions:
    """Predict every row of a file (CSV, Excel, JSON, Parquet, …), at most 32 MB and 200,000 rows; it is not kept.

    400 names columns that the file lacks, or the row in which one does not fit; 413 says what is too large.
    """
    part = FilePart(request)
    content = bytearray()
    async for piece in part.chunks():
        content += piece
        if len(content) > MOST_FILE_BYTES:
            raise TooLarge(
                f"The file is larger than {MOST_FILE_BYTES >> 20} MB; predict it in parts. Nothing was kept."
            )
    if not content:
        raise EmptyFile("The file is empty; there is nothing to predict.")
    return await rooms.analyses.predict_file(
        who.tenant_id, job_id, name=part.filename, content=bytes(content)
    )


@router.post("/jobs/{job_id}/predict/dataset", operation_id="predictDataset", max_body_size=MAX_JSON_BYTES)
async def predict_dataset(job_id: str, wanted: PredictDataset, rooms: Rooms, who: Who) -> FilePredictions:
    """The same for the current version of a dataset in the lake."""
    return await rooms.analyses.predict_dataset(who.tenant_id, job_id, wanted.dataset_id)
