"""What a profile does not need is not loaded: pandas takes a third of a second and 40 MB of every process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import lakeglass

_PROFILE = """
import sys
from pathlib import Path
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare

prepared = prepare(Path(sys.argv[1]), Path(sys.argv[2]), settings=LakeSettings())
assert prepared.statistics.rows == 3_000, prepared.statistics.rows
print(*sorted({"pandas", "scipy"} & set(sys.modules)))
"""


# req: E1
def test_a_file_is_read_and_profiled_without_pandas(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    rows = [
        f"{n},2024-05-{n % 28 + 1:02d} 0{n % 9}:00:00,{'yes' if n % 2 else 'no'},town {n % 7},{n / 7:.3f},"
        f"{4 * 10**15 + n},\n"
        for n in range(3_000)
    ]
    source.write_text("id,at,paid,town,price,card,note\n" + "".join(rows))
    done = subprocess.run(
        [sys.executable, "-c", _PROFILE, str(source), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(lakeglass.__file__).parents[1]), "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout.split() == []
