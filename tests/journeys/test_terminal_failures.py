"""The command line where something is in the way: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.product import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three rows, one of which would colour the terminal red."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\n2,y\n3,z\x1b[31mred\n")
    return path


def run(command: str, *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAKEGLASS_")}
    kept |= {"PYTHONPATH": str(ROOT / "src"), "LAKEGLASS_HOME": str(cwd / "home"), **environment}
    done = subprocess.run(
        ["bash", "-c", command.replace("lakeglass", f"{sys.executable} -m lakeglass", 1)],
        cwd=cwd,
        env=kept,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("lakeglass serve --port 99999", 2, "--port"),
        ("lakeglass ask ' ' --data t.csv", 2, "The question is empty"),
        ("lakeglass ask 'mean of a' --data t.csv --out t.csv", 2, "can't be used (File exists)"),
        ("lakeglass profile t.csv > /dev/full", 1, "No space left"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_sentence(file: Path, command: str, code: int, words: str) -> None:
    done = run(command, cwd=file.parent)
    assert done.returncode == code
    assert words in done.stderr


def test_a_wrong_setting_is_named_and_its_value_is_not(tmp_path: Path) -> None:
    done = run("lakeglass doctor", cwd=tmp_path, LAKEGLASS_SERVER__PORT="hunter2")
    assert done.returncode == 1
    assert "LAKEGLASS_SERVER__PORT" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_data_folder_that_can_not_be_made_stops_the_service_with_the_remedy(tmp_path: Path) -> None:
    done = run("lakeglass serve --port 0", cwd=tmp_path, LAKEGLASS_HOME="/proc/nowhere")
    assert done.returncode == 1
    assert "--home" in done.stderr


def test_the_reader_of_the_pipe_may_leave(file: Path) -> None:
    done = run("lakeglass profile t.csv --json | head -c 1; exit ${PIPESTATUS[0]}", cwd=file.parent)
    assert (done.returncode, done.stdout) == (0, "{")


def test_a_cell_steers_no_terminal_and_a_poor_encoding_crashes_nothing(file: Path) -> None:
    done = run("lakeglass ask 'mean of a by b' --data t.csv", cwd=file.parent, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "3 rows" in done.stdout


def test_an_answer_leaves_nothing_of_an_earlier_one_in_its_folder(file: Path) -> None:
    assert run("lakeglass ask 'mean of a by b' --data t.csv", cwd=file.parent).returncode == 0
    chart = file.parent / "lakeglass-answer" / "chart.html"
    assert chart.is_file()
    assert run("lakeglass ask 'mean salary by region' --data t.csv", cwd=file.parent).returncode == 3
    assert not chart.exists()
