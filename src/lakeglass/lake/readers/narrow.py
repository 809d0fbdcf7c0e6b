"""A table of text that DuckDB reads from a regular file, column by column in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from lakeglass.lake.engine import file_literal, literal
from lakeglass.lake.readers.base import Progress, silent
from lakeglass.lake.readers.choice import Kinds, Misfit
from lakeglass.lake.readers.rows import MAX_LINE, Dialect, Irregular
from lakeglass.lake.readers.types import MISFIT, TRIMMED, cast_query, is_padded, substituted
from lakeglass.lake.watching import watched

SAMPLE = 2_000
# DuckDB plans many expressions in quadratic time.
_EXPRESSIONS = 120
# A quarter of what DuckDB takes by itself: a tenth faster, and a fifth less memory at its peak.
_BUFFER = 8 << 20


class Source(Protocol):
    """A relation with the columns c0, c1, …"""

    @property
    def sql(self) -> str:
        """What reads it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How DuckDB is told to read a file: every column as text, under the names c0, c1, …

    With `feeds` lines end in LF: left to itself, the engine takes a line end inside of the first value for it.
    (Told that they end in CR LF, DuckDB 1.5 reads quoted values wrong.)
    """

    path: Path
    dialect: Dialect
    width: int
    skip: int
    feeds: bool = True
    long_lines: bool = False

    @property
    def sql(self) -> str:
        """What reads it."""
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(self.width))
        # The engine's usual bound is 2 MB a line; buffers of the larger one are too many for several threads.
        lines = (
            f"max_line_size={MAX_LINE}, buffer_size={MAX_LINE + 1}, parallel=false, "
            if self.long_lines
            else f"buffer_size={_BUFFER}, "
        )
        feeds = "new_line='\\n', " if self.feeds else ""
        escape = self.dialect.escape or self.dialect.quote
        return (
            f"read_csv({file_literal(self.path)}, delim={literal(self.dialect.delimiter)}, "
            f"quote={literal(self.dialect.quote)}, escape={literal(escape)}, header=false, skip={self.skip}, "
            f"columns={{{columns}}}, auto_detect=false, hive_partitioning=false, nullstr='', "
            f"strict_mode=true, {feeds}{lines}null_padding=false)"
        )


class NarrowTable:
    """A `choice.TextTable` over `read_csv`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        layout: Source,
        names: Sequence[str],
        *,
        header: Sequence[str] = (),
        first: Sequence[str] | None = None,
        progress: Progress = silent,
    ) -> None:
        self._connection = connection
        self._layout = layout
        self._progress = progress
        self._header = tuple(header)
        self._first = first
        # Places of columns whose values may have blanks around them; taking those off costs as much as reading.
        self._padded: set[int] = set()
        self.names = tuple(names)

    def sample(self) -> list[list[str | None]]:
        """The first values of each column; raises Irregular when the first row is another one than expected."""
        rows = self._connection.execute(f"SELECT * FROM {self._layout.sql} LIMIT {SAMPLE}").fetchall()
        if self._first is not None:
            found = rows[0] if rows else ()
            if [cell or None for cell in self._first] != [cell or None for cell in found]:
                raise Irregular(0)
        columns = [[row[place] for row in rows] for place in range(len(self.names))]
        self._padded = {place for place, column in enumerate(columns) if is_padded(column)}
        return columns

    def aggregate(self, wanted: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        """Aggregates over every row, as few columns at once as keep planning fast."""
        self._refuse_headers()
        found: dict[int, tuple[object, ...]] = {}
        group: dict[int, Sequence[str]] = {}
        for place, expressions in wanted.items():
            if group and sum(map(len, group.values())) + len(expressions) > _EXPRESSIONS:
                found |= self._aggregated(group)
                group = {}
            group[place] = expressions
        self._padded |= wanted.keys()
        return found | (self._aggregated(group) if group else {})

    def write(self, target: Path, kinds: Kinds) -> int:
        """One pass over the file; raises Misfit."""
        columns = [
            (place, self._value(place, trimmed=kind is not None), kind, name)
            for place, (kind, name) in enumerate(zip(kinds, self.names, strict=True))
        ]
        query = cast_query(columns, self._layout.sql)
        copy = f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, CODEC zstd)"
        try:
            with watched(self._connection, "read", self._progress):
                written = self._connection.execute(copy).fetchone()
        except duckdb.InvalidInputException as error:
            if MISFIT in str(error):
                raise Misfit from error
            raise
        return int(written[0]) if written else 0

    def _refuse_headers(self) -> None:
        """Values that fit no type may be header rows in between: such a file is read row by row. Raises Irregular."""
        if len(self._header) < 2 or not self._header[0]:
            return
        same = " AND ".join(
            f"{substituted(TRIMMED, f'c{place}')} IS NOT DISTINCT FROM {literal(name) if name else 'NULL'}"
            for place, name in enumerate(self._header)
        )
        self._header = ()
        if self._connection.execute(f"SELECT 1 FROM {self._layout.sql} WHERE {same} LIMIT 1").fetchone():
            raise Irregular(0)

    def _aggregated(self, group: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        selected = ", ".join(
            substituted(sql, f"t{place}") for place, expressions in group.items() for sql in expressions
        )
        trimmed = ", ".join(f"{substituted(TRIMMED, f'c{place}')} AS t{place}" for place in group)
        query = f"SELECT {selected} FROM (SELECT {trimmed} FROM {self._layout.sql})"
        with watched(self._connection, "verify", self._progress):
            answers = self._connection.execute(query).fetchone() or ()
        found: dict[int, tuple[object, ...]] = {}
        start = 0
        for place, expressions in group.items():
            found[place] = tuple(answers[start : start + len(expressions)])
            start += len(expressions)
        return found

    def _value(self, place: int, *, trimmed: bool) -> str:
        if trimmed and place in self._padded:
            return substituted(TRIMMED, f"c{place}")
        return f"c{place}"
