"""The durable stages of an analysis: what the server does itself, and what it has done in the analysis's process."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, JsonValue, ValidationError

from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, Unavailable
from lakeglass.core.settings import AnalysisSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.replies import Asker
from lakeglass.runs.kinds import Arguments, RunKind, Stage, StageContext
from lakeglass.science.jobs.events import AnalysisFindings, AnalysisProgress, AnalysisSaid
from lakeglass.science.jobs.ingest import take_ahead, take_in
from lakeglass.science.jobs.model import CLARIFY, ClarifyCard, Wanted
from lakeglass.science.jobs.orchestration import analyse
from lakeglass.science.jobs.orders import StageWork
from lakeglass.science.jobs.places import Places, size_of, within
from lakeglass.science.jobs.processes import Processes
from lakeglass.science.jobs.repository import keep, owner_of
from lakeglass.science.pipeline.folder import JobFolder, read_plain
from lakeglass.science.pipeline.model import Clarification, Critique, QuestionName, StageName
from lakeglass.science.pipeline.theme import THEME, theme_of
from lakeglass.science.pipeline.wording import worded
from lakeglass.science.search.progress import FILE, Progress
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

KIND = "analysis"
TITLES: dict[StageName, str] = {
    "ingest": "Take the table in",
    "eda": "Look for faults",
    "clarify": "Settle what is asked",
    "modeling": "Search for a model",
    "explain": "Explain the model",
    "qa": "Criticise the result",
    "report": "Write the report",
}
_LOOK_S = 0.5
_ATTEMPTS = 3
"""A process that died goes on where it stopped; what dies again and again needs more than there is."""
_MOST_LOOKS = 200
"""Looks at a search's progress are spread so that a long search tells no more than this often."""


class StageArgs(BaseModel):
    """What every stage is told; `answers` only the one that settles them."""

    wanted: Wanted
    version_id: str | None = None
    answers: dict[QuestionName, str] | None = None


