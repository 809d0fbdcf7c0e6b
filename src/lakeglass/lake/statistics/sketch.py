"""Words in their millions: what is too many to hold is counted by the engine, which spills to disk, or estimated.

The estimate counts exactly those values whose hash falls into a fixed share of all hashes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.figures import TopValue
from lakeglass.lake.statistics.words import TOP, Lengths, shortened

# Distinct values are counted exactly up to this many.
EXACT = 2_000_000
# One in so many hashes is looked at: of more than EXACT values at least 30,000.
_SHARE = 64
# Rows among which the most frequent values are looked for; those found are counted in all rows.
_SAMPLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of a column with more than `EXACT` different texts; `error` bounds `distinct` (4 sigma)."""

    present: int
    distinct: int
    error: float
    lengths: Lengths
    empty: int
    top_values: tuple[TopValue, ...]
    some: tuple[str, ...]


def sketch(connection: duckdb.DuckDBPyConnection, file: Path, column: str, *, rows: int, some: int) -> Sketch:
    """Three passes of the engine over one column; `some` values are given back to be looked at."""
    name, table = quoted(column), parquet(file)
    figures = connection.execute(
        f"SELECT count(v), count(DISTINCT h) FILTER (h % {_SHARE} = 0), min(n), max(n), avg(n), median(n), "
        f"count(*) FILTER (v = '') "
        f"FROM (SELECT {name} AS v, hash({name}) AS h, length({name}) AS n FROM {table} WHERE {name} IS NOT NULL)"
    ).fetchone()
    assert figures is not None
    present, kept, least, most, mean, median, empty = figures
    return Sketch(
        present=present,
        distinct=kept * _SHARE,
        error=4 / math.sqrt(max(kept, 1)),
        lengths=Lengths(least=least, most=most, mean=mean, median=median, bars=()),
        empty=empty,
        top_values=_frequent(connection, table, name, rows=rows, present=present),
        some=_some(connection, table, name, rows=rows, some=some),
    )


def _frequent(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, *, rows: int, present: int
) -> tuple[TopValue, ...]:
    """Values that are frequent in an even sample, counted in all rows."""
    share = max(1, rows // _SAMPLE)
    seen = (
        f"SELECT v FROM (SELECT {name} AS v, row_number() OVER () AS place FROM {table}) "
        f"WHERE place % {share} = 0 AND v IS NOT NULL "
        f"GROUP BY v HAVING count(*) > 1 ORDER BY count(*) DESC, v LIMIT {TOP}"
    )
    found = connection.execute(
        f"SELECT {name}, count(*) FROM {table} WHERE {name} IN ({seen}) GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(TopValue(value=shortened(text), count=count, share=count / present) for text, count in found)


def _some(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, *, rows: int, some: int
) -> tuple[str, ...]:
    """Values from rows that are evenly spread."""
    share = max(1, rows // some)
    found = connection.execute(
        f"SELECT v FROM (SELECT {name} AS v, row_number() OVER () AS place FROM {table}) "
        f"WHERE place % {share} = 0 AND v IS NOT NULL LIMIT {some}"
    ).fetchall()
    return tuple(text for (text,) in found)
