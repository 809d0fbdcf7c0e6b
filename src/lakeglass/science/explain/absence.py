"""What a model loses when a column does not come: each is emptied when predicting, nothing is fitted again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lakeglass.science.explain.importance import sampled
from lakeglass.science.explain.model import Absence
from lakeglass.science.explain.unseen import FoldEnsemble
from lakeglass.science.metrics import loss
from lakeglass.science.study import Study
from lakeglass.science.table import MISSING, Column, Levels, Table

_ROWS = 1_000


def absences_of(
    study: Study, ensembles: Sequence[FoldEnsemble], columns: Sequence[str], *, seconds: float
) -> tuple[Absence, ...]:
    """The loss on unseen rows with each of these columns empty, beside the loss with all, and that of no model."""
    begun = time.monotonic()
    chosen = sampled(study, ensembles, _ROWS)
    truth = np.concatenate([study.target[rows] for _, rows in chosen])

    def lost(column: str | None) -> float:
        parts = [one.predict(_without(study.table.take(rows), column)) for one, rows in chosen]
        return loss(study.measure, truth, np.concatenate(parts))

    whole = lost(None)
    found: list[Absence] = []
    for column in columns:
        if time.monotonic() - begun > seconds:
            break
        found.append(Absence(column=column, loss=lost(column), loss_with=whole, rows=truth.size))
    return tuple(found)


def _without(table: Table, name: str | None) -> Table:
    """The table with one column empty."""
    return replace(table, columns=tuple(_empty(one) if one.name == name else one for one in table.columns))


def _empty(column: Column) -> Column:
    if isinstance(column, Levels):
        return replace(column, codes=np.full_like(column.codes, MISSING))
    return replace(column, values=np.full_like(column.values, np.nan))
