"""Statistics of tables with very many columns stay as large as a page can carry."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.figures import Statistics
from lakeglass.lake.statistics.table import Bounds, compute


def figures_of(tmp_path: Path, columns: int) -> Statistics:
    """Each column has the numbers or words from 0 to 59, most of them twice."""
    values = [place % 60 for place in range(100)]
    words = [f"w{value:02d}" for value in values]
    file = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{place}": words if place % 2 else values for place in range(columns)}), file)
    settings = LakeSettings(threads=2)
    with Engine(settings, spill=tmp_path / "spill").connection() as connection:
        return compute(connection, file, bounds=Bounds.of(settings))


# req: D1
def test_a_narrow_table_tells_every_value_of_a_column_that_has_few(tmp_path: Path) -> None:
    found = figures_of(tmp_path, 2)
    assert [len(column.top_values) for column in found.columns] == [60, 60]


# req: D1
def test_a_wide_table_tells_fewer_values_and_the_same_figures(tmp_path: Path) -> None:
    narrow, wide = figures_of(tmp_path, 2), figures_of(tmp_path, 2_500)
    assert sum(len(column.top_values) for column in wide.columns) <= 100_000
    for one, other in zip(narrow.columns, wide.columns[:2], strict=True):
        assert other.top_values == one.top_values[: len(other.top_values)]
        assert len(other.top_values) >= 10
        assert other.model_copy(update={"top_values": one.top_values}) == one
