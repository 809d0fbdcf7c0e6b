"""Any file ends in a report whose artifacts keep their schema, or in a refusal in our words."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.artifacts import faults_of
from tests.properties.test_modeling_tables import KINDS, NAMES, column
from threadpoolctl import threadpool_limits

from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import LakeSettings
from lakeglass.science.clusters.model import ClusterRequest
from lakeglass.science.clusters.run import find_clusters
from lakeglass.science.explain.model import ExplainRequest
from lakeglass.science.explain.run import explain
from lakeglass.science.forecast.model import ForecastRequest
from lakeglass.science.forecast.run import forecast
from lakeglass.science.model import ModelingRequest
from lakeglass.science.pipeline import run
from lakeglass.science.pipeline.model import AnalysisRequest
from lakeglass.science.search.run import model_table

ALWAYS = ("manifest.json", "statistics.json", "eda.json", "clarify.json", "critique.json", "result.json")
USUAL = ("numbers", "counts", "truth", "few", "many")
ODD = ("huge", "lists", "structs", "bytes", "spaces", "decimals", "even days")


def here(work: str, request: Path, *, seconds: float | None) -> None:
    """What a process of its own does, in this one: its start is tested elsewhere and takes most of the time."""
    text = request.read_text(encoding="utf-8")
    match work:
        case "train":
            model_table(ModelingRequest.model_validate_json(text))
        case "explain":
            explain(ExplainRequest.model_validate_json(text).model_copy(update={"seconds": 0.3}))
        case "forecast":
            forecast(ForecastRequest.model_validate_json(text))
        case _:
            find_clusters(ClusterRequest.model_validate_json(text))


def odd(kind: str, rows: int, draw: np.random.Generator) -> pa.Array:
    """Columns that models don't take, or hardly."""
    if kind == "huge":
        return pa.array([int(n) * 2**40 for n in draw.integers(-(2**22), 2**22, rows)], type=pa.int64())
    if kind == "lists":
        return pa.array([list(range(n % 3)) for n in range(rows)], type=pa.list_(pa.int64()))
    if kind == "structs":
        return pa.array(
            [{"a": n, "b": str(n)} for n in range(rows)],
            type=pa.struct([("a", pa.int64()), ("b", pa.string())]),
        )
    if kind == "bytes":
        return pa.array([bytes([n % 256]) for n in range(rows)], type=pa.binary())
    if kind == "decimals":
        return pa.array([None if n % 5 == 0 else n for n in range(rows)], type=pa.int64()).cast(
            pa.decimal128(30, 6)
        )
    if kind == "even days":
        return pa.array(np.datetime64("2023-01-01", "D") + np.arange(rows))
    return pa.array([" " * (n % 3) for n in range(rows)], type=pa.string())


@st.composite
def files(draw: st.DrawFn) -> tuple[pa.Table, str, dict[str, Any]]:
    """A table, how it is written, and what is asked of it."""
    few = st.sampled_from([0, 1, 2, 7, 19])
    rows = draw(
        st.one_of(few, st.integers(40, 300), st.integers(40, 300), st.sampled_from([120, 400, 5_000]))
    )
    kinds = draw(st.lists(st.sampled_from([*KINDS, *USUAL, *USUAL, *ODD]), min_size=1, max_size=7))
    names = draw(
        st.lists(NAMES, min_size=len(kinds), max_size=len(kinds), unique=draw(st.integers(0, 5)) > 0)
    )
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gaps = draw(st.sampled_from([0.0, 0.0, 0.05, 0.5]))
    columns = [
        odd(kind, rows, numbers) if kind in ODD else column(kind, rows, numbers, gaps) for kind in kinds
    ]
    asked: dict[str, Any] = {"fits": draw(st.integers(1, 8))}
    if draw(st.integers(0, 3)) > 0:
        asked["target"] = draw(st.sampled_from(names))
    for name in ("time", "group", "sensitive"):
        if draw(st.integers(0, 5)) == 0:
            asked[name] = draw(st.sampled_from(names))
    if draw(st.integers(0, 5)) == 0:
        asked["costs"] = {"false_alarm": 1, "miss": 5}
    nested = any(kind in {"lists", "structs", "bytes"} for kind in kinds)
    kind = "parquet" if nested else draw(st.sampled_from(["parquet", "csv"]))
    return pa.Table.from_arrays(columns, names=names), kind, asked


def ends_well(given_: tuple[pa.Table, str, dict[str, Any]]) -> str:
    """What became of the file."""
    table, kind, asked = given_
    # threads that wait for each other on busy cores take most of the time otherwise
    with tempfile.TemporaryDirectory() as scratch, threadpool_limits(1):
        source = Path(scratch) / f"table.{kind}"
        if kind == "csv":
            pacsv.write_csv(table, source)
        else:
            pq.write_table(table, source)
        job = Path(scratch) / "job"
        request = AnalysisRequest.model_validate({**asked, "threads": 1})
        refused: str | None = None
        try:
            run.Analysis(source, job, request, settings=LakeSettings(threads=1), tell=lambda *_: None).run()
        except LakeglassError as refusal:
            refused = refusal.message
        if refused is not None:
            assert len(refused) > 15
            return "refused"
        assert all((job / name).exists() for name in ALWAYS)
        assert faults_of(job) == []
        page = (job / "report.html").read_text(encoding="utf-8")
        assert page.rstrip().endswith("</html>")
        assert "What was found" in page
        return "a model" if (job / "modeling" / "modeling.json").exists() else "no model"


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def test_bytes_in_a_table_without_rows_are_refused_in_our_words() -> None:
    table = pa.table({"a": pa.array([], pa.binary()), "b": pa.array([], pa.list_(pa.int64()))})
    assert ends_well((table, "parquet", {"fits": 1})) == "refused"


# req: D3
@pytest.mark.heavy
@pytest.mark.timeout(3600)
@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(given_=files())
def test_every_odd_file_ends_in_a_report_or_a_refusal(
    monkeypatch: pytest.MonkeyPatch, given_: tuple[pa.Table, str, dict[str, Any]]
) -> None:
    monkeypatch.setattr(run, "_apart", here)
    event(ends_well(given_))
