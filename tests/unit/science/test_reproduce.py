"""A script and a notebook from a finished search give its numbers again where this package can't be imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.science.conftest import mixed

from lakeglass.science.model import Budget, ModelingRequest
from lakeglass.science.repairs.steps import DropRepeats, Rewrite
from lakeglass.science.reproduce.write import notebook_of, plan_of, script_of
from lakeglass.science.search.run import model_table

TARGETS = {"amount", "visits", "bought", "grade"}
ALONE = "import runpy, sys; sys.modules['lakeglass'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"


def searched(folder: Path, table: pa.Table, **asked: object) -> Path:
    """A search and its two files; gives the script."""
    pq.write_table(table, folder / "table.parquet")
    settings = {"budget": Budget(fits=14), **asked}
    request = ModelingRequest.model_validate(
        {"table": str(folder / "table.parquet"), "folder": str(folder / "modeling"), **settings}
    )
    modeling = model_table(request)
    plan = plan_of(modeling, request, table=folder / "table.parquet")
    assert {one.key for one in plan.standings} == {one.key for one in modeling.leaderboard}
    # only the table and the script go to the other place
    place = folder / "elsewhere"
    place.mkdir()
    (folder / "table.parquet").rename(place / "table.parquet")
    (place / "reproduce.py").write_text(script_of(plan, modeling), encoding="utf-8")
    (place / "reproduce.ipynb").write_text(notebook_of(plan, modeling), encoding="utf-8")
    return place / "reproduce.py"


def run(script: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=script.parent,
    )


def of(target: str, rows: int = 300) -> pa.Table:
    return mixed(rows).drop_columns(sorted(TARGETS - {target}))


def assert_reproduced(script: Path) -> None:
    done = run(script)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    told = re.search(r"(\d+) of (\d+) numbers are the same within 1e-09", done.stdout)
    assert told is not None
    assert told[1] == told[2]
    assert int(told[2]) > 10


# req: D12 F4
def test_the_script_gives_the_leaderboard_again_without_the_package_and_tells_what_differs(
    tmp_path: Path,
) -> None:
    table = of("bought", rows=200)
    cities = enumerate(table["city"].to_pylist())
    loud = pa.array(["LIMA" if city == "Lima" and place % 5 == 0 else city for place, city in cities])
    spoilt = table.set_column(table.column_names.index("city"), "city", loud)
    script = searched(
        tmp_path,
        pa.concat_tables([spoilt, spoilt.slice(0, 6)]),
        target="bought",
        budget=Budget(fits=11),
        repairs=(
            DropRepeats(id="repeated-rows"),
            Rewrite(id="letter-case:city", column="city", to={"LIMA": "Lima"}),
        ),
    )
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import) lakeglass", text, re.MULTILINE)
    # the notebook is the same program in cells
    cells = json.loads((script.parent / "reproduce.ipynb").read_text(encoding="utf-8"))["cells"]
    parts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for part in parts:
        compile(part, "reproduce.ipynb", "exec")
    code = "\n".join(parts)
    plan = re.search(r"^PLAN = .*$", text, re.MULTILINE)
    assert plan is not None
    assert plan[0] in code
    # one recorded number is made wrong: it is told, and all others come out again
    loss = re.search(r'"loss": (0\.\d+)', text)
    assert loss is not None
    script.write_text(text.replace(loss[0], f'"loss": {float(loss[1]) + 1e-7!r}', 1), encoding="utf-8")
    done = run(script)
    assert done.returncode == 1, done.stderr[-2000:]
    assert done.stdout.count("DIFFERS") == 1
    told = re.search(r"(\d+) of (\d+) numbers are the same within 1e-09", done.stdout)
    assert told is not None
    assert int(told[1]) == int(told[2]) - 1 > 10


@pytest.mark.heavy
def test_the_script_refuses_another_table(tmp_path: Path) -> None:
    script = searched(tmp_path, of("bought"), target="bought")
    assert_reproduced(script)
    pq.write_table(of("bought", rows=299), script.parent / "table.parquet")
    assert "is not the table that the leaderboard was made from" in run(script).stderr


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("amount", {}),
        ("visits", {}),
        ("grade", {}),
        ("amount", {"group": "team"}),
        ("amount", {"time": "when"}),
        ("bought", {"candidates": ("baseline", "linear", "ebm", "neighbours"), "budget": Budget(fits=22)}),
        ("bought", {"budget": Budget(fits=90), "seed": 3}),  # with folds dealt anew
        ("amount", {"budget": Budget(seconds=12.0), "threads": 2}),  # with fits that the clock cuts
    ],
    ids=["amount", "count", "classes", "grouped", "along time", "ebm", "repeats", "seconds"],
)
def test_every_kind_of_search_can_be_reproduced(
    target: str, asked: dict[str, object], tmp_path: Path
) -> None:
    table = of(target, rows=600)
    if "time" in asked:
        table = table.take(pa.array(np.argsort(table["when"].to_numpy(), kind="stable")))
    if "group" in asked:
        table = table.append_column("team", pa.array([f"team {row % 23}" for row in range(table.num_rows)]))
    if target == "amount":
        # columns whose names would end a text in Python
        table = table.rename_columns(
            [{"x": "x''' \\", "z": 'z\n"#'}.get(name, name) for name in table.column_names]
        )
    assert_reproduced(searched(tmp_path, table, target=target, **asked))


@pytest.mark.heavy
def test_the_notebook_runs_cell_by_cell(tmp_path: Path) -> None:
    script = searched(tmp_path, of("grade"), target="grade")
    cells = json.loads((script.parent / "reproduce.ipynb").read_text(encoding="utf-8"))["cells"]
    program = script.parent / "cells.py"
    parts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    # in the space of __main__, as a kernel does
    program.write_text(f"for part in {parts!r}:\n    exec(part, globals())\n", encoding="utf-8")
    done = run(program)
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"(\d+) of \1 numbers are the same", done.stdout)
