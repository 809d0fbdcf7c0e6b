"""A table of text and typed columns that the engine can query: what the careful types of text are chosen over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from lakeglass.lake.readers.base import Progress, silent
from lakeglass.lake.readers.narrow import SAMPLE, NarrowTable
from lakeglass.lake.readers.types import is_padded


class _Query:
    """What `NarrowTable` reads from."""

    def __init__(self, sql: str) -> None:
        self.sql = sql


class StoredTable(NarrowTable):
    """A `choice.TextTable` over a query with the columns c0, c1, …; those not in `text` have their type already."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        sql: str,
        names: Sequence[str],
        *,
        text: frozenset[int],
        progress: Progress = silent,
    ) -> None:
        super().__init__(connection, _Query(sql), names, progress=progress)
        self._text = text

    def sample(self) -> list[list[str | None]]:
        """The first values of each column of text; none of the others."""
        columns: list[list[str | None]] = [[] for _ in self.names]
        places = sorted(self._text)
        if places:
            selected = ", ".join(f"c{place}" for place in places)
            query = f"SELECT {selected} FROM {self._layout.sql} LIMIT {SAMPLE}"
            rows = self._connection.execute(query).fetchall()
            for index, place in enumerate(places):
                columns[place] = [row[index] for row in rows]
        self._padded = {place for place, column in enumerate(columns) if is_padded(column)}
        return columns

    def aggregate(self, wanted: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        """Aggregates over the columns of text."""
        return super().aggregate({place: sql for place, sql in wanted.items() if place in self._text})
