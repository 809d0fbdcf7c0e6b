"""A question about a file or a DataFrame, without a server: the same planner, code, sandbox and checks."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path

from pydantic_core import to_json

from lakeglass.ask.chart_page import chart_page
from lakeglass.ask.joins import JoinFinder
from lakeglass.ask.local_model import open_model
from lakeglass.ask.local_turn import (
    AllowPackages,
    LocalAnswer,
    LocalTable,
    answer_about,
    nobody_allows,
)
from lakeglass.ask.planners import open_planner
from lakeglass.ask.planners.base import TableContext, TableLink
from lakeglass.ask.question_text import checked_question
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.lake.engine import Engine
from lakeglass.lake.local import Frame, prepare
from lakeglass.sandbox.service import SandboxService

# What was sent to a model and what came back, where one was asked.
CALLS_FILE = "model-calls.json"

__all__ = [
    "CALLS_FILE",
    "AllowPackages",
    "LocalAnswer",
    "LocalTable",
    "answer_about",
    "answer_locally",
    "ask",
    "nobody_allows",
    "open_table",
]


def ask(
    question: str,
    data: str | Path | Frame | Sequence[str | Path | Frame],
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    join: str | None = None,
) -> LocalAnswer:
    """Answer `question` about a CSV, Excel, JSON, Parquet, Arrow or SQLite file, or a pandas, Polars or Arrow table.

    Several files or tables are joined where the question needs it; `join` ('customer_id = id') says how.
    `out` is the folder for the code, the data that it reads and the chart; a temporary one by default. A language
    model that the settings name is asked as the service would ask it, and the built-in analyst besides.
    Raises InvalidInput for an empty or too long question or a folder that can't be used, the file errors of
    the lake, and SandboxUnavailable.
    """
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="lakeglass-"))
    work = answer_locally(question, data, folder=folder, settings=settings or Settings(), join=join)
    with ThreadPoolExecutor(1) as thread:  # a notebook already runs a loop in this thread
        return thread.submit(asyncio.run, work).result()


async def open_table(
    data: str | Path | Frame, folder: Path, *, settings: Settings, index: Path
) -> LocalTable:
    """Read and profile a table once, for any number of questions; raises the file errors of the lake.

    What is looked up while planning is kept in the folder `index`.
    """
    prepared = await asyncio.to_thread(prepare, data, folder / "data", settings=settings.lake, index=index)
    context = TableContext(
        name=prepared.path.stem,
        file=f"data/{prepared.path.name}",
        statistics=prepared.statistics,
        dataset_version=prepared.sha256,
        contents=prepared.contents,
    )
    return LocalTable(context, prepared, folder)


async def _links(
    tables: Sequence[LocalTable], root: Path, *, settings: Settings, join: str | None
) -> tuple[TableLink, ...]:
    """Joins between the tables: the one that was asked for, or the only likely one, counts as confirmed."""
    if len({table.context.name for table in tables}) < len(tables):
        raise InvalidInput("Two of the files have the same name; rename one of them, and ask again.")
    if len(tables) < 2:
        return ()
    finder = JoinFinder(Engine(settings.lake, spill=root / "spill"))
    links = await finder.find([(table.context, table.prepared.path) for table in tables])
    if join is not None:
        said = {part.strip() for part in join.split("=")}
        links = tuple(link for link in links if {link.on, link.key} == said)
        if not links:
            raise InvalidInput(
                f"Got --join {join!r}; expected two columns whose values meet, as 'customer_id = id'."
            )
    alone = len([link for link in links if link.right_unique]) == 1
    return tuple(
        k.model_copy(update={"confirmed": (alone and k.right_unique) or join is not None}) for k in links
    )


async def answer_locally(
    question: str,
    data: str | Path | Frame | Sequence[str | Path | Frame],
    *,
    folder: Path,
    settings: Settings,
    allow: AllowPackages = nobody_allows,
    join: str | None = None,
) -> LocalAnswer:
    """Plan, write, run, check and state; `folder` receives everything needed to run it again.

    Several tables are joined where the question needs it: as `join` says ('customer_id = id'), or where only one way
    is likely.
    """
    question = checked_question(question, settings.ask)
    _make_room(folder)
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as root:
        several = [data] if isinstance(data, str | Path | Frame) else [*data]
        tables = [await open_table(each, folder, settings=settings, index=Path(root)) for each in several]
        links = await _links(tables, Path(root), settings=settings, join=join)
        # One question needs one session: nothing is kept ready for a second one.
        limits = settings.sandbox.model_copy(update={"slots": 0})
        async with (
            open_model(settings) as model,
            aclosing(SandboxService(limits, root=Path(root))) as sandbox,
        ):
            answered = await answer_about(
                question,
                tables[0],
                planner=open_planner(settings.ask.planner, None if model is None else model.access),
                sandbox=sandbox,
                session="ask",
                allow=allow,
                others=tables[1:],
                links=links,
                model=model,
            )
    if answered.code:
        (folder / "answer.py").write_text(answered.code, encoding="utf-8")
    if answered.figure is not None:
        page = await asyncio.to_thread(chart_page, answered.figure, title=question)
        (folder / "chart.html").write_text(page, encoding="utf-8")
    if answered.calls:
        (folder / CALLS_FILE).write_bytes(to_json(answered.calls, indent=1))
    return answered


def _make_room(folder: Path) -> None:
    """A folder for one answer: what an earlier one left there would pass for this one's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("answer.py", "chart.html", CALLS_FILE):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        message = f"The folder {str(folder)!r} can't be used ({error.strerror}). Choose another one."
        raise InvalidInput(message) from error
