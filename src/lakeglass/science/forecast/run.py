"""From a table to `forecast.json`: methods compared over rolling origins, the best told ahead with intervals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lakeglass.core.errors import InvalidInput
from lakeglass.science.forecast import boosted
from lakeglass.science.forecast.grid import Series, Step, series_of
from lakeglass.science.forecast.methods import (
    METHODS,
    YEARLY,
    YEARLY_ABOUT,
    grows_with_level,
    seasonal_naive,
    yearly,
)
from lakeglass.science.forecast.model import Ahead, Forecasting, ForecastRequest, Held, Method, SeriesForecast
from lakeglass.science.search.store import write_json
from lakeglass.science.study import study_of
from lakeglass.science.table import Floats, Numbers, Table

_SEASONS = {
    "second": (60,), "minute": (60,), "hour": (24, 168), "day": (7,), "working day": (5,), "week": (52,),
    "month": (12,), "quarter": (4,), "year": (), "step": (),
}  # fmt: skip
_YEARS = {"hour": 24 * 365.25, "day": 365.25, "working day": 365.25 * 5 / 7, "week": 365.25 / 7}
"""Steps of a year, where a season may lie within it."""
_FEWEST_YEARS = 2
_ORIGINS = 8
_MOST_JUDGED = 200
_SHOWN = 6
_HISTORY = 96
_LEVELS = (0.8, 0.9)
_SEASONAL = 0.25
_TOGETHER = "mean of three"


@dataclass
class _Judged:
    """Scaled absolute errors and signed errors of a method: (series, origins, steps), NaN where not judged."""

    scaled: Floats
    relative: Floats


@dataclass(frozen=True)
class _Work:
    step: Step
    series: tuple[Series, ...]
    season: int
    horizon: int
    seed: int
    end: float
    notes: list[str] = field(default_factory=list)

    def year(self, size: int) -> float | None:
        """The steps of a year, when a history of `size` holds two and no season of that length is used anyway."""
        year = _YEARS.get(self.step.name)
        if year is None or size < _FEWEST_YEARS * year or self.season > year / 2:
            return None
        return year

    def expired(self) -> bool:
        return time.monotonic() > self.end


def forecast(request: ForecastRequest) -> Forecasting:
    """Tell the target of a forecast task ahead, and write `forecast.json` beside the model.

    Raises InvalidInput when the table is no series over time, or too short for one origin.
    """
    begun = time.monotonic()
    study = study_of(request.modeling)
    choice = study.choice
    if choice.task != "forecast" or choice.time is None or choice.target is None:
        raise InvalidInput(f"{choice.task} is no series over time: {choice.reason}")
    step, series = series_of(study.table, time=choice.time, target=choice.target, series=choice.series)
    season, reason = _season(step, series[0].values)
    horizon = request.horizon or _horizon(season, series[0].values.size)
    fit = tuple(one for one in series if one.values.size >= _least(season, horizon))
    if not fit:
        raise InvalidInput(
            f"{series[0].values.size} values are too few to tell {horizon} steps ahead, expected at least "
            f"{_least(1, horizon)}; ask for fewer steps"
        )
    work = _Work(step, fit[:_MOST_JUDGED], season, horizon, request.modeling.seed, begun + request.seconds)
    if not step.counts and not _is_moment(study.table, choice.time):
        work.notes.append(f"The numbers of {choice.time} were read as {step.name}s of the calendar.")
    if len(fit) < len(series):
        work.notes.append(f"{len(series) - len(fit)} of {len(series)} series are too short to be told ahead.")
    if len(fit) > _MOST_JUDGED:
        work.notes.append(f"Methods were compared on the {_MOST_JUDGED} longest of {len(fit)} series.")
    if step.name in _YEARS and season < _YEARS[step.name] / 2 and work.year(series[0].values.size) is None:
        work.notes.append(
            f"A season of the year was not looked for: {series[0].values.size:,} {step.name}s are less than two years."
        )
    judged = _judge(work)
    methods, chosen = _compared(judged)
    shown = work.series[:_SHOWN]
    found = Forecasting(
        target=choice.target, time=choice.time, series_column=choice.series, step=step.name, step_seconds=step.seconds,
        season=season, season_reason=reason, horizon=horizon, series=len(series), judged_series=len(work.series),
        length=series[0].values.size, filled=sum(one.filled for one in series), chosen=chosen, methods=methods,
        coverage=_coverage(judged[chosen]), forecasts=_told(work, shown, chosen, judged[chosen]),
        notes=tuple(work.notes), seconds=time.monotonic() - begun,
    )  # fmt: skip
    write_json(Path(request.modeling.folder) / "forecast.json", found)
    return found


def _is_moment(table: Table, time: str) -> bool:
    column = table.column(time)
    return isinstance(column, Numbers) and column.moment


def _season(step: Step, values: Floats) -> tuple[int, str]:
    """The length of the usual season at which changes come again, 1 without one."""
    changes = np.diff(values)
    best, found = 1, _SEASONAL
    for season in _SEASONS[step.name]:
        if values.size >= 2 * season + 4 and changes.std() > 0:
            one, two = changes[season:], changes[:-season]
            alike = float(np.corrcoef(one, two)[0, 1]) if one.std() > 0 and two.std() > 0 else 0.0
            if alike > found:
                best, found = season, alike
    if best == 1:
        lengths = " or ".join(map(str, _SEASONS[step.name]))
        return (
            1,
            f"no season: changes do not come again after {lengths} {step.name}s"
            if lengths
            else "no season is usual",
        )
    return best, f"changes come again after {best} {step.name}s (correlation {found:.2f})"


def _horizon(season: int, size: int) -> int:
    wanted = season if season > 1 else 10
    return int(max(1, min(wanted, size // 4)))


def _least(season: int, horizon: int) -> int:
    """The shortest history that leaves something to learn from before one origin."""
    return max(2 * season + 2, 8) + horizon


def _origins(size: int, work: _Work) -> list[int]:
    """Where histories end, the last `horizon` before the end; as many as leave two seasons before them."""
    first = _least(work.season, 0)
    ends = [size - work.horizon * (number + 1) for number in range(_ORIGINS)]
    if len([end for end in ends if end >= first]) < 2 and work.horizon > 1:
        # a short series: origins overlap
        pace = max(1, work.horizon // 3)
        ends = [size - work.horizon - pace * number for number in range(_ORIGINS)]
    return [end for end in ends if end >= first]


def _judge(work: _Work) -> dict[str, _Judged]:
    """Errors of every method at every origin (number 0 is the latest) of every series."""
    shape = (len(work.series), _ORIGINS, work.horizon)
    judged = {
        name: _Judged(np.full(shape, np.nan), np.full(shape, np.nan))
        for name in (*METHODS, boosted.NAME, _TOGETHER, YEARLY)
    }
    for number in range(_ORIGINS):
        at = [(place, one, _origins(one.values.size, work)) for place, one in enumerate(work.series)]
        known = [(place, one, ends[number]) for place, one, ends in at if len(ends) > number]
        if not known:
            break
        told = {place: _each(one.values[:end], work) for place, one, end in known}
        lagged = _lagged(work, [boosted.Known(one, one.values[:end]) for _, one, end in known])
        for order, (place, one, end) in enumerate(known):
            if lagged:
                told[place][boosted.NAME] = lagged[order]
            truth = one.values[end : end + work.horizon]
            scale = _scale(one.values[:end], work.season)
            for name, ahead in told[place].items():
                judged[name].scaled[place, number] = (truth - ahead) / scale
                size = (np.abs(truth) + np.abs(ahead)) / 2
                judged[name].relative[place, number] = (
                    100 * np.abs(truth - ahead) / np.where(size > 0, size, 1.0)
                )
        if work.expired():
            work.notes.append(f"The time was over after {number + 1} of {_ORIGINS} origins.")
            break
    return judged


def _each(history: Floats, work: _Work) -> dict[str, Floats]:
    log = grows_with_level(history, work.season)
    given = np.log(history) if log else history
    told = {"seasonal naive": seasonal_naive(history, work.season, work.horizon)}

    def back(ahead: Floats) -> Floats:
        return _bounded(np.exp(np.clip(ahead, -700, 700)) if log else ahead, history)

    for name, (_, method) in METHODS.items():
        if name not in told:
            told[name] = back(method(given, work.season, work.horizon))
    told[_TOGETHER] = np.asarray(
        np.mean([told[name] for name in METHODS if name != "seasonal naive"], axis=0)
    )
    if (year := work.year(history.size)) is not None:
        told[YEARLY] = back(yearly(given, work.season, work.horizon, year=year))
    return told


def _bounded(ahead: Floats, history: Floats) -> Floats:
    """A forecast must not run off: at most three times the range of the history beyond it, none below 0 if none was."""
    low, high = float(history.min()), float(history.max())
    room = 3 * (high - low)
    return np.clip(
        np.where(np.isfinite(ahead), ahead, history[-1]),
        max(low - room, 0.0) if low >= 0 else low - room,
        high + room,
    )


def _lagged(work: _Work, known: Sequence[boosted.Known]) -> list[Floats]:
    reason = boosted.obstacle(known, work.season)
    if reason is None:
        told = boosted.told(known, work.step, season=work.season, steps=work.horizon, seed=work.seed)
        return [_bounded(ahead, one.values) for ahead, one in zip(told, known, strict=True)]
    note = f"{boosted.NAME.capitalize()} took no part everywhere: {reason}."
    if not any(each.startswith(boosted.NAME.capitalize()) for each in work.notes):
        work.notes.append(note)
    return []


def _scale(history: Floats, season: int) -> float:
    """The mean error of the seasonal naive forecast one season ahead within the history."""
    errors = np.abs(history[season:] - history[:-season])
    return float(errors.mean()) or float(np.abs(history).mean()) * 1e-3 or 1.0


def _compared(judged: dict[str, _Judged]) -> tuple[tuple[Method, ...], str]:
    """The methods, the best first; chosen on all origins but the latest where there are several."""
    naive = judged["seasonal naive"]
    complete = {
        name: one
        for name, one in judged.items()
        if np.array_equal(np.isnan(one.scaled), np.isnan(naive.scaled))
    }
    several = bool(np.isfinite(naive.scaled[:, 1:]).any())
    early = {
        name: float(np.nanmean(np.abs(one.scaled[:, 1:] if several else one.scaled)))
        for name, one in complete.items()
    }
    chosen = min(early, key=lambda name: (early[name], name != "seasonal naive"))
    about = {name: text for name, (text, _) in METHODS.items()} | {
        boosted.NAME: boosted.ABOUT, _TOGETHER: "of theta, exponential smoothing and autoregression",
        YEARLY: YEARLY_ABOUT,
    }  # fmt: skip
    methods = []
    for name, one in complete.items():
        means = np.abs(one.scaled[np.isfinite(one.scaled).any(axis=2)]).mean(axis=1)
        error = float(means.std(ddof=1) / np.sqrt(means.size)) if means.size > 1 else 0.0
        methods.append(
            Method(
                name=name, about=about[name], mase=float(means.mean()), error=error,
                smape=float(np.nanmean(one.relative)), last_mase=float(np.nanmean(np.abs(one.scaled[:, 0]))),
                last_smape=float(np.nanmean(one.relative[:, 0])),
                origins=int(np.isfinite(one.scaled).any(axis=(0, 2)).sum()),
                series=int(np.isfinite(one.scaled).any(axis=(1, 2)).sum()),
            )
        )  # fmt: skip
    return tuple(sorted(methods, key=lambda one: (one.name != chosen, one.mase))), chosen


def _spread(errors: Floats) -> Floats:
    """How the size of scaled errors grows with the steps: never falling, in the unit of the scale."""
    sizes = np.sqrt(np.nanmean(errors.reshape(-1, errors.shape[-1]) ** 2, axis=0))
    return np.maximum(np.maximum.accumulate(sizes), 1e-9)


def _ends(errors: Floats, level: float) -> tuple[Floats, Floats]:
    """Distances below and above a forecast for each step: conformal quantiles of errors over their usual size."""
    spread = _spread(errors)
    plain = np.sort((errors / spread)[np.isfinite(errors)])
    tail = (1 - level) / 2
    # errors of one origin go together: few origins know less of what may come than their many values suggest
    known = int(np.isfinite(errors).reshape(-1, errors.shape[-1]).any(axis=1).sum())
    spread = spread * ((known + 1) / max(1, known - 1)) ** 0.5
    low = plain[max(0, int(np.floor(tail * (plain.size + 1))) - 1)]
    high = plain[min(plain.size - 1, int(np.ceil((1 - tail) * (plain.size + 1))) - 1)]
    return np.asarray(spread * min(low, 0.0)), np.asarray(spread * max(high, 0.0))


def _coverage(judged: _Judged) -> tuple[Held, ...]:
    """Each origin held against intervals learned from the others; nothing where there is one origin only."""
    errors = judged.scaled
    origins = [number for number in range(errors.shape[1]) if np.isfinite(errors[:, number]).any()]
    if len(origins) < 3:
        return ()
    found = []
    for level in _LEVELS:
        held: list[Floats] = []
        for number in origins:
            low, high = _ends(errors[:, [one for one in origins if one != number]], level)
            mine = errors[:, number]
            inside = (mine >= low) & (mine <= high)
            held.append(inside[np.isfinite(mine)].astype(np.float64))
        every = np.concatenate(held)
        found.append(Held(level=level, held=float(every.mean()), values=int(every.size)))
    return tuple(found)


def _told(work: _Work, shown: Sequence[Series], chosen: str, judged: _Judged) -> tuple[SeriesForecast, ...]:
    """The chosen method on whole series, with ends."""
    lagged = (
        _lagged(work, [boosted.Known(one, one.values) for one in work.series])
        if chosen == boosted.NAME
        else []
    )
    ends = {level: _ends(judged.scaled, level) for level in _LEVELS}
    found = []
    for order, one in enumerate(shown):
        ahead = lagged[order] if lagged else _each(one.values, work)[chosen]
        scale = _scale(one.values, work.season)
        floor = 0.0 if one.values.min() >= 0 else -np.inf
        low80, high80 = (ahead + scale * end for end in ends[0.8])
        low90, high90 = (ahead + scale * end for end in ends[0.9])
        past = range(max(0, one.values.size - _HISTORY), one.values.size)
        found.append(
            SeriesForecast(
                series=one.name,
                history=tuple((work.step.moment(one.start + at), float(one.values[at])) for at in past),
                ahead=tuple(
                    Ahead(
                        when=work.step.moment(one.start + one.values.size + at), value=float(ahead[at]),
                        low80=max(float(low80[at]), floor), high80=float(high80[at]),
                        low90=max(float(low90[at]), floor), high90=float(high90[at]),
                    )
                    for at in range(work.horizon)
                ),
            )
        )  # fmt: skip
    return tuple(found)
