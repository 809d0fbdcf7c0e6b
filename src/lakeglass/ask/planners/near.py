"""Questions near the one that was asked, made from the table; the planner keeps those that plan."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.ask.language import Draft, Schema
from lakeglass.ask.language.columns import ColumnModel

_FEW = 50


def near_questions(draft: Draft, schema: Schema) -> Iterator[str]:
    """Candidates, nearest first: choices of the problem, then what the table offers."""
    columns = schema.index.columns
    by_name = {c.name: c for c in columns}
    key = _first_key(columns)
    for problem in draft.problems:
        for name in problem.choices:
            if name in by_name:
                yield from _about(by_name[name], key)
    measures = [c for c in columns if c.is_measure]
    dates = [c for c in columns if c.role == "date"]
    for measure in measures[:2]:
        if key is not None:
            yield f'average "{measure.name}" by "{key.name}"'
    if key is not None:
        yield f'how many rows are there by "{key.name}"?'
    if len(dates) == 1:
        yield "how many rows per year?"
    for measure in measures[:2]:
        yield f'describe "{measure.name}"'
    yield "what is in this dataset?"
    yield "how many rows are there?"


def _about(column: ColumnModel, key: ColumnModel | None) -> Iterator[str]:
    if column.is_measure:
        if key is not None:
            yield f'average "{column.name}" by "{key.name}"'
        yield f'average "{column.name}"'
    elif column.role == "date":
        yield f'how many rows per month of "{column.name}"?'
    else:
        yield f'how many rows are there by "{column.name}"?'


def _first_key(columns: object) -> ColumnModel | None:
    assert isinstance(columns, list | tuple)
    keys = [c for c in columns if isinstance(c, ColumnModel) and c.role == "category"]
    few = [c for c in keys if 2 <= c.statistics.distinct <= _FEW and c.statistics.null_share < 0.5]
    return min(few, key=lambda c: c.statistics.distinct) if few else (keys[0] if keys else None)
