"""Every kind of bad file at both doors, upload and `lakeglass profile`: a right table or an error that helps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.corpora.bad import CASES, MB, Bad, Refused, Table
from tests.product import ROOT, Server, start_server

from lakeglass.cli import failures

LIMITS = {"LAKEGLASS_LAKE__MAX_UPLOAD_MB": "300", "LAKEGLASS_LAKE__MAX_UNPACKED_MB": "64"}
QUICK = [case for case in CASES if not case.heavy]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad-files")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    running = start_server(home, **LIMITS)
    yield running
    running.stop()


def written(case: Bad, folder: Path) -> Path:
    path = folder / case.file
    with path.open("wb") as stream:
        for piece in case.pieces():
            stream.write(piece)
    return path


def kept(home: Path) -> set[Path]:
    """Every stored file that is not the database's or the sandbox's own."""
    return {
        path
        for folder in ("blobs", "spill", "warehouse")
        for path in (home / folder).rglob("*")
        if path.is_file() and "sandbox" not in path.parts
    }


def memory_peak(server: Server) -> int:
    """The most memory that the server ever had in use, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def same_table(table: Table, rows: int, columns: list[str], head: list[list[Any]]) -> None:
    assert rows == table.rows
    if table.columns is not None:
        assert columns == table.columns
    if table.width is not None:
        assert len(columns) == table.width
    if table.head is not None:
        assert head == table.head[: len(head)]


def uploaded(server: Server, home: Path, case: Bad, path: Path) -> None:
    """The file at the first door; nothing of it stays when it is refused, or when its dataset is deleted."""
    before, listed = kept(home), len(server.get("/api/datasets"))
    with path.open("rb") as stream:
        answer = server.client.post("/api/upload", files={"file": (path.name, stream)}, timeout=120)
    if isinstance(case.outcome, Refused) and not case.outcome.late:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (case.outcome.status, case.outcome.code), error
        assert all(word in error["message"] for word in case.outcome.words), error["message"]
    else:
        assert answer.status_code == 201, answer.text
        view = server.ready(answer.json())
        if isinstance(case.outcome, Refused):
            assert view["state"] == "failed"
            assert all(word in view["failure"] for word in case.outcome.words), view["failure"]
        else:
            assert view["state"] == "ready", view["failure"]
            page = server.get(f"/api/datasets/{view['id']}/rows", limit=20)
            names = [column["name"] for column in page["columns"]]
            same_table(case.outcome, page["total"], names, page["rows"])
            figures = server.get(f"/api/datasets/{view['id']}/statistics")
            assert (figures["rows"], len(figures["columns"])) == (page["total"], len(names))
        assert server.client.delete(f"/api/datasets/{view['id']}").status_code == 204
    assert kept(home) == before
    assert len(server.get("/api/datasets")) == listed


def told(case: Bad, code: int, output: str, complaint: str) -> None:
    """What `lakeglass profile FILE --json` has to say."""
    if isinstance(case.outcome, Refused):
        assert (code, output) == (2, "")
        assert case.outcome.code in complaint
        assert all(word in " ".join(complaint.split()) for word in case.outcome.words), complaint
        return
    assert code == 0, complaint
    known = json.loads(output)
    names = [column["name"] for column in known["preview"]["columns"]]
    same_table(case.outcome, known["statistics"]["rows"], names, known["preview"]["rows"])


# req: E1 E2 E13
@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_a_bad_file_becomes_a_right_table_or_an_error_that_helps(
    server: Server,
    home: Path,
    case: Bad,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = written(case, tmp_path)
    uploaded(server, home, case, path)
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["lakeglass", "profile", str(path), "--json"])
    code = failures.run()
    output, complaint = capsys.readouterr()
    told(case, code, output, complaint)


# req: E1 E2 E13
@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_at_a_terminal(case: Bad, tmp_path: Path) -> None:
    path = written(case, tmp_path)
    found = subprocess.run(
        [sys.executable, "-m", "lakeglass", "profile", str(path), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src", **LIMITS, "TMPDIR": str(tmp_path)},
    )
    told(case, found.returncode, found.stdout, found.stderr)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


# req: E1
@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", [case for case in CASES if case.heavy], ids=lambda case: case.name)
def test_a_huge_file_stays_within_the_engines_memory(home: Path, case: Bad, tmp_path: Path) -> None:
    server = start_server(tmp_path / "home", **LIMITS)
    try:
        uploaded(server, tmp_path / "home", case, written(case, tmp_path))
        assert memory_peak(server) < 2560 * MB
    finally:
        server.stop()


# req: E1
@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_two_gigabytes_are_refused_while_they_come(tmp_path: Path) -> None:
    server = start_server(tmp_path / "home")
    try:
        server.ready(server.client.post("/api/upload", files={"file": ("a.csv", b"a,b\n1,2\n")}).json())
        before, used = kept(tmp_path / "home"), memory_peak(server)

        def pieces() -> Iterator[bytes]:
            yield (b'--B\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\na,b\n')
            for _ in range(2048):
                yield b"1234567,7654321\n" * (MB // 16)

        answer = server.client.post(
            "/api/upload",
            content=pieces(),
            headers={"content-type": "multipart/form-data; boundary=B"},
            timeout=120,
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
        assert "100 MB" in answer.json()["error"]["message"]
        assert kept(tmp_path / "home") == before
        assert memory_peak(server) - used < 256 * MB
    finally:
        server.stop()


# req: E1
def test_no_formula_leaves_through_a_download(server: Server, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "formulas")
    view = server.ready(server.upload(written(case, tmp_path)))
    lines = server.client.get(f"/api/datasets/{view['id']}/download").text.splitlines()
    assert lines[1:] == [
        "'=cmd|' /C calc'!A0,0",
        "'+1+1,1",
        "'-2+3,2",
        "'@SUM(A1),3",
        '"\'=HYPERLINK(""http://x"")",4',
        "plain,5",
    ]
    book = tmp_path / "back.xlsx"
    book.write_bytes(server.client.get(f"/api/datasets/{view['id']}/download?format=xlsx").content)
    cells = [row[0] for row in openpyxl.load_workbook(book)["Rows"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * 6
    assert [cell.value for cell in cells] == [row[0] for row in _head(case)]


def _head(case: Bad) -> list[list[object]]:
    assert isinstance(case.outcome, Table)
    assert case.outcome.head is not None
    return case.outcome.head
