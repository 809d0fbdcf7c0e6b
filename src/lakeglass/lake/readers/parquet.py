"""Parquet: the footer is checked first, then the table is copied with types that every engine knows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import EmptyFile, UnprocessableFile
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.engine import literal, parquet, quoted
from lakeglass.lake.readers.base import BROKEN, EMPTY, Capabilities, Reading, ReadResult
from lakeglass.lake.readers.names import unique_names

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
# What the key tools of Arrow, Spark and parquet-mr write beside an encrypted column (Parquet modular encryption).
_KEYS = b"keyMaterialType"
_FOOTER_BYTES = 4 << 20
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
    "TIME_NS": "TIME",
    "TIMESTAMP_NS": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_S": "TIMESTAMP",
    "JSON": "VARCHAR",
    "BIT": "VARCHAR",
    '"NULL"': "VARCHAR",
}
# A type inside a type's description: a quoted field name is none, an enumeration goes with its values.
_WORD = re.compile(
    r'"NULL"|"(?:[^"]|"")*"|ENUM\((?:[^\'()]|\'(?:[^\']|\'\')*\')*\)|TIME WITH TIME ZONE|\b[A-Z_]+\b(?! WITH)'
)


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
                _refuse_long_decimals(file.schema_arrow)
                if metadata.num_columns == 0:
                    raise EmptyFile(f"{EMPTY} The table has no columns.")
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise UnprocessableFile(
                f"{BROKEN} The footer is missing or damaged: is the file complete?"
            ) from error

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Copy the table; raises UnprocessableFile for damaged pages."""
        table = parquet(source)
        try:
            described = reading.connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
            names, decisions = unique_names(pq.read_schema(source).names)
            columns = []
            for (engines, dtype, *_), name in zip(described, names, strict=True):
                stored = portable_type(dtype)
                if stored == dtype:
                    columns.append(f"{quoted(engines)} AS {quoted(name)}")
                    continue
                columns.append(f"CAST({quoted(engines)} AS {stored}) AS {quoted(name)}")
                decisions.append(ReadDecision(what=f"type of {name}", value=stored, note=f"was {dtype}"))
            query = f"SELECT {', '.join(columns)} FROM {table}"
            copy = f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, CODEC zstd)"
            rows = reading.connection.execute(copy).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, UnicodeError) as error:
            if "No space left" in str(error):
                raise
            raise _undecodable(source) from error
        return ReadResult(rows=int(rows[0]) if rows else 0, decisions=tuple(decisions))


def portable_type(dtype: str) -> str:
    """The type that stands in for one of the engine's, also inside lists, structs and maps."""

    def instead(match: re.Match[str]) -> str:
        word = match.group()
        return "VARCHAR" if word.startswith("ENUM(") else _PORTABLE.get(word, word)

    return _WORD.sub(instead, dtype)


def _undecodable(source: Path) -> UnprocessableFile:
    """A file may tell its schema in plain and encrypt columns; the libraries then leave how in the footer as JSON.

    Arrow ends the process that asks it for such a column's metadata, so it is not asked.
    """
    with source.open("rb") as stream:
        stream.seek(-min(_FOOTER_BYTES, source.stat().st_size), os.SEEK_END)
        footer = stream.read()
    if _KEYS in footer:
        return UnprocessableFile(
            f"{BROKEN} Some of its columns are encrypted; decrypt the file, or leave them out, then upload it again."
        )
    return UnprocessableFile(
        f"{BROKEN} A part of the table can't be decoded: it is damaged. Write the file again, then upload it."
    )


def _refuse_long_decimals(schema: pa.Schema) -> None:
    """DuckDB reads them as something else without a word."""
    for field in schema:
        if pa.types.is_decimal256(field.type):
            raise UnprocessableFile(
                f"{BROKEN} The column {field.name!r} has decimals of more than 38 digits, which can't be kept exactly; "
                "store it with fewer digits or as text."
            )
