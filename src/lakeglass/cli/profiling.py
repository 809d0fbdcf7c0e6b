"""`profile`: a file in numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from lakeglass.cli import logs
from lakeglass.cli.terminal import grid, out, room_for, shortened, show, tell, working
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.lake.local import FileProfile, profile
from lakeglass.lake.model import ColumnStatistics, TopValue

_HEADERS = ("Column", "Type", "Nulls", "Distinct", "Min", "Median", "Mean", "Max", "Distribution")
_NUMBERS = frozenset(_HEADERS[2:8])
# Left out one after the other where the terminal is narrow; `--json` has them all.
_SPARE = ("Mean", "Distribution", "Median", "Distinct")
_LONGEST_NAME, _LONGEST_VALUE = 32, 24
_BARS = "▁▂▃▄▅▆▇█"


def run(file: Path, *, settings: Settings, as_json: bool, html: Path | None = None) -> None:
    """Print the statistics of every column."""
    if not file.is_file():
        raise InvalidInput(
            f"There is no file {str(file)!r}. Give the path of a CSV, Excel, JSON, Parquet, Arrow or SQLite file."
        )
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}))
    with working("Reading every row…"):
        profiled = profile(file, settings=settings.lake)
    if html is not None:
        html.write_text(profiled.to_html(), encoding="utf-8")
    if as_json:
        sys.stdout.write(profiled.model_dump_json(indent=1) + "\n")
    else:
        _show(profiled)


def _show(profiled: FileProfile) -> None:
    statistics = profiled.statistics
    rows = [_row(column) for column in statistics.columns]
    size = (
        f"{statistics.rows:,} rows × {len(statistics.columns):,} columns, read in {statistics.seconds:.2f} s"
    )
    show(_fitting(size, rows))
    for finding in statistics.findings:
        named = f"{finding.column}: " if finding.column else ""
        out.print(f"{named}{finding.title}. {finding.detail}", markup=False, highlight=False)
    for decision in profiled.decisions:
        note = f" ({decision.note})" if decision.note else ""
        tell(f"Read with {decision.what}: {decision.value}{note}")


def _fitting(title: str, rows: Sequence[Sequence[str]]) -> Table:
    """The table with as many figures as there is room for: fewer figures are better than cut ones."""
    kept = list(range(len(_HEADERS)))
    for spare in (None, *_SPARE):
        if spare is not None:
            kept.remove(_HEADERS.index(spare))
        right = [place for place, index in enumerate(kept) if _HEADERS[index] in _NUMBERS]
        table = grid(
            title,
            [_HEADERS[index] for index in kept],
            [[row[index] for index in kept] for row in rows],
            right=right,
        )
        if room_for(table):
            break
    return table


def _row(column: ColumnStatistics) -> tuple[str, ...]:
    middle = column.quantiles.p50 if column.quantiles else None
    return (
        shortened(column.name, _LONGEST_NAME) if out.is_terminal else column.name,
        column.kind,
        f"{column.null_share:.0%}" if column.nulls else "",
        f"{'' if column.distinct_is_exact else '≈'}{column.distinct:,}",
        _number(column.minimum),
        _number(middle),
        _number(column.mean),
        _number(column.maximum),
        _bars(column) or ", ".join(_share(top) for top in column.top_values[:2]),
    )


def _share(top: TopValue) -> str:
    return f"{shortened(str(top.value), _LONGEST_VALUE)} {top.share:.0%}"


def _number(value: float | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1e6 else f"{value:,.4g}"


def _bars(column: ColumnStatistics) -> str:
    counts = [item.count for item in column.histogram]
    if not counts or not max(counts):
        return ""
    return "".join(_BARS[round(count / max(counts) * (len(_BARS) - 1))] for count in counts)
