"""Files and DataFrames without a server."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare, profile


def test_a_file_is_profiled_where_it_lies_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,city\n1,Berlin\n2,Paris\n")
    found = profile(path)
    assert (found.name, found.statistics.rows) == ("shop.csv", 2)
    assert list(tmp_path.iterdir()) == [path]
    assert "<b>shop.csv</b>: 2 rows" in found._repr_html_()


def test_prepared_data_is_one_parquet_file_with_a_name_for_code(tmp_path: Path) -> None:
    path = tmp_path / "2024 Shop (final).csv"
    path.write_text("id,city\n1,Berlin\n2,Paris\n")
    found = prepare(path, tmp_path / "out", settings=LakeSettings())
    assert found.path == tmp_path / "out" / "data_2024_shop_final.parquet"
    assert list((tmp_path / "out").iterdir()) == [found.path]


@pytest.mark.parametrize("table", [pd.DataFrame({"a": [1, 2]}, index=["x", "y"]), pa.table({"a": [1, 2]})])
def test_frames_of_every_library_are_profiled_without_their_index(table: pd.DataFrame | pa.Table) -> None:
    found = profile(table)
    assert [(column.name, column.maximum) for column in found.statistics.columns] == [("a", 2.0)]


def test_a_frame_with_a_zone_categories_and_missing_values() -> None:
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-01-01", None]).tz_localize("Europe/Berlin"),
            "kind": pd.Categorical(["a", "b"]),
            "n": [1.5, None],
        }
    )
    found = profile(frame)
    assert found.preview.rows == (("2023-12-31T23:00:00+00:00", "a", 1.5), (None, "b", None))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"mixed": [1, "secret"]}), "The column 'mixed' can't be read as one kind"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "each column a name of its own"),
        (
            pd.DataFrame({"year": pd.period_range("2024", "2025", freq="Y")}),
            "The column 'year' has a type of its own",
        ),
        (pd.DataFrame({"z": [1j]}), "The column 'z' can't be read"),
    ],
)
def test_a_frame_that_is_no_table_is_refused_without_quoting_values(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile(frame)
    assert words in caught.value.message
    assert "secret" not in caught.value.message


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"There is no file 'nowhere\.csv'"):
        profile("nowhere.csv")


def test_a_profile_as_html_tells_findings_and_lets_no_name_become_markup() -> None:
    frame = pd.DataFrame({"<script>": [f"someone{n}@example.org" for n in range(30)], "n": [1.0] * 30})
    told = profile(frame).to_html()
    assert "<script>" not in told
    assert "&lt;script&gt;: Personal data" in told
    assert "n: One value only" in told
    assert told.startswith("<!doctype html>")
    assert profile(frame)._repr_html_() in told


@pytest.mark.parametrize(
    ("given", "words"),
    [([1, 2], "got 'list'"), (None, "got 'NoneType'"), (pd.Series([1, 2]), r"use \.to_frame")],
)
def test_what_is_no_table_is_refused_with_what_to_do(given: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        profile(given)  # type: ignore[arg-type]


def test_a_profile_is_one_line_at_a_console() -> None:
    found = profile(pd.DataFrame({"a": [1, 2, 2]}))
    assert repr(found).startswith("<profile of DataFrame: 3 rows × 1 columns")
    assert "\n" not in repr(found)
