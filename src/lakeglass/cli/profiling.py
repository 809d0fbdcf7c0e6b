"""`profile`: a file in numbers."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.text import Text

from lakeglass.cli import logs
from lakeglass.cli.terminal import err, grid, show, working
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.lake.local import FileProfile, profile
from lakeglass.lake.model import ColumnStatistics

_BARS = "▁▂▃▄▅▆▇█"


def run(file: Path, *, settings: Settings, as_json: bool) -> None:
    """Print the statistics of every column."""
    if not file.is_file():
        raise InvalidInput(f"There is no file {str(file)!r}. Give the path of a CSV or Parquet file.")
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}))
    with working("Reading every row…"):
        profiled = profile(file, settings=settings.lake)
    if as_json:
        sys.stdout.write(profiled.model_dump_json(indent=1) + "\n")
    else:
        _show(profiled)


def _show(profiled: FileProfile) -> None:
    statistics = profiled.statistics
    headers = ("Column", "Type", "Nulls", "Distinct", "Min", "Median", "Mean", "Max", "Distribution")
    rows = [_row(column) for column in statistics.columns]
    size = (
        f"{statistics.rows:,} rows × {len(statistics.columns):,} columns, read in {statistics.seconds:.2f} s"
    )
    show(grid(size, headers, rows, right=(2, 3, 4, 5, 6, 7)))
    for decision in profiled.decisions:
        note = f" ({decision.note})" if decision.note else ""
        err.print(Text(f"Read with {decision.what}: {decision.value}{note}", style="dim"))


def _row(column: ColumnStatistics) -> tuple[str, ...]:
    middle = column.quantiles.p50 if column.quantiles else None
    return (
        column.name,
        column.kind,
        f"{column.null_share:.0%}" if column.nulls else "",
        f"{'' if column.distinct_is_exact else '≈'}{column.distinct:,}",
        _number(column.minimum),
        _number(middle),
        _number(column.mean),
        _number(column.maximum),
        _bars(column) or ", ".join(f"{top.value} {top.share:.0%}" for top in column.top_values[:2]),
    )


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