class AnalysisStages:
    """What runs of this kind do; `kind()` is what `app.py` hands to the engine."""

    def __init__(
        self,
        database: Database,
        events: EventLog,
        lake: Lake,
        *,
        places: Places,
        processes: Processes,
        settings: AnalysisSettings,
        access: ModelAccess,
    ) -> None:
        self._access = access
        self._database = database
        self._events = events
        self._lake = lake
        self._places = places
        self._processes = processes
        self._settings = settings

    def kind(self) -> RunKind:
        """The stations in their order."""
        known = self._settings
        return RunKind(
            name=KIND,
            stages=(
                Stage("ingest", TITLES["ingest"], self.ingest),
                Stage("eda", TITLES["eda"], self.eda, heavy=True, lane="jobs", timeout_s=known.eda_timeout_s),
                Stage(
                    "clarify",
                    TITLES["clarify"],
                    self.clarify,
                    heavy=True,
                    lane="jobs",
                    timeout_s=known.eda_timeout_s,
                ),
                *(
                    Stage(
                        name,
                        TITLES[name],
                        self.work,
                        heavy=True,
                        lane="jobs",
                        timeout_s=known.model_timeout_s,
                    )
                    for name in ("modeling", "explain")
                ),
                Stage(
                    "qa", TITLES["qa"], self.work, heavy=True, lane="jobs", timeout_s=known.report_timeout_s
                ),
                Stage(
                    "report",
                    TITLES["report"],
                    self.report,
                    heavy=True,
                    lane="jobs",
                    timeout_s=known.report_timeout_s,
                ),
            ),
            orchestrate=analyse,
        )

    async def ingest(self, context: StageContext, args: Arguments) -> JsonValue:
        """Take the dataset's table from the lake, at one version, into the folder of the analysis."""
        try:
            await self._ingest(context, StageArgs.model_validate(args))
        except BaseException:  # also when it is cancelled: nobody is left who would use the process
            self._processes.discard(context.run_id)
            raise
        return None

    async def _ingest(self, context: StageContext, given: StageArgs) -> None:
        folder = self._folder(context)
        ahead = await self._until_read(context, given.wanted.dataset_id)
        version_id = await asyncio.to_thread(
            take_in,
            self._lake,
            context.tenant_id,
            given.wanted,
            folder=folder,
            version_id=given.version_id,
            limit_mb=self._settings.folder_mb,
            repairs="safe" if self._settings.safe_auto_actions else "none",
        )
        if ahead not in (None, version_id):
            self._processes.discard(context.run_id)  # its walls guard the table of another version
        await asyncio.to_thread(JobFolder(folder).write, THEME, theme_of(self._settings.theme))
        keep(self._database, context.tenant_id, context.run_id, {"version_id": version_id})
        await self._processes.begin(context.run_id, folder)

    async def eda(self, context: StageContext, args: Arguments) -> JsonValue:
        """Examine the table; gives the card of what is unclear, or None."""
        given = StageArgs.model_validate(args)
        await self._do(context, StageWork(stage="eda"))
        folder = JobFolder(self._folder(context))
        known = folder.read("clarify.json", Clarification)
        keep(self._database, context.tenant_id, context.run_id, {"target": known.chosen})
        await context.emit(await asyncio.to_thread(counts_of, folder.path), key="findings")
        if given.wanted.clarify == "default" or not known.questions:
            return {"card": None}
        wait_s = self._settings.clarify_timeout_s
        card = ClarifyCard(id=CLARIFY, questions=known.questions, deadline=now() + timedelta(seconds=wait_s))
        return {"card": card.model_dump(mode="json"), "wait_s": wait_s}

    async def clarify(self, context: StageContext, args: Arguments) -> JsonValue:
        """Settle target, task, time, groups and costs; what they change is looked at again."""
        given = StageArgs.model_validate(args)
        await self._do(context, StageWork(stage="clarify", answers=given.answers))
        folder = JobFolder(self._folder(context))
        known = folder.read("clarify.json", Clarification)
        keep(self._database, context.tenant_id, context.run_id, {"target": known.chosen})
        if given.answers is not None:
            await context.emit(await asyncio.to_thread(counts_of, folder.path), key="findings:settled")
        return None

    async def work(self, context: StageContext, _: Arguments) -> JsonValue:
        """A stage that is all done in the process."""
        stage = _stage(context)
        if stage == "modeling":
            async with self._watching(context):
                await self._do(context, StageWork(stage=stage))
        else:
            await self._do(context, StageWork(stage=stage))
        return None

    async def report(self, context: StageContext, args: Arguments) -> JsonValue:
        """Write the report, worded by a model where one is asked; gives the verdict."""
        await self._word(context, StageArgs.model_validate(args).wanted)
        await self._do(context, StageWork(stage="report"))
        self._processes.discard(context.run_id)
        verdict = JobFolder(self._folder(context)).read("critique.json", Critique).verdict
        keep(self._database, context.tenant_id, context.run_id, {"verdict": verdict})
        return {"verdict": verdict}

    async def _word(self, context: StageContext, wanted: Wanted) -> None:
        """Have the result worded before the process writes it down, which can't ask anybody."""
        chosen = self._settings.prose if wanted.prose is None else wanted.prose
        folder = JobFolder(self._folder(context))
        # Whoever wished for a model is told where there is none; others have asked for nothing.
        if folder.is_done("report") or not chosen or not (self._access.configured or wanted.prose):
            return
        who = Principal(context.tenant_id, owner_of(self._database, context.tenant_id, context.run_id))
        wording = await worded(
            folder,
            access=self._access,
            asker=Asker(who, context.run_id, context.run_id),
            # A model may take its time, but not that of the report.
            timeout_s=min(self._settings.prose_timeout_s, self._settings.report_timeout_s / 2),
        )
        folder.tell("said", stage="report", text=wording.reason)
        await context.emit(AnalysisSaid(stage="report", text=wording.reason[:2000]), key="said:worded")

    def _folder(self, context: StageContext) -> Path:
        return self._places.folder(context.tenant_id, context.run_id)

    async def _do(self, context: StageContext, work: StageWork) -> None:
        async def said(stage: StageName, text: str) -> None:
            mark = sha256(text.encode()).hexdigest()[:16]
            await context.emit(AnalysisSaid(stage=stage, text=text[:2000]), key=f"said:{stage}:{mark}")

        for left in reversed(range(_ATTEMPTS)):
            try:
                await self._processes.do(context.run_id, self._folder(context), work, said=said)
            except Unavailable:
                if not left:
                    raise
            else:
                break
        within(await asyncio.to_thread(size_of, self._folder(context)), self._settings.folder_mb)

    @asynccontextmanager
    async def _watching(self, context: StageContext) -> AsyncIterator[None]:
        """Tell the log how the search stands while the block runs, and once more at its end."""
        folder = self._folder(context)
        call = secrets.token_hex(4)
        told: list[Progress] = []

        async def look() -> None:
            progress = await asyncio.to_thread(live_progress, folder)
            if progress is None or (told and told[-1] == progress):
                return
            # A conflict says that the run is over, which its canceller tells.
            with suppress(Conflict):
                await context.emit(
                    AnalysisProgress(progress=progress), key=f"progress:{call}:{time.monotonic()}"
                )
            told[:] = [progress]  # only now: who is stopped before has not told it

        async def looks() -> None:
            while True:
                await look()
                budget = told[0].budget_s if told and told[0].budget_s else 0.0
                await asyncio.sleep(max(_LOOK_S, budget / _MOST_LOOKS))

        watcher = asyncio.create_task(looks())
        try:
            yield
            watcher.cancel()
            await look()
        finally:
            watcher.cancel()
            await asyncio.wait([watcher])

    async def _until_read(self, context: StageContext, dataset_id: str) -> str | None:
        """Return once the dataset is not being read any more: an analysis may be asked for before that.

        Gives the version that the process was begun with: its libraries load while figures are being computed.
        """
        ahead: str | None = None
        if (await asyncio.to_thread(self._lake.get, context.tenant_id, dataset_id)).state != "profiling":
            return ahead
        async for event in self._events.subscribe(context.tenant_id, subject=dataset_id):
            kind = event.body.get("type")
            if kind == "profile" and event.body.get("part") == "preview":
                ahead = await self._begun_ahead(context, str(event.body["version_id"])) or ahead
            if kind in {"dataset", "run"}:
                found = await asyncio.to_thread(self._lake.get, context.tenant_id, dataset_id)
                if found.state != "profiling":
                    return ahead
        return ahead

    async def _begun_ahead(self, context: StageContext, version_id: str) -> str | None:
        """Begin the process as soon as the rows are there, which its walls have to guard."""
        folder, limit_mb = self._folder(context), self._settings.folder_mb
        taken = await asyncio.to_thread(
            take_ahead, self._lake, context.tenant_id, version_id, folder=folder, limit_mb=limit_mb
        )
        if not taken:
            return None
        self._processes.discard(context.run_id)
        await self._processes.begin(context.run_id, folder)
        return version_id


def counts_of(folder: Path) -> AnalysisFindings:
    """How many findings of each severity `eda.json` holds."""
    findings = json.loads(read_plain(folder, "eda.json"))["examination"]["findings"]
    severities = [each["severity"] for each in findings]
    return AnalysisFindings(
        high=severities.count("high"), medium=severities.count("medium"), low=severities.count("low")
    )


def live_progress(folder: Path) -> Progress | None:
    """The search as its file tells it, with the fits that have ended since."""
    try:
        known = Progress.model_validate_json(read_plain(folder, f"modeling/{FILE}"))
        done = sum(not place.name.startswith(".") for place in (folder / "modeling" / "fits").iterdir())
    except (OSError, ValidationError):
        return None
    return known.model_copy(update={"fits": max(known.fits, done)})


def _stage(context: StageContext) -> StageName:
    return next(name for name in TITLES if name == context.stage)
