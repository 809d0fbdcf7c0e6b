"""Groups of alike rows are found where they are, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.science.clusters.model import Clustering, ClusterRequest
from lakeglass.science.clusters.run import find_clusters
from lakeglass.science.pipeline.model import AnalysisRequest
from lakeglass.science.pipeline.run import Analysis

DRAW = np.random.default_rng


def kinds(rows: int = 150) -> tuple[pd.DataFrame, np.ndarray]:
    """Three kinds of customers that differ in two numbers and a category."""
    draw = DRAW(0)
    kind = draw.integers(0, 3, rows)
    frame = pd.DataFrame(
        {
            "spend": draw.normal(size=rows) + 5 * kind,
            "visits": draw.normal(size=rows) - 4 * (kind == 1),
            "plan": np.where(draw.random(rows) < 0.9, np.array(["basic", "plus", "pro"])[kind], "basic"),
            "noise": draw.normal(size=rows),
        }
    )
    return frame, kind


def grouped(frame: pd.DataFrame, folder: Path, **asked: object) -> Clustering:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "table.parquet")
    known = {"table": str(folder / "table.parquet"), "folder": str(folder)}
    return find_clusters(ClusterRequest.model_validate(known | asked))


# req: D7
def test_groups_that_are_there_are_found_and_told_apart(tmp_path: Path) -> None:
    frame, kind = kinds()
    found = grouped(frame, tmp_path, personal=("noise",))
    assert found.found
    assert [each.rows for each in found.groups] == sorted(np.bincount(kind), reverse=True) or len(
        found.groups
    ) == 3
    assert sum(each.rows for each in found.groups) == len(frame)
    pro = next(each for each in found.groups if any(trait.value == "pro" for trait in each.traits))
    spend = next(trait for trait in pro.traits if trait.column == "spend")
    assert spend.here > spend.overall + 3
    assert Clustering.model_validate_json((tmp_path / "clusters.json").read_bytes()) == found
    assert all(trait.column != "noise" for each in found.groups for trait in each.traits)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(DRAW(1).normal(size=(600, 5)), columns=list("abcde")),
        pd.DataFrame(
            DRAW(2).normal(size=(600, 1)) + DRAW(3).normal(size=(600, 5)) / 2, columns=list("abcde")
        ),
        pd.DataFrame(DRAW(4).random(size=(600, 3)), columns=list("abc")),
        pd.DataFrame(np.exp(DRAW(5).normal(size=(600, 4))), columns=list("abcd")),
        pd.DataFrame({name: DRAW(6 + place).choice(list("xyz"), 600) for place, name in enumerate("abcd")}),
    ],
    ids=["normal", "correlated", "even", "long tails", "categories"],
)
def test_no_groups_are_seen_where_there_are_none(frame: pd.DataFrame, tmp_path: Path) -> None:
    found = grouped(frame, tmp_path)
    assert not found.found, found.reason
    assert found.groups == ()
    assert found.reason.startswith("no groups")


def test_few_rows_and_tables_without_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="at least 30"):
        grouped(kinds(20)[0], tmp_path)
    with pytest.raises(InvalidInput, match="no column to group rows by"):
        grouped(pd.DataFrame({"same": ["a"] * 40}), tmp_path)


@pytest.mark.heavy
def test_an_analysis_without_a_target_reports_groups(tmp_path: Path) -> None:
    source = tmp_path / "customers.csv"
    kinds(400)[0].rename(columns={"noise": "remark"}).to_csv(source, index=False)
    result = Analysis(
        source,
        tmp_path / "job",
        AnalysisRequest(budget_s=5),
        settings=LakeSettings(threads=1),
        tell=lambda *_: None,
    ).run()
    assert "The rows fall into 3 groups, further apart than chance makes them" in result.found
    assert "group 3 has" in result.found
    assert "modeling/clusters.json" in result.files
    report = (tmp_path / "job" / "report.html").read_text(encoding="utf-8")
    assert "Groups of alike rows" in report
    assert "Group 3:" in report
