"""How far a query of the engine is, told while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

_EVERY_S = 0.25
_WHOLE = 1_000


@contextmanager
def watched(
    connection: duckdb.DuckDBPyConnection, step: str, progress: Callable[[str, int, int], None]
) -> Iterator[None]:
    """Tell `progress` (step, thousandths done, 1000) a few times a second for as long as the block runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY_S):
            share = connection.query_progress()
            if share > 0:
                progress(step, round(share * _WHOLE / 100), _WHOLE)

    watcher = threading.Thread(target=watch, name="lakeglass-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
