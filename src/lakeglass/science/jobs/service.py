"""Analyses of every tenant: ask for one, follow it, answer it, stop it, read what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from pydantic import JsonValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, InvalidInput, TooLarge
from lakeglass.core.ids import new_id
from lakeglass.core.settings import AnalysisSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.llm.ledger import forget
from lakeglass.runs.model import RunView
from lakeglass.runs.service import ENDED, Runs
from lakeglass.science.clusters.model import Clustering
from lakeglass.science.explain.model import Explanation
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.jobs import places, views
from lakeglass.science.jobs.events import AnalysisAnswered
from lakeglass.science.jobs.model import ClarifyCard, JobResult, JobStatus, JobSummary, JobView, Wanted
from lakeglass.science.jobs.orders import FilePredictions, FileWork, Predictions, PredictWork
from lakeglass.science.jobs.places import Places
from lakeglass.science.jobs.processes import Processes
from lakeglass.science.jobs.repository import AnalysisRepository
from lakeglass.science.jobs.stages import KIND
from lakeglass.science.jobs.tables import AnalysisRow
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, LikelyTarget, Manifest, Result
from lakeglass.science.pipeline.questions import checked
from lakeglass.science.pipeline.targets import likely
from lakeglass.science.repairs.find import refuse_unknown
from lakeglass.science.repairs.model import Repairs
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

MOST_FILE_BYTES = 32 << 20
"""A file that is predicted is held in memory on its way to the process that reads it."""
# What a search may run over: fitting once more what was being fitted, and starting.
_GRACE, _STARTING_S = 1.5, 60.0


class Analyses:
    """The door to analyses."""

    def __init__(
        self,
        database: Database,
        events: EventLog,
        runs: Runs,
        lake: Lake,
        *,
        places: Places,
        processes: Processes,
        settings: AnalysisSettings,
    ) -> None:
        self._database = database
        self._events = events
        self._runs = runs
        self._lake = lake
        self._places = places
        self._processes = processes
        self._settings = settings

    def analyze(self, who: Principal, wanted: Wanted, *, job_id: str | None = None) -> JobView:
        """Begin an analysis of the dataset's current version, or of its first one while it is still being read.

        With a `job_id` it begins once: asked for again, it is given as it is.
        Raises NotFound, InvalidInput for a dataset that could not be read, columns that it lacks, or a budget that no
        stage may take, TooLarge for a table that alone is more than the folder of an analysis may hold.
        """
        dataset = self._lake.get(who.tenant_id, wanted.dataset_id)
        if dataset.state == "failed":
            raise InvalidInput(
                f"{dataset.name!r} could not be read: {dataset.failure} Choose another dataset."
            )
        longest = (self._settings.model_timeout_s - _STARTING_S) / _GRACE
        if wanted.fits is None and wanted.budget_s > longest:
            raise InvalidInput(
                f"Got a budget of {wanted.budget_s:g} s; a search may take at most {max(longest, 0):g} s here."
            )
        version = dataset.version if dataset.state == "ready" else None
        if version is not None:
            statistics = self._lake.version_statistics(who.tenant_id, version.id)
            _refuse_unknown(wanted, [column.name for column in statistics.columns])
            places.within(version.size_bytes + version.original_bytes, self._settings.folder_mb)
        title = wanted.title or (f"{wanted.target} of {dataset.name}" if wanted.target else dataset.name)
        row = AnalysisRow(
            id=job_id or new_id("run"),
            tenant_id=who.tenant_id,
            user_id=who.user_id,
            title=title[:300],
            dataset_id=dataset.id,
            dataset_name=dataset.name[:300],
            version_id=version.id if version else None,
            wanted=wanted.model_dump(mode="json"),
            target=wanted.target,
            created_at=now(),
        )
        return self._begin(row)

    def _begin(self, row: AnalysisRow) -> JobView:
        """The row with its run, made together or not at all."""
        who, job_id, title, subject = row.tenant_id, row.id, row.title, row.dataset_id
        payload = {"wanted": row.wanted, "version_id": row.version_id}
        try:
            with self._database.transaction() as session:
                session.add(row)
                session.flush()
                self._runs.submit(
                    who, KIND, title=title, subject=subject, payload=payload, session=session, run_id=job_id
                )
        except IntegrityError:
            pass  # begun already: ids are new, except those that a caller gives twice
        return self.get(who, job_id)

    def likely_targets(self, tenant_id: str, dataset_id: str) -> tuple[LikelyTarget, ...]:
        """What is probably asked for, by the figures that are known; none while nothing can be told.

        Raises NotFound, Conflict for a file that could not be read.
        """
        statistics = self._lake.figures(tenant_id, dataset_id)
        return likely(statistics) if statistics is not None else ()

    def list(self, tenant_id: str, *, limit: int) -> Sequence[JobSummary]:
        """Newest first."""
        with self._database.transaction() as session:
            rows = AnalysisRepository(session, tenant_id).rows(limit=limit)
        runs = self._runs.several(tenant_id, [row.id for row in rows])
        return tuple(views.summary(row, runs[row.id]) for row in rows if row.id in runs)

    def get(self, tenant_id: str, job_id: str) -> JobView:
        """One analysis; raises NotFound."""
        row, run = self._known(tenant_id, job_id)
        with self._database.transaction() as session:
            card = self._card(session, tenant_id, job_id)
        folder = self._places.folder(tenant_id, job_id)
        return views.view(row, run, folder, card=card, with_data=self._settings.expose_original)

    def status(self, tenant_id: str, job_id: str) -> JobStatus:
        """How far it is; raises NotFound."""
        row, run = self._known(tenant_id, job_id)
        return views.status(row, run, self._places.folder(tenant_id, job_id))

    def answer(
        self, who: Principal, job_id: str, clarify_id: str, answers: Mapping[str, str | None]
    ) -> JobView:
        """Answer what it asks; it goes on at once.

        Raises NotFound, Conflict when it does not ask that (any more), InvalidInput for what is no answer.
        """
        self._known(who.tenant_id, job_id)
        folder = JobFolder(self._places.folder(who.tenant_id, job_id))
        with self._database.transaction() as session:
            card = self._card(session, who.tenant_id, job_id)
            if card is None or card.id != clarify_id or card.answers is not None:
                raise Conflict("This analysis does not ask that (any more); look at its state.")
            columns = folder.read("manifest.json", Manifest).columns
            given = checked(folder.read("clarify.json", Clarification), answers, columns=columns)
            self._runs.answer(
                who.tenant_id,
                job_id,
                clarify_id,
                cast("dict[str, JsonValue]", given),
                session=session,
            )
            row = AnalysisRepository(session, who.tenant_id).row(job_id)
            told = AnalysisAnswered(by="you", answers=given)
            key = f"{job_id}:answered"
            self._events.append(who.tenant_id, row.dataset_id, told, run_id=job_id, key=key, session=session)
        return self.get(who.tenant_id, job_id)

    def cancel(self, tenant_id: str, job_id: str) -> JobView:
        """Stop it: its process is killed; what was finished stays readable. Raises NotFound."""
        self._known(tenant_id, job_id)
        self._runs.cancel(tenant_id, job_id)
        return self.get(tenant_id, job_id)

    def result(self, tenant_id: str, job_id: str) -> JobResult:
        """Every artifact; raises NotFound, Conflict while it is not over or when it ended without a result."""
        row, run = self._known(tenant_id, job_id)
        job = self._reported(tenant_id, job_id, run)
        made = job.path / "modeling"
        modeled, explained, grouped, foretold = (
            (made / f"{name}.json").exists() for name in ("modeling", "explain", "clusters", "forecast")
        )
        repaired = (job.path / "repairs.json").exists()
        return JobResult(
            job=views.summary(row, run),
            result=job.read("result.json", Result),
            critique=job.read("critique.json", Critique),
            eda=job.read("eda.json", Eda),
            clarification=job.read("clarify.json", Clarification),
            repairs=job.read("repairs.json", Repairs) if repaired else None,
            modeling=job.read("modeling/modeling.json", Modeling) if modeled else None,
            explanation=job.read("modeling/explain.json", Explanation) if explained else None,
            clustering=job.read("modeling/clusters.json", Clustering) if grouped else None,
            forecasting=job.read("modeling/forecast.json", Forecasting) if foretold else None,
            report_html=job.read_bytes("report.html").decode(),
        )

    def report(self, tenant_id: str, job_id: str) -> str:
        """The report as a page; raises NotFound, Conflict like `result`."""
        _, run = self._known(tenant_id, job_id)
        return self._reported(tenant_id, job_id, run).read_bytes("report.html").decode()

    def findings(self, tenant_id: str, job_id: str) -> Eda:
        """What the examination found, as soon as that is over; raises NotFound, Conflict before."""
        self._known(tenant_id, job_id)
        folder = self._places.folder(tenant_id, job_id)
        if not (folder / "eda.done").exists():
            raise Conflict("The table has not been examined (yet); look at the state of the analysis.")
        return JobFolder(folder).read("eda.json", Eda)

    def file(self, tenant_id: str, job_id: str, name: str) -> Path:
        """A file to download; raises NotFound, Forbidden for the data unless a setting allows it."""
        self._known(tenant_id, job_id)
        folder = self._places.folder(tenant_id, job_id)
        return places.find(folder, name, with_data=self._settings.expose_original)

    async def predict(self, tenant_id: str, job_id: str, work: PredictWork) -> Predictions:
        """Predict rows by the model that was found, in a process of its own.

        Raises NotFound, Conflict without a finished model, InvalidInput for values that do not fit.
        """
        folder = await asyncio.to_thread(self._modeled, tenant_id, job_id)
        return await self._processes.predict(folder, work, timeout_s=self._settings.predict_timeout_s)

    async def predict_file(
        self, tenant_id: str, job_id: str, *, name: str, content: bytes
    ) -> FilePredictions:
        """Predict every row of a file, in a process of its own; nothing of the file is kept.

        Raises what `predict` raises, and the file errors of the lake.
        """
        folder = await asyncio.to_thread(self._modeled, tenant_id, job_id)
        work = FileWork(name=name, size=len(content))
        limit = self._settings.predict_timeout_s
        return await self._processes.predict_file(folder, work, content, timeout_s=limit)

    async def predict_dataset(self, tenant_id: str, job_id: str, dataset_id: str) -> FilePredictions:
        """The same for the current version of a dataset. Raises NotFound, Conflict, TooLarge, InvalidInput."""
        content = await asyncio.to_thread(self._content, tenant_id, dataset_id)
        return await self.predict_file(tenant_id, job_id, name="dataset", content=content)

    def _content(self, tenant_id: str, dataset_id: str) -> bytes:
        dataset = self._lake.get(tenant_id, dataset_id)
        if dataset.version is None:
            raise Conflict(f"{dataset.name!r} has not been read (yet); look at its state.")
        file = self._lake.data_file(tenant_id, dataset.version.id)
        if file.stat().st_size > MOST_FILE_BYTES:
            raise TooLarge(
                f"{dataset.name!r} takes {file.stat().st_size / 1e6:,.0f} MB, expected at most "
                f"{MOST_FILE_BYTES >> 20} MB; predict a part of it."
            )
        return file.read_bytes()

    def _modeled(self, tenant_id: str, job_id: str) -> Path:
        """The folder of an analysis with a finished model; raises NotFound, Conflict without one."""
        self._known(tenant_id, job_id)
        folder = self._places.folder(tenant_id, job_id)
        if not ((folder / "modeling.done").exists() and (folder / "modeling" / "model.json").exists()):
            raise Conflict("This analysis has no model (yet); look at its state and its target.")
        return folder

    def forget(self, tenant_id: str, dataset_id: str) -> None:
        """Stop and remove every analysis of a dataset: they hold its data."""
        with self._database.transaction() as session:
            job_ids = [row.id for row in AnalysisRepository(session, tenant_id).of_dataset(dataset_id)]
        for job_id in job_ids:
            self._runs.cancel(tenant_id, job_id)
            with self._database.transaction() as session:
                session.delete(AnalysisRepository(session, tenant_id).row(job_id))
                forget(session, tenant_id, job_id)
            self._places.remove(tenant_id, job_id)

    def sweep(self) -> None:
        """Remove folders without an analysis: what a stage wrote while its dataset was being removed."""
        for tenant_id, job_id in self._places.all():
            with self._database.transaction() as session:
                row = session.get(AnalysisRow, job_id)
                left = row is None or row.tenant_id != tenant_id
            if left:
                self._places.remove(tenant_id, job_id)

    def _known(self, tenant_id: str, job_id: str) -> tuple[AnalysisRow, RunView]:
        with self._database.transaction() as session:
            row = AnalysisRepository(session, tenant_id).row(job_id)
        return row, self._runs.get(tenant_id, job_id)

    def _reported(self, tenant_id: str, job_id: str, run: RunView) -> JobFolder:
        folder = self._places.folder(tenant_id, job_id)
        if run.state not in ENDED:
            raise Conflict("This analysis is not over yet; follow its events, or ask again later.")
        if not (folder / "report.done").exists():
            why = run.failure.message if run.failure else "It was cancelled."
            raise Conflict(f"This analysis ended without a report. {why}")
        return JobFolder(folder)

    def _card(self, session: Session, tenant_id: str, job_id: str) -> ClarifyCard | None:
        asked, answered = (
            self._events.of_runs(tenant_id, kind, run_ids=[job_id], session=session)
            for kind in ("analysis.asked", "analysis.answered")
        )
        return views.card_of(asked, answered)


def _refuse_unknown(wanted: Wanted, columns: Sequence[str]) -> None:
    """Tell at once what would else be told by the first stage that needs it."""
    refuse_unknown(wanted.without_repairs or ())
    named = [wanted.target, wanted.time, wanted.group, wanted.sensitive, *wanted.leave_out]
    unknown = [name for name in named if name is not None and name not in columns]
    if unknown:
        raise InvalidInput(
            f"The dataset has no column {unknown[0][:80]!r}; it has {len(columns)}, among them "
            f"{', '.join(columns[:8])}."
        )
