"""A table of text with thousands of columns, read in batches of rows and typed in groups of columns.

DuckDB plans in quadratic time and keeps buffers for every column and thread; a group of columns costs it little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from lakeglass.core.errors import UnprocessableFile
from lakeglass.lake.readers.base import BROKEN, Progress, silent
from lakeglass.lake.readers.choice import Kinds, Misfit
from lakeglass.lake.readers.types import MISFIT, TRIMMED, cast_query, is_padded, substituted

_GROUP = 100
_SAMPLE = 500
_BLOCK = 16 << 20
_VIEW = "lakeglass_wide"


class WideTable:
    """A `choice.TextTable` over Arrow's reader of regular files (commas, doubled quotes, no header)."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path,
        names: Sequence[str],
        *,
        progress: Progress = silent,
    ) -> None:
        self._connection = connection
        self._path = path
        self._progress = progress
        # Places of columns whose values have blanks around them; None: any may.
        self._padded: set[int] | None = set()
        self.names = tuple(names)

    def sample(self) -> list[list[str | None]]:
        """The first values of each column."""
        for batch in self._batches():
            columns = [column.to_pylist() for column in batch.slice(0, _SAMPLE).columns]
            self._padded = {place for place, column in enumerate(columns) if is_padded(column)}
            return columns
        return [[] for _ in self.names]

    def aggregate(self, wanted: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        """Counts are added up over the batches, other aggregates keep their first value."""
        self._padded = None
        found: dict[int, tuple[object, ...]] = {}
        places = [place for place in wanted if wanted[place]]
        for batch in self._batches():
            for start in range(0, len(places), _GROUP):
                group = places[start : start + _GROUP]
                selected = [substituted(sql, f"t{place}") for place in group for sql in wanted[place]]
                trimmed = ", ".join(f"{substituted(TRIMMED, f'c{place}')} AS t{place}" for place in group)
                answers = self._asked(
                    batch, group, f"SELECT {', '.join(selected)} FROM (SELECT {trimmed} FROM {_VIEW})"
                )
                row = [column[0].as_py() for column in answers.columns]
                for place in group:
                    mine, row = tuple(row[: len(wanted[place])]), row[len(wanted[place]) :]
                    found[place] = _added(found[place], mine) if place in found else mine
        return found

    def write(self, target: Path, kinds: Kinds) -> int:
        """Two looks at each batch, none at the whole; raises Misfit."""
        writer: pq.ParquetWriter | None = None
        rows = 0
        try:
            for batch in self._batches():
                table = self._cast(batch, kinds)
                if writer is None:
                    writer = pq.ParquetWriter(target, table.schema, compression="zstd")
                writer.write_table(table)
                rows += table.num_rows
            if writer is None:
                empty = pa.RecordBatch.from_arrays(
                    [pa.array([], pa.string()) for _ in self.names], names=self._columns()
                )
                writer = pq.ParquetWriter(target, self._cast(empty, kinds).schema, compression="zstd")
        finally:
            if writer is not None:
                writer.close()
        return rows

    def _cast(self, batch: pa.RecordBatch, kinds: Kinds) -> pa.Table:
        parts: list[pa.ChunkedArray[pa.Scalar[pa.DataType]]] = []
        fields: list[pa.Field[pa.DataType]] = []
        for start in range(0, len(kinds), _GROUP):
            group = list(range(start, min(start + _GROUP, len(kinds))))
            names = self.names[start : start + _GROUP]
            columns = [
                (place, self._value(place, kinds), kinds[place], name)
                for place, name in zip(group, names, strict=True)
            ]
            table = self._asked(batch, group, cast_query(columns, _VIEW))
            parts.extend(table.columns)
            fields.extend(table.schema)
        return pa.Table.from_arrays(parts, schema=pa.schema(fields))

    def _value(self, place: int, kinds: Kinds) -> str:
        padded = kinds[place] is not None and (self._padded is None or place in self._padded)
        return substituted(TRIMMED, f"c{place}") if padded else f"c{place}"

    def _asked(self, batch: pa.RecordBatch, group: Sequence[int], query: str) -> pa.Table:
        part = pa.Table.from_batches([batch.select([f"c{place}" for place in group])])
        self._connection.register(_VIEW, part)
        try:
            return self._connection.execute(query).to_arrow_table()
        except duckdb.InvalidInputException as error:
            if MISFIT in str(error):
                raise Misfit from error
            raise
        finally:
            self._connection.unregister(_VIEW)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        names = self._columns()
        total, done = self._path.stat().st_size, 0
        if not total:
            return
        try:
            with pa.csv.open_csv(
                self._path,
                read_options=pa.csv.ReadOptions(column_names=names, block_size=_BLOCK),
                parse_options=pa.csv.ParseOptions(newlines_in_values=True),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            ) as stream:
                for batch in stream:
                    done += _BLOCK
                    self._progress("read", min(done, total), total)
                    yield batch
        except pa.ArrowInvalid as error:
            raise UnprocessableFile(f"{BROKEN} Its rows can't be told apart.") from error

    def _columns(self) -> list[str]:
        return [f"c{place}" for place in range(len(self.names))]


def _added(before: Sequence[object], after: Sequence[object]) -> tuple[object, ...]:
    plus: Callable[[object, object], object] = lambda one, other: (  # noqa: E731
        one + other if isinstance(one, int) and isinstance(other, int) else other if one is None else one
    )
    return tuple(plus(one, other) for one, other in zip(before, after, strict=True))
