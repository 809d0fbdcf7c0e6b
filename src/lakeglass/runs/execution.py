"""Carries runs out: the contexts that orchestrations and stages get, and what surrounds them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar, cast

import structlog
from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.core.errors import InvalidInput, LakeglassError, TimedOut, Unavailable
from lakeglass.events.model import EventBody
from lakeglass.runs.engine import Engine
from lakeglass.runs.events import StageChanged
from lakeglass.runs.failures import error_of, failure_of
from lakeglass.runs.journal import Journal
from lakeglass.runs.kinds import Arguments, RunKind, Stage
from lakeglass.runs.live import LiveTasks
from lakeglass.runs.model import ApprovalRequest, Decision, Failure
from lakeglass.runs.order import Order, StageOrder

P = ParamSpec("P")
T = TypeVar("T")
_log = structlog.get_logger(__name__)

_APPROVAL_LIFETIME_S = 30 * 24 * 3600.0
_ATTEMPTS, _PAUSE_S = 4, 1.0  # error catalogue: a lost database is tried three times more, a second apart


class StageResult(BaseModel):
    """How a call of a stage ended; the engine keeps it, so that a replay ends the same way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: JsonValue = None
    failure: Failure | None = None
    seconds: float


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the database off the event loop, once more after a second when it can't be reached, three times."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except Unavailable:
            await asyncio.sleep(_PAUSE_S)
    return await asyncio.to_thread(function, *args, **kwargs)


class _StageContext:
    """See `kinds.StageContext`."""

    def __init__(self, journal: Journal, work: StageOrder) -> None:
        self._journal = journal
        self._order = work.order
        self.run_id = work.order.run_id
        self.tenant_id = work.order.tenant_id
        self.subject = work.order.subject
        self.stage = work.stage

    async def emit(self, body: EventBody, *, key: str) -> None:
        await in_thread(self._journal.tell, self._order, body, key=f"emit:{key}")


class _RunContext:
    """See `kinds.RunContext`."""

    def __init__(self, execution: Execution, kind: RunKind, order: Order) -> None:
        self._execution = execution
        self._kind = kind
        self._order = order
        self._calls = 0
        self._approvals = 0
        self._busy = False
        self.run_id = order.run_id
        self.tenant_id = order.tenant_id
        self.subject = order.subject

    async def run(self, stage_name: str, args: Arguments) -> JsonValue:
        if self._busy:
            raise RuntimeError("got a stage while another one runs; stages are called one after another")
        stage = self._kind.stage(stage_name)
        self._calls += 1
        self._busy = True
        try:
            work = StageOrder(order=self._order, stage=stage.name, call=self._calls, args=args)
            return await self._execution.call(stage, work)
        finally:
            self._busy = False

    async def approve(self, request: ApprovalRequest) -> Decision:
        self._approvals += 1
        approval_id = f"approval-{self._approvals}"
        journal = self._execution.journal
        await in_thread(journal.waiting, self._order, approval_id=approval_id, request=request)
        answer = await self._execution.engine.receive(approval_id, timeout_s=_APPROVAL_LIFETIME_S)
        nobody = Decision(verdict="decline", by="system", comment="nobody answered within 30 days")
        if answer is None and await in_thread(
            journal.expired, self._order, approval_id=approval_id, decision=nobody
        ):
            return nobody
        if answer is None:  # somebody decided in this very moment: the message is there
            answer = await self._execution.engine.receive(approval_id, timeout_s=_APPROVAL_LIFETIME_S)
        return Decision.model_validate(answer)

    async def consult(self, question_id: str, body: EventBody, *, timeout_s: float) -> Arguments | None:
        journal = self._execution.journal
        await in_thread(journal.asking, self._order, question_id=question_id, body=body)
        answer = await self._execution.engine.receive(question_id, timeout_s=timeout_s)
        if answer is None and await in_thread(journal.unanswered, self._order, question_id=question_id):
            return None
        if answer is None:  # somebody answered in this very moment: the message is there
            answer = await self._execution.engine.receive(question_id, timeout_s=_APPROVAL_LIFETIME_S)
        return cast("Arguments", answer)

    async def emit(self, body: EventBody, *, key: str) -> None:
        await in_thread(self._execution.journal.tell, self._order, body, key=f"emit:{key}")


