"""A profile as HTML: a fragment for notebooks, and a page of its own that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lakeglass.lake.figures import Association, ColumnStatistics, Finding, Statistics

_HEADS = (
    "column", "type", "empty", "distinct", "min", "median", "mean", "max", "deviation", "distribution", "notes",
)  # fmt: skip
_WIDTH, _HEIGHT = 120, 24
_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:4px 10px;border-bottom:1px solid #8884;text-align:left;white-space:nowrap}
svg{color:#3b6fd4}
"""


def fragment(name: str, statistics: Statistics) -> str:
    """Findings, every column in numbers, and what goes together."""
    size = f"{statistics.rows:,} rows × {len(statistics.columns):,} columns"
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    body = "".join(_row(column, statistics.rows) for column in statistics.columns)
    return (
        f"<p><b>{escape(name)}</b>: {size}{_repeated(statistics.duplicate_rows)}</p>"
        f"{_findings(statistics.findings)}<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        f"{_associations(statistics.associations)}"
    )


def page(name: str, statistics: Statistics) -> str:
    """The fragment as a document."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(name)}</h1>{fragment(name, statistics)}"
        "</main></body></html>\n"
    )


def _repeated(rows: int | None) -> str:
    return f", {rows:,} of them equal to an earlier one" if rows else ""


def _findings(found: Sequence[Finding]) -> str:
    items = "".join(
        f"<li><b>{escape(f'{each.column}: ' if each.column else '')}{escape(each.title)}.</b> "
        f"{escape(f'{each.detail} {each.why} {each.fix}'.strip())}</li>"
        for each in found
    )
    return f"<ul>{items}</ul>" if items else ""


def _associations(found: Sequence[Association]) -> str:
    items = "".join(
        f"<li>{escape(each.left)} – {escape(each.right)}: {each.strength:.3f} ({each.measure})</li>"
        for each in found
    )
    return f"<p>Strongest associations</p><ul>{items}</ul>" if items else ""


def _row(column: ColumnStatistics, rows: int) -> str:
    middle = column.quantiles.p50 if column.quantiles else None
    told = (
        column.kind,
        f"{column.null_share:.1%}" if column.nulls and rows else "",
        f"{'' if column.distinct_is_exact else '≈'}{column.distinct:,}",
        *(_shown(v) for v in (column.minimum, middle, column.mean, column.maximum, column.deviation)),
    )
    notes = [column.meaning.title] if column.meaning else []
    notes += [f"personal: {mark.title}" for mark in column.pii]
    cells = "".join(f"<td>{escape(text)}</td>" for text in told)
    bars = f"<td>{_bars(column)}</td><td>{escape(', '.join(notes))}</td>"
    return f'<tr><th scope="row">{escape(column.name)}</th>{cells}{bars}</tr>'


def _shown(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:,.6g}"


def _bars(column: ColumnStatistics) -> str:
    """The histogram, or the most frequent values where there is none."""
    counts = [item.count for item in column.histogram] or [top.count for top in column.top_values[:20]]
    most = max(counts, default=0)
    if not most:
        return ""
    step = _WIDTH / len(counts)
    bars = "".join(
        f'<rect x="{place * step:.1f}" y="{_HEIGHT - height:.1f}" width="{max(step - 1, 1):.1f}" '
        f'height="{height:.1f}"/>'
        for place, count in enumerate(counts)
        for height in (count / most * _HEIGHT,)
    )
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    return f'<svg {size} role="img" aria-label="distribution" fill="currentColor">{bars}</svg>'
