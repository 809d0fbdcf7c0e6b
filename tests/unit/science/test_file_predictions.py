"""A whole file predicted: beside its own columns, as the model itself says it, and without a trace of the file."""

from __future__ import annotations

import asyncio
import io
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.science.conftest import mixed

from lakeglass.core.errors import EmptyFile, InvalidInput, TimedOut, TooLarge, UnprocessableFile
from lakeglass.science.jobs import file_predictions
from lakeglass.science.jobs.file_predictions import predict_file
from lakeglass.science.jobs.orders import FilePredictions, FileWork
from lakeglass.science.jobs.predictions import predict
from lakeglass.science.jobs.processes import Processes
from lakeglass.science.model import Budget, ModelingRequest
from lakeglass.science.predict import load_model
from lakeglass.science.repairs.model import Made, Repairs
from lakeglass.science.repairs.steps import Blanks, DropRepeats, NullNumbers, Rewrite, Step
from lakeglass.science.search.run import model_table
from lakeglass.science.table import from_arrow

COLUMNS = ["x", "z", "city", "when", "member"]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an analysis with a model of `amount`."""
    folder = tmp_path_factory.mktemp("job")
    pq.write_table(mixed(300).select([*COLUMNS, "amount"]), folder / "table.parquet")
    model_table(
        ModelingRequest(
            table=str(folder / "table.parquet"),
            folder=str(folder / "modeling"),
            target="amount",
            budget=Budget(fits=8),
            candidates=("baseline", "linear"),
            folds=3,
        )
    )
    return folder


def predicted(job: Path, table: pa.Table | str, tmp_path: Path) -> FilePredictions:
    source = tmp_path / "given"
    if isinstance(table, str):
        source.write_text(table, encoding="utf-8")
    else:
        pq.write_table(table, source)
    return predict_file(job, source, scratch=tmp_path)


def as_csv(table: pa.Table) -> str:
    text: str = table.to_pandas().to_csv(index=False)
    return text


def test_every_row_gets_what_the_model_says_of_it_behind_its_own_columns(job: Path, tmp_path: Path) -> None:
    rows = mixed(50, seed=9)
    told = predicted(job, rows, tmp_path)
    model = load_model(job / "modeling")
    assert told.columns[: rows.num_columns] == tuple(rows.column_names)
    assert told.columns[rows.num_columns :] == told.predicted
    saved = pd.read_csv(io.StringIO(told.csv))
    expected = model.predict(from_arrow(rows))
    np.testing.assert_allclose(saved["predicted amount"], expected, rtol=1e-9)
    assert (saved[told.predicted[1]] <= saved[told.predicted[2]]).all()
    assert told.rows == len(saved) == 50
    assert told.empty["city"] == rows.column("city").null_count
    # The same table as text gives the same predictions.
    again = predicted(job, as_csv(rows.select(COLUMNS)), tmp_path)
    other = pd.read_csv(io.StringIO(again.csv))
    np.testing.assert_allclose(other["predicted amount"], expected, rtol=1e-6)


def test_columns_that_lack_are_named(job: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"lacks city, member, .*It has x, z, when"):
        predicted(job, mixed(30).select(["x", "z", "when"]), tmp_path)


def test_the_row_that_does_not_fit_is_named_and_its_value_is_not(job: Path, tmp_path: Path) -> None:
    table = mixed(30).select(COLUMNS).to_pandas().astype({"z": object})
    table.loc[6, "z"] = "four"
    with pytest.raises(InvalidInput, match=r"'z' does not fit in row 7: expected numbers") as refused:
        predicted(job, table.to_csv(index=False), tmp_path)
    assert "four" not in refused.value.message


def test_what_is_empty_or_huge_is_refused(job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EmptyFile):
        predicted(job, "", tmp_path)
    with pytest.raises(EmptyFile, match="no rows"):
        predicted(job, ",".join(COLUMNS) + "\n", tmp_path)
    monkeypatch.setattr(file_predictions, "MOST_ROWS", 20)
    with pytest.raises(TooLarge, match=r"30 rows, expected at most 20"):
        predicted(job, mixed(30), tmp_path)


def test_the_download_runs_nothing_in_a_spreadsheet_and_overwrites_no_column(
    job: Path, tmp_path: Path
) -> None:
    table = mixed(30).select(COLUMNS).append_column("predicted amount", pa.array(["=1+1"] * 30))
    told = predicted(job, table, tmp_path)
    saved = pd.read_csv(io.StringIO(told.csv))
    assert told.predicted[0] == "predicted amount (model)"
    assert (saved["predicted amount"] == "'=1+1").all()


def test_nothing_of_the_file_stays_when_it_is_refused_or_takes_too_long(
    job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = {(path, path.stat().st_mtime_ns) for path in job.rglob("*")}
    content = b"PAR1 but nothing of the kind" * 40

    async def ask(timeout_s: float) -> None:
        processes = Processes(memory_mb=2048)
        work = FileWork(name="a.parquet", size=len(content))
        await processes.predict_file(job, work, content, timeout_s=timeout_s)

    with pytest.raises(UnprocessableFile):
        asyncio.run(ask(120))
    with pytest.raises(TimedOut):
        asyncio.run(ask(0.001))
    assert list(scratch.iterdir()) == []
    assert {(path, path.stat().st_mtime_ns) for path in job.rglob("*")} == before


def test_chances_of_a_file_have_places_that_a_person_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "job"
    folder.mkdir()
    pq.write_table(mixed(300).select(["x", "z", "bought"]), folder / "table.parquet")
    model_table(
        ModelingRequest(
            table=str(folder / "table.parquet"),
            folder=str(folder / "modeling"),
            target="bought",
            budget=Budget(fits=4),
            candidates=("baseline", "linear"),
            folds=3,
        )
    )
    far = pa.table({"x": [-60.0, 0.1, 60.0], "z": [0.0, 0.2, 0.0]})
    told = predicted(folder, far, tmp_path)
    cells = [row.split(",")[3:] for row in told.csv.splitlines()[1:]]
    assert all(len(cell.partition(".")[2]) <= 6 and "e" not in cell.lower() for row in cells for cell in row)
    sure = [max(float(cell) for cell in row) for row in cells]
    assert sure == [float(row[0]) for row in cells]


def test_a_file_is_repaired_as_the_table_was_and_as_single_rows_are(job: Path, tmp_path: Path) -> None:
    folder = tmp_path / "job"
    shutil.copytree(job, folder)
    steps: tuple[Step, ...] = (
        Rewrite(id="r", column="city", to={"ROME": "Rome"}),
        Blanks(id="b", column="city"),
        NullNumbers(id="n", column="x", values=(-999.0,)),
        DropRepeats(id="d"),
    )
    made = tuple(
        Made(
            step=step,
            id=step.id,
            repair="",
            column=None,
            what="",
            reason="",
            rows=1,
            cells=1,
            examples=(),
            undo="",
            settles=None,
        )
        for step in steps
    )
    kept = Repairs(
        rows_before=301,
        rows_after=300,
        columns_before=6,
        columns_after=6,
        made=made,
        left_out=(),
        looked_for=(),
    )
    (folder / "repairs.json").write_text(kept.model_dump_json())
    ugly = mixed(4, seed=9).select(COLUMNS).to_pandas()
    ugly["city"] = ["ROME", " Oslo ", "Rome", "Rome"]
    ugly["x"] = [-999.0, 1.0, 0.5, 0.5]
    ugly.loc[3] = ugly.loc[2]
    clean = ugly.assign(city=["Rome", "Oslo", "Rome", "Rome"], x=[None, 1.0, 0.5, 0.5])
    told = pd.read_csv(io.StringIO(predicted(folder, pa.Table.from_pandas(ugly), tmp_path).csv))
    expected = load_model(job / "modeling").predict(from_arrow(pa.Table.from_pandas(clean)))
    # No row is dropped, and the file's own cells stay as they were given.
    np.testing.assert_allclose(told["predicted amount"], expected, rtol=1e-9)
    assert told["city"].tolist() == ugly["city"].tolist()
    rows = tuple(
        row | {"when": row["when"].isoformat(), "member": bool(row["member"])}
        for row in ugly.to_dict("records")
    )
    singly = [row.value for row in predict(folder, rows).predictions]
    np.testing.assert_allclose(told["predicted amount"], singly, rtol=1e-9)
