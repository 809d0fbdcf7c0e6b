"""Where everything comes from: chart → code → execution → dataset version → original file."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue, TypeAdapter

from lakeglass.ask.chart_page import chart_page
from lakeglass.ask.model import ArtifactView, ExecutionDetail, OutputLine, SourceView
from lakeglass.ask.repository import AskRepository, artifact_view, attempt_view, is_over
from lakeglass.core.errors import InvalidInput
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.runs.service import Runs
from lakeglass.store.blobs import BlobStore
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_FIGURE = TypeAdapter(dict[str, JsonValue])
_LINES = TypeAdapter(tuple[OutputLine, ...])


class Provenance:
    """What executions read, printed and brought back."""

    def __init__(
        self, database: Database, events: EventLog, runs: Runs, lake: Lake, *, blobs: BlobStore
    ) -> None:
        self._database = database
        self._events = events
        self._runs = runs
        self._lake = lake
        self._blobs = blobs

    def execution(self, who: Principal, execution_id: str) -> ExecutionDetail:
        """An execution with its question and what it read; a deleted dataset is left out. Raises NotFound."""
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            row = repository.attempt_row(execution_id)
            turn = repository.turn_row(row.turn_id)
            artifacts = repository.artifacts([row.id])
        run = self._runs.get(who.tenant_id, row.run_id)
        sources = (self._source(who.tenant_id, version_id) for version_id in row.dataset_versions)
        return ExecutionDetail(
            attempt=attempt_view(row, artifacts, run_over=is_over(run)),
            session_id=turn.session_id,
            question=turn.question,
            sources=tuple(source for source in sources if source is not None),
        )

    def output(self, who: Principal, execution_id: str) -> Sequence[OutputLine]:
        """What an execution printed, since it last started; raises NotFound."""
        with self._database.transaction() as session:
            run_id = AskRepository(session, who.tenant_id).attempt_row(execution_id).run_id
        lines: list[OutputLine] = []
        after = 0
        while batch := self._events.read(who.tenant_id, after=after, run_id=run_id):
            for event in batch:
                after = event.seq
                if event.body["type"] == "code":
                    lines.clear()
                elif event.body["type"] == "output":
                    lines.extend(_LINES.validate_python(event.body["lines"]))
        return [line for line in lines if line.execution_id == execution_id]

    def artifact(self, who: Principal, artifact_id: str) -> tuple[ArtifactView, bytes]:
        """What an execution brought back, and its content; raises NotFound."""
        with self._database.transaction() as session:
            row = AskRepository(session, who.tenant_id).artifact_row(artifact_id)
        return artifact_view(row), self._blobs.read(who.tenant_id, row.sha256)

    def chart_page(self, who: Principal, artifact_id: str) -> str:
        """A chart as one HTML file that needs no network; raises NotFound, InvalidInput for what is no chart."""
        artifact, content = self.artifact(who, artifact_id)
        if artifact.kind != "chart":
            raise InvalidInput(f"Got a {artifact.kind}; expected a chart. Download it as it is.")
        return chart_page(_FIGURE.validate_json(content), title=artifact.title)

    def _source(self, tenant_id: str, version_id: str) -> SourceView | None:
        found = self._lake.find_version(tenant_id, version_id)
        if found is None:
            return None
        dataset, version = found
        return SourceView(
            dataset_id=dataset.id,
            dataset_name=dataset.name,
            version_id=version.id,
            version_number=version.number,
            snapshot_id=version.snapshot_id,
            original_name=version.original_name,
            original_sha256=version.original_sha256,
        )
