"""Question sets with their truth: python tests/evaluation/build.py TABLES OUT writes work.jsonl and apart.jsonl.

The truth is computed by pandas and scipy from the reference beside each question. A reference gives a number, a
Series or a table with an index (whose keys name the rows), a dict (several fields of one row); 'KEY:' stands before
a value that is itself the answer, 'ROW0:' before a value of the first row of several.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from truth import NAMES

HERE = Path(__file__).parent
Json = dict[str, Any]


def plain(value: object) -> bool | int | float | str | None:
    """A value as JSON says it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and np.isnan(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)[:10] if isinstance(value, pd.Timestamp) else str(value)


def _keyed(value: pd.Series) -> list[Json]:
    """A field for each value that there is, under the key of its row."""
    return [
        {"key": [plain(k) for k in key] if isinstance(key, tuple) else plain(key), "value": plain(v)}
        for key, v in value.dropna().items()
    ]


def fields(reference: str, table: pd.DataFrame) -> tuple[list[Json], int | None]:
    """The fields that a right answer holds, and its number of rows where that matters."""
    marker, _, expression = (
        reference.rpartition(":") if reference[:4] in {"KEY:", "ROW0"} else ("", "", reference)
    )
    if marker:
        expression = reference.split(":", 1)[1]
        marker = reference.split(":", 1)[0]
    value = eval(expression, {"d": table, "pd": pd, "np": np, "stats": stats, **NAMES})
    if isinstance(value, dict):
        slack = {"relative": 1e-4, "tolerance": 1e-9}  # text is right when a number rounds to it
        return [
            {"name": k, "value": plain(v), **({} if isinstance(v, str) else slack)} for k, v in value.items()
        ], None
    if isinstance(value, pd.DataFrame) and not isinstance(value.index, pd.RangeIndex):
        return [f for c in value.columns for f in _keyed(value[c])], len(value)
    if isinstance(value, pd.DataFrame):
        keyed = value.set_index(list(value.columns[:-1])) if isinstance(value.index, pd.RangeIndex) else value
        value = keyed.iloc[:, 0]
    if isinstance(value, pd.Series):
        found = _keyed(value)
        return found, len(found)
    one: Json = {"value": plain(value)}
    if marker == "ROW0":
        one["row"] = 0
    return [one], None


def questions(path: Path, tables: Path) -> list[Json]:
    """Every question of a set, with what it expects."""
    found: list[Json] = []
    for name, lines in tomllib.loads(path.read_text("utf-8")).items():
        table = pd.read_parquet(tables / f"{name}.parquet")
        for number, (question, operation, difficulty, *references) in enumerate(lines, start=1):
            record: Json = {
                "id": f"{name}-{number}",
                "table": name,
                "question": question,
                "operation": operation,
                "difficulty": difficulty,
            }
            known = [fields(r, table) for r in references if r != "refuse"]
            if known:
                record["fields"] = known[0][0]
                record["alternatives"] = [k[0] for k in known[1:]]
                rows = {k[1] for k in known}
                if len(rows) == 1 and None not in rows:
                    record["rows"] = rows.pop()
            else:
                record["unanswerable"] = True
            found.append(record)
    return found


def main(tables: Path, out: Path) -> None:
    """Write both sets."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("work", "apart"):
        records = questions(HERE / f"{name}.toml", tables)
        lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in records)
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
