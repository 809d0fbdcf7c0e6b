"""Reading and writing datasets, always inside one tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select

from lakeglass.core.errors import Conflict, NotFound
from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.model import DatasetView, VersionView
from lakeglass.lake.tables import DatasetRow, VersionRow
from lakeglass.runs.model import Failure
from lakeglass.runs.tables import RunRow
from lakeglass.store.base import Repository

_DECISIONS = TypeAdapter(tuple[ReadDecision, ...])
_STOPPED = "Reading was stopped before it ended. Delete this dataset, or upload the file again."
_GONE = "There is no such dataset; it may have been deleted. Choose another one from the list."


class LakeRepository(Repository):
    """Datasets and versions of one tenant."""

    def dataset(self, dataset_id: str) -> DatasetRow:
        """The row; raises NotFound."""
        row = self.session.get(DatasetRow, dataset_id)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound(_GONE)
        self._settle([row])
        return row

    def datasets(self) -> Sequence[DatasetRow]:
        """Newest first."""
        query = (
            select(DatasetRow)
            .where(DatasetRow.tenant_id == self.tenant_id)
            .order_by(DatasetRow.created_at.desc())
        )
        rows = self.session.execute(query).scalars().all()
        self._settle(rows)
        return rows

    def same(self, name: str, sha256: str) -> DatasetRow | None:
        """A dataset of this name with exactly this content, unless it could not be read."""
        query = select(DatasetRow).where(
            DatasetRow.tenant_id == self.tenant_id,
            DatasetRow.original_name == name,
            DatasetRow.original_sha256 == sha256,
            DatasetRow.state != "failed",
        )
        rows = self.session.execute(query).scalars().all()
        self._settle(rows)
        return next((row for row in rows if row.state != "failed"), None)

    def uses(self, sha256: str) -> bool:
        """True when a dataset has this content as its original."""
        query = select(DatasetRow.id).where(
            DatasetRow.tenant_id == self.tenant_id, DatasetRow.original_sha256 == sha256
        )
        return self.session.execute(query.limit(1)).first() is not None

    def versions(self, dataset_ids: Sequence[str]) -> Sequence[VersionRow]:
        """The versions of these datasets, newest first."""
        query = (
            select(VersionRow)
            .where(VersionRow.tenant_id == self.tenant_id, VersionRow.dataset_id.in_(dataset_ids))
            .order_by(VersionRow.number.desc())
        )
        return self.session.execute(query).scalars().all()

    def version(self, version_id: str) -> VersionRow | None:
        """A version by its id."""
        row = self.session.get(VersionRow, version_id)
        return row if row is not None and row.tenant_id == self.tenant_id else None

    def current(self, dataset_id: str) -> VersionRow:
        """The newest version; raises NotFound, Conflict while there is none yet or the file can't be read."""
        dataset = self.dataset(dataset_id)
        versions = self.versions([dataset_id])
        if not versions:
            why = (
                f"could not be read: {dataset.failure}"
                if dataset.failure
                else "is still being read; try again soon"
            )
            raise Conflict(f"{dataset.name!r} {why}")
        return versions[0]

    def _settle(self, rows: Sequence[DatasetRow]) -> None:
        """A run that was cancelled, or broke, could not say so: its dataset is not being read any more."""
        waiting = {row.run_id: row for row in rows if row.state == "profiling" and row.run_id is not None}
        if not waiting:
            return
        query = select(RunRow).where(
            RunRow.tenant_id == self.tenant_id,
            RunRow.id.in_(waiting),
            RunRow.outcome.in_(("failed", "cancelled")),
        )
        for run in self.session.execute(query).scalars():
            row = waiting[run.id]
            told = Failure.model_validate(run.failure).message if run.failure else _STOPPED
            self.unread(row, told, at=run.ended_at or row.updated_at)

    def unread(self, row: DatasetRow, reason: str, *, at: datetime) -> None:
        """A reading failed: the versions from before stay; without any, the dataset is of no use."""
        complete = any(version.statistics is not None for version in self.versions([row.id]))
        row.state, row.failure, row.updated_at = "ready" if complete else "failed", reason, at


def version_view(row: VersionRow, dataset: DatasetRow) -> VersionView:
    """A version as its owner sees it."""
    return VersionView(
        id=row.id,
        dataset_id=row.dataset_id,
        number=row.number,
        snapshot_id=row.snapshot_id,
        rows=row.rows,
        size_bytes=row.size_bytes,
        original_name=dataset.original_name,
        original_bytes=dataset.original_bytes,
        original_sha256=dataset.original_sha256,
        decisions=_DECISIONS.validate_python(row.decisions),
        options=ReadOptions.model_validate(row.options or {}),
        created_at=row.created_at,
        created_by_run=row.created_by_run,
    )


def dataset_view(row: DatasetRow, version: VersionRow | None) -> DatasetView:
    """A dataset with its current version as its owner sees it."""
    return DatasetView.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "layer": row.layer,
            "state": row.state,
            "failure": row.failure,
            "rows": version and version.rows,
            "columns": version and version.columns,
            "size_bytes": version.size_bytes if version else row.original_bytes,
            "version": version and version_view(version, row),
            "run_id": row.run_id,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )
