"""Consoles: results on stdout, everything about the work on stderr, quiet when piped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.status import Status
from rich.table import Table
from rich.text import Text

from lakeglass.core.errors import LakeglassError

# Control and format characters: escape sequences, backspace, text that runs the other way.
_STEERING = frozenset({"Cc", "Cf", "Cs"})

# Columns that no terminal has: what is piped is neither cut nor wrapped.
_ENDLESS = 10_000

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def plain(text: str) -> str:
    """Text of somebody else with its control characters made visible: a cell must not steer the terminal."""
    return "".join(
        sign if sign in "\n\t" or unicodedata.category(sign) not in _STEERING else f"\\x{ord(sign):02x}"
        for sign in text.replace("\r\n", "\n")
    )


def say(text: Text) -> None:
    """A line of the result; it is the terminal that wraps it, not we."""
    out.print(text, soft_wrap=True)


def tell(text: str, style: str = "dim") -> None:
    """A line about the work, beside the result."""
    err.print(Text(plain(text), style=style), soft_wrap=True)


def room_for(table: Table) -> bool:
    """True when no column has to be cut."""
    if not out.is_terminal:
        return True
    wanted = Measurement.get(out, out.options.update(width=_ENDLESS), table)
    return wanted.maximum <= out.width


def shortened(text: str, length: int) -> str:
    """At most `length` signs; an ellipsis stands for the rest."""
    return text if len(text) <= length else text[: length - 1] + "…"


def complain(error: LakeglassError) -> None:
    """Say what went wrong and what to do, in one message."""
    err.print(Text.assemble(("error", "bold red"), f" {error.code}: ", plain(error.message)), soft_wrap=True)


@contextmanager
def working(what: str) -> Iterator[Status | None]:
    """A spinner while something takes time; nothing at all when stderr is not a terminal."""
    if not err.is_terminal:
        yield None
        return
    with err.status(what) as spinner:
        yield spinner


def show(table: Table) -> None:
    """Print it: as wide as a terminal is, or whole where a file or a pipe takes it."""
    if out.is_terminal:
        out.print(table)
        return
    wide = Console(file=out.file, highlight=False, width=_ENDLESS)
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
            Text(plain(header)),
            justify="right" if index in right else "left",
            overflow="ellipsis",
            no_wrap=True,
        )
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    return table
