"""The durable engine: DBOS (https://docs.dbos.dev/python), and everything about it that the rest needn't know.

A run is an uncapped workflow, so that waiting costs nothing; a heavy stage is a child workflow on a queue that
is capped a tenant; every call of a stage is a step whose result is kept. DBOS keeps its rows in our database,
as portable JSON. It is a process-wide singleton, so one process has at most one working engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import datetime
from typing import ClassVar, Protocol, cast

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    SetEnqueueOptions,
    StepOptions,
)
from dbos import error as engine_errors
from pydantic import JsonValue
from sqlalchemy.orm import Session

from lakeglass.core.errors import ConfigurationError, LakeglassError
from lakeglass.core.settings import RunsSettings
from lakeglass.runs.engine_logging import quiet_engine_logger
from lakeglass.runs.kinds import Arguments, Lane
from lakeglass.runs.order import Order, StageOrder
from lakeglass.store.database import Database

APPLICATION = "lakeglass"
VERSION = "1"  # raised only when a newer orchestration can't replay an older run's history
_RUNS, _HEAVY, _JOBS = "runs", "heavy", "jobs"
_RUN_ATTEMPTS = 50  # a run that took its worker down this often is given up; so is a heavy stage
_STAGE_ATTEMPTS = 3
_JOB_ATTEMPTS = 50  # such a stage can't take its worker down
_LAST_CALL = 1000
_MESSAGE_POLL_S = 0.25
_ALIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Work = Callable[[Arguments], Coroutine[None, None, JsonValue]]


class Runner(Protocol):
    """What the engine carries out."""

    async def run(self, order: Order, payload: Arguments) -> None:
        """A whole run; called again after a crash."""

    async def heavy(self, work: StageOrder) -> JsonValue:
        """A heavy stage whose turn it is; it calls `Engine.step`."""

    async def stage(self, work: StageOrder) -> JsonValue:
        """One call of a stage; called again after a crash in its midst."""


class Engine:
    """The engine as seen from one process: every process can hand work over, a started one also works."""

    _taken: ClassVar[bool] = False

    def __init__(self, database: Database, settings: RunsSettings) -> None:
        self._database = database
        self._settings = settings
        self._client: DBOSClient | None = None
        self._stage_step: Work | None = None
        self._stage_workflows: dict[Lane, Work] = {}

    async def start(self, runner: Runner, *, worker: str) -> None:
        """Begin to work as `worker`, a name that no worker had before.

        Raises ConfigurationError when this process works already.
        """
        if Engine._taken:
            raise ConfigurationError("This process runs a worker already; close it before starting another.")
        Engine._taken = True
        quiet_engine_logger()
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.close)
            self._register(runner)
            with self._database.translating():
                await asyncio.to_thread(self._prepare)
                DBOS(config=self._config(worker))
                DBOS.launch()
            undo.pop_all()

    def _config(self, worker: str) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=self._database.url,
            system_database_engine=self._database.engine,
            application_version=VERSION,
            executor_id=worker,
            serializer=DBOSPortableJSONSerializer(),
            notification_listener_polling_interval_sec=_MESSAGE_POLL_S,
            run_migrations=False,  # done by _prepare
            log_level="WARNING",
        )

    def _register(self, runner: Runner) -> None:
        async def one_call(work: Arguments) -> JsonValue:
            return await runner.stage(StageOrder.model_validate(work))

        @DBOS.workflow(name="run", max_recovery_attempts=_RUN_ATTEMPTS)
        async def run(order: Arguments, payload: Arguments) -> None:
            await runner.run(Order.model_validate(order), payload)

        @DBOS.workflow(name="stage", max_recovery_attempts=_STAGE_ATTEMPTS)
        async def stage(work: Arguments) -> JsonValue:
            return await runner.heavy(StageOrder.model_validate(work))

        @DBOS.workflow(name="job", max_recovery_attempts=_JOB_ATTEMPTS)
        async def job(work: Arguments) -> JsonValue:
            return await runner.heavy(StageOrder.model_validate(work))

        self._stage_step = one_call
        self._stage_workflows = {"heavy": stage, "jobs": job}

    def _prepare(self) -> None:
        """The engine's schema and queues. Queues that exist at launch are served at once, others a second later."""
        DBOS.migrate(self._database.url)
        self._door().register_queue(
            _RUNS, polling_interval_sec=self._settings.poll_s, application_name=APPLICATION
        )
        for queue, at_once in (
            (_HEAVY, self._settings.concurrency),
            (_JOBS, self._settings.max_concurrent_jobs),
        ):
            self._door().register_queue(
                queue,
                worker_concurrency=at_once,
                partition_concurrency=self._settings.tenant_concurrency,
                polling_interval_sec=self._settings.poll_s,
                application_name=APPLICATION,
            )

    async def close(self) -> None:
        """Stop working. What is unfinished stays so, and goes on with the next start or another worker."""
        loop = asyncio.get_running_loop()
        # The engine had put its own in place, and closes it; others go on calling threads meanwhile.
        loop.set_default_executor(ThreadPoolExecutor())
        with ThreadPoolExecutor(1) as aside:  # the engine's threads need the event loop to come to an end
            await loop.run_in_executor(aside, lambda: DBOS.destroy(destroy_registry=True))
        Engine._taken = False

    def enqueue(self, session: Session, order: Order, payload: Arguments) -> None:
        """Hand a run over, in the caller's transaction; a run that is there already is left as it is."""
        options = EnqueueOptions(
            workflow_name="run", queue_name=_RUNS, workflow_id=order.run_id, app_version=VERSION
        )
        self._door().enqueue_in_transaction(session, options, order.model_dump(mode="json"), payload)

    def send(self, session: Session, run_id: str, topic: str, message: Arguments) -> None:
        """Hand a message to a waiting run, in the caller's transaction."""
        self._door().send_in_transaction(session, run_id, message, topic)

    def cancel(self, run_id: str) -> None:
        """End a run and its stages; workers notice within a second. Raises Unavailable."""
        with self._database.translating():
            self._door().cancel_workflow(run_id, cancel_children=True)

    def recover(self, worker: str) -> None:
        """Hand a dead worker's unfinished runs to whoever is free; each is taken up exactly once."""
        # The public resume_workflows would also do, but it forgets how often a run took its worker down.
        DBOS._recover_pending_workflows([worker])  # noqa: SLF001

    def workers(self) -> set[str]:
        """The workers that unfinished work is in the hands of, dead or alive."""
        found = self._door().list_workflows(status="PENDING", load_input=False, load_output=False)
        return {status.executor_id for status in found if status.executor_id is not None}

    def unfinished(self, run_ids: Sequence[str]) -> set[str]:
        """Those of these runs that are worked on, or wait to be, as a whole or in one of their stages."""
        if not run_ids:
            return set()
        names, alive = list(run_ids), sorted(_ALIVE)
        wholes = self._door().list_workflows(
            workflow_ids=names, status=alive, load_input=False, load_output=False
        )
        stages = self._door().list_workflows(
            parent_workflow_id=names, status=alive, load_input=False, load_output=False
        )
        parents = {status.parent_workflow_id for status in stages}
        return {run_id for run_id in names if run_id in parents | {status.workflow_id for status in wholes}}

    def given_up(self, run_ids: Sequence[str]) -> list[str]:
        """Those of these runs that the engine will never go on with."""
        if not run_ids:
            return []
        found = self._door().list_workflows(workflow_ids=list(run_ids), load_input=False, load_output=False)
        alive = {status.workflow_id for status in found if status.status in _ALIVE}
        return [run_id for run_id in run_ids if run_id not in alive]

    def forget(self, *, before: datetime, limit: int) -> int:
        """Delete the rows of up to `limit` runs that ended before a time, with their stages; gives how many."""
        found = self._door().list_workflows(
            name="run",
            status=_ENDED,
            completed_before=before.isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if found:
            self._door().delete_workflows([status.workflow_id for status in found], delete_children=True)
        return len(found)

    def _door(self) -> DBOSClient:
        """The engine from outside: works in every process, whether it is a worker or not."""
        if self._client is None:
            self._client = DBOSClient(
                system_database_engine=self._database.engine,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                retry_connection_errors=False,  # the caller gets Unavailable instead of waiting for ever
                lazy=True,
            )
        return self._client

    async def step(self, work: StageOrder) -> JsonValue:
        """Inside a run: one call of a stage, whose result is kept."""
        assert self._stage_step is not None, "only a started engine calls stages"
        options = StepOptions(name=work.stage, preemptible=True)
        return await DBOS.run_step_async(options, self._stage_step, work.model_dump(mode="json"))

    async def enqueue_stage(self, work: StageOrder, *, lane: Lane) -> JsonValue:
        """Inside a run: one call of a heavy stage, when it is its tenant's turn, on any worker."""
        workflow = self._stage_workflows[lane]
        # What was begun goes before what was not: its process is there, and somebody has waited longer for it.
        priority = max(1, _LAST_CALL - work.call) if lane == "jobs" else None
        with SetEnqueueOptions(queue_partition_key=work.order.tenant_id, priority=priority):
            handle = await DBOS.enqueue_workflow_async(lane, workflow, work.model_dump(mode="json"))
        try:
            return await handle.get_result(polling_interval_sec=self._settings.poll_s)
        except engine_errors.DBOSAwaitedWorkflowCancelledError as error:
            raise asyncio.CancelledError from error
        except engine_errors.DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded as error:
            message = (
                f"The stage '{work.stage}' took its worker down again and again and was given up. "
                "It probably needs more memory than there is."
            )
            raise LakeglassError(message) from error

    async def receive(self, topic: str, *, timeout_s: float) -> JsonValue:
        """Inside a run: wait for a message; None when none came in `timeout_s` seconds."""
        return cast("JsonValue", await DBOS.recv_async(topic, timeout_seconds=timeout_s))
