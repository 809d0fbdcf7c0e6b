"""An analysis belongs to one tenant: for others it is not there, and goes with its dataset."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from lakeglass.app import open_services
from lakeglass.core.errors import NotFound
from lakeglass.core.settings import AnalysisSettings, Settings
from lakeglass.science.jobs.model import Wanted
from lakeglass.science.jobs.orders import PredictWork
from lakeglass.tenants.model import Principal

OTHER = Principal(tenant_id="tnt_other", user_id="usr_other")
pytestmark = pytest.mark.timeout(300)


def test_another_tenant_sees_and_stops_nothing_and_a_deleted_dataset_takes_its_analyses_along(
    tmp_path: Path,
) -> None:
    # req: A5
    asyncio.run(_tenants(tmp_path))


async def _tenants(home: Path) -> None:
    settings = Settings(_env_file=None, home=home, analysis=AnalysisSettings(clarify_timeout_s=600))  # type: ignore[call-arg]
    async with open_services(settings) as rooms:
        mine = rooms.owner.tenant_id
        sample = rooms.lake.samples(mine)[0].name
        dataset = rooms.uploads.add_sample(mine, sample)
        with pytest.raises(NotFound):
            rooms.analyses.analyze(OTHER, Wanted(dataset_id=dataset.id))
        job = rooms.analyses.analyze(rooms.owner, Wanted(dataset_id=dataset.id))
        assert [each.id for each in rooms.analyses.list(mine, limit=9)] == [job.id]
        assert rooms.analyses.list(OTHER.tenant_id, limit=9) == ()
        known = rooms.analyses
        theirs = rooms.uploads.add_sample(OTHER.tenant_id, sample)
        asked = rooms.questions.ask(rooms.owner, "predict cost total", dataset_ids=[dataset.id])
        tries: list[Callable[[], object]] = [
            lambda: known.get(OTHER.tenant_id, job.id),
            lambda: known.status(OTHER.tenant_id, job.id),
            lambda: known.result(OTHER.tenant_id, job.id),
            lambda: known.report(OTHER.tenant_id, job.id),
            lambda: known.findings(OTHER.tenant_id, job.id),
            lambda: known.file(OTHER.tenant_id, job.id, "manifest.json"),
            lambda: known.cancel(OTHER.tenant_id, job.id),
            lambda: known.answer(OTHER, job.id, "clarify-1", {}),
            lambda: known.likely_targets(OTHER.tenant_id, dataset.id),
            # An id that is taken leads nobody else to what took it.
            lambda: known.analyze(OTHER, Wanted(dataset_id=theirs.id), job_id=job.id),
            lambda: rooms.questions.offered(OTHER, asked.session_id, asked.turn_id),
            lambda: rooms.questions.build_started(OTHER, asked.session_id, asked.turn_id),
        ]
        for attempt in tries:
            with pytest.raises(NotFound):
                attempt()
        with pytest.raises(NotFound):
            await known.predict(OTHER.tenant_id, job.id, PredictWork(rows=({},)))
        with pytest.raises(NotFound):
            await known.predict_file(OTHER.tenant_id, job.id, name="a.csv", content=b"a\n1\n")
        with pytest.raises(NotFound):
            await known.predict_dataset(OTHER.tenant_id, job.id, dataset.id)
        known.forget(OTHER.tenant_id, dataset.id)
        assert known.get(mine, job.id).state not in {"cancelled", "failed"}
        known.forget(mine, dataset.id)
        assert rooms.runs.get(mine, job.id).state == "cancelled"
        with pytest.raises(NotFound):
            known.get(mine, job.id)
        while list(home.glob(f"jobs/*/{job.id}")):  # a stage that was being killed may have written once more
            known.sweep()
            await asyncio.sleep(0.05)
