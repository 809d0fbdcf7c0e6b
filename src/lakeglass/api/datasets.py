"""Uploads, samples and datasets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from lakeglass.api.download import download
from lakeglass.api.model import MAX_JSON_BYTES, Rename, RowsPage
from lakeglass.api.services import Rooms, Who
from lakeglass.api.upload import FILE_BODY, FilePart
from lakeglass.core.errors import Conflict, LakeglassError
from lakeglass.lake.decisions import ReadOptions
from lakeglass.lake.exports import ExportFormat
from lakeglass.lake.filters import conditions_of
from lakeglass.lake.intake import file_stem
from lakeglass.lake.model import DatasetView, Preview, SourceNote, Statistics, VersionView
from lakeglass.lake.preview import Selection

router = APIRouter(tags=["datasets"])


@router.post("/upload", status_code=201, operation_id="upload", openapi_extra=FILE_BODY)
async def upload(request: Request, rooms: Rooms, who: Who) -> DatasetView:
    """Keep a file (CSV, Excel, JSON, Parquet, Arrow, SQLite) and start to profile it; it streams to disk."""
    part = FilePart(request)
    with rooms.lake.intake(who.tenant_id) as intake:
        try:
            await intake.take(part.chunks())
            received = await run_in_threadpool(intake.finish, part.filename)
        except LakeglassError:
            await run_in_threadpool(intake.abandon)
            raise
    return await run_in_threadpool(rooms.uploads.add, who.tenant_id, received)


@router.get("/samples", operation_id="listSamples")
def list_samples(rooms: Rooms, who: Who) -> tuple[SourceNote, ...]:
    """Data sets that are shipped with the product, with their source, their licence and where they are."""
    return tuple(rooms.lake.samples(who.tenant_id))


@router.post("/samples/{name}", status_code=201, operation_id="loadSample")
def load_sample(name: str, rooms: Rooms, who: Who) -> DatasetView:
    """Add a shipped data set to the lake."""
    return rooms.uploads.add_sample(who.tenant_id, name)


@router.get("/datasets", operation_id="listDatasets")
def list_datasets(rooms: Rooms, who: Who) -> tuple[DatasetView, ...]:
    """Every dataset, newest first."""
    return tuple(rooms.lake.list(who.tenant_id))


@router.get("/datasets/{dataset_id}", operation_id="getDataset")
def get_dataset(dataset_id: str, rooms: Rooms, who: Who) -> DatasetView:
    """One dataset with its current version."""
    return rooms.lake.get(who.tenant_id, dataset_id)


@router.patch("/datasets/{dataset_id}", operation_id="renameDataset", max_body_size=MAX_JSON_BYTES)
def rename_dataset(dataset_id: str, change: Rename, rooms: Rooms, who: Who) -> DatasetView:
    """Give a dataset another name."""
    return rooms.lake.rename(who.tenant_id, dataset_id, change.name)


@router.delete("/datasets/{dataset_id}", status_code=204, operation_id="deleteDataset")
def delete_dataset(dataset_id: str, rooms: Rooms, who: Who) -> Response:
    """Remove a dataset, its table, its original and its analyses; what still reads it is stopped."""
    rooms.analyses.forget(who.tenant_id, dataset_id)
    rooms.uploads.remove(who.tenant_id, dataset_id)
    rooms.descriptions.forget(who, dataset_id)
    return Response(status_code=204)


@router.post(
    "/datasets/{dataset_id}/read",
    status_code=202,
    operation_id="readAgain",
    max_body_size=MAX_JSON_BYTES,
)
def read_again(dataset_id: str, options: ReadOptions, rooms: Rooms, who: Who) -> DatasetView:
    """Read the stored original again, as the body says (all of it: what is left out, the reader decides).

    Makes a new version; nothing is uploaded, and the versions before it stay.
    """
    return rooms.uploads.read_again(who.tenant_id, dataset_id, options)


@router.get("/datasets/{dataset_id}/preview", operation_id="getPreview")
def get_preview(dataset_id: str, rooms: Rooms, who: Who) -> Preview:
    """The first five rows; 409 until they are read."""
    return rooms.lake.preview(who.tenant_id, dataset_id)


@router.get(
    "/datasets/{dataset_id}/statistics",
    operation_id="getStatistics",
    response_model=Statistics,
    responses={204: {"description": "Nothing can be told yet: the file is being read."}},
)
def get_statistics(dataset_id: str, rooms: Rooms, who: Who) -> Statistics | Response:
    """The table in numbers: over every row, or (basis 'sample') over the first ones until that is computed."""
    return rooms.lake.figures(who.tenant_id, dataset_id) or Response(status_code=204)


@router.get("/datasets/{dataset_id}/versions", operation_id="listVersions")
def list_versions(dataset_id: str, rooms: Rooms, who: Who) -> tuple[VersionView, ...]:
    """Every version, newest first."""
    return tuple(rooms.lake.versions(who.tenant_id, dataset_id))


_Filters = Annotated[
    str,
    Query(
        max_length=100_000,
        description='JSON list of conditions that must all hold, such as `[{"column": "price", "operator": '
        '"at least", "value": "5"}]`; operators: is, is not, contains, at least, at most, missing, present.',
    ),
]
_Sort = Annotated[str | None, Query(description="Column to sort by, missing values last.")]


@router.get("/datasets/{dataset_id}/rows", operation_id="getRows")
def get_rows(
    dataset_id: str,
    rooms: Rooms,
    who: Who,
    offset: Annotated[int, Query(ge=0, le=1 << 53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    filters: _Filters = "[]",
    sort: _Sort = None,
    descending: Annotated[bool, Query()] = False,
) -> RowsPage:
    """A slice of the rows that fit, in file order or sorted by one column; `total` counts all that fit."""
    selection = Selection(conditions_of(filters), sort, descending)
    page = rooms.lake.rows(who.tenant_id, dataset_id, selection, offset=offset, limit=limit)
    return RowsPage(columns=page.columns, rows=page.rows, total=page.total)


@router.get(
    "/datasets/{dataset_id}/download",
    operation_id="downloadRows",
    response_class=Response,
    responses={200: {"description": "The file, in the format's own media type."}},
)
def download_rows(
    dataset_id: str,
    rooms: Rooms,
    who: Who,
    form: Annotated[ExportFormat, Query(alias="format")] = "csv",
    filters: _Filters = "[]",
    sort: _Sort = None,
    descending: Annotated[bool, Query()] = False,
) -> Response:
    """The rows that fit as a file; no text in a CSV or a workbook is run by a spreadsheet."""
    selection = Selection(conditions_of(filters), sort, descending)
    name = file_stem(rooms.lake.get(who.tenant_id, dataset_id).name)
    return download(
        rooms.lake.export(who.tenant_id, dataset_id, selection, form=form), form=form, name=f"{name}.{form}"
    )


@router.get("/datasets/{dataset_id}/questions", operation_id="suggestQuestions")
async def suggest_questions(dataset_id: str, rooms: Rooms, who: Who) -> tuple[str, ...]:
    """Questions that the planner can answer about this dataset; none while it is being read."""
    try:
        return await rooms.questions.suggest(who, dataset_id)
    except Conflict:
        return ()
