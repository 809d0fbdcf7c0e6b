"""Analyses: findings, a model and a report of a dataset, made by a durable run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse
from pydantic import JsonValue

from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.api.services import Rooms, Who
from lakeglass.science.jobs.model import Answers, JobResult, JobStatus, JobSummary, JobView, Wanted
from lakeglass.science.jobs.orders import Predictions, PredictWork
from lakeglass.science.jobs.places import media_type
from lakeglass.science.pipeline.model import Eda, LikelyTarget
from lakeglass.science.schemas import ARTIFACTS, schema_of

router = APIRouter(tags=["analyses"], max_body_size=MAX_JSON_BYTES)
# The report holds names and values of somebody's data: it is shown inert, whatever they are.
_INERT = {"content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"}


@router.post("/analyze", status_code=202, operation_id="analyze")
def analyze(wanted: Wanted, rooms: Rooms, who: Who) -> JobView:
    """Begin an analysis of a dataset; follow the events of its run for everything that comes of it."""
    return rooms.analyses.analyze(who, wanted)


@router.get("/datasets/{dataset_id}/targets", operation_id="listLikelyTargets")
def list_likely_targets(dataset_id: str, rooms: Rooms, who: Who) -> tuple[LikelyTarget, ...]:
    """Columns that an analysis of this dataset would probably predict, the likeliest first, each with its reason."""
    return rooms.analyses.likely_targets(who.tenant_id, dataset_id)


@router.get("/jobs", operation_id="listJobs")
def list_jobs(
    rooms: Rooms, who: Who, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> tuple[JobSummary, ...]:
    """Analyses, newest first."""
    return tuple(rooms.analyses.list(who.tenant_id, limit=limit))


@router.get("/jobs/{job_id}", operation_id="getJob")
def get_job(job_id: str, rooms: Rooms, who: Who) -> JobView:
    """One analysis: its stations, log, findings, card and progress."""
    return rooms.analyses.get(who.tenant_id, job_id)


@router.get("/jobs/{job_id}/status", operation_id="getJobStatus")
def get_job_status(job_id: str, rooms: Rooms, who: Who) -> JobStatus:
    """How far an analysis is, and when its process last gave a sign of life."""
    return rooms.analyses.status(who.tenant_id, job_id)


@router.post("/clarify", operation_id="clarify")
def clarify(given: Answers, rooms: Rooms, who: Who) -> JobView:
    """Answer what an analysis asks; it goes on at once. 409 when it does not ask (any more)."""
    return rooms.analyses.answer(who, given.job_id, given.clarify_id, given.answers)


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
def cancel_job(job_id: str, rooms: Rooms, who: Who) -> JobView:
    """Stop an analysis; its process is really killed, what was finished stays."""
    return rooms.analyses.cancel(who.tenant_id, job_id)


@router.get("/jobs/{job_id}/result", operation_id="getJobResult")
def get_job_result(job_id: str, rooms: Rooms, who: Who) -> JobResult:
    """Every artifact and the report; 409 while it is not over. A rejected result can be read, too."""
    return rooms.analyses.result(who.tenant_id, job_id)


@router.get(
    "/jobs/{job_id}/report",
    operation_id="getJobReport",
    response_class=Response,
    responses={200: {"description": "The report as one page, inert.", "content": {"text/html": {}}}},
)
def get_job_report(job_id: str, rooms: Rooms, who: Who) -> Response:
    """The report as a page that runs nothing and loads nothing."""
    page = rooms.analyses.report(who.tenant_id, job_id)
    return Response(page, media_type="text/html", headers={"cache-control": "private, no-store", **_INERT})


@router.get("/jobs/{job_id}/findings", operation_id="getJobFindings")
def get_job_findings(job_id: str, rooms: Rooms, who: Who) -> Eda:
    """What is wrong with the table, as soon as that is known; 409 before."""
    return rooms.analyses.findings(who.tenant_id, job_id)


@router.post("/jobs/{job_id}/predict", operation_id="predict")
async def predict(job_id: str, work: PredictWork, rooms: Rooms, who: Who) -> Predictions:
    """Predict rows by the model that an analysis found; columns that a row lacks are missing values."""
    return await rooms.analyses.predict(who.tenant_id, job_id, work)


@router.get("/schemas", operation_id="listSchemas")
def list_schemas(_: Who) -> tuple[str, ...]:
    """The artifacts whose JSON schemas are published."""
    return tuple(ARTIFACTS)


@router.get("/schemas/{artifact}", operation_id="getSchema")
def get_schema(artifact: str, _: Who) -> dict[str, JsonValue]:
    """The JSON schema that an artifact of every analysis holds to."""
    return schema_of(artifact)


@router.get(
    "/jobs/{job_id}/files/{name:path}",
    operation_id="getJobFile",
    response_class=Response,
    responses={200: {"description": "The file, in its own media type."}},
)
def get_job_file(job_id: str, name: str, rooms: Rooms, who: Who) -> Response:
    """A file of an analysis to keep; never the data it was made from, unless a setting allows that."""
    path = rooms.analyses.file(who.tenant_id, job_id, name)
    headers = {"cache-control": "private, no-store", "x-content-type-options": "nosniff", **_INERT}
    return FileResponse(path, media_type=media_type(path), filename=path.name, headers=headers)
