"""Boosted trees over lags: one model of all series together, told ahead step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lakeglass.science.forecast.grid import Series, Step
from lakeglass.science.packages import lacking
from lakeglass.science.table import Floats, Rows

NAME = "boosted lags"
ABOUT = "trees over lags, rolling means and the calendar, all series together"
_FEWEST = 200
_ROUNDS = 200
_MOST = 60_000
"""Rows that the model learns from, the latest of each series."""


@dataclass(frozen=True)
class Known:
    """A series up to an origin."""

    series: Series
    values: Floats


def obstacle(known: Sequence[Known], season: int) -> str | None:
    """Why boosting takes no part, or None."""
    if (lacks := lacking("lightgbm", extra="science")) is not None:
        return lacks
    rows = sum(max(0, one.values.size - _far(season)) for one in known)
    return None if rows >= _FEWEST else f"{rows} rows with all lags, needs {_FEWEST}"


def told(known: Sequence[Known], step: Step, *, season: int, steps: int, seed: int) -> list[Floats]:
    """The next steps of each series, in the order of `known`.

    One model tells every step directly: how far a value lies from the last known one, `steps` ahead or fewer.
    """
    import lightgbm

    latest = max(_far(season) + 8, _MOST // (len(known) * steps))
    made = [_examples(one, number, step, season, steps, latest) for number, one in enumerate(known)]
    matrix, wanted = np.vstack([one[0] for one in made]), np.concatenate([one[1] for one in made])
    settings = {
        "objective": "regression_l1", "verbosity": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
        "seed": seed, "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 5 * steps, "feature_fraction": 0.8,
        "lambda_l2": 1.0,
    }  # fmt: skip
    booster = lightgbm.train(settings, lightgbm.Dataset(matrix, wanted), num_boost_round=_ROUNDS)
    ahead = []
    for number, one in enumerate(known):
        values, (middle, spread), start = _scaled(one, latest)
        if values.size <= _far(season):
            ahead.append(np.full(steps, one.values[-1]))
            continue
        reach = np.arange(1, steps + 1)
        at = np.full(steps, values.size)
        asked = _features(values, at, reach, one.series.start + start, step, season, number)
        moved = np.asarray(booster.predict(asked, num_threads=1), dtype=np.float64)
        ahead.append((values[-1] + moved) * spread + middle)
    return ahead


def _examples(
    one: Known, number: int, step: Step, season: int, steps: int, latest: int
) -> tuple[Floats, Floats]:
    """Every place from which a step ahead is known, with that step."""
    values, _, start = _scaled(one, latest)
    places = np.arange(_far(season), values.size)
    at, reach = (part.ravel() for part in np.meshgrid(places, np.arange(1, steps + 1), indexing="ij"))
    known = at + reach - 1 < values.size
    at, reach = at[known], reach[known]
    matrix = _features(values, at, reach, one.series.start + start, step, season, number)
    return matrix, values[at + reach - 1] - values[at - 1]


def _far(season: int) -> int:
    return max(13, 2 * season + 1)


def _scaled(one: Known, latest: int) -> tuple[Floats, tuple[float, float], int]:
    """The end of a series by its own middle and spread, these two, and how many values were left out."""
    values = one.values[-latest:]
    scale = (float(values.mean()), float(values.std()) or 1.0)
    return (values - scale[0]) / scale[1], scale, one.values.size - values.size


def _features(
    values: Floats, at: Rows, reach: Rows, start: int, step: Step, season: int, number: int
) -> Floats:
    """(places, features): what is known before place `at`, and what the calendar says `reach` steps later."""
    last = values[at - 1]
    lags = [values[at - lag] - last for lag in (2, 3, 4, 6, 12)]
    total = np.concatenate([[0.0], np.cumsum(values)])
    means = [(total[at] - total[at - size]) / size - last for size in (3, 6, 12)]
    # the same place of the season, once and twice before
    back = at + reach - 1 - season * -(-reach // season)
    again = [values[back] - last, values[np.maximum(back - season, 0)] - last]
    target = at + reach - 1 + start
    return np.column_stack(
        [last, *lags, *means, *again, reach, step.parts(target), target % season, np.full(at.size, number)]
    )
