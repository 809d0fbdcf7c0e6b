"""Parquet: the footer is checked first, then the table is copied with types that every engine knows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import EmptyFile, UnprocessableFile
from lakeglass.lake.engine import literal, quoted
from lakeglass.lake.model import ReadDecision
from lakeglass.lake.readers.base import BROKEN, EMPTY, Capabilities, ReadResult
from lakeglass.lake.readers.names import unique_names

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
# What Apache Iceberg (format version 2) has no word for, and what stands in for it.
_PORTABLE = {
    "UTINYINT": "INTEGER",
    "TINYINT": "INTEGER",
    "SMALLINT": "INTEGER",
    "USMALLINT": "INTEGER",
    "UINTEGER": "BIGINT",
    "UBIGINT": "DECIMAL(20,0)",
    "HUGEINT": "DECIMAL(38,0)",
    "UHUGEINT": "VARCHAR",
    "INTERVAL": "VARCHAR",
    "TIME WITH TIME ZONE": "VARCHAR",
    "TIMESTAMP_NS": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_S": "TIMESTAMP",
    "JSON": "VARCHAR",
    "BIT": "VARCHAR",
    '"NULL"': "VARCHAR",
}


class ParquetReader:
    """Apache Parquet (https://parquet.apache.org/docs/file-format/)."""

    capabilities = Capabilities(name="parquet", label="Parquet", suffixes=(".parquet", ".pq"))

    def recognises(self, head: bytes) -> bool:
        """By the magic bytes, the encrypted kind included, so that its refusal can say so."""
        return head.startswith((_MAGIC, _ENCRYPTED))

    def check(self, source: Path) -> None:
        """Read the footer; raises EmptyFile, UnprocessableFile."""
        with source.open("rb") as stream:
            if stream.read(4) == _ENCRYPTED:
                raise UnprocessableFile(
                    f"{BROKEN} The footer is encrypted; decrypt the file, then upload it again."
                )
        try:
            with pq.ParquetFile(source) as file:
                metadata = file.metadata
                if metadata.num_rows == 0 or metadata.num_columns == 0:
                    raise EmptyFile(f"{EMPTY} The table has {metadata.num_columns} columns and no rows.")
        except (pa.ArrowException, OSError) as error:
            raise UnprocessableFile(
                f"{BROKEN} The footer is missing or damaged: is the file complete?"
            ) from error

    def read(self, source: Path, target: Path, connection: duckdb.DuckDBPyConnection) -> ReadResult:
        """Copy the table; raises UnprocessableFile for damaged pages."""
        table = f"read_parquet({literal(str(source))})"
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
            names, decisions = unique_names([str(row[0]) for row in described])
            columns = []
            for (before, dtype, *_), after in zip(described, names, strict=True):
                columns.append(f"{_portable(quoted(before), dtype)} AS {quoted(after)}")
                if dtype in _PORTABLE or dtype.startswith("ENUM"):
                    decisions.append(
                        ReadDecision(
                            what=f"type of {after}",
                            value=_PORTABLE.get(dtype, "VARCHAR"),
                            note=f"was {dtype}",
                        )
                    )
            query = f"SELECT {', '.join(columns)} FROM {table}"
            copy = f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, CODEC zstd)"
            rows = connection.execute(copy).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            if "No space left" in str(error):
                raise
            raise UnprocessableFile(f"{BROKEN} A part of the table can't be decoded.") from error
        return ReadResult(rows=int(rows[0]) if rows else 0, decisions=tuple(decisions))


def _portable(column: str, dtype: str) -> str:
    if dtype.startswith("ENUM"):
        return f"CAST({column} AS VARCHAR)"
    return f"CAST({column} AS {_PORTABLE[dtype]})" if dtype in _PORTABLE else column
