"""Files and DataFrames without a server or a database: profile them, or prepare them for a sandbox."""

from __future__ import annotations

import hashlib
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import contents, report
from lakeglass.lake.decisions import ReadDecision, ReadOptions
from lakeglass.lake.engine import Engine
from lakeglass.lake.intake import file_stem
from lakeglass.lake.model import Preview, Statistics
from lakeglass.lake.preview import preview
from lakeglass.lake.readers import read
from lakeglass.lake.readers.base import Reading, ReadResult
from lakeglass.lake.statistics.table import Bounds, compute

_PIECE = 1 << 20
_INDEXED = 200_000
_CONVERT = "Convert it first, for example with astype(str), and give each column a name of its own."
# Arrow's messages quote values; the name of the column is all that is shown of them.
_COLUMN = re.compile(r"Conversion failed for column (.+?) with type")


@runtime_checkable
class Frame(Protocol):
    """A table that speaks the Arrow C stream: pandas, Polars, PyArrow and others do.

    Source: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
    """

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as a stream of record batches."""


class FileProfile(BaseModel):
    """The first rows, every column in numbers, and what the reader decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    preview: Preview
    statistics: Statistics
    decisions: tuple[ReadDecision, ...]

    def __repr__(self) -> str:
        """A line for consoles; notebooks show the whole."""
        known = self.statistics
        size = f"{known.rows:,} rows × {len(known.columns):,} columns, {len(known.findings):,} findings"
        return f"<profile of {self.name}: {size}; .to_html() and .statistics tell all>"

    def _repr_html_(self) -> str:
        """Findings, figures and distributions for notebooks."""
        return report.fragment(self.name, self.statistics)

    def to_html(self) -> str:
        """The same as a page of its own, which needs no network."""
        return report.page(self.name, self.statistics)


class Prepared(BaseModel):
    """A Parquet file that generated code can read, and what is known of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    sha256: str
    preview: Preview
    statistics: Statistics
    decisions: tuple[ReadDecision, ...]
    contents: Path | None = None


def profile(data: str | Path | Frame, *, settings: LakeSettings | None = None) -> FileProfile:
    """Every column of a file (CSV, Excel, JSON, Parquet, Arrow, SQLite) or a pandas, Polars or Arrow table, in numbers.

    Raises the file errors of the lake (UnsupportedFileType, EmptyFile, UnprocessableFile).
    """
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as folder:
        prepared = prepare(data, Path(folder), settings=settings or LakeSettings())
    name = data.__class__.__name__ if isinstance(data, Frame) else Path(data).name
    return FileProfile(
        name=name, preview=prepared.preview, statistics=prepared.statistics, decisions=prepared.decisions
    )


def convert(
    source: Path, target: Path, *, settings: LakeSettings, options: ReadOptions | None = None
) -> ReadResult:
    """Read a file of any known format and write its table as Parquet; raises the file errors of the lake."""
    with tempfile.TemporaryDirectory(prefix=".lakeglass-", dir=target.parent) as folder:
        engine = Engine(settings, spill=Path(folder))
        with engine.connection() as connection, engine.scratch() as scratch:
            return read(
                source,
                target,
                Reading(connection, scratch, options or ReadOptions(), settings.max_unpacked_mb << 20),
            )


def prepare(
    data: str | Path | Frame,
    folder: Path,
    *,
    settings: LakeSettings,
    options: ReadOptions | None = None,
    index: Path | None = None,
) -> Prepared:
    """Write the table to `folder` as Parquet and profile it; raises the file errors of the lake.

    With a folder `index`, the rarer values are indexed there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".lakeglass-", dir=folder) as scratch:
        engine = Engine(settings, spill=Path(scratch) / "spill")
        source, label = as_file(data, Path(scratch))
        target = folder / f"{file_stem(label)}.parquet"
        partial = Path(scratch) / "table.parquet"
        with engine.connection() as connection, engine.scratch() as own:
            result = read(
                source,
                partial,
                Reading(connection, own, options or ReadOptions(), settings.max_unpacked_mb << 20),
            )
            partial.replace(target)
        # A connection of its own: the engine keeps what reading took until the one that read is closed.
        with engine.connection() as connection, ThreadPoolExecutor(1) as aside:
            # Beside the figures, which leave a core idle now and then.
            first = aside.submit(preview, connection.cursor(), target, total_rows=result.rows)
            sha256 = aside.submit(_digest, source)
            computed = compute(connection, target, bounds=Bounds.of(settings))
            return Prepared(
                path=target,
                contents=_index(connection, target, computed, folder=index),
                sha256=sha256.result(),
                preview=first.result(),
                statistics=computed,
                decisions=result.decisions,
            )


def _index(
    connection: duckdb.DuckDBPyConnection, data: Path, known: Statistics, *, folder: Path | None
) -> Path | None:
    """The index of the contents, where it takes no more than a second or two: somebody waits for the answer."""
    if folder is None or sum(c.distinct for c in known.columns if c.kind == "text") > _INDEXED:
        return None
    target = folder / f"{data.stem}{contents.SUFFIX}"
    return target if contents.build(connection, data, target, statistics=known) else None


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _path(data: object) -> Path:
    if isinstance(data, str | Path):
        return Path(data)
    raise InvalidInput(
        f"Expected a path or a table of pandas, Polars or Arrow, got {type(data).__name__!r}. Make a table of it, "
        "for example with .collect() or pandas.DataFrame(…)."
    )


def as_file(data: str | Path | Frame, folder: Path) -> tuple[Path, str]:
    """The file itself, or the table written to `folder` as one, and its name; raises InvalidInput."""
    if not isinstance(data, Frame):
        path = _path(data)
        if not path.is_file():
            raise InvalidInput(
                f"There is no file {str(path)!r}. Give the path of a CSV, Excel, JSON, Parquet, Arrow or SQLite file."
            )
        return path, path.name
    path = folder / "frame.parquet"
    try:
        table = pa.table(data)
        table = table.select([name for name in table.column_names if not name.startswith("__index_level_")])
        unknown = [field.name for field in table.schema if isinstance(field.type, pa.BaseExtensionType)]
        if unknown:
            raise InvalidInput(f"The column {unknown[0]!r} has a type of its own library. {_CONVERT}")
        pq.write_table(table, path)
    except (pa.ArrowException, TypeError, ValueError) as error:
        if type(data).__name__ == "Series":
            raise InvalidInput("This is one column, and a table is expected: use .to_frame().") from error
        column = f"The column {match.group(1)!r}" if (match := _COLUMN.search(str(error))) else "This table"
        raise InvalidInput(
            f"{column} can't be read as one kind of values under one name. {_CONVERT}"
        ) from error
    return path, "frame.parquet"
