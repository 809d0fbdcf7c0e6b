"""The folder that a walled-in process writes to leads nobody who reads or writes there anywhere else."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from pydantic import BaseModel
from tests import artifacts

from lakeglass.core.errors import Conflict, LakeglassError, NotFound
from lakeglass.core.settings import LakeSettings
from lakeglass.science.jobs.places import files, find
from lakeglass.science.jobs.stages import live_progress
from lakeglass.science.pipeline.folder import JobFolder, read_plain
from lakeglass.science.pipeline.model import STAGES, AnalysisRequest, Critique, StageName
from lakeglass.science.pipeline.run import Analysis

SECRET = '{"version": 1, "verdict": "pass", "remarks": [], "asked": []}'


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file outside of the folder that would be a fine artifact."""
    path = tmp_path / "elsewhere" / "critique.json"
    path.parent.mkdir()
    path.write_text(SECRET)
    return path


def test_a_plain_artifact_is_read_below_folders(tmp_path: Path) -> None:
    job = JobFolder(tmp_path / "job")
    (job.path / "modeling").mkdir()
    (job.path / "modeling" / "critique.json").write_text(SECRET)
    assert job.read("modeling/critique.json", Critique).verdict == "pass"


@pytest.mark.parametrize("linked", ["critique.json", "modeling"])
def test_no_link_is_followed(tmp_path: Path, secret: Path, linked: str) -> None:
    job = JobFolder(tmp_path / "job")
    (job.path / linked).symlink_to(secret if linked == "critique.json" else secret.parent)
    name = linked if linked == "critique.json" else "modeling/critique.json"
    with pytest.raises(Conflict):
        job.read(name, Critique)
    assert files(job.path, with_data=True) == ()


def test_nothing_is_written_through_a_link(tmp_path: Path, secret: Path) -> None:
    job = JobFolder(tmp_path / "job")
    (job.path / "telemetry.jsonl").symlink_to(secret)
    (job.path / ".result.json.partial").symlink_to(secret)
    with pytest.raises(OSError, match="symbolic link"):
        job.tell("said", text="hello")
    with pytest.raises(OSError, match="symbolic link"):
        job.write_text("result.json", "{}")
    assert secret.read_text() == SECRET


def test_a_pipe_keeps_no_reader_waiting(tmp_path: Path) -> None:
    (tmp_path / "modeling").mkdir()
    os.mkfifo(tmp_path / "eda.json")
    os.mkfifo(tmp_path / "modeling" / "progress.json")
    with pytest.raises(OSError, match="not a plain file"):
        read_plain(tmp_path, "eda.json")
    assert live_progress(tmp_path) is None


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_with_its_mark_is_not_done_again(tmp_path: Path, stage: StageName) -> None:
    job = JobFolder(tmp_path / "job")
    request = AnalysisRequest()
    analysis = Analysis(tmp_path / "t.csv", job.path, request, settings=LakeSettings(), tell=lambda *_: None)
    job.finish(stage, seconds=1.0)
    analysis.do(stage)
    told = (job.path / "telemetry.jsonl").read_text()
    assert ('"skipped"' in told, '"started"' in told) == (True, False)


def test_a_name_that_leads_out_is_no_file(tmp_path: Path, secret: Path) -> None:
    job = JobFolder(tmp_path / "job")
    with pytest.raises(NotFound, match="no such file"):
        find(job.path, f"../{secret.parent.name}/{secret.name}", with_data=True)


class Share(BaseModel):
    """An artifact with a number."""

    of_rows: float


def test_what_its_schema_would_refuse_is_not_written(tmp_path: Path) -> None:
    job = JobFolder(tmp_path / "job")
    job.write("share.json", Share(of_rows=0.5))
    # JSON has no `nan`: it is written as `null`, which is no number
    with pytest.raises(LakeglassError, match=r"Share was made .* at of_rows"):
        job.write("share.json", Share(of_rows=math.nan))
    assert job.read("share.json", Share) == Share(of_rows=0.5)


def test_the_suite_looks_at_every_folder_of_an_analysis(tmp_path: Path) -> None:
    job = JobFolder(tmp_path / "home" / "jobs" / "a")
    job.write_text("critique.json", SECRET)
    assert list(artifacts.job_folders(tmp_path)) == []
    job.write_text("manifest.json", "{}")
    job.tell("started")
    assert list(artifacts.job_folders(tmp_path)) == [job.path]
    assert {fault.split(": ")[2] for fault in artifacts.faults_of(job.path)} >= {
        '"name" is a required property'
    }
    (job.path / "manifest.json").unlink()
    assert artifacts.faults_of(job.path) == []
