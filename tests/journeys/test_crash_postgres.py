"""Two workers on PostgreSQL: they share the work, and the living one takes over what a killed one left."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.crash_crew import WHOLE_STORY, Crew

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("stages", [pytest.param("light", marks=pytest.mark.heavy), "heavy"])
def test_the_living_worker_takes_over_from_a_killed_one(
    tmp_path: Path, postgres_url: str, stages: str
) -> None:
    # req: A8
    with Crew(postgres_url, tmp_path, stages=stages, ttl_s=1.5) as crew:
        crew.hire()
        crew.hire()
        run_id = crew.submit()
        crew.until_started(run_id, "second")
        crew.kill(crew.working_on(run_id, "second"))

        crew.until_started(run_id, "second", times=2)
        crew.allow()
        crew.until(run_id, "done")

        assert crew.starts(run_id) == {"first": 1, "second": 2, "third": 1}
        assert crew.told(run_id) == WHOLE_STORY


@pytest.mark.heavy
def test_two_workers_share_the_runs_and_start_nothing_twice(tmp_path: Path, postgres_url: str) -> None:
    with Crew(postgres_url, tmp_path) as crew:
        crew.hire()
        crew.hire()
        crew.allow()
        run_ids = [crew.submit() for _ in range(12)]
        for run_id in run_ids:
            crew.until(run_id, "done")

        assert all(crew.starts(run_id) == {"first": 1, "second": 1, "third": 1} for run_id in run_ids)
        assert all(crew.told(run_id) == WHOLE_STORY for run_id in run_ids)
        assert len({pid for pid, *_ in crew.marks()}) == 2


@pytest.mark.heavy
def test_a_worker_asleep_for_too_long_does_not_disturb_who_took_over(
    tmp_path: Path, postgres_url: str
) -> None:
    with Crew(postgres_url, tmp_path, ttl_s=1.5) as crew:
        crew.hire()
        crew.hire()
        run_id = crew.submit()
        crew.until_started(run_id, "second")
        sleeper = crew.working_on(run_id, "second")
        crew.freeze(sleeper)
        crew.until_started(run_id, "second", times=2)
        crew.thaw(sleeper)
        crew.allow()
        crew.until(run_id, "done")

        assert crew.starts(run_id) == {"first": 1, "second": 2, "third": 1}
        assert crew.told(run_id) == WHOLE_STORY
