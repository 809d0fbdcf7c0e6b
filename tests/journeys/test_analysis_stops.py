"""Analyses that are stopped: by a person in every stage, by a full queue, by a killed process or server."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.corpora.defects import customers
from tests.journeys.analysis_folders import (
    STATIONS,
    comparable,
    fits_of,
    marked,
    processes_of,
    repeated,
    telemetry_of,
)
from tests.product import SOON, Server, Start

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]
_WAIT_S = 120.0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "shop.csv"
    customers(np.random.default_rng(4), 400).table.to_csv(path, index=False)
    return path


def begun(server: Server, dataset: dict[str, Any], **more: Any) -> str:
    wanted = {"dataset_id": dataset["id"], "target": "left_shop", "clarify": "default", **more}
    job_id: str = server.post("/api/analyze", wanted)["id"]
    return job_id


def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens outside of the stream of events."""
    end = time.monotonic() + _WAIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


# req: D5
@pytest.mark.parametrize("stage", STATIONS)
def test_a_cancel_in_any_stage_ends_it_and_its_processes(server: Server, shop: Path, stage: str) -> None:
    dataset = server.ready(server.upload(shop))
    job_id = begun(server, dataset, budget_s=60 if stage == "modeling" else 5)
    server.events(
        f"/api/runs/{job_id}/events",
        until=lambda event: (
            event["body"]["type"] == "stage"
            and (event["body"]["name"], event["body"]["state"]) == (stage, "running")
        ),
    )
    began = time.monotonic()
    view = server.post(f"/api/jobs/{job_id}/cancel", status=200)
    until(lambda: not processes_of(job_id))
    print(f"cancelled in {stage}: nothing left after {time.monotonic() - began:.2f} s")
    # The last stages are so short that the end may come first.
    assert view["state"] == "cancelled" or stage in {"qa", "report"}
    assert all(each["state"] != "running" for each in view["stages"])
    if view["state"] == "cancelled" and stage not in {"qa", "report"}:
        assert server.client.get(f"/api/jobs/{job_id}/result").status_code == 409


# req: D2
def test_analyses_beyond_the_cap_wait_in_line(start: Start, shop: Path, tmp_path: Path) -> None:
    server = start(LAKEGLASS_RUNS__MAX_CONCURRENT_JOBS="1")
    dataset = server.ready(server.upload(shop))
    job_ids = [begun(server, dataset, fits=2) for _ in range(3)]
    for job_id in job_ids:
        assert server.run_over(job_id)["state"] == "done"
    worked = []
    for job_id in job_ids:
        events = telemetry_of(tmp_path / "home", job_id)
        heavy = [
            each for each in events if each["stage"] != "ingest" and each["event"] in {"started", "finished"}
        ]
        worked += [(one["at"], other["at"]) for one, other in zip(heavy[::2], heavy[1::2], strict=True)]
    assert len(worked) == 18
    worked.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(worked))


# req: D7
def test_a_killed_server_and_a_killed_process_cost_nothing_that_was_finished(
    start: Start, shop: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    server = start(**SOON)
    dataset = server.ready(server.upload(shop))
    calm = begun(server, dataset, fits=30)
    assert server.run_over(calm)["state"] == "done"

    job_id = begun(server, dataset, fits=30)
    until(lambda: len(fits_of(home, job_id)) >= 5)
    server.kill()
    until(lambda: not processes_of(job_id))
    before = fits_of(home, job_id)

    server = start(**SOON)
    until(lambda: len(fits_of(home, job_id)) > len(before))
    for process in processes_of(job_id):
        os.kill(process, signal.SIGKILL)
    between = fits_of(home, job_id)
    assert server.run_over(job_id)["state"] == "done"

    after = fits_of(home, job_id)
    assert {name: after[name] for name in before} == before
    assert {name: after[name] for name in between} == between
    assert comparable(home, job_id) == comparable(home, calm)
    assert marked(home, job_id) == set(STATIONS)
    assert not repeated(home, job_id)


# req: D6
def test_a_stage_that_takes_too_long_is_stopped_and_says_so(start: Start, shop: Path) -> None:
    server = start(LAKEGLASS_ANALYSIS__EDA_TIMEOUT_S="0.05")
    job_id = begun(server, server.ready(server.upload(shop)), fits=2)
    run = server.run_over(job_id)
    assert (run["state"], run["failure"]["code"]) == ("failed", "TIMED_OUT")
    assert "Look for faults" in run["failure"]["message"]
    until(lambda: not processes_of(job_id))


def test_a_process_that_dies_again_and_again_ends_the_analysis_with_a_reason(
    start: Start, shop: Path, tmp_path: Path
) -> None:
    server = start()
    job_id = begun(server, server.ready(server.upload(shop)), budget_s=600)
    for _ in range(3):
        until(lambda: bool(processes_of(job_id)) and bool(fits_of(tmp_path / "home", job_id)))
        victims = processes_of(job_id)
        for process in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until(lambda victims=victims: not set(victims) & set(processes_of(job_id)))
    run = server.run_over(job_id)
    assert (run["state"], run["failure"]["code"]) == ("failed", "UNAVAILABLE")
    assert "memory" in run["failure"]["message"]


def test_a_table_beyond_the_room_of_an_analysis_is_refused_at_once(start: Start, tmp_path: Path) -> None:
    server = start(home=tmp_path / "home", LAKEGLASS_ANALYSIS__FOLDER_MB="1")
    path = tmp_path / "numbers.csv"
    draw = np.random.default_rng(0)
    np.savetxt(path, draw.normal(size=(20_000, 4)), delimiter=",", header="a,b,c,d", comments="")
    dataset = server.ready(server.upload(path))
    refused = server.post("/api/analyze", {"dataset_id": dataset["id"]}, status=413)
    assert refused["error"]["code"] == "TOO_LARGE"
    assert "LAKEGLASS_ANALYSIS__FOLDER_MB" in refused["error"]["message"]
    assert server.get("/api/jobs") == []
