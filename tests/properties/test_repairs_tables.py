"""Whatever a table holds: repairs never fail, change nothing but what they tell, and are undone one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import examine, findings_of
from lakeglass.science.repairs.actions import applied
from lakeglass.science.repairs.find import find_repairs
from lakeglass.science.repairs.model import Repairs
from lakeglass.science.repairs.steps import DropRepeats
from lakeglass.science.table import from_arrow

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
SPOILT = ("Rome", "ROME", "rome ", " Rome", "New  York", "new york", "?", "n/a", "-", "", "Oslo", "Aa", "aA")
AMOUNTS = ("1.234,50 €", "12,75 €", "0,99 €", "-3,20 €", "?", " 7,00 € ", "")


def values(kind: str, rows: int, draw: np.random.Generator) -> pa.Array:
    """Columns with and without faults, of every kind that a file may hold."""
    gaps = draw.random(rows) < 0.1
    match kind:
        case "words" | "dictionary":
            found = pa.array(draw.choice(SPOILT, rows), mask=gaps)
            return found.dictionary_encode() if kind == "dictionary" else found
        case "amounts":
            return pa.array(draw.choice(AMOUNTS, rows, p=[0.3, 0.3, 0.3, 0.04, 0.02, 0.02, 0.02]))
        case "marks":
            return pa.array(np.where(draw.random(rows) < 0.1, -999, draw.integers(0, 40, rows)), mask=gaps)
        case "floats":
            return pa.array(np.where(draw.random(rows) < 0.1, np.nan, draw.normal(size=rows)))
        case "same":
            return pa.array(["x"] * rows)
        case "nothing":
            return pa.nulls(rows)
        case "lists":
            return pa.array([[n % 3] for n in range(rows)], pa.list_(pa.int64()))
        case "bytes":
            return pa.array([bytes([n % 7]) for n in range(rows)], pa.binary())
        case "decimals":
            return pa.array(draw.integers(-99, 99, rows)).cast(pa.decimal128(24, 2))
        case _:
            return pa.array(np.datetime64("2024-01-01", "us") + draw.integers(0, 9**9, rows))


KINDS = (
    "words", "dictionary", "amounts", "marks", "floats", "same", "nothing", "lists", "bytes", "decimals", "moments",
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """A few columns, some rows of which come twice."""
    rows = draw(st.sampled_from([1, 2, 12, 40, 200]))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    once = pa.table({f"{kind} {place}": values(kind, rows, dice) for place, kind in enumerate(kinds)})
    return pa.concat_tables([once, once.slice(0, draw(st.integers(0, rows // 4)))])


def mended(table: pa.Table) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pq.write_table(table, folder / "given.parquet")
        prepared = prepare(folder / "given.parquet", folder / "work", settings=LakeSettings(threads=1))
        subject = examine(prepared.path, prepared.statistics)
        findings = findings_of(subject).findings
        found = find_repairs(prepared.path, subject, findings)
        assert Repairs.model_validate_json(found.model_dump_json()) == found
        given_ = pq.read_table(prepared.path)
        after = applied(given_, found.steps)
        assert (after.num_rows, after.num_columns) == (found.rows_after, found.columns_after)
        assert from_arrow(after).rows == found.rows_after
        touched = {each.column for each in found.made}
        dropped = [each.step for each in found.made if isinstance(each.step, DropRepeats)]
        kept = [name for name in given_.column_names if name not in touched] if not dropped else []
        # NaN equals itself in text only
        assert str(after.select(kept).to_pydict()) == str(given_.select(kept).to_pydict())
        for each in found.made:
            assert each.cells > 0
            without = find_repairs(prepared.path, subject, findings, without=(each.id,))
            assert each.id in without.left_out
            assert each.id not in {one.id for one in without.made}


# req: D13
@pytest.mark.heavy
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(table=tables())
def test_no_table_breaks_a_repair(table: pa.Table) -> None:
    mended(table)
