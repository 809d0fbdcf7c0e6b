"""Planning over a wide table with a million distinct values: p50 and p95, and what the index of its contents costs."""

from __future__ import annotations

import asyncio
import random
import resource
import statistics as stats
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from lakeglass.ask.plan import TableContext
from lakeglass.ask.planners.base import PlanContext, Planned
from lakeglass.ask.planners.builtin import BuiltinPlanner
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import contents
from lakeglass.lake.engine import Engine
from lakeglass.lake.statistics.table import Bounds, compute

TEXTS, NUMBERS, FLAGS, DATES = 30, 60, 5, 5
DISTINCT = 100_000
RICH = 10
ROUNDS = 3


def main() -> None:
    """Build the table, its statistics and its index, then plan each question again and again."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as folder:
        data = Path(folder) / "wide.parquet"
        _write(data, rows)
        settings = LakeSettings()
        engine = Engine(settings, spill=Path(folder) / "spill")
        index = data.with_suffix(contents.SUFFIX)
        with engine.connection() as connection:
            known = compute(connection, data, bounds=Bounds.of(settings))
            before = _peak_mb()
            started = time.perf_counter()
            held = contents.build(connection, data, index, statistics=known)
            seconds = time.perf_counter() - started
        print(
            f"table: {rows:,} rows, {len(known.columns)} columns, {RICH * DISTINCT:,} distinct texts in {RICH}"
        )
        print(
            f"index: {held:,} values, {index.stat().st_size / 1e6:.0f} MB on disk, built in {seconds:.1f} s, "
            f"peak memory +{_peak_mb() - before:.0f} MB; a look-up keeps {contents.CACHE_KB / 1024:.0f} MB"
        )
        for name, path in (("frequent values only", None), ("with the index", index)):
            table = TableContext(
                name="wide",
                file="data/wide.parquet",
                statistics=known,
                dataset_version=name,
                contents=path,
            )
            asyncio.run(_plan(name, table))


async def _plan(name: str, table: TableContext) -> None:
    planner = BuiltinPlanner()
    context = PlanContext(tables=(table,), today=date(2026, 11, 21))
    started = time.perf_counter()
    await planner.plan("how many rows are there?", context)
    first = time.perf_counter() - started
    taken: list[float] = []
    planned = 0
    questions = _questions()
    for _ in range(ROUNDS):
        for question in questions:
            started = time.perf_counter()
            outcome = await planner.plan(question, context)
            taken.append(1000 * (time.perf_counter() - started))
            planned += isinstance(outcome, Planned)
    cuts = stats.quantiles(taken, n=100)
    print(
        f"planning, {name}: p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, max {max(taken):.0f} ms over "
        f"{len(taken)} questions, {planned} planned; the first question on a version {1000 * first:.0f} ms"
    )


def _questions() -> list[str]:
    dice = random.Random(3)
    found: list[str] = []
    for _ in range(12):
        rare = f"{_stem(dice.randrange(RICH))} {dice.randrange(DISTINCT)}"
        number, key = dice.randrange(NUMBERS), dice.randrange(RICH, TEXTS)
        found += [
            f"how many rows are there for {rare}?",
            f"what is the average amount {number} for {rare}?",
            f"total amount {number} by group {key}",
            f"which group {key} has the highest average amount {number}, excluding {rare}?",
            f"please show me the median amount {number} per month of day 1 for {rare} as a line chart",
            f"is there a correlation between amount {number} and amount {(number + 1) % NUMBERS}?",
            f"what about the zorbling of the flumox {number}?",
        ]
    return found


def _stem(column: int) -> str:
    return ("alder", "birch", "cedar", "damson", "elder", "fir", "ginkgo", "hazel", "ironwood", "juniper")[
        column
    ]


def _write(path: Path, rows: int) -> None:
    columns = [
        f"'{_stem(c).capitalize()} ' || ((hash(i + {c}) % {DISTINCT})::varchar) AS \"label {c}\""
        for c in range(RICH)
    ]
    # Every distinct value occurs: the first rows count them through.
    columns = [
        c.replace(f"hash(i + {n}) %", f"CASE WHEN i < {DISTINCT} THEN i ELSE hash(i + {n}) END %")
        for n, c in enumerate(columns)
    ]
    columns += [f"'g' || (i % {n + 2})::varchar AS \"group {n}\"" for n in range(RICH, TEXTS)]
    columns += [f'((i * {n + 7}) % 9973) / 10.0 AS "amount {n}"' for n in range(NUMBERS)]
    columns += [f'(i % {n + 2}) = 0 AS "flag {n}"' for n in range(FLAGS)]
    columns += [f"DATE '2015-01-01' + (i % {900 + n})::integer AS \"day {n}\"" for n in range(DATES)]
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)"
        )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
