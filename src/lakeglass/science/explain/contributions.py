"""Contributions of columns to margins, from the members that tell their own: boosters (TreeSHAP) and linear models.

A margin is the log-odds of the class looked for, the logarithm of a count or of a skewed amount, or the amount itself.
The ensemble averages predictions, not margins, so the parts are those of its members' weighted mean margin: told so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

import numpy as np

from lakeglass.science.explain.importance import sampled
from lakeglass.science.explain.model import Contributions, Part, RowExplanation, Share
from lakeglass.science.explain.unseen import FoldEnsemble, Loaded
from lakeglass.science.study import Study
from lakeglass.science.table import Floats, Levels, Table

_FEWEST, _MOST = 200, 2_000
_SHOWN = 8
Unit = Literal["log-odds", "log of the amount", "amount"]


def unit_of(study: Study, member: Loaded) -> Unit:
    """What the margin of a member is."""
    if study.choice.task in ("binary", "multiclass"):
        return "log-odds"
    if study.choice.task == "count" or bool(member.record.settings.get("log", False)):
        return "log of the amount"
    return "amount"


def telling(study: Study, ensemble: FoldEnsemble, probe: Table) -> tuple[Unit, tuple[Loaded, ...]] | None:
    """The members that tell contributions in the unit that most of their weight has."""
    able = [m for m in ensemble.members if m.core.contributions(m.preparation.transform(probe)) is not None]
    if not able:
        return None
    weight: dict[Unit, float] = {}
    for member in able:
        unit = unit_of(study, member)
        weight[unit] = weight.get(unit, 0.0) + member.weight
    unit = max(weight, key=lambda one: weight[one])
    return unit, tuple(m for m in able if unit_of(study, m) == unit)


def parts_of(members: Sequence[Loaded], table: Table, columns: Sequence[str], which: int) -> Floats:
    """(rows, columns + 1): weighted mean parts by column of the table, the base last; `which` class if several."""
    place = {name: number for number, name in enumerate(columns)}
    total = np.zeros((table.rows, len(columns) + 1))
    weight = sum(member.weight for member in members)
    for member in members:
        parts = member.core.contributions(member.preparation.transform(table))
        if parts is None:
            continue
        if parts.ndim == 3:
            parts = parts[:, :, which]
        for number, source in enumerate(member.preparation.sources()):
            total[:, place[source]] += member.weight / weight * parts[:, number]
        total[:, -1] += member.weight / weight * parts[:, -1]
    return total


def contributions_of(
    study: Study, ensembles: Sequence[FoldEnsemble], columns: Sequence[str], *, seconds: float
) -> Contributions | None:
    """Mean absolute contributions over 200 to 2,000 unseen rows, as `seconds` allow; None if no member tells."""
    which = len(study.choice.classes) - 1
    probe = sampled(study, ensembles, 50)
    begun = time.monotonic()
    told = [telling(study, one, study.table.take(rows)) for one, rows in probe]
    if any(one is None for one in told):
        return None
    each = max(1e-6, (time.monotonic() - begun) / sum(rows.size for _, rows in probe))
    wanted = int(np.clip(seconds / each, _FEWEST, _MOST))
    parts = np.vstack(
        [
            parts_of(one[1], study.table.take(rows), columns, which)
            for one, (_, rows) in zip(told, sampled(study, ensembles, wanted), strict=True)
            if one is not None
        ]
    )
    sizes = np.abs(parts[:, :-1])
    means, errors = sizes.mean(axis=0), sizes.std(axis=0) / np.sqrt(sizes.shape[0])
    order = np.argsort(-means, kind="stable")
    first = told[0]
    assert first is not None
    covered = sum(member.weight for member in first[1])
    return Contributions(
        unit=first[0], rows=int(parts.shape[0]), covered=round(covered, 6), seed=study.request.seed,
        columns=tuple(
            Share(
                column=columns[n], mean=float(means[n]), error=float(errors[n]),
                share=float(means[n] / max(means.sum(), 1e-300)),
            )
            for n in order
        ),
        note=f"members with {covered:.0%} of the ensemble's weight tell their own contributions; "
        + (f"of class {study.choice.classes[which]!r}" if which > 1 else "their margins are averaged"),
    )  # fmt: skip


def explained_rows(
    study: Study, ensembles: Sequence[FoldEnsemble], columns: Sequence[str], rows: Sequence[int]
) -> tuple[RowExplanation, ...]:
    """Explanations of rows by members that had not seen them (the first fold's for rows of the hold-out)."""
    which = len(study.choice.classes) - 1
    found = []
    for row in rows:
        own = np.array([row], dtype=np.intp)
        ensemble = next((one for one in ensembles if row in one.rows), ensembles[0])
        table = study.table.take(own)
        told = telling(study, ensemble, table)
        if told is None:
            continue
        parts = parts_of(told[1], table, columns, which)[0]
        order = np.argsort(-np.abs(parts[:-1]), kind="stable")[:_SHOWN]
        shown = [
            Part(column=columns[n], value=cell(table, columns[n]), added=float(parts[n]))
            for n in order
            if parts[n]
        ]
        predicted = ensemble.predict(table)
        found.append(
            RowExplanation(
                row=row, prediction=tuple(float(x) for x in np.ravel(predicted)), base=float(parts[-1]),
                parts=tuple(shown), rest=float(parts[:-1].sum() - sum(part.added for part in shown)),
                margin=float(parts.sum()),
            )
        )  # fmt: skip
    return tuple(found)


def cell(table: Table, column: str, row: int = 0) -> str:
    """A cell as text."""
    one = table.column(column)
    if isinstance(one, Levels):
        return "(missing)" if one.codes[row] < 0 else one.levels[one.codes[row]]
    value = float(one.values[row])
    if np.isnan(value):
        return "(missing)"
    return str(np.datetime64(int(value), "s")) if one.moment else f"{value:.6g}"
