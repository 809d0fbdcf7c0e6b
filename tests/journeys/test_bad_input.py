"""Ugly input over HTTP: a clear error of the catalogue or a correct table, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.product import Server, Start, start_server


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad")


@pytest.fixture(scope="module")
def small(home: Path) -> Iterator[Server]:
    """A server that accepts 1 MB."""
    running = start_server(home, LAKEGLASS_LAKE__MAX_UPLOAD_MB="1")
    yield running
    running.stop()


def files_of(home: Path) -> set[Path]:
    """Everything stored that is not the database or the sandbox's own."""
    skipped = {"sandbox"}
    return {
        path
        for path in home.rglob("*")
        if path.is_file()
        and path.suffix not in {".db", ".db-wal", ".db-shm"}
        and not skipped & {*path.parts}
        and "lakeglass.db" not in path.name
    }


def send(server: Server, name: str, content: bytes) -> httpx.Response:
    return server.client.post("/api/upload", files={"file": (name, content)})


def parquet(tmp_path: Path) -> bytes:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": list(range(1000))}), path)
    return path.read_bytes()


# req: E1 E13
@pytest.mark.parametrize(
    ("name", "content", "status", "code", "words"),
    [
        ("empty.csv", b"", 422, "EMPTY_FILE", "contains no data"),
        ("blank.csv", b"\n\n  \n", 422, "EMPTY_FILE", "contains no data"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), 400, "UNSUPPORTED_FILE_TYPE", "Unsupported"),
        ("notes.docx", b"PK\x03\x04" + bytes(200), 400, "UNSUPPORTED_FILE_TYPE", "Unsupported"),
        ("page.csv", b"<!DOCTYPE html><html><body>no</body></html>", 400, "UNSUPPORTED_FILE_TYPE", "HTML"),
        ("big.csv", b"a,b\n" + b"1,2\n" * 400_000, 413, "TOO_LARGE", "1 MB"),
    ],
)
def test_a_refused_upload_says_why_and_leaves_nothing(
    small: Server, home: Path, name: str, content: bytes, status: int, code: str, words: str
) -> None:
    before, count = files_of(home), len(small.get("/api/datasets"))
    answer = send(small, name, content)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), error
    assert words in error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]
    assert datetime.fromisoformat(error["timestamp"]).tzinfo is not None
    assert files_of(home) == before
    assert len(small.get("/api/datasets")) == count


def test_truncated_parquet_is_refused(small: Server, home: Path, tmp_path: Path) -> None:
    before = files_of(home)
    answer = send(small, "cut.parquet", parquet(tmp_path)[:-50])
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNPROCESSABLE_FILE")
    assert "Unable to parse file" in answer.json()["error"]["message"]
    assert files_of(home) == before


def test_a_header_alone_is_a_table_without_rows(small: Server) -> None:
    answer = send(small, "header.csv", b"a,b,c\n")
    assert answer.status_code == 201
    view = small.ready(answer.json())
    assert (view["state"], view["rows"], view["columns"]) == ("ready", 0, 3)
    columns = small.get(f"/api/datasets/{view['id']}/statistics")["columns"]
    assert [column["name"] for column in columns] == ["a", "b", "c"]


def test_content_decides_not_the_name(small: Server, tmp_path: Path) -> None:
    answer = send(small, "really.csv", parquet(tmp_path))
    assert answer.status_code == 201
    assert small.ready(answer.json())["rows"] == 1000


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "/abs/olute.csv",
        "..\\..\\win.csv",
        "a\x00b.csv",
        "ünï✨.csv",
        "x" * 300 + ".csv",
    ],
)
def test_a_file_name_is_only_a_label(small: Server, home: Path, name: str) -> None:
    outside = set(home.parent.rglob("*.csv"))
    answer = send(small, name, f"a,b\n1,{len(name)}\n2,3\n".encode())
    assert answer.status_code == 201, answer.text
    view = small.ready(answer.json())
    assert view["state"] == "ready"
    assert not {"/", "\\", "\x00"} & set(view["name"])
    assert set(home.parent.rglob("*.csv")) == outside


def test_the_same_content_is_stored_once(small: Server, home: Path) -> None:
    content = b"a,b\n5,6\n7,8\n"
    first = small.ready(send(small, "one.csv", content).json())
    originals = files_of(home / "blobs")
    second = small.ready(send(small, "two.csv", content).json())
    assert first["version"]["original_sha256"] == second["version"]["original_sha256"]
    assert first["id"] != second["id"]
    assert len({path.name for path in files_of(home / "blobs") - originals}) <= 1


def test_a_client_that_goes_away_leaves_nothing(small: Server, home: Path) -> None:
    before, count = files_of(home), len(small.get("/api/datasets"))
    url = httpx.URL(small.url)
    head = (
        "POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
        '--B\r\nContent-Disposition: form-data; name="file"; filename="gone.csv"\r\n\r\na,b\n'
    )
    with socket.create_connection((url.host, url.port or 80)) as connection:
        connection.sendall(head.encode() + b"1,2\n" * 50_000)
    # The next request is answered after the server has noticed; uploads are cleaned up within it.
    for _ in range(200):
        if files_of(home) == before:
            break
        small.get("/api/health")
    assert files_of(home) == before
    assert len(small.get("/api/datasets")) == count


@pytest.mark.parametrize("question", ["", "   ", "x" * 10_001, "average price " * 1000])
def test_an_unusable_question_is_refused(small: Server, question: str) -> None:
    data = send(small, "q.csv", b"a,b\n1,2\n3,4\n").json()
    answer = small.client.post("/api/query", json={"question": question, "dataset_ids": [data["id"]]})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "INVALID_INPUT"


