"""A Parquet file, column by column: a few of them at a time, and long ones in pieces, so that memory stays bounded."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.lake.statistics.arrow import Chunked, Places, whole

# Columns of short tables are read together: opening each on its own would cost more than reading it.
_CELLS = 2_000_000
_BYTES = 1 << 28


class Columns:
    """The columns of one file; several threads may read at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened = threading.local()
        opened = self._open()
        metadata = opened.metadata
        self.rows = metadata.num_rows
        self.schema = opened.schema_arrow
        self._groups = metadata.num_row_groups
        self._bytes = [0] * metadata.num_columns
        coded = [self._groups > 0] * metadata.num_columns
        paths: list[str] = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
        for group in range(self._groups):
            stored = metadata.row_group(group)
            for place in range(metadata.num_columns):
                chunk = stored.column(place)
                self._bytes[place] += chunk.total_uncompressed_size
                coded[place] = coded[place] and chunk.has_dictionary_page
        self._coded = [path for path, each in zip(paths, coded, strict=True) if each]
        self._sizes = dict(zip(paths, self._bytes, strict=True))
        self._opened = threading.local()  # from now on with the dictionaries of words as they are stored

    def together(self) -> Sequence[range]:
        """Which columns to read at once, by their places."""
        count = len(self.schema)
        width = max(1, _CELLS // max(self.rows, 1) // 4)
        return [range(start, min(start + width, count)) for start in range(0, count, width)]

    def table(self, places: Sequence[int]) -> pa.Table:
        """Whole columns."""
        names = self.schema.names
        return self._open().read(columns=[names[place] for place in places], use_threads=False)

    def at(self, places: Places) -> pa.Table:
        """Some rows of all columns, by their rising numbers; of the others a few columns are in memory at a time."""
        opened, parts, first = self._open(), [], 0
        for group in range(self._groups):
            count = opened.metadata.row_group(group).num_rows
            wanted = places[(places >= first) & (places < first + count)] - first
            if wanted.size:
                parts.append(self._rows(group, wanted, count))
            first += count
        return pa.concat_tables(parts) if parts else self.schema.empty_table()

    def _rows(self, group: int, wanted: Places, count: int) -> pa.Table:
        """These rows of one row group."""
        names, found, indices = self.schema.names, [], whole(wanted.astype(np.int64))
        for together in self.together():
            chosen = [names[place] for place in together]
            piece = self._open().read_row_group(group, columns=chosen, use_threads=False).select(chosen)
            found += (piece if wanted.size == count else piece.take(indices)).columns
        return pa.Table.from_arrays(found, names=names)

    def pieces(self, place: int) -> Iterator[Chunked]:
        """One column in pieces of bounded size, in file order."""
        name = self.schema.field(place).name
        size = max(1, self._sizes.get(name, 0))
        step = max(1, min(self._groups, self._groups * _BYTES // size))
        opened = self._open()
        for start in range(0, self._groups, step):
            groups = list(range(start, min(start + step, self._groups)))
            yield opened.read_row_groups(groups, columns=[name], use_threads=False).column(0)

    def _open(self) -> pq.ParquetFile:
        found: pq.ParquetFile | None = getattr(self._opened, "file", None)
        if found is None:
            coded = getattr(self, "_coded", [])
            found = pq.ParquetFile(self._file, memory_map=True, read_dictionary=coded, pre_buffer=False)
            self._opened.file = found
        return found
