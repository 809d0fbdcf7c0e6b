"""Programs of ours behind walls: one folder to write to, no network, nothing of the host's environment."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lakeglass.sandbox import programs

_TRIES = """
import json, os, socket, sys
def tries(work):
    try:
        work()
        return True
    except OSError:
        return False
home, protected, other, port = sys.argv[1:]
print(json.dumps({
    "own": tries(lambda: open(os.path.join(home, "made"), "w")),
    "protected": tries(lambda: open(protected, "w")),
    "replaced": tries(lambda: os.replace(os.path.join(home, "made"), protected)),
    "other": tries(lambda: open(other)),
    "system": tries(lambda: open("/usr/made", "w")),
    "root": tries(lambda: open("/made", "w")),
    "network": tries(lambda: socket.create_connection(("127.0.0.1", int(port)), timeout=2)),
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "environment": sorted(os.environ),
}))
"""


@pytest.mark.skipif(programs.walls() == "none", reason="this machine has no bubblewrap that works")
def test_a_program_reaches_its_folder_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEGLASS_MODEL__API_KEY", "secret")
    folder, other = tmp_path / "job", tmp_path / "other"
    folder.mkdir()
    protected = folder / "table.parquet"
    for file in (protected, other):
        file.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        arguments = [sys.executable, "-c", _TRIES, str(folder), str(protected), str(other), port]
        done = subprocess.run(
            programs.command(programs.Program(arguments, folder, [protected])),
            env=dict(programs.environment()),
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
    told = json.loads(done.stdout)
    assert {name for name, value in told.items() if value is True} == {"own"}
    assert told["processes"] <= 3
    assert not [name for name in told["environment"] if name.startswith("LAKEGLASS")]
    assert (folder / "made").exists()
    assert protected.read_text() == "kept"


def test_without_walls_it_is_the_program_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_jail", lambda: None)
    assert programs.walls() == "none"
    assert programs.command(programs.Program(["/bin/true"], tmp_path)) == ["/bin/true"]
    assert "LAKEGLASS_HOME" not in programs.environment()
