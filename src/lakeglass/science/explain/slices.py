"""How a model does for each group of a sensitive column: rates and errors with intervals, and the gaps between groups.

Wilson, 'Probable inference', 1927, for shares. Hardt et al., 'Equality of opportunity', 2016, for what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lakeglass.science.explain.model import Gap, GroupSlice, Rate, Slices
from lakeglass.science.study import Study
from lakeglass.science.table import Flags, Floats, Levels, Rows, Table
from lakeglass.science.tasks import CLASSES

_FEWEST = 50
_FEWEST_KNOWN = 10
"""Rows of the kind that a share is of, below which the group says nothing."""
_MOST_GROUPS = 12
_MOST_LEVELS = 50
_BANDS = 4
_Z = 1.96
_DRAWS = 200
_TOLD = {
    "chosen": "share told yes",
    "found": "share found of those that are yes",
    "false alarms": "share told yes of those that are no",
    "accuracy": "share named right",
    "mean error": "mean of prediction less truth",
    "absolute error": "mean distance of prediction and truth",
    "calibration": "mean chance less share that came true",
}
_BETWEEN: tuple[str, ...] = ("chosen", "found", "false alarms", "accuracy", "mean error", "absolute error")


def slices_of(
    study: Study, table: Table, name: str, *, rows: Rows, predicted: Floats, threshold: float
) -> Slices:
    """The groups of column `name` of `table`, over `rows` that no fit had seen when it predicted them."""
    groups, kind = _groups(table, name, rows)
    if len(groups) < 2:
        return Slices(
            column=name, kind=kind, threshold=None, groups=(), gaps=(), note=_none(table, name, groups)
        )
    truth = study.target[rows]
    found = tuple(
        _slice(study, label, truth[mine], predicted[mine], threshold=threshold, seed=place)
        for place, (label, mine) in enumerate(groups)
    )
    judged = [one for one in found if not one.small]
    gaps = tuple(_gaps(judged)) if len(judged) > 1 else ()
    small = [one.group for one in found if one.small]
    note = f"Too few rows to judge: {', '.join(small)}." if small else ""
    binary = study.choice.task == "binary"
    return Slices(
        column=name, kind=kind, threshold=threshold if binary else None, groups=found, gaps=gaps, note=note
    )


def _none(table: Table, name: str, groups: Sequence[tuple[str, Flags]]) -> str:
    if groups:
        return f"{name} has one group only: there is nothing to compare."
    return f"{name} has {table.column(name).distinct():,} different values, expected at most {_MOST_LEVELS} groups."


def _groups(table: Table, name: str, rows: Rows) -> tuple[list[tuple[str, Flags]], str]:
    """Labels with the rows that bear them: values as they are, or quarters of numbers with many."""
    column = table.column(name)
    if isinstance(column, Levels):
        if column.distinct() > _MOST_LEVELS:
            return [], "values"
        codes = column.codes[rows]
        counts = np.bincount(codes[codes >= 0], minlength=len(column.levels))
        often = [int(code) for code in np.argsort(-counts, kind="stable")[:_MOST_GROUPS] if counts[code]]
        found = [(column.levels[code], codes == code) for code in often]
        rest = (codes >= 0) & ~np.isin(codes, often)
        return _with_rest(found, rest, codes < 0), "values"
    values = column.values[rows]
    known = values[~np.isnan(values)]
    different = np.unique(known)
    if different.size <= _MOST_GROUPS:
        found = [(f"{value:.15g}", values == value) for value in different]
        return _with_rest(found, np.zeros(rows.size, dtype=np.bool_), np.isnan(values)), "values"
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _BANDS + 1)))
    place = np.searchsorted(edges[1:-1], values, side="right")
    found = [
        (f"{edges[band]:.6g} to {edges[band + 1]:.6g}", (place == band) & ~np.isnan(values))
        for band in range(edges.size - 1)
    ]
    return _with_rest(found, np.zeros(rows.size, dtype=np.bool_), np.isnan(values)), "quarters"


def _with_rest(found: list[tuple[str, Flags]], rest: Flags, missing: Flags) -> list[tuple[str, Flags]]:
    found = [one for one in found if one[1].any()]
    if rest.any():
        found.append(("(other)", rest))
    return [*found, ("(missing)", missing)] if missing.any() else found


def _slice(
    study: Study, label: str, truth: Floats, predicted: Floats, *, threshold: float, seed: int
) -> GroupSlice:
    task = study.choice.task
    if task == "binary":
        rates = tuple(_of_two(truth > 0.5, predicted[:, 1], threshold, seed))
        few = min(int(np.sum(truth > 0.5)), int(np.sum(truth <= 0.5))) < _FEWEST_KNOWN
    elif task in CLASSES:
        rates = (_share("accuracy", predicted.argmax(axis=1) == truth),)
        few = False
    else:
        error = predicted - truth
        rates = (_mean("mean error", error, seed), _mean("absolute error", np.abs(error), seed))
        few = False
    return GroupSlice(
        group=label, rows=truth.size, truth=float(truth.mean()) if task not in CLASSES or task == "binary" else None,
        rates=rates, small=truth.size < _FEWEST or few,
    )  # fmt: skip


def _of_two(truth: Flags, chance: Floats, threshold: float, seed: int) -> Iterator[Rate]:
    yes = chance >= threshold
    yield _share("chosen", yes)
    if truth.any():
        yield _share("found", yes[truth])
    if not truth.all():
        yield _share("false alarms", yes[~truth])
    yield _share("accuracy", yes == truth)
    yield _mean("calibration", chance - truth, seed)


def _share(name: str, right: Flags) -> Rate:
    """A share with Wilson's interval of 95 %."""
    n, p = right.size, float(np.mean(right))
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    error = float(np.sqrt(max(p * (1 - p), 0.25 / n) / n))
    return Rate(
        name=name,
        about=_TOLD[name],
        value=p,
        low=float(middle - half),
        high=float(middle + half),
        error=error,
    )


