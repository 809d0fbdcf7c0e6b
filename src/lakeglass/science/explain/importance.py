"""Importance by shuffling: how much worse unseen rows are predicted when a column no longer belongs to its row.

Breiman, 'Random forests', 2001. Columns that say the same share their importance: shuffling one leaves the other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lakeglass.science.explain.model import Importance
from lakeglass.science.explain.unseen import FoldEnsemble
from lakeglass.science.metrics import Measure, loss
from lakeglass.science.study import Study
from lakeglass.science.table import Floats, Rows, Table

_MOST_ROWS = 2_000
_COUNTED_ROWS = 500
_TIMES = 5


def sampled(study: Study, ensembles: Sequence[FoldEnsemble], most: int) -> list[tuple[FoldEnsemble, Rows]]:
    """At most `most` judged rows, dealt over the folds, by the seed of the request."""
    draw = np.random.default_rng([study.request.seed, most])
    each = max(1, most // len(ensembles))
    return [(one, np.sort(draw.permutation(one.rows)[:each])) for one in ensembles]


def importance_of(
    study: Study,
    ensembles: Sequence[FoldEnsemble],
    columns: Sequence[str],
    *,
    measure: Measure,
    seconds: float | None,
) -> tuple[tuple[Importance, ...], int]:
    """Importance of each column, most important first, and the rows used.

    As many as the time allows, 100 to 2,000; without a limit of time 500, which gives the same every time.
    """
    begun = time.monotonic()
    chosen = sampled(study, ensembles, _affordable(study, ensembles, len(columns), seconds))
    truth = np.concatenate([study.target[rows] for _, rows in chosen])
    plain = loss(measure, truth, _predict(study.table, chosen))
    found = []
    for place, column in enumerate(columns):
        draw = np.random.default_rng([study.request.seed, place])
        added = [
            loss(measure, truth, _predict(study.table, chosen, column, draw)) - plain for _ in range(_TIMES)
        ]
        error = float(np.std(added, ddof=1) / np.sqrt(_TIMES))
        found.append(Importance(column=column, loss_added=float(np.mean(added)), error=error))
        if seconds is not None and time.monotonic() - begun > 2 * seconds:
            break
    found.sort(key=lambda one: (-one.loss_added, one.column))
    return tuple(found), int(truth.size)


def _affordable(study: Study, ensembles: Sequence[FoldEnsemble], columns: int, seconds: float | None) -> int:
    if seconds is None:
        return _COUNTED_ROWS
    begun = time.monotonic()
    probe = sampled(study, ensembles, 200)
    _predict(study.table, probe)
    each = max(1e-6, (time.monotonic() - begun) / sum(rows.size for _, rows in probe))
    return int(np.clip(int(seconds / (each * _TIMES * max(1, columns))), 100, _MOST_ROWS))


def _predict(
    table: Table,
    chosen: Sequence[tuple[FoldEnsemble, Rows]],
    column: str | None = None,
    draw: np.random.Generator | None = None,
) -> Floats:
    parts = []
    for ensemble, rows in chosen:
        own = table.take(rows)
        if column is not None and draw is not None:
            own = shuffled(own, column, draw)
        parts.append(ensemble.predict(own))
    return np.concatenate(parts)


def shuffled(table: Table, column: str, draw: np.random.Generator) -> Table:
    """The table with one column's values dealt to other rows."""
    order = draw.permutation(table.rows)
    kept = tuple(one.take(order) if one.name == column else one for one in table.columns)
    return replace(table, columns=kept)
