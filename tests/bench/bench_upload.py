"""From the first byte of an upload to figures on the page: a real server on loopback, a 100 MB CSV.

Prints the upload's speed beside that of two copies, by how much the server's peak memory grew, and the time from the
last byte to the first figures and to the exact ones. The plain copy is what an upload is at its least: the same client
sends the same bytes over loopback to a receiver that writes them to disk and does nothing else. `cp` moves them
between two files with no socket in between, and waits for no disk. The server has had a small upload before, so that
what grows is the upload's own.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import statistics as figures
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench_data import write

ROWS = 740_000
ROUNDS = 5
SMALL = 12_000
_PIECE = 1 << 18
_EDGE = "lakeglass-bench-boundary"


def body(name: str) -> tuple[bytes, bytes]:
    """What stands before and after a file in a multipart body."""
    head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode(), f"\r\n--{_EDGE}--\r\n".encode()


def send(connection: http.client.HTTPConnection, path: str, file: Path, headers: dict[str, str]) -> float:
    """Send a file; gives back when its last byte had been sent."""
    head, tail = body(f"{time.time_ns()}.csv")
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={_EDGE}")
    connection.putheader("Content-Length", str(len(head) + file.stat().st_size + len(tail)))
    connection.endheaders()
    connection.send(head)
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            connection.send(piece)
    connection.send(tail)
    return time.perf_counter()


def plain_copy(file: Path, target: Path) -> float:
    """Seconds to move the file through a socket to disk, with nothing else done to it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def receive() -> None:
        peer, _ = listener.accept()
        with peer, target.open("wb") as stream:
            while piece := peer.recv(_PIECE):
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
            peer.sendall(b"1")

    worker = threading.Thread(target=receive)
    worker.start()
    began = time.perf_counter()
    with socket.create_connection(listener.getsockname()) as peer, file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            peer.sendall(piece)
        peer.shutdown(socket.SHUT_WR)
        peer.recv(1)
    worker.join()
    listener.close()
    return time.perf_counter() - began


def cp(file: Path, target: Path) -> float:
    """Seconds to copy the file by itself."""
    target.unlink(missing_ok=True)
    began = time.perf_counter()
    subprocess.run(["cp", str(file), str(target)], check=True)
    return time.perf_counter() - began


def peak_mb(process: int) -> float:
    """The most memory that a process ever held."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


class Server:
    """Lakeglass as a person starts it, on a free port with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        settings = {
            "LAKEGLASS_HOME": str(home),
            "LAKEGLASS_SERVER__PORT": str(self.port),
            "LAKEGLASS_LAKE__MAX_UPLOAD_MB": "2048",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lakeglass", "serve"],
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def get(self, path: str) -> tuple[int, object]:
        """A JSON answer."""
        connection = self.connect()
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content or b"null")

    def ready(self) -> None:
        """Wait for the first answer."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                if self.get("/api/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not start")


def _row_like_the_last(file: Path, number: int) -> bytes:
    with file.open("rb") as stream:
        stream.seek(-4_096, os.SEEK_END)
        return b"%d,%s\n" % (number, stream.read().splitlines()[-1].partition(b",")[2])


def figures_of(server: Server, dataset: str, basis: str | None) -> float:
    """Wait for figures, exact ones or any."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        status, found = server.get(f"/api/datasets/{dataset}/statistics")
        if status == 200 and isinstance(found, dict) and basis in (None, found["basis"]):
            return time.perf_counter()
        time.sleep(0.005 if basis is None else 0.2)
    raise TimeoutError(f"no figures of {dataset}: {found}")


def upload(server: Server, source: Path) -> tuple[str, float, float]:
    """The dataset, the seconds that the upload took, and when its last byte had been sent."""
    connection = server.connect()
    began = time.perf_counter()
    last = send(connection, "/api/upload", source, {})
    dataset = json.loads(connection.getresponse().read())["id"]
    return dataset, time.perf_counter() - began, last


def measure(server: Server, source: Path, rows: int) -> dict[str, list[float]]:
    """Every figure of every round."""
    small = source.with_name("small.csv")
    write(small, SMALL)
    figures_of(server, upload(server, small)[0], "all")
    told: dict[str, list[float]] = {name: [] for name in ("copy", "cp", "upload", "grown", "first", "exact")}
    for number in range(ROUNDS):
        with source.open("ab") as stream:
            stream.write(_row_like_the_last(source, rows + number))  # another content
        told["cp"].append(cp(source, source.with_name("copy")))
        told["copy"].append(plain_copy(source, source.with_name("copy")))
        before = peak_mb(server.process.pid)
        dataset, took, last = upload(server, source)
        told["grown"].append(peak_mb(server.process.pid) - before)
        told["upload"].append(took)
        told["first"].append(figures_of(server, dataset, None) - last)
        told["exact"].append(figures_of(server, dataset, "all") - last)
    return told


def main() -> int:
    """Print the medians, and the best round of what a busy machine disturbs most."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as name:
        folder = Path(name)
        source = folder / "bench.csv"
        write(source, rows)
        size = source.stat().st_size / (1 << 20)
        server = Server(folder / "home")
        try:
            server.ready()
            told = measure(server, source, rows)
        finally:
            server.process.terminate()
            server.process.wait(timeout=60)
    for kind, of in (("median", figures.median), ("best", min)):
        copy, plain, took, _, first, exact = (of(told[each]) for each in told)
        print(
            f"upload of {size:.0f} MB, {kind:6}  {took:5.2f} s   plain copy {copy:5.2f} s: {copy / took:.0%} of its "
            f"speed   cp {plain:5.2f} s: {plain / took:.0%}   first figures {first:5.2f} s after the last byte, "
            f"exact ones {exact:5.2f} s"
        )
    print(f"memory during the first of them +{told['grown'][0]:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
