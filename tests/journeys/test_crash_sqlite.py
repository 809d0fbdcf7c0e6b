"""kill -9 of the only worker, on SQLite: after the restart the run ends as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.crash_crew import TENANT, WHOLE_STORY, Crew, eventually

from lakeglass.runs.model import Decision


@pytest.mark.parametrize("stages", [pytest.param("light", marks=pytest.mark.heavy), "heavy"])
def test_killed_in_mid_stage_the_run_goes_on_after_restart(
    tmp_path: Path, sqlite_url: str, stages: str
) -> None:
    # req: A8
    with Crew(sqlite_url, tmp_path, stages=stages) as crew:
        worker = crew.hire()
        run_id = crew.submit()
        crew.until_started(run_id, "second")
        crew.kill(worker)
        assert crew.view(run_id).state == "running"

        crew.hire()  # its lease is 15 s long: a dead process of this machine is not waited for
        crew.until_started(run_id, "second", times=2)
        crew.allow()
        crew.until(run_id, "done")

        assert crew.starts(run_id) == {"first": 1, "second": 2, "third": 1}
        assert crew.told(run_id) == WHOLE_STORY
        sequence = [line.seq for line in crew.events.read(TENANT)]
        assert sequence == list(range(1, len(sequence) + 1))


@pytest.mark.heavy
def test_a_decision_is_still_possible_after_a_restart(tmp_path: Path, sqlite_url: str) -> None:
    with Crew(sqlite_url, tmp_path) as crew:
        worker = crew.hire()
        run_id = crew.submit(ask=True)
        crew.until(run_id, "waiting")
        crew.kill(worker)
        crew.runs.decide(TENANT, run_id, "approval-1", Decision(verdict="approve", by="u1"))
        crew.allow()

        crew.hire()
        crew.until(run_id, "done")

        assert crew.starts(run_id) == {"first": 1, "second": 1, "third": 1}
        assert [words for words in crew.told(run_id) if words[0].startswith("approval")] == [  # type: ignore[union-attr]
            ("approval",),
            ("approval_decided",),
        ]


@pytest.mark.heavy
def test_what_was_cancelled_while_no_worker_lived_stays_cancelled(tmp_path: Path, sqlite_url: str) -> None:
    with Crew(sqlite_url, tmp_path) as crew:
        worker = crew.hire()
        cancelled, other = crew.submit(), crew.submit()
        crew.until_started(cancelled, "second")
        crew.kill(worker)
        assert crew.runs.cancel(TENANT, cancelled).state == "cancelled"
        crew.allow()

        crew.hire()
        crew.until(other, "done")

        assert crew.view(cancelled).state == "cancelled"
        assert crew.starts(cancelled)["second"] == 1
        assert crew.told(cancelled)[-2:] == [("stage", "second", "cancelled"), ("run", "cancelled")]


@pytest.mark.heavy
def test_a_worker_that_ends_in_peace_leaves_its_runs_to_the_next(tmp_path: Path, sqlite_url: str) -> None:
    with Crew(sqlite_url, tmp_path) as crew:
        worker = crew.hire()
        run_id = crew.submit()
        crew.until_started(run_id, "second")
        worker.communicate()  # its stdin ends
        assert worker.returncode == 0
        assert crew.view(run_id).state == "running"

        crew.hire()
        crew.until_started(run_id, "second", times=2)
        crew.allow()
        crew.until(run_id, "done")

        assert crew.told(run_id) == WHOLE_STORY
        eventually(lambda: crew.starts(run_id) == {"first": 1, "second": 2, "third": 1})
