"""Questions near the one that was asked, made from the table; the planner keeps those that plan."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.ask.language import Draft, Schema
from lakeglass.ask.language.columns import ColumnModel

_FEW = 50
_SURE = 0.8
_MOST = 2


def near_questions(draft: Draft, schema: Schema, *, answered: bool) -> Iterator[str]:
    """Candidates, nearest first: choices of the problem, the columns that an unanswered question names, the table's."""
    columns = schema.index.columns
    by_name = {c.name: c for c in columns}
    key = _first_key(columns)
    for problem in draft.problems:
        for name in problem.choices:
            if name in by_name:
                yield from _about(by_name[name], key)
    if not answered:
        yield from _of_named(draft, key)
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


def _of_named(draft: Draft, key: ColumnModel | None) -> Iterator[str]:
    """Plain questions about the columns that were heard by name or by a value, whatever was asked of them."""
    heard: list[ColumnModel] = []
    for item in draft.items:
        heard += [match.column for match in item.columns[:1] if match.score >= _SURE]
        heard += [match.column for match in item.values[:1] if not match.part]
    named = list({column.name: column for column in heard}.values())
    keys = [column for column in named if column.is_key and not column.is_measure]
    for measure in [column for column in named if column.is_measure][:_MOST]:
        yield from _about(measure, keys[0] if keys else key)
    for column in keys[:_MOST]:
        yield from _about(column, key)


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
