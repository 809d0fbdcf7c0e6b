"""What a session's datasets look like to the planner and to the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lakeglass.ask.model import SourceView
from lakeglass.ask.plan import Meaning, TaughtWord
from lakeglass.ask.planners.base import TableContext
from lakeglass.core.errors import Conflict, InvalidInput
from lakeglass.events.log import EventLog
from lakeglass.lake.service import Lake
from lakeglass.sandbox.base import InputFile


@dataclass(frozen=True, slots=True)
class SessionTable:
    """One dataset of a session, pinned to the version that it has now."""

    context: TableContext
    input: InputFile
    source: SourceView


NOTHING_TAUGHT: Mapping[str, tuple[TaughtWord, ...]] = {}
NOTHING_SAID: Mapping[str, tuple[Meaning, ...]] = {}


def session_tables(
    lake: Lake,
    tenant_id: str,
    dataset_ids: Sequence[str],
    *,
    taught: Mapping[str, tuple[TaughtWord, ...]] = NOTHING_TAUGHT,
    meanings: Mapping[str, tuple[Meaning, ...]] = NOTHING_SAID,
) -> tuple[SessionTable, ...]:
    """The session's datasets under names that are unique in the session, with the words `taught` for each id
    and the `meanings` for each version.

    Raises InvalidInput without datasets or for one that could not be read, Conflict while one is profiled,
    NotFound for a deleted one.
    """
    if not dataset_ids:
        raise InvalidInput("This session has no data yet. Add a dataset to it, then ask again.")
    tables: list[SessionTable] = []
    taken: set[str] = set()
    for dataset_id in dataset_ids:
        dataset = lake.get(tenant_id, dataset_id)
        if dataset.state == "failed":
            raise InvalidInput(
                f"{dataset.name!r} could not be read: {dataset.failure} Remove it, or upload it again."
            )
        if dataset.version is None or dataset.state != "ready":
            raise Conflict(f"{dataset.name!r} is still being read; ask again in a moment.")
        stem = _unique(lake.data_name(dataset), taken)
        version = dataset.version
        tables.append(
            SessionTable(
                context=TableContext(
                    name=stem,
                    file=f"data/{stem}.parquet",
                    statistics=lake.statistics(tenant_id, dataset_id),
                    dataset_version=version.id,
                    taught=taught.get(dataset_id, ()),
                    meanings=meanings.get(version.id, ()),
                    contents=lake.contents(tenant_id, version.id),
                ),
                input=InputFile(source=lake.data_file(tenant_id, version.id), name=f"{stem}.parquet"),
                source=SourceView(
                    dataset_id=dataset.id,
                    dataset_name=dataset.name,
                    version_id=version.id,
                    version_number=version.number,
                    snapshot_id=version.snapshot_id,
                    original_name=version.original_name,
                    original_sha256=version.original_sha256,
                ),
            )
        )
    return tuple(tables)


async def wait_until_read(lake: Lake, events: EventLog, tenant_id: str, dataset_ids: Sequence[str]) -> None:
    """Return once none of the datasets is being profiled any more: a question may come before its data."""
    for dataset_id in dataset_ids:
        if lake.get(tenant_id, dataset_id).state != "profiling":
            continue
        async for event in events.subscribe(tenant_id, subject=dataset_id):
            # A reading that was cancelled before it began is told by its run only.
            if (
                event.body.get("type") in {"dataset", "run"}
                and lake.get(tenant_id, dataset_id).state != "profiling"
            ):
                break


def _unique(name: str, taken: set[str]) -> str:
    stem = name.removesuffix(".parquet")
    candidate, number = stem, 2
    while candidate in taken:
        candidate, number = f"{stem}_{number}", number + 1
    taken.add(candidate)
    return candidate
