"""From a file to a checked report: every artifact whole, finished stages kept, faults of the result told."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.corpora.defects import customers
from typer.testing import CliRunner

import lakeglass
from lakeglass.cli.commands import app
from lakeglass.core.errors import Conflict, InvalidInput, StorageFull, UnprocessableFile, UnsupportedFileType
from lakeglass.core.settings import LakeSettings
from lakeglass.science.explain.model import Explanation
from lakeglass.science.jobs.predictions import predict
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import (
    AnalysisRequest,
    Clarification,
    Critique,
    Eda,
    Manifest,
    Question,
    Remedy,
    Result,
)
from lakeglass.science.pipeline.run import Analysis, free_folder
from lakeglass.science.repairs.model import Repairs

SETTINGS = LakeSettings(threads=1)


def analysed(source: Path, folder: Path, request: AnalysisRequest) -> tuple[Result, list[str]]:
    told: list[str] = []
    analysis = Analysis(
        source, folder, request, settings=SETTINGS, tell=lambda stage, text: told.append(f"{stage}: {text}")
    )
    return analysis.run(), told


def written(tmp_path: Path, table: pd.DataFrame) -> Path:
    source = tmp_path / "shop.csv"
    table.to_csv(source, index=False)
    return source


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return written(tmp_path, customers(np.random.default_rng(4), 400).table)


# req: D3 D7 D9 D10 D11 D12 D13
def test_an_analysis_leaves_whole_artifacts_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "job"
    table = customers(np.random.default_rng(4), 400).table
    spoilt = table.assign(
        city=[name.upper() if place % 9 == 0 else name for place, name in enumerate(table["city"])],
        visits=[-999 if place % 17 == 0 else visits for place, visits in enumerate(table["visits"])],
    )
    shop = written(tmp_path, pd.concat([spoilt, spoilt.iloc[:7]]))
    request = AnalysisRequest(
        target="left_shop", fits=12, repairs="safe", without_repairs=("missing-marks:visits",)
    )
    result, _ = analysed(shop, folder, request)
    assert result.verdict in {"pass", "pass with warnings"}
    assert [each.name for each in result.stages] == ["ingest", "eda", "clarify", "modeling", "explain", "qa"]
    for name, kind in (
        ("manifest.json", Manifest),
        ("eda.json", Eda),
        ("clarify.json", Clarification),
        ("modeling/modeling.json", Modeling),
        ("modeling/explain.json", Explanation),
        ("repairs.json", Repairs),
        ("critique.json", Critique),
        ("result.json", Result),
    ):
        assert name in result.files
        kind.model_validate_json((folder / name).read_bytes())
    assert (folder / "original" / "shop.csv").read_bytes() == shop.read_bytes()
    events = [json.loads(line) for line in (folder / "telemetry.jsonl").read_text().splitlines()]
    assert [each["stage"] for each in events if each["event"] == "finished"] == [
        "ingest", "eda", "clarify", "modeling", "explain", "qa", "report",
    ]  # fmt: skip
    repaired(folder)
    pictures = sorted(path.name for path in (folder / "plots").iterdir())
    assert [f"plots/{name}" for name in pictures] == sorted(each for each in result.files if "plots/" in each)
    assert {"losses.png", "importance.png", "dependence-01.png"} <= set(pictures)
    assert all((folder / "plots" / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    # As if it had been killed while the search was writing its last artifact.
    first = Modeling.model_validate_json((folder / "modeling" / "modeling.json").read_bytes())
    JobFolder(folder).undo("modeling")
    (folder / "modeling" / "modeling.json").unlink()
    again, _ = analysed(shop, folder, request)
    second = Modeling.model_validate_json((folder / "modeling" / "modeling.json").read_bytes())
    assert second.model_dump(exclude={"timing"}) == first.model_dump(exclude={"timing"})
    assert again.model_dump(exclude={"stages"}) == result.model_dump(exclude={"stages"})
    assert {each.name for each in again.stages if each.skipped} == {
        "ingest",
        "eda",
        "clarify",
        "explain",
        "qa",
    }
    with pytest.raises(Conflict, match="holds other work"):
        analysed(shop, folder, AnalysisRequest(target="plan", fits=12))


def repaired(folder: Path) -> None:
    """Repairs are written down, told and counted, and rows to predict get them, too; the table stays as it was."""
    found = Repairs.model_validate_json((folder / "repairs.json").read_bytes())
    assert [each.id for each in found.made] == ["repeated-rows", "letter-case:city"]
    assert found.left_out == ("missing-marks:visits",)
    modeling = Modeling.model_validate_json((folder / "modeling" / "modeling.json").read_bytes())
    assert modeling.rows == found.rows_after == 400
    told = [each.text for each in modeling.decisions if each.text.startswith("Repaired before")]
    assert [each.what in text for each, text in zip(found.made, told, strict=True)] == [True, True]
    page = (folder / "report.html").read_text("utf-8")
    assert "What was repaired before modelling" in page
    assert all(each.what in page for each in found.made)
    given = pq.read_table(folder / "table.parquet")
    assert given.num_rows == 407
    assert "HAMBURG" in given.column("city").to_pylist()
    row = {name: given.column(name)[1].as_py() for name in given.column_names if name != "left_shop"}
    loud, quiet = predict(folder, (row | {"city": "HAMBURG"}, row | {"city": "Hamburg"})).predictions
    assert loud == quiet


# req: D4
def test_who_sits_there_is_asked_what_is_open_and_the_answer_is_taken(tmp_path: Path) -> None:
    draw = np.random.default_rng(2)
    table = pd.DataFrame({"aa": draw.normal(size=80), "bb": draw.normal(size=80)})
    asked: list[str] = []

    def ask(questions: tuple[Question, ...]) -> Mapping[str, str | None]:
        asked.extend(each.id for each in questions)
        return {"target": "bb"}

    told: list[str] = []
    folder = tmp_path / "job"
    analysis = Analysis(
        written(tmp_path, table),
        folder,
        AnalysisRequest(),
        settings=SETTINGS,
        tell=lambda _, text: told.append(text),
        ask=ask,
    )
    for stage in ("ingest", "eda", "clarify"):
        analysis.do(stage)
    known = Clarification.model_validate_json((folder / "clarify.json").read_bytes())
    assert asked == ["target"]
    assert (known.chosen, known.answered_by) == ("bb", "you")
    assert any("as you said" in text for text in told)


# req: D11
def test_a_model_that_was_given_the_answer_is_rejected_and_the_command_says_so(tmp_path: Path) -> None:
    table = customers(np.random.default_rng(4), 400).table
    source = written(tmp_path, table.assign(state=np.where(table["left_shop"] == "gone", "X", "O")))
    asked = [
        "analyze",
        str(source),
        "--target",
        "left_shop",
        "--fits",
        "10",
        "--out",
        str(tmp_path / "r.html"),
    ]
    run = CliRunner().invoke(app, [*asked, "--folder", str(tmp_path / "job")])
    assert run.exit_code == 3
    assert "--leave-out state" in " ".join(run.stdout.split())
    assert (tmp_path / "r.html").read_text("utf-8") == (tmp_path / "job" / "report.html").read_text("utf-8")
    result = Result.model_validate_json((tmp_path / "job" / "result.json").read_bytes())
    assert result.verdict == "fail"
    # what every surface shows names no option of one of them
    assert result.do[0] == "Leave out what is not known before the answer: state."
    critique = Critique.model_validate_json((tmp_path / "job" / "critique.json").read_bytes())
    assert critique.remarks[0].remedy == Remedy(field="leave_out", columns=("state",))


@pytest.mark.heavy
def test_what_the_critique_says_to_do_helps(tmp_path: Path) -> None:
    table = customers(np.random.default_rng(4), 400).table
    source = written(tmp_path, table.assign(state=np.where(table["left_shop"] == "gone", "X", "O")))
    request = AnalysisRequest(target="left_shop", fits=10, leave_out=("state",))
    assert analysed(source, tmp_path / "job", request)[0].verdict != "fail"


def test_what_the_report_says_to_do_is_done_in_a_folder_of_its_own(tmp_path: Path) -> None:
    source = written(tmp_path, pd.DataFrame({"a": range(60), "b": np.arange(60) % 7 + 0.5}))
    base, request = tmp_path / "job", AnalysisRequest()
    assert free_folder(base, source, request) == base
    analysed(source, base, request)
    assert free_folder(base, source, request) == base
    other = request.model_copy(update={"leave_out": ("a",)})
    assert free_folder(base, source, other) == tmp_path / "job-2"
    with JobFolder(base).alone(), pytest.raises(Conflict, match="Another process"):
        analysed(source, base, request)
    (tmp_path / "mine" / "original").mkdir(parents=True)
    (tmp_path / "mine" / "original" / "thesis.txt").write_text("mine")
    with pytest.raises(Conflict, match="holds other work"):
        analysed(source, tmp_path / "mine", request)
    assert (tmp_path / "mine" / "original" / "thesis.txt").read_text() == "mine"


def test_a_refused_file_leaves_no_trace_and_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with pytest.raises(UnsupportedFileType):
        analysed(picture, tmp_path / "job", AnalysisRequest())
    assert not (tmp_path / "job").exists()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lakeglass.science.pipeline.run.shutil.copyfile", full)
    source = written(tmp_path, pd.DataFrame({"a": range(60)}))
    with pytest.raises(StorageFull, match="goes on where it stopped"):
        analysed(source, tmp_path / "job", AnalysisRequest())


def test_a_name_out_of_the_file_steers_no_terminal(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": range(60), "\x1b[31mevil\x07": [None] * 40 + list(range(20))})
    run = CliRunner().invoke(
        app, ["analyze", str(written(tmp_path, table)), "--folder", str(tmp_path / "job")]
    )
    assert run.exit_code == 0
    assert "evil" in run.stdout
    assert not {"\x1b", "\x07"} & set(run.output)


# req: D4
def test_without_a_likely_target_the_table_is_examined_and_no_model_made(tmp_path: Path) -> None:
    source = written(
        tmp_path,
        pd.DataFrame({"a": range(60), "b": np.arange(60) % 7 + 0.5, "c": [f"k{n}" for n in range(60)]}),
    )
    result, told = analysed(source, tmp_path / "job", AnalysisRequest())
    assert "name one to get a model" in result.asked
    assert not (tmp_path / "job" / "modeling" / "modeling.json").exists()
    assert any("No model" in each for each in told)


def test_a_data_frame_is_analysed_in_a_notebook(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": range(60), "b": np.arange(60) % 7 + 0.5})
    analysed_table = lakeglass.analyze(table)
    assert "60 rows and 2 columns" in analysed_table.result.asked
    assert analysed_table.modeling is None
    assert "<iframe srcdoc=" in analysed_table._repr_html_()
    assert analysed_table.save(tmp_path / "r.html").read_text("utf-8") == analysed_table.report
    with pytest.raises(InvalidInput, match="There is no file"):
        lakeglass.analyze("nope.csv")


# req: D10
def test_a_report_of_the_likeliest_target_needs_nothing_else_and_runs_nothing_of_the_data(
    tmp_path: Path,
) -> None:
    evil = '<script>alert("x")</script>'
    table = customers(np.random.default_rng(4), 300).table
    source = written(tmp_path, table.assign(**{evil: ["<img src=x onerror=alert(1)>", "b & c"] * 150}))
    analysed(source, tmp_path / "job", AnalysisRequest(fits=2))
    clarified = Clarification.model_validate_json((tmp_path / "job" / "clarify.json").read_bytes())
    assert (clarified.chosen, clarified.chosen_by) == ("left_shop", "default")
    assert len(clarified.options) > 1
    page = (tmp_path / "job" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert re.findall(r"https?://", page) == []


@pytest.mark.parametrize(
    ("table", "target", "error", "match"),
    [
        ("a,b\n", None, UnprocessableFile, "no rows"),
        ("a,b\n" + "1,x\n" * 40, "c", InvalidInput, "no column 'c'"),
        ("a,b\n" + "1,x\n" * 40, "b", InvalidInput, "one value only"),
    ],
)
def test_what_cannot_be_analysed_is_refused_with_a_reason(
    tmp_path: Path, table: str, target: str | None, error: type[Exception], match: str
) -> None:
    source = tmp_path / "t.csv"
    source.write_text(table)
    with pytest.raises(error, match=match):
        analysed(source, tmp_path / "job", AnalysisRequest(target=target, fits=2))
