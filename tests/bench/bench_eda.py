"""All findings over a table of 100,000 and 1,000,000 rows, against parsing it and against other reports, in one run.

`findings` reads the file, computes its exact statistics and asks every check; the target is a column of the table, so
that the checks for leaks are asked too. ydata-profiling is measured twice: its figures alone, which it works out when
they are asked for, and the page that it is used for. Every measurement is a process of its own; imports are counted
for nobody. CPU seconds are told as well: beside other work, only they can be compared.

    python tests/bench/bench_eda.py [--rows 100000,1000000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics as figures
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench_profile

_TARGET = "amount0"
_OURS = "findings"
_BESIDE = ("DuckDB parse", "DuckDB parse + SUMMARIZE")
_RIVALS = ("Polars parse", "skrub TableReport", "ydata-profiling minimal", "ydata-profiling report")


def _findings(source: Path, folder: Path) -> Callable[[], object]:
    from lakeglass.science.threads import limit_threads

    limit_threads()  # as each process of an analysis does
    from lakeglass.core.settings import LakeSettings
    from lakeglass.lake.local import prepare
    from lakeglass.lake.readers import readers
    from lakeglass.science.checks import examine, findings_of

    readers()  # an import like the others

    def work() -> object:
        prepared = prepare(source, folder / "work", settings=LakeSettings())
        return len(findings_of(examine(prepared.path, prepared.statistics, target=_TARGET)).findings)

    return work


def _polars_parse(source: Path) -> Callable[[], object]:
    import polars

    return lambda: polars.read_csv(source, try_parse_dates=True).height


def worker(name: str, source: Path, folder: Path) -> int:
    """One measurement, in this process: prints seconds, those of CPU, and the peak of resident memory in MB."""
    if name == _OURS:
        work = _findings(source, folder)
    elif name == "Polars parse":
        work = _polars_parse(source)
    else:
        return bench_profile.worker(name, source, folder)
    began, begun = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak}))
    return 0


def measure(python: str, name: str, source: Path) -> dict[str, float] | None:
    """One measurement in a process of its own; None when it failed, which is said."""
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as folder:
        command = [python, __file__, "--worker", name, str(source), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  {name}: no result\n{done.stderr[-500:]}")
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compared(title: str, source: Path, who: list[tuple[str, str]], *, rounds: int) -> None:
    """Interleave rounds and print medians, and by how much the others' time and memory differ from ours."""
    print(f"{title}, {source.stat().st_size / (1 << 20):,.0f} MB, median of {rounds}", flush=True)
    told: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for name, python in who:
            if (found := measure(python, name, source)) is not None:
                told.setdefault(name, []).append(found)
    medians = {
        name: tuple(figures.median(each[key] for each in found) for key in ("seconds", "cpu", "peak_mb"))
        for name, found in told.items()
    }
    for name, (seconds, cpu, peak) in medians.items():
        line = f"  {name:26} {seconds:8.2f} s   CPU {cpu:8.2f} s   peak {peak:6.0f} MB"
        if name != _OURS and _OURS in medians:
            ours = medians[_OURS]
            line += (
                f"   ours takes {ours[0] / seconds:.3f} of its time, {ours[1] / cpu:.3f} of its CPU time and "
                f"{ours[2] / peak:.2f} of its memory"
            )
        print(line, flush=True)


def main() -> int:
    """Print every comparison that was asked for."""
    if sys.argv[1:2] == ["--worker"]:
        return worker(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    import duckdb
    from bench_data import write

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rivals = bench_profile.rivals_python()
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as name:
        source = Path(name) / "bench.csv"
        for rows in map(int, given.rows.split(",")):
            write(source, rows)
            who = [(each, sys.executable) for each in (_OURS, *_BESIDE)]
            who += [(each, rivals) for each in _RIVALS if rivals]
            compared(f"CSV, {rows:,} rows x 20", source, who, rounds=given.rounds)
            packed = source.with_suffix(".parquet")
            duckdb.execute(f"COPY (FROM read_csv('{source}')) TO '{packed}' (FORMAT parquet)")
            compared(f"Parquet, {rows:,} rows x 20", packed, [(_OURS, sys.executable)], rounds=given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
