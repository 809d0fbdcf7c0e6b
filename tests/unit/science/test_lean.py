"""What findings do not need is not loaded: each library costs every process of an analysis seconds and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lakeglass

_EXAMINE = """
import sys
from pathlib import Path
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import examine, findings_of

prepared = prepare(Path(sys.argv[1]), Path(sys.argv[2]), settings=LakeSettings())
before = set(sys.modules)
told = findings_of(examine(prepared.path, prepared.statistics, target="price"))
assert told.rows == 30_000 and told.looked_at == 20_000, told
assert any(each.code == "leak-copy" for each in told.findings), told.findings
assert "drift" in told.seconds
print(*sorted({"pandas", "scipy", "sklearn", "lightgbm"} & set(sys.modules)))
print(*sorted(set(sys.modules) - before))
"""


_IMPORT = """
import importlib
import sys

importlib.import_module(sys.argv[1])
print(*sorted({"pandas", "scipy", "sklearn", "lightgbm", "duckdb", "PIL", "jinja2"} & set(sys.modules)))
"""


def _loaded(program: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(lakeglass.__file__).parents[1]), "PATH": "/usr/bin:/bin"},
    )
    return done.stdout.split()


# req: D8
def test_findings_are_told_without_libraries_for_models(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    rows = [
        f"{n},2024-05-{n % 28 + 1:02d} 0{n % 9}:00:00,{'yes' if n % 2 else 'no'},"
        f"town {n % 7},{n % 977 / 7:.3f},{n % 977},\n"
        for n in range(30_000)
    ]
    source.write_text("number,at,paid,town,price,weight,note\n" + "".join(rows))
    assert _loaded(_EXAMINE, str(source), str(tmp_path / "out")) == []


@pytest.mark.parametrize("module", ["jobs.worker", "jobs.predictions", "train", "explain.__main__"])
def test_a_process_of_an_analysis_begins_without_what_only_a_later_stage_needs(module: str) -> None:
    assert _loaded(_IMPORT, f"lakeglass.science.{module}") == []
