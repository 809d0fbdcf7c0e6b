"""The lake as its users see it: datasets, versions, previews, statistics, rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict
from lakeglass.core.ids import new_id
from lakeglass.core.settings import LakeSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.contents import SUFFIX
from lakeglass.lake.engine import Engine
from lakeglass.lake.events import DatasetChanged
from lakeglass.lake.exports import ExportFormat, export
from lakeglass.lake.first import FirstFigures
from lakeglass.lake.intake import Intake, Received, clean_label, file_stem, receive
from lakeglass.lake.model import DatasetView, Preview, SourceNote, Statistics, VersionView
from lakeglass.lake.preview import EVERYTHING, Page, Selection, page
from lakeglass.lake.readers import readers
from lakeglass.lake.repository import LakeRepository, dataset_view, version_view
from lakeglass.lake.samples import SAMPLES, sample_identity
from lakeglass.lake.tables import DatasetRow, VersionRow
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database

if TYPE_CHECKING:
    from lakeglass.lake.iceberg import Warehouse

_LAYER = "bronze"
# Threads that write what was uploaded, apart from those that read it: an upload never waits for a reader.
_WRITERS = 4
# No upload and no query pauses for this long; the clock of a shared folder may be off by minutes.
_ABANDONED_S = 24 * 3600.0


class Lake:
    """Every tenant's datasets."""

    def __init__(
        self, database: Database, blobs: BlobStore, events: EventLog, settings: LakeSettings, *, home: Path
    ) -> None:
        self._database = database
        self.blobs = blobs
        self._events = events
        self._settings = settings
        self._home = home
        self.unpacked_bytes = settings.max_unpacked_mb << 20
        self.engine = Engine(settings, spill=home / "spill")
        self._first = FirstFigures(self.engine)
        self._writing = ThreadPoolExecutor(_WRITERS, thread_name_prefix="lakeglass-upload")

    @cached_property
    def warehouse(self) -> Warehouse:
        """The Iceberg tables; opened when the first one is needed."""
        from lakeglass.lake.iceberg import Warehouse  # a second of imports that no start has to wait for

        return Warehouse(self._database.engine, self._home / "warehouse")

    def warm(self) -> None:
        """Load what the first upload would wait for, the table format and the readers; sweep what a crash left."""
        _ = self.warehouse, readers()
        self.engine.sweep(older_than_s=_ABANDONED_S)
        self.blobs.sweep(older_than_s=_ABANDONED_S)

    @contextmanager
    def intake(self, tenant_id: str) -> Iterator[Intake]:
        """An upload; unless it is finished by the end of the block, nothing of it stays."""

        def in_use(sha256: str) -> bool:
            with self._database.transaction() as session:
                return LakeRepository(session, tenant_id).uses(sha256)

        limit = self._settings.max_upload_mb
        with receive(
            tenant_id, self.blobs, limit_mb=limit, in_use=in_use, first=self._first, pool=self._writing
        ) as upload:
            yield upload

    def create(self, tenant_id: str, received: Received, *, run_id: str, session: Session) -> DatasetView:
        """A dataset that a run will read; its row and first event join the caller's transaction."""
        row = DatasetRow(
            id=new_id("dts"),
            tenant_id=tenant_id,
            name=received.name,
            layer=_LAYER,
            state="profiling",
            failure=None,
            run_id=run_id,
            original_name=received.name,
            original_sha256=received.sha256,
            original_bytes=received.size,
            created_at=now(),
            updated_at=now(),
        )
        session.add(row)
        session.flush()
        body = DatasetChanged(dataset_id=row.id, name=row.name, state="profiling")
        self._events.append(tenant_id, row.id, body, run_id=run_id, key=f"{row.id}:created", session=session)
        return dataset_view(row, None)

    def reopen(self, row: DatasetRow, *, run_id: str, session: Session) -> None:
        """A run will read the dataset's original again; the change and its event join the caller's transaction."""
        row.state, row.failure, row.run_id, row.updated_at = "profiling", None, run_id, now()
        body = DatasetChanged(dataset_id=row.id, name=row.name, state="profiling")
        key = f"{row.id}:{run_id}"
        self._events.append(row.tenant_id, row.id, body, run_id=run_id, key=key, session=session)

    def samples(self, tenant_id: str) -> Sequence[SourceNote]:
        """What is shipped with the product, with the dataset that it became, if it was loaded."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            loaded = {note.name: repository.same(*sample_identity(note.name)) for note in SAMPLES.values()}
            return tuple(
                note.model_copy(update={"dataset_id": row.id}) if (row := loaded[note.name]) else note
                for note in SAMPLES.values()
            )

    def list(self, tenant_id: str) -> Sequence[DatasetView]:
        """Every dataset, newest first."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            rows = repository.datasets()
            newest: dict[str, VersionRow] = {}
            for version in repository.versions([row.id for row in rows]):
                newest.setdefault(version.dataset_id, version)
            return tuple(dataset_view(row, newest.get(row.id)) for row in rows)

    def get(self, tenant_id: str, dataset_id: str) -> DatasetView:
        """One dataset with its current version; raises NotFound."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            row = repository.dataset(dataset_id)
            versions = repository.versions([dataset_id])
            return dataset_view(row, versions[0] if versions else None)

    def versions(self, tenant_id: str, dataset_id: str) -> Sequence[VersionView]:
        """Every version, newest first; raises NotFound."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            row = repository.dataset(dataset_id)
            return tuple(version_view(version, row) for version in repository.versions([dataset_id]))

    def find_version(self, tenant_id: str, version_id: str) -> tuple[DatasetView, VersionView] | None:
        """A version with its dataset; None when it was deleted."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            version = repository.version(version_id)
            if version is None:
                return None
            row = repository.dataset(version.dataset_id)
            return dataset_view(row, version), version_view(version, row)

    def preview(self, tenant_id: str, dataset_id: str) -> Preview:
        """The first five rows; raises NotFound, Conflict until they are read."""
        with self._database.transaction() as session:
            return Preview.model_validate(LakeRepository(session, tenant_id).current(dataset_id).preview)

    def figures(self, tenant_id: str, dataset_id: str) -> Statistics | None:
        """The whole table in numbers, or its beginning while it is still being read; None while nothing can be told.

        Raises NotFound, Conflict for a file that could not be read.
        """
        with self._database.transaction() as session:
            row = LakeRepository(session, tenant_id).dataset(dataset_id)
            reading, sha256 = row.state == "profiling", row.original_sha256
        try:
            return self.statistics(tenant_id, dataset_id)
        except Conflict:
            source = self.blobs.path(tenant_id, sha256)
            if not reading:
                raise
            return self._first.of(tenant_id, sha256, source) if source.is_file() else None

    async def first_figures_settled(self, tenant_id: str, sha256: str) -> None:
        """Wait for the first figures of an original if they are just being computed, and not for long."""
        await self._first.settle(tenant_id, sha256)

    def statistics(self, tenant_id: str, dataset_id: str) -> Statistics:
        """The whole table in numbers; raises NotFound, Conflict until they are computed."""
        with self._database.transaction() as session:
            version = LakeRepository(session, tenant_id).current(dataset_id)
            if version.statistics is None:
                raise Conflict("The statistics of this dataset are still being computed; try again soon.")
            return Statistics.model_validate(version.statistics)

    def version_statistics(self, tenant_id: str, version_id: str) -> Statistics:
        """One version's table in numbers; raises Conflict when it was deleted, or until they are computed."""
        with self._database.transaction() as session:
            version = LakeRepository(session, tenant_id).version(version_id)
            if version is None or version.statistics is None:
                raise Conflict("This version has no statistics (any more); take the dataset's current one.")
            return Statistics.model_validate(version.statistics)

    def rows(
        self, tenant_id: str, dataset_id: str, selection: Selection = EVERYTHING, *, offset: int, limit: int
    ) -> Page:
        """A slice of the table; raises NotFound, Conflict, InvalidInput for a selection that can't be followed."""
        file = self._current_file(tenant_id, dataset_id)
        with self.engine.connection() as connection:
            return page(connection, file, selection, offset=offset, limit=limit)

    def export(
        self, tenant_id: str, dataset_id: str, selection: Selection = EVERYTHING, *, form: ExportFormat
    ) -> BinaryIO:
        """The table as a file of another format, opened; nothing of it stays on disk once it is closed.

        Raises NotFound, Conflict, InvalidInput for a selection that can't be followed, TooLarge for more than the
        format holds.
        """
        file = self._current_file(tenant_id, dataset_id)
        with self.engine.scratch() as scratch, self.engine.connection() as connection:
            target = scratch / f"table.{form}"
            export(connection, file, target, selection, form=form)
            return target.open("rb")

    def _current_file(self, tenant_id: str, dataset_id: str) -> Path:
        with self._database.transaction() as session:
            return self._home / LakeRepository(session, tenant_id).current(dataset_id).file

    def rename(self, tenant_id: str, dataset_id: str, name: str) -> DatasetView:
        """Give a dataset another label; raises NotFound."""
        with self._database.transaction() as session:
            row = LakeRepository(session, tenant_id).dataset(dataset_id)
            row.name, row.updated_at = clean_label(name), now()
            renamed = DatasetChanged(dataset_id=row.id, name=row.name, state=dataset_view(row, None).state)
            self._events.append(tenant_id, row.id, renamed, session=session)
        return self.get(tenant_id, dataset_id)

    def delete(self, tenant_id: str, dataset_id: str) -> None:
        """Forget a dataset: rows first, then its table, then the original unless another one shares it."""
        with self._database.transaction() as session:
            repository = LakeRepository(session, tenant_id)
            row = repository.dataset(dataset_id)
            layer, sha256 = row.layer, row.original_sha256
            session.delete(row)
            session.flush()
            shared = repository.uses(sha256)
            deleted = DatasetChanged(dataset_id=dataset_id, name=row.name, state="deleted")
            self._events.append(tenant_id, dataset_id, deleted, session=session)
        self.warehouse.drop(tenant_id, layer, dataset_id)
        if not shared:
            self.blobs.delete(tenant_id, sha256)

    def data_file(self, tenant_id: str, version_id: str) -> Path:
        """The immutable Parquet file of a version; raises Conflict when it was deleted."""
        with self._database.transaction() as session:
            version = LakeRepository(session, tenant_id).version(version_id)
        if version is None or not (self._home / version.file).is_file():
            raise Conflict("This version of the dataset was deleted; ask about its current one.")
        return self._home / version.file

    def contents(self, tenant_id: str, version_id: str) -> Path | None:
        """The index of a version's rarer values; None until it is built, and for tables that need none."""
        path = self.data_file(tenant_id, version_id).with_suffix(SUFFIX)
        return path if path.is_file() else None

    def data_name(self, dataset: DatasetView) -> str:
        """What generated code calls the dataset: a Python identifier made of its label."""
        return file_stem(dataset.name)

    def relative(self, file: Path) -> str:
        """A file of ours as the database stores it."""
        return str(file.relative_to(self._home))
