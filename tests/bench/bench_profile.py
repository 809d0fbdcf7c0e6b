"""Reading and profiling clean CSV files against DuckDB, ydata-profiling (minimal), skrub and Polars, in one run.

Every measurement is a process of its own, so that its peak memory is its own too; rounds are interleaved, and medians
and ratios are printed. Seconds are of the work alone: imports are not counted for anybody. Where a `read` is compared,
DuckDB parses the file into a table in memory and, beside that, into the Parquet file that ours becomes as well.

    python tests/bench/bench_profile.py [--sizes 10,100,1000] [--rivals 100000,1000000] [--no-excel] [--rounds 3]

The rivals need libraries that this project does not depend on (ydata-profiling wants an older pandas): the bench makes
a virtual environment for them with uv below `~/.cache/lakeglass-bench`, once. Without a package index they are left out
and that is said.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import statistics as figures
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_RIVALS = ("ydata-profiling==4.18.4", "skrub==0.11.0", "polars==2.1.0", "setuptools<81")
_CACHE = Path.home() / ".cache" / "lakeglass-bench"
_ROWS_A_MB = 7_430
_LIMIT_S = 1_800

Found = dict[str, float]


def _ours(source: Path, folder: Path, *, full: bool) -> Callable[[], object]:
    from lakeglass.core.settings import LakeSettings
    from lakeglass.lake.engine import Engine
    from lakeglass.lake.readers import read
    from lakeglass.lake.readers.base import Reading
    from lakeglass.lake.statistics.table import Bounds, compute

    def work() -> object:
        settings = LakeSettings()
        target = folder / "ours.parquet"
        engine = Engine(settings, spill=folder / "spill")
        with engine.connection() as connection, engine.scratch() as scratch:
            rows = read(source, target, Reading(connection, scratch)).rows
        if not full:
            return rows
        # In two steps, as the service and `lakeglass profile` do it.
        with engine.connection() as connection:
            return compute(connection, target, bounds=Bounds.of(settings)).rows

    return work


def _duckdb(source: Path, folder: Path, *, query: str) -> Callable[[], object]:
    import duckdb

    config = {"memory_limit": "2048MiB", "temp_directory": str(folder / "spill")}
    text = query.format(source=source, target=folder / "theirs.parquet")
    return lambda: duckdb.connect(config=config).execute(text).fetchall()


def _ydata(source: Path) -> Callable[[], object]:
    import pandas
    from ydata_profiling import ProfileReport

    return lambda: ProfileReport(pandas.read_csv(source), minimal=True, progress_bar=False).get_description()


def _ydata_report(source: Path) -> Callable[[], object]:
    import pandas
    from ydata_profiling import ProfileReport

    return lambda: len(ProfileReport(pandas.read_csv(source), minimal=True, progress_bar=False).to_html())


def _skrub(source: Path) -> Callable[[], object]:
    import pandas
    from skrub import TableReport

    return lambda: TableReport(pandas.read_csv(source), verbose=0).json()


def _fastexcel(source: Path) -> Callable[[], object]:
    import fastexcel

    return lambda: fastexcel.read_excel(source).load_sheet(0).to_arrow().num_rows


def _polars(source: Path) -> Callable[[], object]:
    import polars

    return lambda: polars.read_csv(source, try_parse_dates=True).describe()


_PARSE = "CREATE TEMP TABLE t AS FROM read_csv('{source}')"
_PARQUET = "COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, CODEC zstd)"
_SUMMARIZE = "SUMMARIZE FROM read_csv('{source}')"
_OURS = ("read", "full")
_WORK: dict[str, Callable[[Path, Path], Callable[[], object]]] = {
    "read": lambda source, folder: _ours(source, folder, full=False),
    "full": lambda source, folder: _ours(source, folder, full=True),
    "DuckDB parse": lambda source, folder: _duckdb(source, folder, query=_PARSE),
    "DuckDB parse to Parquet": lambda source, folder: _duckdb(source, folder, query=_PARQUET),
    "DuckDB parse + SUMMARIZE": lambda source, folder: _duckdb(source, folder, query=_SUMMARIZE),
    "ydata-profiling minimal": lambda source, _: _ydata(source),
    "ydata-profiling report": lambda source, _: _ydata_report(source),
    "skrub TableReport": lambda source, _: _skrub(source),
    "Polars describe": lambda source, _: _polars(source),
    "fastexcel": lambda source, _: _fastexcel(source),
}
_ENGINE = ("DuckDB parse", "DuckDB parse to Parquet", "DuckDB parse + SUMMARIZE")
_READERS = ("DuckDB parse", "DuckDB parse to Parquet", "fastexcel")
_OTHERS = ("ydata-profiling minimal", "skrub TableReport", "Polars describe")


def workbook(path: Path) -> None:
    """100,000 rows x 8: numbers, words, dates and truth values."""
    import xlsxwriter

    dice = random.Random(8)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ("id", "city", "day", "amount", "count", "flag", "share", "note"))
        for row in range(1, 100_001):
            sheet.write_number(row, 0, row)
            sheet.write_string(row, 1, dice.choice(("north", "south", "east", "west")))
            sheet.write_datetime(row, 2, dt.datetime(2024, 1, 1) + dt.timedelta(days=row % 365), day)
            sheet.write_number(row, 3, round(dice.gauss(100, 30), 2))
            sheet.write_number(row, 4, dice.randrange(1_000))
            sheet.write_boolean(row, 5, bool(row % 3))
            sheet.write_number(row, 6, dice.random())
            sheet.write_string(row, 7, f"note {dice.randrange(10_000)}")


def worker(name: str, source: Path, folder: Path) -> int:
    """One measurement, in this process: prints seconds, those of CPU, and the peak of resident memory in MB."""
    work = _WORK[name](source, folder)
    began, begun = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak}))
    return 0


def measure(python: str, name: str, source: Path) -> Found | None:
    """One measurement in a process of its own; None when it failed or took too long, which is said."""
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as folder:
        command = [python, __file__, "--worker", name, str(source), folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_S, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"  {name}: no result ({type(error).__name__})")
            return None
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def rivals_python() -> str | None:
    """The interpreter of the rivals' environment, made once; None without a package index."""
    home = _CACHE / "rivals"
    python = home / "bin" / "python"
    done = home / "complete"
    if done.exists():
        return str(python)
    uv = Path(sys.executable).with_name("uv")
    try:
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, home], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *_RIVALS], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The rivals are left out: their environment could not be made ({type(error).__name__}).")
        return None
    done.touch()
    return str(python)


