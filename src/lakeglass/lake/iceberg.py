"""Apache Iceberg: a dataset is a table, a version is a snapshot (https://iceberg.apache.org/spec/).

The catalog is PyIceberg's SqlCatalog on our own database and our own connections, so that another engine can open it
by the same URL; data files lie below the warehouse folder.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import MetastoreCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import (
    NamespaceAlreadyExistsError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.table import Table
from sqlalchemy import Engine

from lakeglass.core.errors import UnprocessableFile

_CATALOG = "lakeglass"
_READING = "__"
# Which run made a snapshot: a repeated run finds its own one instead of adding the rows twice.
_RUN = "lakeglass.run-id"


@dataclass(frozen=True, slots=True)
class TableName:
    """A dataset's table; `reading` (a run's id) tells apart the ones of an original that was read again.

    Another reading has columns of other types: files of both would not fit into one table's history.
    """

    tenant_id: str
    layer: str
    dataset_id: str
    reading: str | None = None

    @property
    def identifier(self) -> tuple[str, str, str]:
        """What the catalog calls it."""
        name = f"{self.dataset_id}{_READING}{self.reading}" if self.reading else self.dataset_id
        return (self.tenant_id, self.layer, name)


class _Catalog(SqlCatalog):
    """SqlCatalog opens a database of its own; two engines on one SQLite file would wait for each other."""

    def __init__(self, engine: Engine, warehouse: Path) -> None:
        MetastoreCatalog.__init__(self, _CATALOG, uri=str(engine.url), warehouse=warehouse.as_uri())
        self.engine = engine
        self._init_catalog()


class Warehouse:
    """The Iceberg tables below one folder: `<root>/<tenant>/<layer>/<dataset>[/<reading>]/{data,metadata}`."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self._root = root
        self._catalog = _Catalog(engine, root)

    def data_file(self, table: TableName, *, run_id: str) -> Path:
        """Where a run writes its data file; the folder exists afterwards."""
        folder = self._folder(table) / "data"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{run_id}.parquet"

    def publish(self, table: TableName, *, file: Path, run_id: str) -> str:
        """Make `file` the table's next snapshot and return the snapshot's id; a second time changes nothing.

        Raises UnprocessableFile for values that no Iceberg table can hold.
        """
        try:
            return self._publish(table, file=file, run_id=run_id)
        except (ArithmeticError, TypeError, ValueError, NotImplementedError, pa.ArrowException) as error:
            raise UnprocessableFile(
                "This table can't be stored: it has types or values, such as dates in a far-off year, that Apache "
                "Iceberg has no place for. Leave them out, or turn them into text, and upload it again."
            ) from error

    def _publish(self, name: TableName, *, file: Path, run_id: str) -> str:
        table = self._table(name, file)
        for snapshot in table.snapshots():
            if snapshot.summary is not None and snapshot.summary.additional_properties.get(_RUN) == run_id:
                return str(snapshot.snapshot_id)
        table.add_files([str(file)], snapshot_properties={_RUN: run_id})
        current = table.current_snapshot()
        assert current is not None  # add_files committed one
        return str(current.snapshot_id)

    def drop(self, tenant_id: str, layer: str, dataset_id: str) -> None:
        """Remove every table of a dataset with its files; one that is not there is no error."""
        namespace = (tenant_id, layer)
        with suppress(NoSuchNamespaceError):
            for *_, name in self._catalog.list_tables(namespace):
                if name == dataset_id or name.startswith(f"{dataset_id}{_READING}"):
                    with suppress(NoSuchTableError):
                        self._catalog.drop_table((*namespace, name))
        shutil.rmtree(self._folder(TableName(tenant_id, layer, dataset_id)), ignore_errors=True)

    def drop_table(self, table: TableName) -> None:
        """Remove one table with its files; one that is not there is no error."""
        with suppress(NoSuchTableError):
            self._catalog.drop_table(table.identifier)
        shutil.rmtree(self._folder(table), ignore_errors=True)

    def _table(self, name: TableName, file: Path) -> Table:
        with suppress(NoSuchTableError):
            return self._catalog.load_table(name.identifier)
        with suppress(NamespaceAlreadyExistsError):
            self._catalog.create_namespace(name.identifier[:-1])
        location = self._folder(name).as_uri()
        try:
            return self._catalog.create_table(name.identifier, schema=pq.read_schema(file), location=location)
        except TableAlreadyExistsError:
            return self._catalog.load_table(name.identifier)

    def _folder(self, table: TableName) -> Path:
        folder = self._root / table.tenant_id / table.layer / table.dataset_id
        return folder / table.reading if table.reading else folder
