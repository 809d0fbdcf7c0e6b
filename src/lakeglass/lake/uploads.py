"""From received bytes to a dataset that profiles itself: the row and the run are made in one transaction."""

from __future__ import annotations

from lakeglass.core.errors import Conflict
from lakeglass.core.ids import new_id
from lakeglass.lake.decisions import ReadOptions
from lakeglass.lake.ingest import KIND
from lakeglass.lake.intake import Received
from lakeglass.lake.model import DatasetView
from lakeglass.lake.readers import refuse_options
from lakeglass.lake.repository import LakeRepository
from lakeglass.lake.samples import sample_file
from lakeglass.lake.service import Lake
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database

_PIECE = 1 << 20


class Uploads:
    """Starts the run that reads whatever was received."""

    def __init__(self, database: Database, lake: Lake, runs: Runs) -> None:
        self._database = database
        self._lake = lake
        self._runs = runs

    def add(self, tenant_id: str, received: Received) -> DatasetView:
        """A new dataset; the same content under the same name is the one that is there already."""
        run_id = new_id("run")
        with self._database.transaction() as session:
            existing = LakeRepository(session, tenant_id).same(received.name, received.sha256)
            if existing is None:
                dataset = self._lake.create(tenant_id, received, run_id=run_id, session=session)
                self._runs.submit(
                    tenant_id,
                    KIND,
                    title=f"Read {received.name}",
                    subject=dataset.id,
                    payload={"dataset_id": dataset.id},
                    session=session,
                    run_id=run_id,
                )
                return dataset
            found = existing.id
        return self._lake.get(tenant_id, found)

    def remove(self, tenant_id: str, dataset_id: str) -> None:
        """Forget a dataset; one that is still being read stops being read first. Raises NotFound."""
        dataset = self._lake.get(tenant_id, dataset_id)
        if dataset.state == "profiling" and dataset.run_id is not None:
            self._runs.cancel(tenant_id, dataset.run_id)
        self._lake.delete(tenant_id, dataset_id)

    def read_again(self, tenant_id: str, dataset_id: str, options: ReadOptions) -> DatasetView:
        """Read the stored original as a person says: a new version, the ones before it stay as they are.

        Raises NotFound, Conflict while it is being read, InvalidInput for options that its format lacks.
        """
        run_id = new_id("run")
        with self._database.transaction() as session:
            row = LakeRepository(session, tenant_id).dataset(dataset_id)
            if row.state == "profiling":
                raise Conflict("This dataset is being read; wait until that has ended, or cancel it.")
            refuse_options(self._lake.blobs.path(tenant_id, row.original_sha256), options)
            self._lake.reopen(row, run_id=run_id, session=session)
            self._runs.submit(
                tenant_id,
                KIND,
                title=f"Read {row.name} again",
                subject=row.id,
                payload={"dataset_id": row.id, "options": options.model_dump(mode="json")},
                session=session,
                run_id=run_id,
            )
        return self._lake.get(tenant_id, dataset_id)

    def add_sample(self, tenant_id: str, name: str) -> DatasetView:
        """A shipped data set, through the same door as an upload; raises NotFound for an unknown name."""
        file = sample_file(name)
        with self._lake.intake(tenant_id) as upload, file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                upload.write(piece)
            received = upload.finish(file.name)
        return self.add(tenant_id, received)
