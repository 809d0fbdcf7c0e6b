"""Read every file of a corpus folder and print one line a file: right, WRONG or refused, and why.

`python scripts/read_corpus.py DIR`; DIR holds `expected.json` and `files/`. An entry of `expected.json` says what a
file holds: `file`, `kind` (`table`, `header_only`, `empty`, `reject`), `columns` (names, or null where any unique ones
do), `types` (int, float, bool, date, datetime, time, str; or null), `n_rows` and `cells` ([row, column, value]).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.local import convert

Verdict = Literal["right", "WRONG", "refused"]
_SHARE = 0.95


class Expected(BaseModel):
    """What a file holds."""

    model_config = ConfigDict(extra="ignore")

    file: str
    kind: Literal["table", "header_only", "empty", "reject"] = "table"
    columns: list[str] | None = None
    types: list[str] | None = None
    n_rows: int = 0
    cells: list[tuple[int, int, JsonValue]] = []
    note: str = ""


class Judged(BaseModel):
    """What became of a file, and why that is not right."""

    file: str
    verdict: Verdict
    reason: str
    seconds: float
    decisions: tuple[ReadDecision, ...] = ()


def judge(expected: Expected, source: Path) -> Judged:
    """Read one file and compare."""
    began = time.perf_counter()
    decisions: tuple[ReadDecision, ...] = ()
    with tempfile.TemporaryDirectory(prefix="lakeglass-corpus-") as folder:
        try:
            result = convert(source, Path(folder) / "table.parquet", settings=LakeSettings())
            decisions = result.decisions
            faults = _faults(expected, pq.read_table(Path(folder) / "table.parquet"))
            verdict: Verdict = "WRONG" if faults else "right"
            reason = "; ".join(faults)
        except LakeglassError as error:
            meant = expected.kind in {"empty", "reject"} and error.status in {400, 413, 422}
            verdict = "right" if meant else "refused"
            reason = f"{error.code}: {error.message}"
    seconds = time.perf_counter() - began
    return Judged(file=expected.file, verdict=verdict, reason=reason, seconds=seconds, decisions=decisions)


def judge_folder(folder: Path) -> list[Judged]:
    """Every file of a corpus, in the order of its expectations."""
    entries = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [
        judge(expected, folder / "files" / expected.file)
        for expected in map(Expected.model_validate, entries)
    ]


def _faults(expected: Expected, table: pa.Table) -> list[str]:
    if expected.kind in {"empty", "reject"}:
        return [f"read {table.num_rows} rows where a refusal is expected"]
    faults = []
    total_kept = "tolerated" in expected.note and table.num_rows == expected.n_rows + 1
    if table.num_rows != expected.n_rows and not total_kept:
        faults.append(f"{table.num_rows} rows, expected {expected.n_rows}")
    names = table.column_names
    if len({name.casefold() for name in names}) != len(names):
        faults.append("names repeat")
    if expected.columns is not None and names[: len(expected.columns)] != expected.columns:
        faults.append(f"columns {names[:8]}, expected {expected.columns[:8]}")
    widest = expected.columns or expected.types or []
    if len(names) > len(widest) > 0 and not any(word in expected.note for word in ("extra", "ragged")):
        faults.append(f"{len(names)} columns, expected {len(widest)}")
    if len(names) < len(widest):
        faults.append(f"{len(names)} columns, expected {len(widest)}")
        return faults
    for position, wanted in enumerate(expected.types or []):
        got = _type_of(table.schema.field(position).type)
        if not (got == wanted or (got == "datetime" and wanted == "date" and _at_midnight(table, position))):
            faults.append(f"type of {names[position]!r} is {got}, expected {wanted}")
    for row, column, value in expected.cells:
        if row >= table.num_rows or column >= len(names):
            faults.append(f"no cell ({row}, {column})")
        elif not _same(found := table.column(column)[row].as_py(), value):
            faults.append(f"cell ({row}, {column}) is {found!r:.60}, expected {value!r:.60}")
    return faults[:6]


def _type_of(kind: pa.DataType) -> str:
    for name, holds in (
        ("bool", pa.types.is_boolean),
        ("int", pa.types.is_integer),
        ("float", pa.types.is_floating),
        ("float", pa.types.is_decimal),
        ("date", pa.types.is_date),
        ("datetime", pa.types.is_timestamp),
        ("time", pa.types.is_time),
    ):
        if holds(kind):
            return name
    return "str"


def _at_midnight(table: pa.Table, position: int) -> bool:
    values: list[object] = list(table.to_pydict().values())[position]
    return all(
        isinstance(value, datetime) and value.time() == time_of_day() for value in values if value is not None
    )


def _same(found: object, wanted: JsonValue) -> bool:
    match found:
        case datetime():
            shown = found.isoformat()
            plain = found.replace(tzinfo=None)
            candidates = {shown, plain.isoformat(), plain.isoformat() + "Z", shown.replace("T", " ")}
            if plain == plain.replace(hour=0, minute=0, second=0, microsecond=0):
                candidates.add(plain.date().isoformat())
            return wanted in candidates or str(wanted).replace(" ", "T") in candidates
        case date():
            return wanted == found.isoformat()
        case bool() | None | str():
            return found == wanted
        case int() | Decimal():
            return isinstance(wanted, int | float) and not isinstance(wanted, bool) and found == wanted
        case float():
            if not isinstance(wanted, int | float) or isinstance(wanted, bool):
                return False
            return math.isclose(found, wanted, rel_tol=1e-12) or (math.isnan(found) and math.isnan(wanted))
        case _:
            return str(found) == str(wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a file, then the counts; the exit code says whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--decisions", action="store_true", help="also print what was decided")
    given = parser.parse_args(arguments)
    judged = judge_folder(given.folder)
    for line in judged:
        print(f"{line.verdict:8} {line.seconds:6.2f} s  {line.file:44} {line.reason}")
        if given.decisions:
            for told in line.decisions:
                print(f"{'':18}  {told.what}: {told.value} [{told.confidence}] {told.note}")
    counts = Counter(line.verdict for line in judged)
    share = counts["right"] / max(len(judged), 1)
    print(
        f"{counts['right']} of {len(judged)} right ({share:.1%}), {counts['WRONG']} wrong, {counts['refused']} refused"
    )
    return 0 if share >= _SHARE and not counts["WRONG"] else 1


if __name__ == "__main__":
    sys.exit(main())
