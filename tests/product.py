"""A real server in a process of its own, as a user would start it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
START_S = 100  # within the time of a test: a busy machine is no failure
_READY = re.compile(r"Lakeglass is ready at (http://\S+?)/? ")


@dataclass(eq=False)
class Server:
    """A running `lakeglass serve`."""

    process: subprocess.Popen[str]
    url: str
    started_s: float
    client: httpx.Client
    lines: list[str] = field(default_factory=list)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int = 202) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, path: Path) -> Any:
        with path.open("rb") as stream:
            answer = self.client.post("/api/upload", files={"file": (path.name, stream)})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def events(self, path: str, *, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Follow a stream until an event satisfies `until`."""
        seen = []
        with self.client.stream("GET", path, timeout=60) as answer:
            assert answer.status_code == 200
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    seen.append(json.loads(line.removeprefix("data:")))
                    if until(seen[-1]):
                        return seen
        raise AssertionError(f"the stream ended early after {len(seen)} events")

    def run_over(self, run_id: str) -> dict[str, Any]:
        """The run once it is over."""
        over = {"done", "failed", "cancelled"}
        self.events(
            f"/api/runs/{run_id}/events",
            until=lambda event: event["body"]["type"] == "run" and event["body"]["state"] in over,
        )
        view: dict[str, Any] = self.get(f"/api/runs/{run_id}")
        return view

    def ready(self, dataset: dict[str, Any]) -> dict[str, Any]:
        """The dataset once it is read."""
        if dataset["state"] == "profiling":
            self.run_over(dataset["run_id"])
        view: dict[str, Any] = self.get(f"/api/datasets/{dataset['id']}")
        return view

    def ask(self, question: str, **more: Any) -> dict[str, Any]:
        """Ask, wait, and give back the turn."""
        asked = self.post("/api/query", {"question": question, **more})
        self.run_over(asked["run_id"])
        detail = self.get(f"/api/sessions/{asked['session_id']}")
        turn: dict[str, Any] = next(turn for turn in detail["turns"] if turn["id"] == asked["turn_id"])
        return {**turn, "session_id": asked["session_id"]}

    def table(self, attempt: dict[str, Any]) -> dict[str, Any]:
        """The result table of an attempt."""
        artifact = next(item for item in attempt["artifacts"] if item["kind"] == "table")
        content: dict[str, Any] = self.get(f"/api/artifacts/{artifact['id']}")
        return content

    def kill(self) -> None:
        """As the machine would: no farewell."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(120)
        self.client.close()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(120)
        self.client.close()
        return code


# How soon a killed server's slot is free again. Only where one is killed: a starved one would lose its slot, too.
SOON = {"LAKEGLASS_RUNS__LEASE_TTL_S": "4"}
Start = Callable[..., Server]


_compiled: list[Path] = []
"""Where the servers of this process keep what their sandboxes compiled."""


def lend(home: Path) -> None:
    """Give a new home what an earlier one compiled of the data libraries: nine seconds of CPU for each."""
    own = home / "sandbox" / "bytecode"
    earlier = next((each for each in reversed(_compiled) if each.is_dir()), None)
    if earlier is not None and not own.exists():
        shutil.copytree(earlier, own, copy_function=os.link)
    _compiled.append(own)


def start_server(
    home: Path, *arguments: str, command: str = "serve", bare: bool = False, **settings: str
) -> Server:
    """Start a server on a free port and wait until it says that it listens; `bare` leaves making the home to it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LAKEGLASS_")}
    environment |= {"PYTHONPATH": "src", **settings}
    options = ["--home", str(home), "--port", "0", *arguments]
    if not bare:
        lend(home)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "lakeglass", command, *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    lines: list[str] = []
    found: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if match := _READY.search(line):
                found.append(match.group(1))
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    assert ready.wait(START_S), "the server said nothing:\n" + "".join(lines)
    assert found, "the server did not start:\n" + "".join(lines)
    url = found[0]
    return Server(process, url, time.monotonic() - began, httpx.Client(base_url=url, timeout=60), lines)
