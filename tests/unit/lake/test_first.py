"""First figures: told from the beginning of a file, labelled so, and never instead of exact ones."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.lake.conftest import Harbour

from lakeglass.core.errors import Conflict
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.first import BYTES, ROWS, FirstFigures

ROW = "{},north {},2024-05-{:02d}\n"


def text(rows: int) -> bytes:
    return ("number,place,day\n" + "".join(ROW.format(i, i % 3, i % 28 + 1) for i in range(rows))).encode()


@pytest.fixture
def first(tmp_path: Path) -> FirstFigures:
    return FirstFigures(Engine(LakeSettings(threads=1), spill=tmp_path / "spill"))


def kept(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "original"
    path.write_bytes(content)
    return path


# req: E2
def test_a_long_file_is_told_from_its_first_whole_lines(first: FirstFigures, tmp_path: Path) -> None:
    content = text(100_000)
    found = first.of("t", "sha", kept(tmp_path, content))
    assert found is not None
    whole = content[:BYTES].count(b"\n") - 1
    assert (found.basis, found.rows, found.size_bytes) == ("sample", whole, len(content))
    assert found.rows_estimate == pytest.approx(100_000, rel=0.1)
    assert [column.kind for column in found.columns] == ["integer", "text", "date"]
    assert found.columns[0].maximum == whole - 1
    assert found.duplicate_rows is None


def test_a_packed_file_and_a_parquet_file_have_first_figures_too(first: FirstFigures, tmp_path: Path) -> None:
    packed = first.of("t", "gzip", kept(tmp_path, gzip.compress(text(100_000), mtime=0)))
    assert packed is not None
    assert (packed.basis, packed.rows_estimate, packed.columns[2].kind) == ("sample", None, "date")
    stream = io.BytesIO()
    pq.write_table(pa.table({"n": range(3 * ROWS)}), stream)
    columnar = first.of("t", "parquet", kept(tmp_path, stream.getvalue()))
    assert columnar is not None
    assert (columnar.rows, columnar.rows_estimate) == (ROWS, 3 * ROWS)


@pytest.mark.parametrize(
    "content", [b"PAR1 but cut off", gzip.compress(text(9), mtime=0)[:20], b"\x1f\x8b\x08"]
)
def test_what_is_broken_has_none_and_breaks_nothing(
    first: FirstFigures, tmp_path: Path, content: bytes
) -> None:
    assert first.of("t", "sha", kept(tmp_path, content)) is None


# req: E2
def test_an_upload_has_first_figures_before_it_is_read_and_exact_ones_afterwards(
    harbour: Harbour,
) -> None:
    content = text(60_000)
    seen = []
    original = harbour.kinds.read

    async def read(*given: object) -> object:
        dataset = harbour.lake.list("local")[0]
        seen.append(harbour.lake.figures("local", dataset.id))
        with pytest.raises(Conflict):
            harbour.lake.statistics("local", dataset.id)
        return await original(*given)  # type: ignore[arg-type]

    harbour.kinds.read = read  # type: ignore[method-assign,assignment]
    view = harbour.upload("a.csv", content)
    assert [found and found.basis for found in seen] == ["sample"]
    exact = harbour.lake.figures("local", view.id)
    assert exact is not None
    assert (exact.basis, exact.rows) == ("all", 60_000)
    assert exact == harbour.lake.statistics("local", view.id)


# req: E2
def test_while_nothing_can_be_told_there_is_no_figure_and_no_error(harbour: Harbour) -> None:
    seen: list[object] = []
    original = harbour.kinds.read

    async def read(*given: object) -> object:
        seen.append(harbour.lake.figures("local", harbour.lake.list("local")[0].id))
        return await original(*given)  # type: ignore[arg-type]

    harbour.kinds.read = read  # type: ignore[method-assign,assignment]
    view = harbour.upload("a.csv.gz", gzip.compress(text(9), mtime=0)[:40])
    assert (seen, view.state) == ([None], "failed")
    with pytest.raises(Conflict):
        harbour.lake.figures("local", view.id)
