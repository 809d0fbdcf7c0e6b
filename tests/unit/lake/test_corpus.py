"""The ugly files of `tests/corpora`, each fully right; a part of them by default, all of them in the heavy run."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.read_corpus import Expected, judge
from tests.corpora import exports
from tests.corpora.ugly import Ugly, every

FILES = every()
EXPORTS = exports.every()


def judged(ugly: Ugly, folder: Path) -> str:
    """What is wrong with the table that the file became; nothing when it is right."""
    source = folder / "in"
    source.write_bytes(ugly.content)
    expected = Expected(
        file=ugly.name,
        kind=ugly.kind,
        columns=list(ugly.columns) if ugly.columns else None,
        types=list(ugly.types) if ugly.types else None,
        n_rows=ugly.n_rows,
        cells=list(ugly.cells),
        note=ugly.note,
    )
    found = judge(expected, source)
    return "" if found.verdict == "right" else f"{found.verdict} {found.reason}"


# req: E1
@pytest.mark.parametrize("ugly", [*FILES[::7], *EXPORTS[::5]], ids=lambda ugly: ugly.name)
def test_an_ugly_file_is_read_right(ugly: Ugly, tmp_path: Path) -> None:
    assert judged(ugly, tmp_path) == ""


# req: E1
@pytest.mark.heavy
def test_every_ugly_file_is_read_right(tmp_path: Path) -> None:
    wrong = {ugly.name: fault for ugly in (*FILES, *EXPORTS) if (fault := judged(ugly, tmp_path))}
    assert (len(FILES) >= 200, len(EXPORTS) >= 60) == (True, True)
    assert wrong == {}


def test_the_corpus_script_tells_right_from_wrong(tmp_path: Path) -> None:
    plain = b"a,b\n1,x\n2,y\n"
    right = Ugly("t.csv", plain, ("a", "b"), ("int", "str"), 2, [(1, 1, "y")])
    assert judged(right, tmp_path) == ""
    for wrong in (
        Ugly("t.csv", plain, ("a", "c"), ("int", "str"), 2),
        Ugly("t.csv", plain, ("a", "b"), ("float", "str"), 2),
        Ugly("t.csv", plain, ("a", "b"), ("int", "str"), 3),
        Ugly("t.csv", plain, ("a", "b"), ("int", "str"), 2, [(1, 1, "x")]),
        Ugly("t.csv", plain, kind="reject"),
    ):
        assert judged(wrong, tmp_path).startswith("WRONG")
    assert judged(Ugly("t.csv", b"", ("a",), ("int",), 1), tmp_path).startswith("refused")
