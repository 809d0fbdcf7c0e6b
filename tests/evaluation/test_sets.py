"""The question sets stay large, varied and apart from each other."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).parent
WORK, APART = (tomllib.loads((HERE / f"{name}.toml").read_text("utf-8")) for name in ("work", "apart"))


def test_the_sets_are_large_and_share_no_table_and_no_question() -> None:
    asked = [[line[0] for lines in one.values() for line in lines] for one in (WORK, APART)]
    assert len(asked[0]) + len(asked[1]) >= 300
    assert len(WORK) + len(APART) >= 20
    assert not WORK.keys() & APART.keys()
    assert not set(asked[0]) & set(asked[1])


def test_every_question_has_an_operation_a_difficulty_and_a_truth() -> None:
    for lines in (*WORK.values(), *APART.values()):
        for question, operation, difficulty, *references in lines:
            assert question
            assert operation
            assert difficulty in {"easy", "medium", "hard"}
            assert references
            assert all(isinstance(r, str) and r for r in references)
