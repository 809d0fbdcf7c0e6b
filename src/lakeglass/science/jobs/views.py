"""An analysis as its owner sees it: the run's state, the folder's artifacts, and what was asked and answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from lakeglass.core.clock import now
from lakeglass.events.model import StoredEvent
from lakeglass.runs.model import RunView
from lakeglass.science.jobs.events import AnalysisAnswered, AnalysisAsked
from lakeglass.science.jobs.model import (
    ClarifyCard,
    FindingCounts,
    JobStatus,
    JobSummary,
    JobView,
    LogLine,
    StageView,
    Wanted,
)
from lakeglass.science.jobs.places import files
from lakeglass.science.jobs.stages import TITLES, counts_of, live_progress
from lakeglass.science.jobs.tables import AnalysisRow
from lakeglass.science.jobs.worker_files import HEARTBEAT
from lakeglass.science.pipeline.folder import read_plain
from lakeglass.science.pipeline.model import StageName, Verdict
from lakeglass.science.search.progress import Progress

_LOG_LINES = 200
_LOG_BYTES = 1 << 17
_VERDICTS: Mapping[str, Verdict] = {
    "pass": "pass",
    "pass with warnings": "pass with warnings",
    "fail": "fail",
}


def summary(row: AnalysisRow, run: RunView) -> JobSummary:
    """The line of a list."""
    return JobSummary(
        id=row.id,
        title=row.title,
        dataset_id=row.dataset_id,
        dataset_name=row.dataset_name,
        state=run.state,
        stage=_current(stages(run)),
        target=row.target,
        verdict=_VERDICTS.get(row.verdict or ""),
        created_at=row.created_at,
        ended_at=run.ended_at,
        seconds=round(((run.ended_at or now()) - row.created_at).total_seconds(), 3),
    )


def status(row: AnalysisRow, run: RunView, folder: Path) -> JobStatus:
    """The same for whoever polls."""
    known = summary(row, run)
    return JobStatus(
        id=known.id,
        state=known.state,
        stage=known.stage,
        heartbeat_at=_heartbeat(folder),
        seconds=known.seconds,
        stages=stages(run),
        progress=progress(folder),
    )


def view(
    row: AnalysisRow, run: RunView, folder: Path, *, card: ClarifyCard | None, with_data: bool
) -> JobView:
    """Everything that is known of it."""
    examined = (folder / "eda.done").exists()
    found = counts_of(folder) if examined else None
    return JobView(
        **summary(row, run).model_dump(),
        stages=stages(run),
        request=Wanted.model_validate(row.wanted),
        heartbeat_at=_heartbeat(folder),
        log=_log(folder),
        findings=FindingCounts(high=found.high, medium=found.medium, low=found.low) if found else None,
        clarification=card,
        progress=progress(folder),
        failure=run.failure,
        files=files(folder, with_data=with_data) if folder.is_dir() else (),
    )


def stages(run: RunView) -> tuple[StageView, ...]:
    """The stations; one that waits for a person is being worked on, by that person."""
    found: list[StageView] = []
    for each in run.stages:
        name = next(known for known in TITLES if known == each.name)
        waits = name == "clarify" and run.state == "waiting" and each.state == "pending"
        began = found[-1].ended_at if waits and found else each.started_at
        seconds = None
        if began is not None:
            seconds = round(((each.ended_at or now()) - began).total_seconds(), 3)
        found.append(
            StageView(
                name=name,
                title=each.title,
                state="running" if waits else each.state,
                started_at=began,
                ended_at=each.ended_at,
                seconds=seconds,
            )
        )
    return tuple(found)


def card_of(asked: Sequence[StoredEvent], answered: Sequence[StoredEvent]) -> ClarifyCard | None:
    """The card as the log tells it."""
    if not asked:
        return None
    card = AnalysisAsked.model_validate(asked[-1].body).card
    if not answered:
        return card
    known = AnalysisAnswered.model_validate(answered[-1].body)
    return card.model_copy(update={"answered_by": known.by, "answers": known.answers})


def progress(folder: Path) -> Progress | None:
    """How the search stands, or stood at its end."""
    return live_progress(folder)


def _current(stations: Sequence[StageView]) -> StageName | None:
    """The station that is at work, else the last one that was."""
    begun = [each for each in stations if each.state not in {"pending", "skipped"}]
    at_work = [each for each in begun if each.state == "running"]
    return (at_work or begun)[-1].name if begun else None


def _heartbeat(folder: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp((folder / HEARTBEAT).stat().st_mtime, UTC)
    except OSError:
        return None


def _log(folder: Path) -> tuple[LogLine, ...]:
    """The last lines of the telemetry that are words."""
    try:
        told = read_plain(folder, "telemetry.jsonl")
    except OSError:
        return ()
    lines = told[-_LOG_BYTES:].split(b"\n")[1 if len(told) > _LOG_BYTES else 0 :]
    found = []
    for line in lines:
        try:
            said = json.loads(line)
            if said["event"] == "said":
                found.append(LogLine(at=said["at"], stage=said["stage"], text=said["text"]))
        except (ValueError, KeyError, ValidationError):
            continue  # cut short by a kill
    return tuple(found[-_LOG_LINES:])
