"""Chaos: many analyses, two servers on one PostgreSQL, kills of servers and processes, cancels, restarts.

`LAKEGLASS_CHAOS_JOBS` says how many analyses (100 unless said otherwise).
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.corpora.defects import customers
from tests.journeys.analysis_folders import (
    STATIONS,
    comparable,
    fits_of,
    folder_of,
    marked,
    processes_of,
    repeated,
)
from tests.product import Server, Start

pytestmark = [pytest.mark.heavy, pytest.mark.postgres, pytest.mark.timeout(5400)]
JOBS = int(os.environ.get("LAKEGLASS_CHAOS_JOBS", "100"))
STILL_S = 420
OVER = {"done", "failed", "cancelled"}
REQUESTS: tuple[dict[str, Any], ...] = (
    {"target": "left_shop", "fits": 3},
    {"target": "left_shop", "fits": 12},
    {"target": "left_shop", "fits": 6, "seed": 3},
    {"target": "plan", "fits": 5},
)


class Chaos:
    """Two servers on one home and one database, and what is known of every analysis."""

    def __init__(self, start: Start, home: Path, url: str) -> None:
        self._start = start
        self.home = home
        self._url = url
        self.draw = random.Random(7)
        self.servers = [self._fresh(), self._fresh()]
        self.done: Counter[str] = Counter()
        self.cancelled: set[str] = set()
        self.fits: dict[str, dict[str, int]] = {}
        self.hit: Counter[str] = Counter()

    def _fresh(self) -> Server:
        server: Server = self._start(
            home=self.home,
            LAKEGLASS_DATABASE_URL=self._url,
            LAKEGLASS_RUNS__TENANT_CONCURRENCY="4",
            # So short that a starved server loses its work to the other now and then, and has to begin anew.
            LAKEGLASS_RUNS__LEASE_TTL_S="4",
        )
        return server

    def begin(self, dataset_id: str, request: dict[str, Any]) -> str:
        wanted = {"dataset_id": dataset_id, "clarify": "default", **request}
        server = self.draw.choice(self.servers)
        job_id: str = server.post("/api/analyze", wanted)["id"]
        return job_id

    def all_live(self) -> None:
        """What to do when a server does not answer: it may be slow, but none ends by itself."""
        for server in self.servers:
            assert server.process.poll() is None, "".join(server.lines[-50:])

    def states(self) -> dict[str, str]:
        jobs = self.servers[0].get("/api/jobs", limit=500)
        return {job["id"]: job["state"] for job in jobs}

    def progress(self, job_ids: list[str]) -> int:
        """How many stages are finished, of all analyses together."""
        folders = [folder_of(self.home, job_id) for job_id in job_ids]
        return sum(len(list(folder.glob("*.done"))) for folder in folders if folder)

    def steps(self, job_ids: list[str]) -> int:
        """Finished stages and finished fits."""
        folders = [folder_of(self.home, job_id) for job_id in job_ids]
        fits = sum(len(list(folder.glob("modeling/fits/[a-z]*"))) for folder in folders if folder)
        return self.progress(job_ids) + fits

    def strike(self, alive: list[str]) -> None:
        """One misfortune."""
        for job_id in alive:
            self.check_fits(job_id)
        kind = self.draw.choice(["server", "server", "process", "process", "process", "cancel", "restart"])
        if kind == "cancel" and len(self.cancelled) < JOBS // 10:
            job_id = self.draw.choice(alive)
            self.cancelled.add(job_id)
            self.draw.choice(self.servers).post(f"/api/jobs/{job_id}/cancel", status=200)
        elif kind in {"server", "restart"}:
            place = self.draw.randrange(2)
            if kind == "server":
                self.servers[place].kill()
            else:
                self.servers[place].stop()
            self.servers[place] = self._fresh()
        else:
            working = [job_id for job_id in alive if self.hit[job_id] < 2 and processes_of(job_id)]
            if not working:
                return
            job_id = self.draw.choice(working)
            self.hit[job_id] += 1
            kind = "process"
            for process in processes_of(job_id):
                with_luck(process)
        self.done[kind] += 1

    def check_fits(self, job_id: str) -> None:
        """No fit that was finished is made again."""
        now, before = fits_of(self.home, job_id), self.fits.get(job_id, {})
        assert {name: now.get(name) for name in before} == before, job_id
        self.fits[job_id] = now


class Stillness:
    """For how long no analysis came a step further; fails when that is for ever."""

    def __init__(self) -> None:
        self._steps = -1
        self._since = time.monotonic()
        self.longest_s = 0.0

    def look(self, steps: int, states: dict[str, str]) -> None:
        if steps != self._steps:
            self._steps, self._since = steps, time.monotonic()
        self.longest_s = max(self.longest_s, time.monotonic() - self._since)
        assert self.longest_s < STILL_S, states


def gone(job_id: str) -> bool:
    """Whether no process works in its folder any more; the one that waits for a next stage ends by itself."""
    end = time.monotonic() + 120
    while processes_of(job_id):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def with_luck(process: int) -> None:
    """Kill it, unless it has just ended."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


# req: D7
def test_whatever_dies_all_end_as_if_nothing_had_happened(
    postgres_url: str, start: Start, tmp_path: Path
) -> None:
    home = tmp_path / "shared"
    csv = tmp_path / "shop.csv"
    customers(np.random.default_rng(4), 400).table.to_csv(csv, index=False)
    chaos = Chaos(start, home, postgres_url)
    first = chaos.servers[0]
    dataset_id = first.ready(first.upload(csv))["id"]
    calm = [chaos.begin(dataset_id, request) for request in REQUESTS]
    for job_id in calm:
        assert first.run_over(job_id)["state"] == "done"

    wanted = list(itertools.islice(itertools.cycle(range(len(REQUESTS))), JOBS))
    job_ids = [chaos.begin(dataset_id, REQUESTS[kind]) for kind in wanted]
    next_strike = 10
    stillness = Stillness()
    while True:
        try:
            states = chaos.states()
        except httpx.HTTPError:
            chaos.all_live()
            time.sleep(0.2)
            continue
        alive = [job_id for job_id in job_ids if states[job_id] not in OVER]
        if not alive:
            break
        stillness.look(chaos.steps(job_ids), states)
        if (made := chaos.progress(job_ids)) >= next_strike:
            chaos.strike(alive)
            next_strike = made + chaos.draw.randrange(6, 20)
        time.sleep(0.2)

    states = chaos.states()
    print(f"{JOBS} analyses: {dict(Counter(states[one] for one in job_ids))}; struck: {dict(chaos.done)}")
    print(f"longest time without a step of any: {stillness.longest_s:.0f} s")
    for job_id, kind in zip(job_ids, wanted, strict=True):
        chaos.check_fits(job_id)
        expected = {"done", "cancelled"} if job_id in chaos.cancelled else {"done"}
        assert states[job_id] in expected, (job_id, chaos.servers[0].get(f"/api/jobs/{job_id}")["failure"])
        assert gone(job_id)
        if states[job_id] == "done":
            assert comparable(home, job_id) == comparable(home, calm[kind])
            assert marked(home, job_id) == set(STATIONS)
        assert not repeated(home, job_id)
