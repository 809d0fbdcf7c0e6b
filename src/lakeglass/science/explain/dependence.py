"""Partial dependence with its support: the mean prediction at each value of a column, and how many rows lie there.

Friedman, 'Greedy function approximation', 2001. Where few rows lie, the curve is a guess, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lakeglass.science.explain.importance import sampled
from lakeglass.science.explain.model import Dependence, Point
from lakeglass.science.explain.unseen import FoldEnsemble
from lakeglass.science.study import Study
from lakeglass.science.table import Floats, Levels, Numbers, Table

_SAMPLE = 200
_POINTS = 9
_LEVELS = 12
_FEW = 10


def dependence_of(study: Study, ensembles: Sequence[FoldEnsemble], column: str) -> Dependence:
    """The curve of one column over sampled unseen rows."""
    chosen = [(one, study.table.take(rows)) for one, rows in sampled(study, ensembles, _SAMPLE)]
    which = len(study.choice.classes) - 1
    values = _values(study.table, column)
    points = []
    for text, number, code, rows in values:
        parts = []
        for ensemble, table in chosen:
            found = ensemble.predict(_set(table, column, number, code))
            parts.append(found[:, which] if found.ndim == 2 else found)
        told = np.concatenate(parts)
        error = float(told.std() / np.sqrt(told.size))
        points.append(Point(value=text, number=number, prediction=float(told.mean()), error=error, rows=rows))
    few = [point.value for point in points if point.rows < _FEW]
    of = f"chance of {study.choice.classes[which]}" if study.choice.classes else (study.choice.target or "")
    return Dependence(
        column=column, of=of, points=tuple(points), sample=sum(table.rows for _, table in chosen),
        note=f"fewer than {_FEW} rows at: {', '.join(few)}" if few else "",
    )  # fmt: skip


def _values(table: Table, column: str) -> list[tuple[str, float | None, int, int]]:
    """(text, number, code, rows nearby) of the values to try: quantiles of numbers, frequent levels of texts."""
    one = table.column(column)
    if isinstance(one, Levels):
        counts = np.bincount(one.codes[one.codes >= 0], minlength=len(one.levels))
        frequent = np.argsort(-counts, kind="stable")[:_LEVELS]
        return [(one.levels[code], None, int(code), int(counts[code])) for code in frequent if counts[code]]
    known = one.values[~np.isnan(one.values)]
    grid = np.unique(np.quantile(known, np.linspace(0.02, 0.98, _POINTS), method="nearest"))
    nearest = np.abs(known[:, None] - grid[None, :]).argmin(axis=1)
    support = np.bincount(nearest, minlength=grid.size)
    texts = [str(np.datetime64(int(v), "s")) if one.moment else f"{v:.6g}" for v in grid]
    return [(text, float(v), -1, int(n)) for text, v, n in zip(texts, grid, support, strict=True)]


def _set(table: Table, column: str, number: float | None, code: int) -> Table:
    def changed(one: Numbers | Levels) -> Numbers | Levels:
        if one.name != column:
            return one
        if isinstance(one, Levels):
            return replace(one, codes=np.full(table.rows, code, dtype=np.int32))
        values: Floats = np.full(table.rows, number)
        return replace(one, values=values)

    return replace(table, columns=tuple(changed(one) for one in table.columns))
