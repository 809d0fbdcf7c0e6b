"""Reading and writing the list of analyses, always inside one tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from lakeglass.core.errors import NotFound
from lakeglass.science.jobs.tables import AnalysisRow
from lakeglass.store.base import Repository
from lakeglass.store.database import Database


class AnalysisRepository(Repository):
    """The analyses of one tenant."""

    def row(self, job_id: str) -> AnalysisRow:
        """The row; raises NotFound, also for another tenant's."""
        row = self.session.get(AnalysisRow, job_id, populate_existing=True)
        if row is None or row.tenant_id != self.tenant_id:
            raise NotFound("There is no such analysis. Look at the list of analyses for those that exist.")
        return row

    def rows(self, *, limit: int) -> Sequence[AnalysisRow]:
        """Newest first."""
        query = select(AnalysisRow).where(AnalysisRow.tenant_id == self.tenant_id)
        newest = query.order_by(AnalysisRow.created_at.desc(), AnalysisRow.id.desc()).limit(limit)
        return self.session.execute(newest).scalars().all()

    def of_dataset(self, dataset_id: str) -> Sequence[AnalysisRow]:
        """Those of one dataset."""
        query = select(AnalysisRow).where(
            AnalysisRow.tenant_id == self.tenant_id, AnalysisRow.dataset_id == dataset_id
        )
        return self.session.execute(query).scalars().all()


def keep(database: Database, tenant_id: str, job_id: str, facts: Mapping[str, str | None]) -> None:
    """Note what is now known of an analysis."""
    with database.transaction() as session:
        session.execute(
            update(AnalysisRow)
            .where(AnalysisRow.tenant_id == tenant_id, AnalysisRow.id == job_id)
            .values(**facts)
        )


def owner_of(database: Database, tenant_id: str, job_id: str) -> str:
    """The id of the user who asked for an analysis; raises NotFound."""
    with database.transaction() as session:
        return AnalysisRepository(session, tenant_id).row(job_id).user_id
