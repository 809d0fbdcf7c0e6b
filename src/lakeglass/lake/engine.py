"""DuckDB connections with bounds: memory, threads, a spill folder of ours, no network, no extension downloads."""

from __future__ import annotations

import asyncio
import errno
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

import duckdb

from lakeglass.core.errors import StorageFull, Unavailable
from lakeglass.core.settings import LakeSettings

T = TypeVar("T")
_STOP_S = 0.05
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class Engine:
    """Opens short-lived in-memory connections; a file is read where it lies."""

    def __init__(self, settings: LakeSettings, *, spill: Path) -> None:
        self.settings = settings
        self._spill = spill

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own; raises StorageFull and Unavailable (out of memory) in our words."""
        self._spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Each connection spills into a folder of its own: the engine names its files the same way in all of them.
        with TemporaryDirectory(dir=self._spill, ignore_cleanup_errors=True) as folder:
            options: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{self.settings.memory_mb}MiB",
                "temp_directory": folder,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
            if self.settings.threads:
                options["threads"] = self.settings.threads
            with closing(duckdb.connect(":memory:", config=options)) as connection, _told():
                connection.execute("SET TimeZone = 'UTC'")
                yield connection

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder beside the spilled data, removed at the end of the block."""
        self._spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._spill, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def sweep(self, *, older_than_s: float) -> None:
        """Remove spill folders that died with their process; a living one is written to all the time."""
        for folder in self._spill.glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > older_than_s:
                    shutil.rmtree(folder, ignore_errors=True)

    async def run(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """Carry out `work` in a thread; cancelling the awaiting task stops its queries and waits for its end."""
        opened: list[duckdb.DuckDBPyConnection] = []
        stopped = threading.Event()

        def body() -> T | None:
            with self.connection() as connection:
                opened.append(connection)
                return None if stopped.is_set() else work(connection)

        task = asyncio.ensure_future(asyncio.to_thread(body))
        try:
            return cast("T", await asyncio.shield(task))
        except asyncio.CancelledError:
            stopped.set()
            while not task.done():
                # Again and again: between two queries there is nothing to interrupt.
                for connection in opened:
                    connection.interrupt()
                await asyncio.wait([task], timeout=_STOP_S)
            if not task.cancelled():
                task.exception()  # it was stopped; how does not matter any more
            raise


@contextmanager
def _told() -> Iterator[None]:
    """The engine's failures in our words, where they are nobody's fault but the machine's."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Unavailable(
            "Reading this file needs more memory than allowed. Raise LAKEGLASS_LAKE__MEMORY_MB, or try again "
            "when less is running."
        ) from error
    except (duckdb.IOException, OSError) as error:
        if "No space left" in str(error) or (isinstance(error, OSError) and error.errno in _NO_SPACE):
            raise StorageFull(
                "The disk has no room left for this table. Free some space and try again."
            ) from error
        raise


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(file: Path) -> str:
    """The path of one file as SQL: the engine would read [, * and ? in it as a pattern for other files."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(file)))


def parquet(file: Path) -> str:
    """One Parquet file as SQL; a folder such as `year=2024` in its path adds no column."""
    return f"read_parquet({file_literal(file)}, hive_partitioning=false)"