def compared(title: str, source: Path, who: Sequence[tuple[str, str]], *, rounds: int) -> None:
    """Interleave rounds of (name, interpreter) and print a line for each."""
    size = source.stat().st_size / (1 << 20)
    print(f"{title}, {size:,.0f} MB, median of {rounds}", flush=True)
    told: dict[str, list[Found]] = {name: [] for name, _ in who}
    for _ in range(rounds):
        for name, python in who:
            if (found := measure(python, name, source)) is not None:
                told[name].append(found)
    medians = {
        name: {key: figures.median(each[key] for each in found) for key in ("seconds", "peak_mb")}
        for name, found in told.items()
        if found
    }
    for name, found in medians.items():
        line = f"  {name:26} {found['seconds']:8.2f} s   peak {found['peak_mb']:6.0f} MB"
        ours = "read" if name in _READERS else "full"
        if name not in _OURS and ours in medians:
            ratio = medians[ours]["seconds"] / found["seconds"]
            memory = medians[ours]["peak_mb"] / found["peak_mb"]
            line += f"   ours ({ours}) takes {ratio:.3f} of its time and {memory:.2f} of its memory"
        print(line, flush=True)


def main() -> int:
    """Print every comparison that was asked for."""
    if sys.argv[1:2] == ["--worker"]:
        return worker(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    from bench_data import write  # not in a rival's process, which has no Lakeglass

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="10,100,1000", help="MB of clean CSV against DuckDB")
    parser.add_argument("--rivals", default="100000,1000000", help="rows x 20 against the rivals")
    parser.add_argument("--excel", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    here = sys.executable
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as name:
        source = Path(name) / "bench.csv"
        for size in filter(None, given.sizes.split(",")):
            write(source, int(size) * _ROWS_A_MB)
            who = [(each, here) for each in (*_OURS, *_ENGINE)]
            compared(f"clean CSV x {size} MB", source, who, rounds=given.rounds)
        if given.excel:
            book = Path(name) / "bench.xlsx"
            workbook(book)
            who = [("read", here), ("fastexcel", here)]
            compared("Excel, 100,000 x 8", book, who, rounds=given.rounds)
        other = rivals_python() if given.rivals else None
        for rows in filter(None, given.rivals.split(",")):
            write(source, int(rows))
            who = [("full", here), ("DuckDB parse + SUMMARIZE", here)]
            who += [(each, other) for each in _OTHERS if other]
            compared(f"{int(rows):,} rows x 20", source, who, rounds=given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