def _mean(name: str, values: Floats, seed: int) -> Rate:
    """A mean with the interval of 95 % of resampled rows."""
    draw = np.random.default_rng(seed)
    rows = values[draw.permutation(values.size)[:5_000]]
    drawn = np.array([rows[draw.integers(0, rows.size, rows.size)].mean() for _ in range(_DRAWS)])
    narrower = (rows.size / values.size) ** 0.5
    middle = float(values.mean())
    low, high = (
        middle + narrower * (float(x) - float(drawn.mean())) for x in np.quantile(drawn, [0.025, 0.975])
    )
    return Rate(
        name=name, about=_TOLD[name], value=middle, low=low, high=high, error=float(drawn.std()) * narrower
    )


def _gaps(groups: Sequence[GroupSlice]) -> Iterator[Gap]:
    """The largest difference in each rate, with an interval wide enough for all pairs that were looked at."""
    pairs = len(groups) * (len(groups) - 1) / 2
    # Bonferroni: the largest of several differences is large by chance alone
    wide = _quantile(1 - 0.025 / pairs)
    for name in _BETWEEN:
        have = [(one.group, rate) for one in groups for rate in one.rates if rate.name == name]
        if len(have) < 2:
            continue
        low, high = min(have, key=lambda one: one[1].value), max(have, key=lambda one: one[1].value)
        apart = high[1].value - low[1].value
        error = float(np.hypot(low[1].error, high[1].error))
        yield Gap(
            name=name, about=_TOLD[name], lowest=low[0], highest=high[0], value=apart,
            low=max(0.0, apart - wide * error), high=apart + wide * error, sure=apart > wide * error,
            ratio=low[1].value / high[1].value if name in {"chosen", "found"} and high[1].value > 0 else None,
        )  # fmt: skip


def _quantile(share: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(share))
