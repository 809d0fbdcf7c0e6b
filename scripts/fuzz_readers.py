"""Damage files of every format at random and read them: only tables and errors of ours may come out.

`python scripts/fuzz_readers.py COUNT [SEED]` reads COUNT mutants of each format in this process, so a crash shows
in its exit code; it prints a line a format, and every mutant that raised something else, which makes the exit code 1.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import convert
from lakeglass.lake.readers import check

_SLOW_S = 60.0
_JUNK = (b"\x00", b"\xff", b'"', b"\n", b",", b"{", b"]", b"\xff\xff\xff\x7f", b"PK\x03\x04", b"\x80" * 9)


def seeds() -> dict[str, bytes]:
    """One sound file of each format."""
    count = range(60)
    frame = pd.DataFrame(
        {
            "id": list(count),
            "word": [f"wörd {n}" for n in count],
            "price": [n / 4 for n in count],
            "day": pd.date_range("2024-01-01", periods=60),
        }
    )
    table = pa.Table.from_pandas(frame, preserve_index=False)
    packed, sheet = pa.BufferOutputStream(), io.BytesIO()
    pq.write_table(table, packed)
    frame.to_excel(sheet, index=False)
    flow = pa.BufferOutputStream()
    with pa.ipc.new_file(flow, table.schema) as writer:
        writer.write_table(table)
    text = frame.to_csv(index=False).encode()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (id INTEGER, word TEXT, price REAL)")
    database.executemany("INSERT INTO t VALUES (?, ?, ?)", [(n, f"word {n}", n / 4) for n in count])
    database.commit()
    records = [{"id": n, "who": {"name": f"x{n}"}, "tags": [n, "a"]} for n in count]
    return {
        "csv": text,
        "csv.gz": gzip.compress(text),
        "json": json.dumps(records).encode(),
        "jsonl": "\n".join(map(json.dumps, records)).encode(),
        "parquet": packed.getvalue().to_pybytes(),
        "sqlite": database.serialize(),
        "xlsx": sheet.getvalue(),
        "arrow": flow.getvalue().to_pybytes(),
    }


def mutant(whole: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes flipped, cut, doubled or replaced."""
    content = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(max(len(content), 1))
        match chance.randrange(5):
            case 0:
                content[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                content[place:place] = chance.choice(_JUNK)
            case 2:
                del content[place : place + chance.randint(1, 40)]
            case 3:
                content[place:place] = content[place : place + chance.randint(1, 200)]
            case _:
                if chance.random() < 0.3:
                    del content[place:]
                else:
                    content[place : place + 4] = chance.randbytes(4)
    return bytes(content)


def fuzz(name: str, whole: bytes, count: int, seed: int) -> list[str]:
    """Read `count` mutants and tell what was neither a table nor an error of ours."""
    chance = random.Random(f"{name} {seed}")  # noqa: S311  the same mutants again, no secret
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lakeglass-fuzz-") as folder:
        source, target = Path(folder) / "in", Path(folder) / "out.parquet"
        for number in range(count):
            source.write_bytes(mutant(whole, chance))
            start = time.perf_counter()
            try:
                check(source)
                convert(source, target, settings=LakeSettings(threads=1, max_unpacked_mb=64))
                outcomes["tables"] += 1
            except LakeglassError as error:
                outcomes["refused" if error.status < 500 else "refused (machine)"] += 1
            except BaseException as error:  # noqa: BLE001  a panic of a parser is no Exception
                faults.append(
                    f"{name} mutant {number} of seed {seed}: {type(error).__name__}: {error!s:.160}"
                )
            target.unlink(missing_ok=True)
            if time.perf_counter() - start > _SLOW_S:
                faults.append(f"{name} mutant {number} of seed {seed}: took longer than {_SLOW_S:.0f} s")
            if left := [path.name for path in Path(folder).iterdir() if path != source]:
                faults.append(f"{name} mutant {number} of seed {seed}: left {left}")
    told = ", ".join(f"{found:,} {what}" for what, found in sorted(outcomes.items()))
    print(
        f"{name:8} {count:7,} mutants in {time.perf_counter() - began:6.1f} s: {told}; {len(faults)} faults",
        flush=True,
    )
    return faults


def main(arguments: Sequence[str]) -> int:
    """Every format, or those that are named behind the seed."""
    count = int(arguments[0])
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    wanted = arguments[2:]
    faults = [
        fault
        for name, whole in seeds().items()
        if not wanted or name in wanted
        for fault in fuzz(name, whole, count, seed)
    ]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
