"""One execution of code in the session's sandbox: output streamed, artifacts kept, outcome recorded."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy import delete

from lakeglass.ask.answer import Titles
from lakeglass.ask.events import ArtifactMade, CodeWritten, ExecutionEnded
from lakeglass.ask.faults import Fault
from lakeglass.ask.model import Attempt, AttemptState, ErrorClass
from lakeglass.ask.output import output_events
from lakeglass.ask.repository import AskRepository, attempt_view
from lakeglass.ask.result import TableData
from lakeglass.ask.tables import ArtifactRow
from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, NotFound
from lakeglass.core.ids import new_id
from lakeglass.runs.kinds import StageContext
from lakeglass.sandbox.base import (
    PLOTLY_MIME,
    TABLE_MIME,
    Execution,
    InputFile,
    OutputChunk,
    PackageFile,
    RichResult,
)
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database

_DELETED = "A dataset of this question was deleted before its code could read it. Ask about another one."
# The answer, its figure, and how many rows it rests on.
COLLECTED = ("result", "fig", "base")
# The first of these that a result has decides how it is shown.
_KINDS = (
    (PLOTLY_MIME, "chart"),
    (TABLE_MIME, "table"),
    ("image/png", "image"),
    ("image/svg+xml", "image"),
    ("text/html", "html"),
    ("text/markdown", "text"),
    ("application/json", "text"),
    ("text/plain", "text"),
)


Judge = Callable[[Execution], Fault | None]
"""Says what is wrong with an execution, None when nothing is."""

# The end of what an execution printed, for whoever corrects it.
_PRINTED = 1_000


@dataclass(frozen=True, slots=True)
class Ran:
    """An execution, what is wrong with it, and the end of what it printed."""

    execution: Execution
    fault: Fault | None
    printed: str


class Executor:
    """Runs the attempts of turns."""

    def __init__(self, database: Database, blobs: BlobStore, sandbox: SandboxService) -> None:
        self._database = database
        self._blobs = blobs
        self._sandbox = sandbox

    async def run(
        self,
        context: StageContext,
        attempt_id: str,
        *,
        turn_id: str,
        inputs: Sequence[InputFile],
        titles: Titles,
        judge: Judge,
        packages: Sequence[PackageFile] = (),
    ) -> Ran:
        """Execute the attempt's code, with `packages` that were allowed, and record what came of it as `judge` sees it.

        A stage that is repeated after a crash starts the attempt afresh: whatever the lost execution had
        brought back is replaced.
        """
        # Output of a lost execution must not swallow that of its repetition, so keys differ by execution.
        nonce = new_id("x")
        started = self._begin(context, attempt_id)
        await context.emit(CodeWritten(turn_id=turn_id, attempt=started), key=f"code:{attempt_id}:{nonce}")
        printed = ""
        async with output_events(context, turn_id, attempt_id, nonce) as sink:

            async def heard(chunk: OutputChunk) -> None:
                nonlocal printed
                printed = (printed + chunk.text)[-_PRINTED:]
                await sink(chunk)

            try:
                execution = await self._sandbox.execute(
                    context.tenant_id,
                    context.subject,
                    started.code,
                    inputs=inputs,
                    packages=packages,
                    on_output=heard,
                    collect=COLLECTED,
                )
            except NotFound as error:  # an input's file went between planning and running
                raise Conflict(_DELETED) from error
        rows = await asyncio.to_thread(
            self._keep, context.tenant_id, attempt_id, execution.results, titles=titles
        )
        fault = judge(execution)
        ended = self._end(context, attempt_id, execution, rows, fault=fault)
        for artifact in ended.artifacts:
            await context.emit(
                ArtifactMade(turn_id=turn_id, artifact=artifact), key=f"artifact:{artifact.id}"
            )
        await context.emit(ExecutionEnded(turn_id=turn_id, attempt=ended), key=f"ended:{attempt_id}:{nonce}")
        return Ran(execution, fault, printed)

    async def refuse(
        self,
        context: StageContext,
        attempt_id: str,
        *,
        turn_id: str,
        state: AttemptState,
        message: str,
        kind: ErrorClass | None = None,
    ) -> None:
        """The attempt's code does not run: say why, where its outcome would stand."""
        with self._database.transaction() as session:
            row = AskRepository(session, context.tenant_id).attempt_row(attempt_id)
            row.state, row.error_name, row.error_message = state, "NotRun", message
            row.error_class = kind
            ended = ExecutionEnded(turn_id=turn_id, attempt=attempt_view(row, ()))
        await context.emit(ended, key=f"refused:{attempt_id}")

    def _begin(self, context: StageContext, attempt_id: str) -> Attempt:
        with self._database.transaction() as session:
            repository = AskRepository(session, context.tenant_id)
            row = repository.attempt_row(attempt_id)
            row.state, row.started_at, row.seconds = "running", now(), None
            row.error_class = row.error_message = None
            session.execute(delete(ArtifactRow).where(ArtifactRow.attempt_id == attempt_id))
            return attempt_view(row, ())

    def _end(
        self,
        context: StageContext,
        attempt_id: str,
        execution: Execution,
        artifacts: Sequence[ArtifactRow],
        *,
        fault: Fault | None,
    ) -> Attempt:
        with self._database.transaction() as session:
            row = AskRepository(session, context.tenant_id).attempt_row(attempt_id)
            row.state, row.seconds = execution.status, execution.seconds
            if execution.error is not None:
                row.error_name = execution.error.name[:200]
                row.error_message = execution.error.value
                row.error_line = execution.error.line
            if fault is not None:
                row.error_class = fault.kind
                row.error_message = row.error_message or fault.message
            session.add_all(artifacts)
            return attempt_view(row, artifacts)

    def _keep(
        self, tenant_id: str, attempt_id: str, results: Sequence[RichResult], *, titles: Titles
    ) -> list[ArtifactRow]:
        """Store the results as blobs; the rows name them."""
        rows: list[ArtifactRow] = []
        for result in results:
            shown = next(((mime, kind) for mime, kind in _KINDS if mime in result.data), None)
            if shown is None or result.name == "base":
                continue
            mime, kind = shown
            value = result.data[mime]
            content = _content(mime, value)
            blob = self._blobs.put(tenant_id, content)
            rows.append(
                ArtifactRow(
                    id=new_id("art"),
                    tenant_id=tenant_id,
                    attempt_id=attempt_id,
                    position=len(rows),
                    kind=kind,
                    title=_title(result, kind, titles, len(rows)),
                    mime=mime,
                    size_bytes=len(content),
                    rows=_rows(value) if kind == "table" else None,
                    sha256=blob.sha256,
                )
            )
        return rows


def table_of_result(execution: Execution) -> TableData | None:
    """The variable `result` of an execution, if it is a table."""
    for result in execution.results:
        if result.name == "result" and TABLE_MIME in result.data:
            return TableData.model_validate(result.data[TABLE_MIME])
    return None


def base_of(execution: Execution) -> dict[str, JsonValue] | None:
    """The variable `base` of an execution: what the code counted on its way, if it did."""
    for result in execution.results:
        value = result.data.get("application/json")
        if result.name == "base" and isinstance(value, dict):
            return value
    return None


def _content(mime: str, value: JsonValue) -> bytes:
    if mime == "image/png" and isinstance(value, str):
        return base64.b64decode(value)
    if isinstance(value, str) and not mime.endswith("json"):
        return value.encode()
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _rows(value: JsonValue) -> int | None:
    total = value.get("total") if isinstance(value, dict) else None
    return total if isinstance(total, int) else None


def _title(result: RichResult, kind: str, titles: Titles, position: int) -> str:
    if result.name == "fig":
        return titles.chart
    if result.name == "result":
        return titles.table
    return f"{kind.capitalize()} {position + 1}"
