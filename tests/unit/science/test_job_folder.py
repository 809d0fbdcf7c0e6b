"""The folder that a walled-in process writes to leads nobody who reads or writes there anywhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lakeglass.core.errors import Conflict, NotFound
from lakeglass.science.jobs.places import files, find
from lakeglass.science.jobs.stages import live_progress
from lakeglass.science.pipeline.folder import JobFolder, read_plain
from lakeglass.science.pipeline.model import Critique

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


def test_a_name_that_leads_out_is_no_file(tmp_path: Path, secret: Path) -> None:
    job = JobFolder(tmp_path / "job")
    with pytest.raises(NotFound, match="no such file"):
        find(job.path, f"../{secret.parent.name}/{secret.name}", with_data=True)
