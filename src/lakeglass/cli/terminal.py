"""Consoles: results on stdout, everything about the work on stderr, quiet when piped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from lakeglass.core.errors import LakeglassError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
_ANY_WIDTH = 10_000


def complain(error: LakeglassError) -> None:
    """Say what went wrong and what to do, in one message."""
    err.print(Text.assemble(("error", "bold red"), f" {error.code}: ", error.message), soft_wrap=True)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner while something takes time; nothing at all when stderr is not a terminal."""
    if not err.is_terminal:
        yield
        return
    with err.status(what):
        yield


def show(table: Table) -> None:
    """Print it: as wide as a terminal is, or whole where a file or a pipe takes it."""
    if out.is_terminal:
        out.print(table)
        return
    wide = Console(file=out.file, highlight=False, width=_ANY_WIDTH)
    wide.print(table, width=Measurement.get(wide, wide.options, table).maximum)


def grid(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> Table:
    """A table; the columns whose index is in `right` are numbers. Cells are text, never markup."""
    table = Table(
        title=title or None, title_justify="left", header_style="bold", title_style="bold", box=SIMPLE_HEAD
    )
    for index, header in enumerate(headers):
        table.add_column(
            Text(header), justify="right" if index in right else "left", overflow="ellipsis", no_wrap=True
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
