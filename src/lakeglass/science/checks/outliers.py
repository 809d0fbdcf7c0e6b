"""Numbers that lie where nothing else is, and distributions that a mean describes badly."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject, histogram
from lakeglass.science.figures import shown
from lakeglass.science.table import Floats, Numbers

_ROWS = 30
_FAR = 6.0
# Of a heavy tail there are many far ones; single ones are errors or events.
_FEW = 0.02
_ALONE = 0.5
_CUT_ROWS, _CUT_DIFFERENT, _CUT_SHARE, _CUT_TIMES = 100, 50, 0.02, 3.0
_SKEW, _KURTOSIS = 2.0, 10.0


class _OfNumbers:
    """What every check of single columns of numbers needs."""

    def obstacle(self, subject: Subject) -> str | None:
        """Needs enough numbers to know what is usual."""
        if subject.rows < _ROWS:
            return f"fewer than {_ROWS} rows"
        return None if subject.numbers() else "no column of numbers"


class Outliers(_OfNumbers):
    """Single values far away from all others."""

    about = About(
        code="outliers",
        name="Values far from all others",
        area="values",
        why="A few of them move means, correlations and squared errors more than all other rows together.",
        fix="Look at these rows first: errors are corrected or left out by a stated rule, real ones are kept.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column: values that are far in robust deviations and separated by a gap."""
        for column in subject.numbers():
            values = column.order.values()
            if values.size < _ROWS or np.isfinite(column.order.different).sum() < 10:
                continue
            far = _far(values)
            if not far.size or far.size > _FEW * values.size + 1:
                continue
            yield Seen(
                "medium",
                (column.name,),
                f"{far.size:,} of the values looked at lie far from all others (nearest of them "
                f"{shown(far[np.argmin(np.abs(far - np.median(values)))])}, middle of all {shown(np.median(values))}).",
                {
                    "values_looked_at": int(far.size),
                    "furthest": float(far[np.argmax(np.abs(far - np.median(values)))]),
                },
                _picture(column),
            )


class Skew(_OfNumbers):
    """Distributions with a long tail."""

    about = About(
        code="skewed",
        name="Long tail",
        area="values",
        why="The mean lies far from the usual value, and a few rows decide about squared errors.",
        fix="Tell the median beside the mean; try a logarithm for models and charts.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column, by exact moments over all rows."""
        for column in subject.numbers():
            figures = subject.figures[column.name].numbers
            if figures is None or figures.skewness is None or subject.figures[column.name].distinct < 10:
                continue
            heavy = figures.kurtosis is not None and figures.kurtosis >= _KURTOSIS
            if abs(figures.skewness) < _SKEW and not heavy:
                continue
            yield Seen(
                "low",
                (column.name,),
                f"Skewness {figures.skewness:.1f}, excess kurtosis {figures.kurtosis or 0.0:.1f} (0 for a normal one).",
                {"skewness": figures.skewness, "kurtosis": figures.kurtosis},
                _picture(column),
            )


class Capped(_OfNumbers):
    """Values that were cut off at the top: many rows have exactly the largest one."""

    about = About(
        code="cut-off",
        name="Values cut off at the top",
        area="values",
        why="What lies above is not known any more: means come out too low, and a model learns the limit.",
        fix="Get the uncut values, or leave these rows out of judging and say up to where the result holds.",
    )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column: far more rows at the largest value than at any other, and values right below it."""
        for column in subject.numbers():
            values = column.values[np.isfinite(column.values)]
            if values.size < _CUT_ROWS:
                continue
            finite = np.isfinite(column.order.different)
            different, counts = column.order.different[finite], column.order.counts[finite]
            if different.size < _CUT_DIFFERENT or counts[-1] < _CUT_SHARE * values.size:
                continue
            below = values[values < different[-1]]
            near = float(different[-1] - np.quantile(below, 0.98))
            if counts[-1] < _CUT_TIMES * counts[:-1].max() or near > 0.1 * float(np.ptp(values)):
                continue
            yield Seen(
                "medium" if column.name == subject.target else "low",
                (column.name,),
                f"{counts[-1]:,} of {values.size:,} values looked at are exactly {shown(different[-1])}, the largest; "
                f"no other value is there more than {counts[:-1].max():,} times.",
                {
                    "value": float(different[-1]),
                    "rows_looked_at": int(counts[-1]),
                    "share": counts[-1] / values.size,
                },
                _picture(column),
            )


def _far(ordered: Floats) -> Floats:
    """Values beyond six robust deviations with a gap to their neighbours that is wide for this column."""
    middle = float(np.median(ordered))
    spread = float(np.median(np.abs(ordered - middle))) * 1.4826
    if spread == 0.0:
        spread = float(np.std(ordered)) / 2
    if spread == 0.0:
        return np.empty(0)
    usual = np.abs(ordered - middle) <= _FAR * spread
    kept = ordered[usual]
    above, below = ordered[ordered > kept[-1]], ordered[ordered < kept[0]]
    found = []
    for tail, edge in ((above, float(kept[-1])), (below[::-1], float(kept[0]))):
        if not tail.size:
            continue
        # The first gap in the tail that is wider than half of the way from the middle to there.
        ways = np.abs(np.concatenate(([edge], tail)) - middle)
        gaps = np.diff(ways) > _ALONE * ways[:-1]
        if gaps.any():
            found.append(tail[int(np.argmax(gaps)) :])
    return np.concatenate(found) if found else _beyond(ordered)


def _beyond(ordered: Floats) -> Floats:
    """The few values at an end that are further from the next one than all the others are from each other."""
    most = max(1, int(_FEW * ordered.size))
    steps = np.diff(ordered)
    for values, ways in ((ordered[::-1], steps[::-1]), (ordered, steps)):
        place = int(np.argmax(ways[:most]))
        if ways[place] > abs(float(values[-1] - values[place + 1])):
            return values[: place + 1]
    return np.empty(0)


def _picture(column: Numbers) -> Figure:
    edges, heights = histogram(column.values)
    return Figure(
        kind="bars",
        title=f"Distribution of {column.name}",
        x_title=column.name,
        y_title="rows looked at",
        x=edges,
        y=heights,
    )
