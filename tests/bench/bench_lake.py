"""Statistics of 1,000,000 × 20 CSV against DuckDB's own parse + SUMMARIZE, interleaved in one run.

Ours reads the file once into Parquet with every type verified over all rows, then computes exact statistics,
histograms and top values. DuckDB's is `SUMMARIZE` of its sniffing reader: approximate quantiles and distinct counts,
no histogram. Also prints how long a 10 MB file takes from bytes to statistics.
"""

from __future__ import annotations

import random
import statistics as figures
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers import read
from lakeglass.lake.readers.base import Reading
from lakeglass.lake.statistics import Bounds, compute

ROWS = 1_000_000
ROUNDS = 3


def write(path: Path, rows: int) -> None:
    """20 columns of mixed kinds, the same ones at every call."""
    dice = random.Random(7)
    names = ["id", "day", "at", "flag", *(f"word{i}" for i in range(4)), *(f"count{i}" for i in range(6))]
    names += [f"amount{i}" for i in range(6)]
    block = []
    for number in range(min(rows, 50_000)):
        words = [
            dice.choice(("north", "south", "east", "west", "centre")) + str(dice.randrange(9))
            for _ in range(4)
        ]
        counts = [str(dice.randrange(10 ** (place + 1))) for place in range(6)]
        amounts = ["" if dice.random() < 0.02 else f"{dice.gauss(100, 30):.3f}" for _ in range(6)]
        day = f"20{number % 25:02d}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        at = f"{day} {number % 24:02d}:{number % 60:02d}:00"
        block.append(",".join([day, at, "true" if number % 3 else "false", *words, *counts, *amounts]))
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        for number in range(rows):
            file.write(f"{number},{block[number % len(block)]}\n")


def ours(source: Path, folder: Path) -> int:
    """From the bytes to exact statistics."""
    target = folder / "ours.parquet"
    settings = LakeSettings()
    engine = Engine(settings, spill=folder / "spill")
    with engine.connection() as connection, engine.scratch() as scratch:
        read(source, target, Reading(connection, scratch))
        return compute(connection, target, bounds=Bounds.of(settings)).rows


def theirs(source: Path, folder: Path) -> int:
    """What a DuckDB user would type."""
    connection = duckdb.connect(config={"memory_limit": "2048MiB", "temp_directory": str(folder / "spill")})
    summary = connection.execute(f"SUMMARIZE SELECT * FROM read_csv('{source}')").fetchall()
    return int(summary[0][10])


def timed(work: Callable[[Path, Path], int], source: Path, folder: Path, *, rows: int) -> float:
    """Seconds of one round; the answer is checked, so that nobody wins by not working."""
    began = time.perf_counter()
    assert work(source, folder) == rows
    return time.perf_counter() - began


def main() -> int:
    """Print the medians and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as name:
        folder = Path(name)
        for count, title in ((rows, f"{rows:,} x 20"), (70_000, "10 MB")):
            source = folder / "bench.csv"
            write(source, count)
            seconds: dict[str, list[float]] = {"ours": [], "DuckDB": []}
            for _ in range(ROUNDS):
                seconds["ours"].append(timed(ours, source, folder, rows=count))
                seconds["DuckDB"].append(timed(theirs, source, folder, rows=count))
            mine, other = figures.median(seconds["ours"]), figures.median(seconds["DuckDB"])
            size = source.stat().st_size / (1 << 20)
            print(
                f"{title:16} {size:6.1f} MB   read + exact statistics {mine:6.2f} s   "
                f"parse + SUMMARIZE {other:6.2f} s   ratio {mine / other:.2f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
