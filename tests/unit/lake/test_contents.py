"""The index of a version's contents: every distinct text by its words, in bounds, in one step."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from lakeglass.core.settings import LakeSettings
from lakeglass.lake import contents, local
from lakeglass.lake.contents import Contents, Occurrence, value_key


def _index(frame: pd.DataFrame, folder: Path) -> Contents:
    prepared = local.prepare(frame, folder / "data", settings=LakeSettings(threads=1), index=folder)
    assert prepared.contents is not None
    return Contents(prepared.contents)


@pytest.fixture
def names() -> pd.DataFrame:
    rows = [f"Person {n:04d}" for n in range(1500)]
    rows += ["Zoë Øster", "ZOË ØSTER", "a" * 101, "!!!", "", "one two three four five six seven eight nine"]
    return pd.DataFrame({"name": [*rows, *rows[:3]], "sort": ["x", "y"] * 754 + ["x"]})


def test_values_are_found_by_their_words(names: pd.DataFrame, tmp_path: Path) -> None:
    index = _index(names, tmp_path)
    assert index.find([value_key("person-0002!")]) == (Occurrence("name", "Person 0002", 2),)
    assert {o.value for o in index.find([value_key("zoë øster")])} == {"Zoë Øster", "ZOË ØSTER"}
    assert index.find(["nobody"]) == ()
    assert index.find([]) == ()


def test_what_no_question_can_name_is_left_out(names: pd.DataFrame, tmp_path: Path) -> None:
    index = _index(names, tmp_path)
    for text in ("a" * 101, "!!!", "one two three four five six seven eight nine"):
        assert index.find([value_key(text)]) == ()


def test_a_table_whose_frequent_values_are_all_needs_none(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sort": ["x", "y"] * 20, "number": range(40)})
    prepared = local.prepare(frame, tmp_path / "data", settings=LakeSettings(threads=1), index=tmp_path)
    assert prepared.contents is None
    assert not list(tmp_path.glob("*.values*"))


def test_the_index_is_bounded(names: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_VALUES", 10)
    index = _index(names, tmp_path)
    assert index.find([value_key("person 0001")])  # among the most frequent
    assert not index.find([value_key("person 1499")])


def test_a_build_that_fails_leaves_nothing(
    names: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(contents, "_rows", fail)
    with pytest.raises(ValueError, match="no"):
        local.prepare(names, tmp_path / "data", settings=LakeSettings(threads=1), index=tmp_path)
    assert not list(tmp_path.glob("*.values*"))


def test_many_threads_look_up_at_once(names: pd.DataFrame, tmp_path: Path) -> None:
    index = _index(names, tmp_path)
    keys = [f"person {n:04d}" for n in range(200)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda key: index.find([key]), keys))
    assert [value_key(f[0].value) for f in found] == keys


def test_a_closed_index_says_so(names: pd.DataFrame, tmp_path: Path) -> None:
    index = _index(names, tmp_path)
    index.close()
    with pytest.raises(sqlite3.ProgrammingError):
        index.find(["x"])
