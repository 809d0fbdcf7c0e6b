"""The durable engine: DBOS (https://docs.dbos.dev/python), and everything about it that the rest needn't know.

A run is an uncapped workflow, so that waiting costs nothing; a heavy stage is a child workflow on a queue that
is capped a tenant; every call of a stage is a step whose result is kept. DBOS keeps its rows in our database,
as portable JSON. It is a process-wide singleton, so one process has at most one engine.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from lakeglass.runs.kinds import Arguments
from lakeglass.runs.order import Order, StageOrder
from lakeglass.store.database import Database

APPLICATION = "lakeglass"
VERSION = "1"  # raised only when a newer orchestration can't replay an older run's history
_RUNS, _HEAVY = "runs", "heavy"
_RUN_ATTEMPTS = 50  # a run that took its worker down this often is given up; so is a heavy stage
_STAGE_ATTEMPTS = 3
_MESSAGE_POLL_S = 0.25


class Runner(Protocol):
    """What the engine carries out."""

    async def run(self, order: Order, payload: Arguments) -> None:
        """A whole run; called again after a crash."""

    async def heavy(self, work: StageOrder) -> JsonValue:
        """A heavy stage whose turn it is; it calls `Engine.step`."""

    async def stage(self, work: StageOrder) -> JsonValue:
        """One call of a stage; called again after a crash in its midst."""


class Engine:
    """One worker of the durable engine."""

    _taken: ClassVar[bool] = False

    def __init__(self, database: Database, settings: RunsSettings) -> None:
        self._database = database
        self._settings = settings
        self._client: DBOSClient | None = None
        self._step: Callable[[Arguments], Coroutine[None, None, JsonValue]] | None = None

    async def start(self, runner: Runner, *, worker: str) -> None:
        """Begin to work as `worker`, first of all on what a dead worker of that name left behind.

        Raises ConfigurationError when this process has an engine already.
        """
        if Engine._taken:
            raise ConfigurationError(
                "This process runs a worker already; close that one before starting another."
            )
        Engine._taken = True
        _quiet_logger()
        self._register(runner)
        DBOS(config=self._config(worker))
        DBOS.launch()
        poll = self._settings.poll_s
        await DBOS.register_queue_async(_RUNS, polling_interval_sec=poll, on_conflict="always_update")
        await DBOS.register_queue_async(
            _HEAVY,
            worker_concurrency=self._settings.concurrency,
            partition_concurrency=self._settings.tenant_concurrency,
            polling_interval_sec=poll,
            on_conflict="always_update",
        )
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
        )

    def _config(self, worker: str) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=self._database.url,
            system_database_engine=self._database.engine,
            application_version=VERSION,
            executor_id=worker,
            serializer=DBOSPortableJSONSerializer(),
            notification_listener_polling_interval_sec=_MESSAGE_POLL_S,
            log_level="WARNING",
        )

    def _register(self, runner: Runner) -> None:
        @DBOS.workflow(name="run", max_recovery_attempts=_RUN_ATTEMPTS)
        async def run(order: Arguments, payload: Arguments) -> None:
            await runner.run(Order.model_validate(order), payload)

        async def step(work: Arguments) -> JsonValue:
            return await runner.stage(StageOrder.model_validate(work))

        @DBOS.workflow(name="stage", max_recovery_attempts=_STAGE_ATTEMPTS)
        async def stage(work: Arguments) -> JsonValue:
            return await runner.heavy(StageOrder.model_validate(work))

        self._step = step
        self._stage_workflow = stage

    async def close(self) -> None:
        """Stop working. What is unfinished stays so, and goes on with the next start or another worker."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(
            1
        ) as aside:  # the engine's own threads need the event loop to come to their end
            await loop.run_in_executor(aside, lambda: DBOS.destroy(destroy_registry=True))
        loop.set_default_executor(ThreadPoolExecutor())  # the engine had put its own in place, and closed it
        Engine._taken = False

    def enqueue(self, session: Session, order: Order, payload: Arguments) -> None:
        """Hand a run over, in the caller's transaction; a run that is there already is left as it is."""
        self._started().enqueue_in_transaction(
            session,
            EnqueueOptions(
                workflow_name="run", queue_name=_RUNS, workflow_id=order.run_id, app_version=VERSION
            ),
            order.model_dump(mode="json"),
            payload,
        )

    def send(self, session: Session, run_id: str, topic: str, message: Arguments) -> None:
        """Hand a message to a waiting run, in the caller's transaction."""
        self._started().send_in_transaction(session, run_id, message, topic)

    def cancel(self, run_id: str) -> None:
        """End a run and its stages; workers notice within a second."""
        self._started().cancel_workflow(run_id, cancel_children=True)

    def _started(self) -> DBOSClient:
        if self._client is None:
            raise ConfigurationError("Durable work has not been started in this process.")
        return self._client

    async def step(self, work: StageOrder) -> JsonValue:
        """Inside a run: one call of a stage, whose result is kept."""
        if self._step is None:
            raise ConfigurationError("Durable work has not been started in this process.")
        return await DBOS.run_step_async(
            StepOptions(name=work.stage, preemptible=True), self._step, work.model_dump(mode="json")
        )

    async def enqueue_stage(self, work: StageOrder) -> JsonValue:
        """Inside a run: one call of a heavy stage, when it is its tenant's turn, on any worker."""
        with SetEnqueueOptions(queue_partition_key=work.order.tenant_id):
            handle = await DBOS.enqueue_workflow_async(
                _HEAVY, self._stage_workflow, work.model_dump(mode="json")
            )
        try:
            return await handle.get_result(polling_interval_sec=self._settings.poll_s)
        except engine_errors.DBOSAwaitedWorkflowCancelledError as error:
            raise asyncio.CancelledError from error
        except engine_errors.DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded as error:
            message = (
                f"The stage '{work.stage}' took its worker down {_STAGE_ATTEMPTS} times and was given up. "
                "It probably needs more memory than there is."
            )
            raise LakeglassError(message) from error

    async def receive(self, topic: str, *, timeout_s: float) -> JsonValue:
        """Inside a run: wait for a message; None when none came in `timeout_s` seconds."""
        return cast("JsonValue", await DBOS.recv_async(topic, timeout_seconds=timeout_s))


def _quiet_logger() -> None:
    """Let the engine's warnings take our way out, and keep its advertisements in."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # without one, DBOS adds a console handler of its own
    logger.propagate = True
