"""Apache Iceberg: a dataset is a table, a version is a snapshot (https://iceberg.apache.org/spec/).

The catalog is PyIceberg's SqlCatalog on our own database and our own connections, so that another engine can open it
by the same URL; data files lie below the warehouse folder.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import MetastoreCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.table import Table
from sqlalchemy import Engine

from lakeglass.core.errors import UnprocessableFile

_CATALOG = "lakeglass"
# Which run made a snapshot: a repeated run finds its own one instead of adding the rows twice.
_RUN = "lakeglass.run-id"


class _Catalog(SqlCatalog):
    """SqlCatalog opens a database of its own; two engines on one SQLite file would wait for each other."""

    def __init__(self, engine: Engine, warehouse: Path) -> None:
        MetastoreCatalog.__init__(self, _CATALOG, uri=str(engine.url), warehouse=warehouse.as_uri())
        self.engine = engine
        self._init_catalog()


class Warehouse:
    """The Iceberg tables below one folder: `<root>/<tenant>/<layer>/<dataset>/{data,metadata}`."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self._root = root
        self._catalog = _Catalog(engine, root)

    def data_file(self, tenant_id: str, layer: str, dataset_id: str, *, run_id: str) -> Path:
        """Where a run writes its data file; the folder exists afterwards."""
        folder = self._folder(tenant_id, layer, dataset_id) / "data"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{run_id}.parquet"

    def publish(self, tenant_id: str, layer: str, dataset_id: str, *, file: Path, run_id: str) -> str:
        """Make `file` the table's next snapshot and return the snapshot's id; a second time changes nothing.

        Raises UnprocessableFile for values that no Iceberg table can hold.
        """
        try:
            return self._publish(tenant_id, layer, dataset_id, file=file, run_id=run_id)
        except (ArithmeticError, TypeError, ValueError, NotImplementedError, pa.ArrowException) as error:
            raise UnprocessableFile(
                "This table can't be stored: it has types or values, such as dates in a far-off year, that Apache "
                "Iceberg has no place for. Leave them out, or turn them into text, and upload it again."
            ) from error

    def _publish(self, tenant_id: str, layer: str, dataset_id: str, *, file: Path, run_id: str) -> str:
        table = self._table(tenant_id, layer, dataset_id, file)
        for snapshot in table.snapshots():
            if snapshot.summary is not None and snapshot.summary.additional_properties.get(_RUN) == run_id:
                return str(snapshot.snapshot_id)
        table.add_files([str(file)], snapshot_properties={_RUN: run_id})
        current = table.current_snapshot()
        assert current is not None  # add_files committed one
        return str(current.snapshot_id)

    def drop(self, tenant_id: str, layer: str, dataset_id: str) -> None:
        """Remove a table with its files; one that is not there is no error."""
        with suppress(NoSuchTableError):
            self._catalog.drop_table((*_namespace(tenant_id, layer), dataset_id))
        shutil.rmtree(self._folder(tenant_id, layer, dataset_id), ignore_errors=True)

    def _table(self, tenant_id: str, layer: str, dataset_id: str, file: Path) -> Table:
        namespace = _namespace(tenant_id, layer)
        identifier = (*namespace, dataset_id)
        with suppress(NoSuchTableError):
            return self._catalog.load_table(identifier)
        with suppress(NamespaceAlreadyExistsError):
            self._catalog.create_namespace(namespace)
        location = self._folder(tenant_id, layer, dataset_id).as_uri()
        try:
            return self._catalog.create_table(identifier, schema=pq.read_schema(file), location=location)
        except TableAlreadyExistsError:
            return self._catalog.load_table(identifier)

    def _folder(self, tenant_id: str, layer: str, dataset_id: str) -> Path:
        return self._root / tenant_id / layer / dataset_id


def _namespace(tenant_id: str, layer: str) -> tuple[str, str]:
    return (tenant_id, layer)
