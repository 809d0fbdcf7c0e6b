"""Damaged files of every format, read in a process of its own: no crash, no hang, nothing left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def fuzzed(count: int, *formats: str, timeout_s: int) -> str:
    """What the script printed; its exit code has to be 0."""
    done = subprocess.run(
        [sys.executable, "scripts/fuzz_readers.py", str(count), "1", *formats],
        cwd=ROOT,
        env={"PYTHONPATH": "src", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout


# req: E1
def test_a_few_damaged_files_of_each_format_do_no_harm() -> None:
    told = fuzzed(5, timeout_s=300)
    assert told.count("0 faults") == 8


# req: E1
@pytest.mark.heavy
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ["csv", "csv.gz", "json", "jsonl", "parquet", "sqlite", "xlsx", "arrow"])
def test_many_damaged_files_do_no_harm(name: str) -> None:
    assert "0 faults" in fuzzed(20_000, name, timeout_s=7000)
