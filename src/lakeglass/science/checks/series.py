"""What a column of time tells: how often it was measured, what is missing, and what the target does along it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject, standard
from lakeglass.science.table import Floats, Numbers
from lakeglass.science.times import seconds_of

_POINTS = 30
_TREND, _SEASON = 0.3, 0.3
_LEVEL = 0.001
_ONCE = 0.9
# How many steps a season of each usual step may have.
_PERIODS = {3600: (24, 168), 86400: (7, 365), 604800: (52,), 2629800: (12,), 7889400: (4,)}


class Gaps:
    """Stretches of time without a row."""

    about = About(
        code="time-gaps",
        name="Gaps in time",
        area="time",
        why="A line through them invents what was not measured, and steps of different length confuse a forecast.",
        fix="Find out whether nothing happened then or nothing was written down.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a column of dates or times."""
        return None if subject.moments() else "no column of dates or times"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column, from the exact figures of all rows."""
        for column in subject.moments():
            times = subject.figures[column.name].times
            if times is None or not times.missing or not times.periods or times.periods < _POINTS:
                continue
            share = times.missing / (times.missing + times.periods)
            gap = times.longest_gap
            told = f"; the longest gap is from {gap.after} to {gap.before}" if gap else ""
            yield Seen(
                "medium" if share >= 0.1 else "low",
                (column.name,),
                f"{times.missing:,} of {times.missing + times.periods:,} {times.period}s between the first and the "
                f"last value have none{told}.",
                {
                    "missing_periods": times.missing,
                    "share": share,
                    "longest_gap_s": gap.seconds if gap else None,
                },
            )


class RepeatedTimes:
    """Times that should be there once and are there again."""

    about = About(
        code="time-repeats",
        name="The same time twice",
        area="time",
        why="One of the rows is a copy or belongs to another series; sums over time count both.",
        fix="Find out what tells the rows of one time apart; keep one, or name the column of the series.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a time that hardly ever repeats."""
        if subject.time is None:
            return "no column of time was found or named"
        figures = subject.figures[subject.time]
        present = subject.rows - figures.nulls
        if figures.times is None or present < _POINTS:
            return f"fewer than {_POINTS} times"
        return None if figures.distinct >= _ONCE * present else "most times have several rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding, from the exact figures of all rows."""
        time = subject.time or ""
        figures = subject.figures[time]
        again = subject.rows - figures.nulls - figures.distinct
        if again > 0 and figures.distinct_is_exact:
            yield Seen(
                "medium",
                (time,),
                f"{again:,} of {subject.rows:,} rows have a time that another row has too.",
                {"rows": again, "share": again / subject.rows},
            )


class SeriesHints:
    """Trend, season and whether the target keeps its level, where rows are one series along time."""

    about = About(
        code="time-series",
        name="A series along time",
        area="time",
        why="Neighbouring rows know each other's answer: random splits look far too good.",
        fix="Split by time, compare with 'the same as last season', and forecast instead of regressing.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a time and something that is measured along it, one row a time."""
        if subject.time is None:
            return "no column of time was found or named"
        column = subject.table.column(subject.time)
        if not isinstance(column, Numbers) or column.distinct() < _POINTS:
            return f"fewer than {_POINTS} different times"
        if column.distinct() < 0.95 * subject.table.rows:
            return "several rows have the same time"
        return None if subject.numbers() else "no column of numbers"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """Findings of the target, or of at most five columns of numbers."""
        column = subject.table.column(subject.time or "")
        if not isinstance(column, Numbers):
            return
        seconds = seconds_of(column)
        moments = column.values if seconds is None else seconds
        order = np.argsort(moments, kind="stable")
        order = order[np.isfinite(moments[order])]
        step = float(np.median(np.diff(moments[order])))
        chosen = [each for each in subject.numbers() if each.name == subject.target] or subject.numbers()[:5]
        for each in chosen:
            values = each.values[order]
            if np.isfinite(values).mean() > 0.8 and np.unique(values).size > 5:
                yield from _hints(each.name, subject.time or "", values, step)


def _hints(name: str, time: str, values: Floats, step: float) -> Iterator[Seen]:
    values = np.interp(
        np.arange(values.size), np.flatnonzero(np.isfinite(values)), values[np.isfinite(values)]
    )
    places = np.arange(values.size, dtype=np.float64)
    from scipy import stats  # half a second that no start of a server has to wait for

    tau = stats.kendalltau(places[:: max(1, values.size // 2000)], values[:: max(1, values.size // 2000)])
    line = _line(name, time, values)
    told: list[str] = []
    evidence: dict[str, str | int | float | bool | None] = {}
    if abs(tau.statistic) >= _TREND and tau.pvalue < _LEVEL:
        told.append(f"it {'rises' if tau.statistic > 0 else 'falls'} (Kendall's tau {tau.statistic:.2f})")
        evidence["trend_tau"] = float(tau.statistic)
    if (season := _season(values, step)) is not None:
        told.append(f"it repeats every {season[0]} rows (autocorrelation {season[1]:.2f})")
        evidence |= {"season_rows": season[0], "season_strength": season[1]}
    near = _autocorrelation(standard(values), 1)
    if near >= _TREND and near > 3 / np.sqrt(values.size):
        told.append(f"neighbouring rows go together (autocorrelation {near:.2f})")
        evidence["autocorrelation"] = near
    if told:
        yield Seen("low", (name, time), f"{name} along {time}: {', '.join(told)}.", evidence, line)


def _season(values: Floats, step: float) -> tuple[int, float] | None:
    """The length and strength of a season, of those that such a step may have; trend is taken off first."""
    usual = min(_PERIODS, key=lambda each: abs(np.log(max(step, 1.0) / each)))
    lengths = _PERIODS[usual] if 0.8 < step / usual < 1.25 else (7, 12, 24)
    level = standard(values)
    smooth = level - np.polyval(np.polyfit(np.arange(level.size), level, 1), np.arange(level.size))
    found = [(length, _autocorrelation(smooth, length)) for length in lengths if values.size >= 3 * length]
    strong = [
        (length, strength)
        for length, strength in found
        # A season is stronger than half of itself; what only fades slowly is no season.
        if strength >= max(_SEASON, 3 / np.sqrt(values.size))
        and strength > _autocorrelation(smooth, max(1, length // 2)) + 0.1
    ]
    return max(strong, key=lambda item: item[1]) if strong else None


def _autocorrelation(values: Floats, lag: int) -> float:
    scale = float(np.square(values).sum())
    return float(values[lag:] @ values[:-lag]) / scale if scale > 0 and lag < values.size else 0.0


def _line(name: str, time: str, values: Floats) -> Figure:
    parts = np.array_split(values, min(values.size, 200))
    return Figure(
        kind="line",
        title=f"{name} along {time}",
        x_title=f"{time}, in {len(parts)} steps",
        y_title=name,
        x=tuple(range(1, len(parts) + 1)),
        y=tuple(float(part.mean()) for part in parts),
    )