class Execution:
    """What the engine calls: `run` for a whole run, `stage` for one heavy stage."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        kinds: Mapping[str, RunKind],
        *,
        live: LiveTasks,
        timeout_s: float,
    ) -> None:
        self.engine = engine
        self.journal = journal
        self._kinds = kinds
        self._live = live
        self._timeout_s = timeout_s

    async def run(self, order: Order, payload: Arguments) -> None:
        """Carry out a run from its start, or, replayed, from where it stood."""
        with self._live.holding(order.run_id):
            if await in_thread(self.journal.begun, order):
                await self._orchestrate(order, payload)

    async def _orchestrate(self, order: Order, payload: Arguments) -> None:
        failure: Failure | None = None
        try:
            kind = self._kinds.get(order.kind)
            if kind is None:
                raise InvalidInput(f"This version has no runs of the kind {order.kind!r}; start it anew.")
            await kind.orchestrate(_RunContext(self, kind, order), payload)
        except LakeglassError as error:
            failure = failure_of(error)
        except Exception as error:  # noqa: BLE001  whatever an orchestration raises ends its run, and only that
            failure = _unexpected(error, order)
        await in_thread(self.journal.ended, order, "failed" if failure else "done", failure=failure)

    async def call(self, stage: Stage, work: StageOrder) -> JsonValue:
        """Carry out one call of a stage inside a run and tell how it ended, once that can't be lost any more."""
        raw = await (
            self.engine.enqueue_stage(work, lane=stage.lane) if stage.heavy else self.engine.step(work)
        )
        result = StageResult.model_validate(raw)
        body = StageChanged(
            name=stage.name,
            title=stage.title,
            state="failed" if result.failure else "done",
            seconds=result.seconds,
        )
        await in_thread(self.journal.stage, work.order, body, call=work.call)
        if result.failure is not None:
            raise error_of(result.failure)
        return result.value

    async def heavy(self, work: StageOrder) -> JsonValue:
        """Carry out a heavy stage that waited in its queue."""
        with self._live.holding(work.order.run_id):
            return await self.engine.step(work)

    async def stage(self, work: StageOrder) -> JsonValue:
        """The function of a stage with its timeout and its errors as data."""
        stage = self._kinds[work.order.kind].stage(work.stage)
        started = StageChanged(name=stage.name, title=stage.title, state="running")
        await in_thread(self.journal.stage, work.order, started, call=work.call)
        begin = time.monotonic()
        value: JsonValue = None
        failure: Failure | None = None
        try:
            value = await self._bounded(stage, work)
        except LakeglassError as error:
            failure = failure_of(error)
        except Exception as error:  # noqa: BLE001  a stage's failure is a result of its run, whatever it is
            failure = _unexpected(error, work.order, stage=stage.name)
        result = StageResult(value=value, failure=failure, seconds=round(time.monotonic() - begin, 3))
        return result.model_dump(mode="json")

    async def _bounded(self, stage: Stage, work: StageOrder) -> JsonValue:
        """Call the function; stop it at its timeout, or when the engine gives the stage up."""

        async def function() -> JsonValue:
            return await stage.function(_StageContext(self.journal, work), work.args)

        limit = stage.timeout_s or self._timeout_s
        task = asyncio.create_task(function())
        try:
            done, _ = await asyncio.wait({task}, timeout=limit)
        finally:
            if not task.done():
                await _put_down(task)
        if not done:
            raise TimedOut(f"The stage '{stage.title}' took longer than {limit:g} seconds and was stopped.")
        if task.cancelled():
            raise LakeglassError(f"The stage '{stage.title}' gave itself up.")
        return task.result()


async def _put_down(task: asyncio.Task[JsonValue]) -> None:
    """Cancel a stage and wait until it has ended its subprocesses, before anybody says that it ended.

    The waiter may be cancelled again meanwhile, by the engine after the user, or by the closing of the worker. That
    neither interrupts the clean-up nor leaves it behind; it is raised once the stage has ended.
    """
    task.cancel()
    again: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as cancelled:
            again = cancelled
    # Whatever it says on its way out, nobody waits for it any more.
    task.cancelled() or task.exception()
    if again is not None:
        raise again


def _unexpected(error: Exception, order: Order, *, stage: str | None = None) -> Failure:
    """A bug of ours: the log gets the traceback, the user none of it."""
    _log.error("run.unexpected", run_id=order.run_id, kind=order.kind, stage=stage, exc_info=error)
    return failure_of(error)
