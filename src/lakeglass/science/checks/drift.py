"""Whether rows of later times are other rows than the early ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Column, Floats, Levels, Rows

_ROWS = 100
_EFFECT = 0.2
_LEVEL = 0.001
_PERIODS = 12
_LEVELS = 30


class Drift:
    """Columns whose values change between the early and the late half of the rows in time."""

    about = About(
        code="drift",
        name="Changes along time",
        area="time",
        why="What was learned from early rows may not hold for later ones, and random splits hide it.",
        fix="Split by time, watch the column, and learn again when it has moved.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a time and enough rows."""
        if subject.time is None:
            return "no column of time was found or named"
        return None if subject.table.rows >= _ROWS else f"fewer than {_ROWS} rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """Kolmogorov-Smirnov or chi-square between the halves; p-values corrected by Holm for all columns looked at."""
        moments = subject.table.column(subject.time or "")
        if isinstance(moments, Levels):
            return
        known = np.flatnonzero(np.isfinite(moments.values))
        order = known[np.argsort(moments.values[known], kind="stable")]
        if np.unique(moments.values[known]).size < _PERIODS:
            return
        columns = [
            column
            for column in subject.features()
            if column.name != subject.time
            and subject.roles[column.name].role not in {"moment", "identifier", "text"}
        ]
        told_ahead = subject.choice is not None and subject.choice.task == "forecast"
        if subject.target is not None and not told_ahead:  # that a series moves is what is told ahead
            columns.append(subject.table.column(subject.target))
        effects = [_distance(column, order) for column in columns]
        if not any(effect is not None and effect >= _EFFECT for effect in effects):
            return  # whatever their p-values are
        tested = [
            (1.0 if effect is None else _p_value(column, order), effect or 0.0, column)
            for effect, column in zip(effects, columns, strict=True)
        ]
        tested.sort(key=lambda item: item[0])
        for place, (p, effect, column) in enumerate(tested):
            if p * (len(tested) - place) > _LEVEL:
                break
            if effect >= _EFFECT and not _is_clock(column, order):
                yield Seen(
                    "medium" if effect >= 2 * _EFFECT or column.name == subject.target else "low",
                    (column.name,),
                    f"Its distribution differs between the early and the late half of {subject.time} "
                    f"(distance {effect:.2f} of at most 1).",
                    {"distance": effect, "p_value": p, "columns_tested": len(tested)},
                    _picture(column, order, subject.time or ""),
                )


def _distance(column: Column, order: Rows) -> float | None:
    """The largest difference of the cumulative shares of both halves (of the shares of levels: half their sum).

    None where there is too little to compare.
    """
    if isinstance(column, Levels):
        table = _levels_of(column, order)
        if table is None:
            return None
        shares = table / table.sum(axis=1, keepdims=True)
        return float(np.abs(shares[0] - shares[1]).sum() / 2)
    different, places = column.order.different, column.order.places
    finite = np.append(np.isfinite(different), False)
    counts = [
        np.bincount(half[finite[half]], minlength=different.size)
        for half in (places[rows] for rows in _halves(order))
    ]
    sizes = [int(each.sum()) for each in counts]
    if min(sizes) < _ROWS // 4:
        return None
    one, other = (np.cumsum(each) / size for each, size in zip(counts, sizes, strict=True))
    return float(np.abs(one - other).max())


def _p_value(column: Column, order: Rows) -> float:
    """How likely such a distance is by chance: chi-square for levels, Kolmogorov-Smirnov for numbers."""
    from scipy import stats  # half a second that nobody waits for whose table does not change

    if isinstance(column, Levels):
        table = _levels_of(column, order)
        return 1.0 if table is None else float(stats.chi2_contingency(table).pvalue)
    one, other = (column.values[half][np.isfinite(column.values[half])] for half in _halves(order))
    return float(stats.ks_2samp(one, other, method="asymp").pvalue)


def _halves(order: Rows) -> tuple[Rows, Rows]:
    return order[: order.size // 2], order[order.size // 2 :]


def _levels_of(column: Levels, order: Rows) -> npt.NDArray[np.intp] | None:
    """How often each half has each level; None for one level only, or more than can be compared."""
    if column.distinct() > _LEVELS:
        return None
    counts = [
        np.bincount(column.codes[half] + 1, minlength=len(column.levels) + 1) for half in _halves(order)
    ]
    table = np.stack(counts)
    used = table[:, table.sum(axis=0) > 0]
    return used if used.shape[1] > 1 else None


def _is_clock(column: Column, order: Rows) -> bool:
    """A column that only ever rises with time is a clock or a counter."""
    if isinstance(column, Levels):
        return False
    values = column.values[order]
    return bool(np.all(np.diff(values[np.isfinite(values)]) >= 0))


def _picture(column: Column, order: Rows, time: str) -> Figure:
    values: Floats = column.codes.astype(np.float64) if isinstance(column, Levels) else column.values
    title, y_title = f"Mean of {column.name} along {time}", f"mean of {column.name}"
    if isinstance(column, Levels):
        common = int(np.bincount(column.codes[column.codes >= 0]).argmax())
        values = (column.codes == common).astype(np.float64)
        title, y_title = f"Share of the most frequent {column.name} along {time}", "share"
    parts = [part for part in np.array_split(values[order], _PERIODS) if np.isfinite(part).any()]
    return Figure(
        kind="line",
        title=title,
        x_title=f"{time}, in {len(parts)} parts of equally many rows",
        y_title=y_title,
        x=tuple(range(1, len(parts) + 1)),
        y=tuple(float(np.nanmean(part)) for part in parts),
    )
