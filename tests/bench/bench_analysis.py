"""From the first byte of an upload to the report: a real server on loopback, 10,000 rows of 20 columns, default budget.

Prints the seconds from the call of /api/analyze to the first findings, from the upload's begin to the report, what each
stage took, and how long after a cancel in the middle of a search nothing of it was left.
"""

from __future__ import annotations

import os
import statistics as figures
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.journeys.analysis_folders import processes_of  # noqa: E402
from tests.product import Server, start_server  # noqa: E402

ROWS, ROUNDS = 10_000, 3
OVER = {"done", "failed", "cancelled"}


def write(path: Path, seed: int) -> None:
    """Customers who leave: 14 numbers, 5 categories, gaps here and there, and a yes-or-no to foretell."""
    draw = np.random.default_rng(seed)
    table = {f"amount_{number}": draw.lognormal(2, 0.7, ROWS).round(2) for number in range(14)}
    table |= {f"kind_{number}": draw.choice(list("abcdefgh"), ROWS) for number in range(5)}
    frame = pd.DataFrame(table)
    frame.loc[draw.random(ROWS) < 0.03, "amount_3"] = np.nan
    pull = 0.1 * frame["amount_0"] - 0.08 * frame["amount_1"] + (frame["kind_0"] == "b") * 0.9
    frame["left"] = np.where(pull + draw.normal(0, 1, ROWS) > pull.mean(), "yes", "no")
    frame.to_csv(path, index=False)


def followed(server: Server, job_id: str, *, began: float) -> tuple[float, float]:
    """Seconds until the first findings and until the end."""
    seen: dict[str, float] = {}

    def over(event: dict[str, Any]) -> bool:
        seen.setdefault(event["body"]["type"], time.perf_counter() - began)
        return event["body"]["type"] == "run" and event["body"]["state"] in OVER

    server.events(f"/api/runs/{job_id}/events", until=over)
    return seen["analysis.findings"], time.perf_counter() - began


def one_round(server: Server, file: Path) -> tuple[float, float, dict[str, float]]:
    """First findings since the call, the report since the upload's begin, and the stages, in seconds."""
    uploaded = time.perf_counter()
    dataset = server.upload(file)
    asked = time.perf_counter()
    wanted = {"dataset_id": dataset["id"], "target": "left", "clarify": "default"}
    job_id = server.post("/api/analyze", wanted)["id"]
    findings, end = followed(server, job_id, began=asked)
    view = server.get(f"/api/jobs/{job_id}")
    assert view["state"] == "done", view["failure"]
    return findings, end + asked - uploaded, {each["name"]: each["seconds"] for each in view["stages"]}


def cancelled(server: Server, file: Path) -> float:
    """Seconds from a cancel in the middle of a search until no process of it is left."""
    dataset = server.ready(server.upload(file))
    wanted = {"dataset_id": dataset["id"], "target": "left", "clarify": "default"}
    job_id = server.post("/api/analyze", wanted)["id"]
    server.events(
        f"/api/runs/{job_id}/events", until=lambda event: event["body"]["type"] == "analysis.progress"
    )
    began = time.perf_counter()
    server.post(f"/api/jobs/{job_id}/cancel", status=200)
    while processes_of(job_id):
        time.sleep(0.005)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="lakeglass-bench-") as folder:
        server = start_server(Path(folder) / "home")
        try:
            rounds = []
            for number in range(ROUNDS):
                file = Path(folder) / f"customers-{number}.csv"
                write(file, number)
                rounds.append(one_round(server, file))
            stop = cancelled(server, file)
        finally:
            server.stop()
    print(
        f"{ROWS:,} rows x 20 columns, default budget, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    for findings, report, stages in rounds:
        told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages.items())
        print(f"first findings {findings:5.2f} s   upload to report {report:5.2f} s   ({told})")
    print(
        f"median: findings {figures.median(one[0] for one in rounds):.2f} s, report "
        f"{figures.median(one[1] for one in rounds):.2f} s"
    )
    print(f"cancel in the middle of a search: nothing left after {stop:.2f} s")


if __name__ == "__main__":
    main()
