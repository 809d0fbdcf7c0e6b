"""Any table ends in a model or in a refusal that says what to do; nothing crashes on odd names, types or sizes."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.science.explain.model import ExplainRequest
from lakeglass.science.explain.run import explain
from lakeglass.science.model import Budget, Modeling, ModelingRequest
from lakeglass.science.predict import load_model
from lakeglass.science.search.run import model_table
from lakeglass.science.table import read_table

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
KINDS = (
    "numbers",
    "wild",
    "counts",
    "truth",
    "few",
    "many",
    "words",
    "moments",
    "days",
    "nothing",
    "same",
    "id",
)


def column(kind: str, rows: int, draw: np.random.Generator, gaps: float) -> pa.Array:
    """A column of a kind, with a share of gaps."""
    made: dict[str, object] = {
        "numbers": draw.normal(size=rows),
        "wild": draw.choice([0.0, 1e308, -1e308, 1e-308, math.inf, -math.inf, math.nan, 5e-324], rows),
        "counts": draw.poisson(2, rows),
        "truth": draw.random(rows) < 0.3,
        "few": draw.choice(["a", "b", ""], rows),
        "many": [f"v{n}" for n in draw.integers(0, max(1, rows // 2), rows)],
        "words": [" ".join(draw.choice(["one", "two", "é", "四", "💧"], 9)) for _ in range(rows)],
        "moments": draw.integers(-(2**40), 2**40, rows).astype("datetime64[s]"),
        "days": [f"20{n % 100:02d}-0{1 + n % 9}-1{n % 10}" for n in draw.integers(0, 900, rows)],
        "nothing": [None] * rows,
        "same": [7] * rows,
        "id": np.arange(rows),
    }
    values = pa.array(made[kind])
    return pc.if_else(pa.array(draw.random(rows) < gaps), pa.scalar(None, values.type), values)


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, str]:
    """A table of up to 90 rows and 6 columns, and the name of its target."""
    rows = draw(st.integers(0, 90))
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    kinds = [draw(st.sampled_from(KINDS)) for _ in names]
    gaps = [draw(st.sampled_from([0.0, 0.0, 0.2, 0.95])) for _ in names]
    columns = [column(kind, rows, numbers, gap) for kind, gap in zip(kinds, gaps, strict=True)]
    return pa.table(columns, names=names), names[0]


# req: D9
@pytest.mark.heavy
@pytest.mark.timeout(900)
@settings(max_examples=100, deadline=None)
@given(given_table=tables(), candidate=st.sampled_from(["linear", "lightgbm", "forest", "neighbours"]))
def test_any_table_ends_in_a_model_that_predicts_or_in_a_clear_refusal(
    given_table: tuple[pa.Table, str], candidate: str
) -> None:
    table, target = given_table
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pq.write_table(table, folder / "t.parquet")
        request = ModelingRequest(
            table=str(folder / "t.parquet"), folder=str(folder / "out"), target=target, budget=Budget(fits=7), folds=3,
            candidates=("baseline", candidate),
        )  # fmt: skip
        try:
            report = model_table(request)
        except (InvalidInput, UnprocessableFile) as refusal:
            event(f"refused: {type(refusal).__name__}")
            return
        event(f"modelled: {report.task.task}")
        written = (folder / "out" / "modeling.json").read_text()
        assert Modeling.model_validate_json(written) == report
        predicted = load_model(folder / "out").predict(read_table(folder / "t.parquet"))
        assert predicted.shape[0] == table.num_rows
        assert np.isfinite(predicted).all()
        explained = explain(ExplainRequest(modeling=request, seconds=0.2, rows=(0,)))
        assert len(explained.checks) == 4
