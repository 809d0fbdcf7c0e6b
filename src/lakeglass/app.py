"""The only file that wires everything: settings in, a running service out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress

from fastapi import FastAPI
from pydantic import JsonValue

import lakeglass
from lakeglass.api.application import create_application
from lakeglass.api.services import Services
from lakeglass.ask.conversations import Conversations
from lakeglass.ask.describing import Descriptions
from lakeglass.ask.execution import Executor
from lakeglass.ask.live_sessions import LiveSessions
from lakeglass.ask.packages import Packages
from lakeglass.ask.planners import open_planner
from lakeglass.ask.provenance import Provenance
from lakeglass.ask.questions import Questions
from lakeglass.ask.second import Second
from lakeglass.ask.stages import AskStages
from lakeglass.ask.vocabulary import Vocabulary
from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import Settings, TracingSettings
from lakeglass.events.log import EventLog
from lakeglass.lake.ingest import Ingest
from lakeglass.lake.service import Lake
from lakeglass.lake.uploads import Uploads
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.configuration import Configuration
from lakeglass.llm.tracing import Tracing
from lakeglass.llm.turns import TurnTraces
from lakeglass.runs.service import Runs
from lakeglass.sandbox.service import SandboxService, SandboxStatus
from lakeglass.science.jobs.places import Places
from lakeglass.science.jobs.processes import Processes
from lakeglass.science.jobs.service import Analyses
from lakeglass.science.jobs.stages import AnalysisStages
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database
from lakeglass.store.folder import make_private_folder
from lakeglass.store.migrate import upgrade
from lakeglass.tenants.audit import record
from lakeglass.tenants.local import ensure_local_owner
from lakeglass.tenants.model import Principal


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Every room, opened in order and closed in reverse."""
    home = settings.home_dir
    make_private_folder(home)
    async with AsyncExitStack() as stack:
        database = await _database(settings, stack)
        owner = ensure_local_owner(database)
        events, blobs = EventLog(database), BlobStore(home / "blobs")
        lake = Lake(database, blobs, events, settings.lake, home=home)
        sandbox = SandboxService(settings.sandbox, root=home / "sandbox")
        stack.push_async_callback(sandbox.aclose)
        tracing = await _tracing(settings.tracing, stack)
        model = ModelAccess(Configuration(settings.model, home), database, tracing=tracing)
        stack.push_async_callback(model.aclose)
        planner = open_planner(settings.ask.planner, model)
        executor, packages = Executor(database, blobs, sandbox), Packages(database, sandbox, settings.sandbox)
        second = Second(database, blobs, lake, sandbox)
        stages = AskStages(
            database, blobs, events, lake, executor=executor, packages=packages, planner=planner, second=second,
            settings=settings.ask, access=model,
        )  # fmt: skip
        bounds = settings.analysis
        places, processes = Places(home), Processes(memory_mb=bounds.memory_mb)
        stack.push_async_callback(processes.aclose)
        analysis = AnalysisStages(
            database, events, lake, places=places, processes=processes, settings=bounds, access=model
        )
        # Every kind of durable work, in one visible place.
        known = (Ingest(database, lake).kind(), *stages.kinds(), analysis.kind())
        kinds = {kind.name: kind for kind in known}
        runs = Runs(database, events, settings.runs, kinds)
        turns = TurnTraces(tracing, runs, kinds=("ask",))
        stack.push_async_callback(turns.aclose)
        await runs.start()
        stack.push_async_callback(runs.close)
        # The page answers while these get ready; a sandbox that can't is shown by /api/health.
        _meanwhile(stack, _prove(sandbox, database, owner))
        conversations = Conversations(database, events, runs, lake, sandbox=sandbox)
        analyses = Analyses(database, events, runs, lake, places=places, processes=processes, settings=bounds)
        for work in (lake.warm, analyses.sweep):
            stack.push_async_callback(asyncio.wait, [asyncio.create_task(asyncio.to_thread(work))])
        yield Services(
            settings=settings,
            owner=owner,
            database=database,
            events=events,
            runs=runs,
            lake=lake,
            uploads=Uploads(database, lake, runs),
            sandbox=sandbox,
            conversations=conversations,
            live_sessions=LiveSessions(conversations, sandbox, settings.sandbox),
            questions=Questions(database, events, runs, lake, planner=planner, settings=settings.ask),
            vocabulary=Vocabulary(database, lake),
            descriptions=Descriptions(database, lake, model),
            provenance=Provenance(database, events, runs, lake, blobs=blobs),
            model=model,
            analyses=analyses,
        )


async def _database(settings: Settings, stack: AsyncExitStack) -> Database:
    """The database with its tables up to date, until `stack` is closed."""
    database = stack.enter_context(closing(Database(settings.resolved_database_url)))
    await asyncio.to_thread(database.check)
    await asyncio.to_thread(upgrade, database)
    return database


def _meanwhile(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Begin some work; when `stack` is closed, it is cancelled and waited for."""
    task = asyncio.create_task(work)
    stack.push_async_callback(asyncio.wait, [task])
    stack.callback(task.cancel)


async def _tracing(settings: TracingSettings, stack: AsyncExitStack) -> Tracing:
    """Where spans go, until `stack` is closed. Raises MissingExtra or ConfigurationError."""
    if settings.endpoint is None:
        return Tracing()

    def opened() -> Tracing:
        # The exporter is part of the extra `tracing`.
        from lakeglass.llm.otlp import open_exporter

        return open_exporter(settings, version=lakeglass.__version__)

    tracing = await asyncio.to_thread(opened)
    stack.push_async_callback(asyncio.to_thread, tracing.shut)
    return tracing


async def _prove(sandbox: SandboxService, database: Database, owner: Principal) -> None:
    """Start the sandbox and write into the audit trail which walls stood, or why none did."""
    with suppress(LakeglassError):  # told by the status
        await sandbox.start()
    await asyncio.to_thread(_audit, database, owner, sandbox.status)


def _audit(database: Database, owner: Principal, status: SandboxStatus) -> None:
    known = status.capabilities
    details: dict[str, JsonValue] = {"problem": status.problem}
    if known is not None:
        details = {"tier": known.tier, "isolation": known.isolation, "warnings": list(known.warnings)}
    with database.transaction() as session:
        record(session, owner, action=f"sandbox.{status.state}", subject="sandbox", details=details)


def create_app(
    settings: Settings | None = None, *, prepare: Callable[[Services], Awaitable[None]] | None = None
) -> FastAPI:
    """The ASGI application; `settings` default to the environment, `prepare` runs once the rooms are open."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services(chosen) as services:
            app.state.services = services
            if prepare is not None:
                await prepare(services)
            yield

    return create_application(chosen, lifespan)
