"""The first stage of an analysis: the lake's table and the original come into its folder."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from lakeglass.core.errors import Conflict, InvalidInput
from lakeglass.lake.model import VersionView
from lakeglass.lake.service import Lake
from lakeglass.science.jobs.model import Wanted
from lakeglass.science.jobs.places import link, within
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import Manifest
from lakeglass.science.repairs.model import Policy

TABLE = "table.parquet"


def take_ahead(lake: Lake, tenant_id: str, version_id: str, *, folder: Path, limit_mb: int) -> bool:
    """Link the table and the original of a version whose figures are still being computed.

    False where there is nothing to take ahead, or it was copied, and `take_in` will copy it again. Raises TooLarge.
    """
    with suppress(Conflict):
        lake.version_statistics(tenant_id, version_id)
        return False  # of an earlier reading
    found = lake.find_version(tenant_id, version_id)
    if found is None:
        return False
    version = found[1]
    within(version.size_bytes + version.original_bytes, limit_mb)
    table = lake.data_file(tenant_id, version_id)
    link(table, folder / TABLE)
    link(lake.blobs.path(tenant_id, version.original_sha256), folder / "original" / _name(version))
    return (folder / TABLE).samefile(table)


def take_in(
    lake: Lake,
    tenant_id: str,
    wanted: Wanted,
    *,
    folder: Path,
    version_id: str | None,
    limit_mb: int,
    repairs: Policy = "none",
) -> str:
    """Link the table and the original, write manifest and figures; gives the version that was taken.

    Nothing is read or uploaded a second time: the table is the lake's own file, which never changes. Raises
    NotFound, InvalidInput for a dataset that can't be read or columns that it lacks, Conflict for a deleted version,
    TooLarge before anything is linked when the two alone are more than a folder may hold.
    """
    dataset = lake.get(tenant_id, wanted.dataset_id)
    if dataset.state == "failed" or dataset.version is None:
        raise InvalidInput(f"{dataset.name!r} could not be read: {dataset.failure} Choose another dataset.")
    job = JobFolder(folder)
    taken = version_id or dataset.version.id
    if job.is_done("ingest"):
        return taken
    found = lake.find_version(tenant_id, taken)
    if found is None:
        raise Conflict("This version of the dataset was deleted; start the analysis anew.")
    version = found[1]
    within(version.size_bytes + version.original_bytes, limit_mb)
    began = time.monotonic()
    job.tell("started", stage="ingest")
    statistics = lake.version_statistics(tenant_id, taken)
    name = _name(version)
    link(lake.data_file(tenant_id, taken), folder / TABLE)
    link(lake.blobs.path(tenant_id, version.original_sha256), folder / "original" / name)
    job.write("statistics.json", statistics)
    job.write(
        "manifest.json",
        Manifest(
            name=name,
            sha256=version.original_sha256,
            size_bytes=version.original_bytes,
            rows=statistics.rows,
            columns=tuple(column.name for column in statistics.columns),
            decisions=tuple((each.what, each.value, each.note or "") for each in version.decisions),
            request=wanted.request(repairs=repairs),
        ),
    )
    seconds = round(time.monotonic() - began, 3)
    job.tell(
        "said",
        stage="ingest",
        text=f"Took {statistics.rows:,} rows of {dataset.name}, version {version.number}",
    )
    job.finish("ingest", seconds=seconds)
    job.tell("finished", stage="ingest", seconds=seconds)
    return taken


def _name(version: VersionView) -> str:
    return Path(version.original_name).name
