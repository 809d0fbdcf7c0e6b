"""The durable run that turns a received file into a dataset version: read, then profile."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from pydantic import BaseModel, JsonValue, TypeAdapter

from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, LakeglassError, NotFound
from lakeglass.core.ids import new_id
from lakeglass.lake import contents, preview
from lakeglass.lake.decisions import ReadOptions
from lakeglass.lake.events import DatasetChanged, ProfilePart
from lakeglass.lake.iceberg import TableName
from lakeglass.lake.model import DatasetState, Preview, Statistics
from lakeglass.lake.readers import read
from lakeglass.lake.readers.base import Reading, ReadResult
from lakeglass.lake.repository import LakeRepository
from lakeglass.lake.service import Lake
from lakeglass.lake.statistics.table import Bounds, compute
from lakeglass.lake.tables import VersionRow
from lakeglass.runs.kinds import Arguments, RunContext, RunKind, Stage, StageContext
from lakeglass.store.database import Database

KIND = "ingest"
_log = logging.getLogger(__name__)


class _Args(BaseModel):
    """`options` are given when a file is read again: that makes another table, as its columns may be others."""

    dataset_id: str
    options: ReadOptions | None = None


class Ingest:
    """The stages of the run."""

    def __init__(self, database: Database, lake: Lake) -> None:
        self._database = database
        self._lake = lake

    def kind(self) -> RunKind:
        """What `app.py` hands to the engine."""
        return RunKind(
            name=KIND,
            stages=(
                Stage(name="read", title="Read the file", function=self.read, heavy=True),
                Stage(name="profile", title="Compute statistics", function=self.profile),
                Stage(name="index", title="Index the contents", function=self.index),
            ),
            orchestrate=_orchestrate,
        )

    async def read(self, context: StageContext, args: Arguments) -> JsonValue:
        """Original to one Parquet file to an Iceberg snapshot, with a preview; a failed file is marked so."""
        given = _Args.model_validate(args)
        try:
            return await self._read(context, given)
        except LakeglassError as error:
            await self._fail(context, given.dataset_id, error.message)
            raise

    async def profile(self, context: StageContext, args: Arguments) -> JsonValue:
        """Statistics over every row; afterwards the dataset is ready."""
        dataset_id = _Args.model_validate(args).dataset_id
        try:
            return await self._profile(context, dataset_id)
        except LakeglassError as error:
            await self._fail(context, dataset_id, error.message)
            raise

    async def index(self, context: StageContext, args: Arguments) -> JsonValue:
        """Every distinct text, for questions that name one; the dataset is ready before, and stays so without it."""
        dataset_id = _Args.model_validate(args).dataset_id
        try:
            with self._database.transaction() as session:
                version = LakeRepository(session, context.tenant_id).current(dataset_id)
                known = Statistics.model_validate(version.statistics)
            file = self._lake.data_file(context.tenant_id, version.id)
            held = await self._lake.engine.run(
                lambda connection: contents.build(
                    connection, file, file.with_suffix(contents.SUFFIX), statistics=known
                )
            )
        except (NotFound, Conflict):
            return None  # deleted meanwhile
        except LakeglassError as error:
            _log.warning("the contents of %s are not indexed: %s", dataset_id, error.message)
            return None
        return {"values": held}

    async def _profile(self, context: StageContext, dataset_id: str) -> JsonValue:
        with self._database.transaction() as session:
            version = LakeRepository(session, context.tenant_id).current(dataset_id)
        file = self._lake.data_file(context.tenant_id, version.id)
        bounds = Bounds.of(self._lake.engine.settings)
        computed = await self._lake.engine.run(lambda connection: compute(connection, file, bounds=bounds))
        with self._database.transaction() as session:
            repository = LakeRepository(session, context.tenant_id)
            stored = repository.current(dataset_id)
            stored.statistics = computed.model_dump(mode="json")
            row = repository.dataset(dataset_id)
            row.state, row.failure, row.updated_at = "ready", None, now()
        part = ProfilePart(dataset_id=dataset_id, version_id=version.id, part="statistics")
        await context.emit(part, key="statistics")
        ready = DatasetChanged(dataset_id=dataset_id, name=row.name, state="ready", version_id=version.id)
        await context.emit(ready, key="ready")
        return None

    async def _read(self, context: StageContext, given: _Args) -> JsonValue:
        with self._database.transaction() as session:
            row = LakeRepository(session, context.tenant_id).dataset(given.dataset_id)
        table = TableName(context.tenant_id, row.layer, row.id, context.run_id if given.options else None)
        source = self._lake.blobs.path(context.tenant_id, row.original_sha256)
        target = self._lake.warehouse.data_file(table, run_id=context.run_id)
        options = given.options or ReadOptions()
        await self._lake.first_figures_settled(context.tenant_id, row.original_sha256)
        try:
            result, first = await self._convert(source, target, options)
            snapshot_id = await asyncio.to_thread(
                self._lake.warehouse.publish, table, file=target, run_id=context.run_id
            )
            version = VersionRow(
                id=new_id("ver"),
                tenant_id=context.tenant_id,
                dataset_id=row.id,
                snapshot_id=snapshot_id,
                file=self._lake.relative(target),
                rows=result.rows,
                columns=len(first.columns),
                size_bytes=target.stat().st_size,
                decisions=[decision.model_dump(mode="json") for decision in result.decisions],
                options=options.model_dump(mode="json", exclude_defaults=True),
                preview=first.model_dump(mode="json"),
                statistics=None,
                created_at=now(),
                created_by_run=context.run_id,
            )
            version_id = self._keep(context, version)
        except LakeglassError:
            # Also when the dataset was deleted meanwhile: nothing half-written stays.
            await asyncio.to_thread(self._lake.warehouse.drop_table, table)
            raise
        part = ProfilePart(dataset_id=row.id, version_id=version_id, part="preview")
        await context.emit(part, key="preview")
        return {"version_id": version_id}

    async def _convert(self, source: Path, target: Path, options: ReadOptions) -> tuple[ReadResult, Preview]:
        """Write `target` in one step; one that is there already is complete, and a snapshot may name it."""
        partial = target.with_suffix(".partial")
        try:
            with self._lake.engine.scratch() as scratch:
                found = await self._lake.engine.run(
                    lambda connection: _converted(
                        source,
                        partial,
                        Reading(connection, scratch, options, self._lake.unpacked_bytes),
                    )
                )
            await asyncio.to_thread(_move, partial, target)
            return found
        finally:
            partial.unlink(missing_ok=True)

    def _keep(self, context: StageContext, version: VersionRow) -> str:
        """Store the version; a repeated stage finds the one that it had stored."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, context.tenant_id)
            repository.dataset(version.dataset_id)
            existing = repository.versions([version.dataset_id])
            for stored in existing:
                if stored.snapshot_id == version.snapshot_id:
                    return stored.id
            version.number = len(existing) + 1
            session.add(version)
            return version.id

    async def _fail(self, context: StageContext, dataset_id: str, message: str) -> None:
        """Mark the dataset; its original stays until it is deleted, and so do the versions from before."""
        try:
            with self._database.transaction() as session:
                repository = LakeRepository(session, context.tenant_id)
                row = repository.dataset(dataset_id)
                repository.unread(row, message, at=now())
                state = TypeAdapter(DatasetState).validate_python(row.state)
            body = DatasetChanged(dataset_id=dataset_id, name=row.name, state=state, failure=message)
            await context.emit(body, key="failed")
        except (NotFound, Conflict):
            # Deleted, or cancelled: whoever looks at the dataset then notices that its run is over.
            return


def _converted(source: Path, target: Path, reading: Reading) -> tuple[ReadResult, Preview]:
    result = read(source, target, reading)
    return result, preview.preview(reading.connection, target, total_rows=result.rows)


def _move(partial: Path, target: Path) -> None:
    """Rename, once the bytes would survive a power cut; a target that is there stays as it is."""
    if target.exists():
        return
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(target)


async def _orchestrate(context: RunContext, payload: Arguments) -> JsonValue:
    """First the rows, then what they say."""
    await context.run("read", payload)
    await context.run("profile", payload)
    return await context.run("index", payload)