def test_a_body_of_many_megabytes_is_not_taken_for_a_question(small: Server) -> None:
    answer = small.client.post("/api/query", content=b'{"question": "' + b"x" * (4 << 20) + b'"}')
    assert answer.status_code == 413
    assert set(answer.json()["error"]) >= {"code", "message", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/datasets/dts_none", 404),
        ("GET", "/api/sessions/ses_none", 404),
        ("GET", "/api/sessions/ses_none/events", 404),
        ("GET", "/api/runs/run_none", 404),
        ("GET", "/api/runs/run_none/events", 404),
        ("GET", "/api/artifacts/art_none", 404),
        ("GET", "/api/executions/exe_none", 404),
        ("POST", "/api/samples/none", 404),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/datasets", 405),
        ("GET", "/api/sessions?limit=0", 400),
        ("GET", f"/api/datasets/dts_none/rows?offset={1 << 70}", 400),
        ("GET", "/api/sessions?search=%00", 400),
        ("GET", "/api/runs/run%00none", 400),
        ("GET", "/%00", 400),
        ("POST", "/ask", 405),
        ("GET", "/assets/nothing.js", 404),
    ],
)
# req: E13
def test_every_failure_is_an_envelope(small: Server, method: str, path: str, status: int) -> None:
    answer = small.client.request(method, path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details", "timestamp", "request_id"}
    assert error["message"]


def test_a_refused_method_says_which_is_taken(small: Server) -> None:
    answer = small.client.put("/api/datasets")
    assert answer.headers["allow"] == "GET"
    assert "GET" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/query", b'{"question": "average \\ud800 price"}'),
        ("/api/query", b'{"question": "average \\u0000 price"}'),
        ("/api/sessions", b'{"title": "a\\u0000b"}'),
        ("/api/sessions", b'{"title": "   "}'),
        ("/api/sessions", b'{"dataset_ids": ["\\u0000"]}'),
        ("/api/query", b"[" * 100_000),
        ("/api/query", b'{"question": "\xff"}'),
        ("/api/query", b""),
    ],
)
def test_text_that_no_database_keeps_is_refused(small: Server, path: str, body: bytes) -> None:
    answer = small.client.post(path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_INPUT"), answer.text


def test_a_name_of_blanks_is_refused_and_one_between_blanks_is_trimmed(small: Server) -> None:
    data = send(small, "named.csv", b"a,b\n1,2\n3,4\n").json()
    path = f"/api/datasets/{data['id']}"
    assert small.client.patch(path, json={"name": "  \t "}).status_code == 400
    assert small.client.patch(path, json={"name": "  Towns "}).json()["name"] == "Towns"
    # A name that a person gives is no path.
    assert small.client.patch(path, json={"name": "Towns 2023/24"}).json()["name"] == "Towns 2023/24"


def test_a_body_that_grows_too_long_while_it_comes_is_told_like_one_that_says_so(small: Server) -> None:
    pieces = (b"x" * 65_536 for _ in range(100))
    answer = small.client.post("/api/query", content=pieces)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert "2 MB" in answer.json()["error"]["message"]


def test_a_dataset_is_listed_once_however_often_it_is_named(small: Server) -> None:
    data = send(small, "once.csv", b"a,b\n1,2\n3,4\n").json()
    opened = small.post("/api/sessions", {"dataset_ids": [data["id"]] * 3}, status=201)
    assert opened["dataset_ids"] == [data["id"]]


@pytest.mark.parametrize("path", ["/ask", "/" + "x" * 300, "/" + "x" * 5000, "/..%2f..%2fetc/passwd"])
def test_every_address_of_the_page_is_the_page(small: Server, path: str) -> None:
    assert small.client.head(path).status_code in {200, 503}
    answer = small.client.get(path)
    assert answer.status_code in {200, 503}
    assert "<title>Lakeglass</title>" in answer.text


@pytest.mark.parametrize("cursor", [10**6, 2**63 - 1, 10**30])
def test_a_cursor_of_another_log_waits_for_what_is_new(small: Server, cursor: int) -> None:
    seen: list[str] = []
    with small.client.stream("GET", "/api/events", params={"after": cursor}, timeout=30) as stream:
        data = send(small, f"new-{cursor}.csv", f"a,b\n1,{cursor}\n3,4\n".encode()).json()
        for line in stream.iter_lines():
            seen.append(line)
            if data["id"] in line:
                break
    assert data["id"] in seen[-1]


@pytest.mark.skipif(os.getuid() != 0, reason="a full disk is a tiny tmpfs, which only root can mount")
@pytest.mark.heavy
def test_a_full_disk_is_told_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "full"
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(home)], check=True)
    try:
        server = start(home=home)
        assert server.ready(send(server, "first.csv", b"a,b\n1,2\n").json())["rows"] == 1
        server.ask(
            "how many rows", dataset_ids=[server.get("/api/datasets")[0]["id"]]
        )  # the sandbox has settled
        free = shutil.disk_usage(home).free
        (home / "filler").write_bytes(bytes(free - (8 << 20)))
        before = files_of(home)
        answer = send(server, "big.csv", b"a,b\n" + b"1234567,7654321\n" * 1_000_000)
        assert (answer.status_code, answer.json()["error"]["code"]) == (507, "STORAGE_FULL")
        assert files_of(home) == before
        assert server.ready(send(server, "small.csv", b"a,b\n1,2\n3,4\n").json())["rows"] == 2
        server.stop()
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)
