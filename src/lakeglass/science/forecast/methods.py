"""Methods that tell one series ahead from its own past: seasonal naive, theta, smoothing, autoregression, years.

Assimakopoulos and Nikolopoulos, 'The theta model', 2000; Hyndman et al., 'Forecasting with exponential smoothing',
2008.
All are closed in NumPy: parameters are chosen from a fixed grid by the one-step error within the history, so that the
same history always gives the same forecast.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from lakeglass.science.forecast.grid import Places
from lakeglass.science.table import Floats

_LONGEST = 1_000
"""Values at the end of a series that smoothing looks at; what lies before hardly counts."""
_RATES = (0.05, 0.15, 0.3, 0.5, 0.75, 0.95)
_SLOPE_RATES = (0.0, 0.03, 0.1, 0.3)
_DAMPINGS = (0.9, 0.98)
_YEAR_WAVES, _SEASON_WAVES = 4, 6
Ahead = Callable[[Floats, int, int], Floats]
"""(history, season, steps) to the values of the next steps."""


def seasonal_naive(history: Floats, season: int, steps: int) -> Floats:
    """The last season once more; the last value where there is no season."""
    last = history[-season:]
    return np.resize(last, steps) if last.size == season else np.full(steps, history[-1])


def theta(history: Floats, season: int, steps: int) -> Floats:
    """Smoothing of the doubled curvature and half of the trend, after the season is taken out."""
    history = history[-max(8 * season, 120) :]
    flat, shape = _without_season(history, season)
    time = np.arange(flat.size)
    slope = float(np.polyfit(time, flat, 1)[0]) if flat.size > 2 else 0.0
    line = float(flat.mean()) + slope * (time - time.mean())
    level = _smoothed(2 * flat - line)
    ahead = np.arange(1, steps + 1)
    # the mean of the smoothed curve and the line, both continued
    return np.asarray(level / 2 + (line[-1] + slope * ahead) / 2 + _season_ahead(shape, history.size, steps))


def smoothing(history: Floats, season: int, steps: int) -> Floats:
    """Level, damped trend and season, each an exponentially weighted mean (Holt and Winters)."""
    values = history[-max(_LONGEST, 4 * season) :]
    if values.size < 2 * season + 4:
        season = 1
    seasonal = (0.02, 0.1, 0.3, 0.6) if season > 1 else (0.0,)
    grid = np.array(list(itertools.product(_RATES, _SLOPE_RATES, _DAMPINGS, seasonal)))
    rate, slope_rate, damp, season_rate = grid.T
    first = values[: 2 * season] if season > 1 else values[:4]
    trend0 = (
        float(values[season : 2 * season].mean() - values[:season].mean()) / season if season > 1 else 0.0
    )
    level = np.full(rate.size, float(first.mean()))
    trend = np.where(slope_rate > 0, trend0, 0.0)
    seasons = (
        np.tile(values[:season] - values[:season].mean(), (rate.size, 1))
        if season > 1
        else np.zeros((rate.size, 1))
    )
    lost = np.zeros(rate.size)
    for place, value in enumerate(values):
        at = place % season
        told = level + damp * trend + seasons[:, at]
        if place >= season:
            lost += (value - told) ** 2
        new = rate * (value - seasons[:, at]) + (1 - rate) * (level + damp * trend)
        trend = slope_rate * (new - level) + (1 - slope_rate) * damp * trend
        if season > 1:
            seasons[:, at] = season_rate * (value - new) + (1 - season_rate) * seasons[:, at]
        level = new
    best = int(np.argmin(lost))
    ahead = np.arange(1, steps + 1)
    reach = damp[best] * (1 - damp[best] ** ahead) / (1 - damp[best])
    told = level[best] + reach * trend[best] * (slope_rate[best] > 0)
    return np.asarray(told + seasons[best, (values.size + ahead - 1) % season])


def autoregression(history: Floats, season: int, steps: int) -> Floats:
    """A ridge regression of each change on the changes before it, those a season ago included, step by step."""
    values = history[-_LONGEST:]
    base = season if season > 1 and values.size > 3 * season + 8 else 1
    changes = values[base:] - values[:-base]
    lags = [lag for lag in (*range(1, 9), season, season + 1) if lag <= changes.size // 4]
    lags = list(dict.fromkeys(lags)) or [1]
    far = max(lags)
    if changes.size <= far + 3:
        return seasonal_naive(history, season, steps)
    matrix = np.stack([changes[far - lag : changes.size - lag] for lag in lags], axis=1)
    wanted = changes[far:]
    # a change has no level of its own unless there is a season to have a trend over
    middle = float(wanted.mean()) if base > 1 else 0.0
    square = matrix.T @ matrix
    square[np.diag_indices_from(square)] += 1e-9 + 0.02 * float(np.mean(np.diag(square)))
    weights = np.linalg.solve(square, matrix.T @ (wanted - middle))
    known, told = list(changes), list(values)
    for _ in range(steps):
        change = middle + float(sum(w * known[-lag] for w, lag in zip(weights, lags, strict=True)))
        known.append(change)
        told.append(told[-base] + change)
    return np.array(told[-steps:])


METHODS: dict[str, tuple[str, Ahead]] = {
    "seasonal naive": ("the last season once more", seasonal_naive),
    "theta": ("half the trend and a smoothed level, season taken out", theta),
    "exponential smoothing": ("smoothed level, damped trend and season", smoothing),
    "autoregression": ("each change from the changes before it", autoregression),
}


YEARLY = "season of the year"
YEARLY_ABOUT = "waves of a year taken out, the rest by theta and autoregression"


def yearly_wave(history: Floats, season: int, steps: int, *, year: float) -> Floats:
    """What the time of the year adds to each value and to each of the next steps: (history + steps,), around 0.

    A sum of waves, fitted together with a straight trend and the shorter season; `year` is the steps of a year, a
    whole number or not.
    """
    time = np.arange(history.size + steps)
    year_waves = _waves(time, year, _YEAR_WAVES)
    short = _waves(time, season, min(season // 2, _SEASON_WAVES)) if season > 1 else np.empty((time.size, 0))
    trend = np.stack([np.ones(time.size), time / history.size], axis=1)
    known = np.hstack([trend, short, year_waves])[: history.size]
    weights = np.linalg.lstsq(known, history, rcond=None)[0]
    return np.asarray(year_waves @ weights[-year_waves.shape[1] :])


def yearly(history: Floats, season: int, steps: int, *, year: float) -> Floats:
    """The season of the year taken out and put back: what is left is told by the mean of theta and autoregression."""
    wave = yearly_wave(history, season, steps, year=year)
    rest = history - wave[: history.size]
    told = theta(rest, season, steps) + autoregression(rest, season, steps)
    return np.asarray(told / 2 + wave[history.size :])


def _waves(time: Places, length: float, count: int) -> Floats:
    """(times, 2 x count): sines and cosines of a length and its fractions."""
    turns = 2 * np.pi * np.outer(time, np.arange(1, count + 1)) / length
    return np.hstack([np.sin(turns), np.cos(turns)])


def grows_with_level(history: Floats, season: int) -> bool:
    """Whether a positive series swings more where it is high, so that its logarithm is easier to tell ahead."""
    size = max(season, 8)
    blocks = history[: history.size // size * size].reshape(-1, size)
    if history.min() <= 0 or blocks.shape[0] < 3:
        return False
    level, spread = np.log(blocks.mean(axis=1)), np.log(np.diff(blocks, axis=1).std(axis=1) + 1e-300)
    return bool(np.ptp(level) > 0.2 and np.polyfit(level, spread, 1)[0] > 0.5)


def _smoothed(values: Floats) -> float:
    """The last level of simple exponential smoothing with the least one-step error."""
    rates = np.linspace(0.05, 0.95, 19)
    level, lost = np.full(rates.size, values[0]), np.zeros(rates.size)
    for value in values[1:]:
        lost += (value - level) ** 2
        level = level + rates * (value - level)
    best = int(np.argmin(lost))
    return float(level[best])


def _without_season(values: Floats, season: int) -> tuple[Floats, Floats]:
    """The values without the mean departure of each place in the season from a moving mean over one."""
    if season < 2 or values.size < 2 * season + 2:
        return values, np.zeros(1)
    window = np.ones(season) / season if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5] / season
    middle = np.convolve(values, window, mode="valid")
    lead = (window.size - 1) // 2
    apart = values[lead : lead + middle.size] - middle
    place = (np.arange(apart.size) + lead) % season
    shape = np.array([float(np.mean(apart[place == one])) for one in range(season)])
    shape -= shape.mean()
    return values - shape[np.arange(values.size) % season], shape


def _season_ahead(shape: Floats, size: int, steps: int) -> Floats:
    return np.asarray(shape[(size + np.arange(steps)) % shape.size])
