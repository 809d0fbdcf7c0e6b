"""Where the bars of a histogram begin and end: up to 20 of equal width, whole ones for what comes in whole units."""

from __future__ import annotations

import math

from lakeglass.lake.statistics.arrays import Number, Scale

MOST = 20


def edges_of(low: Number, high: Number, scale: Scale) -> list[Number]:
    """One more edge than there are bars, rising; empty where no number tells the span.

    They are numbers of the column for whole numbers, dates and times, and doubles of what is shown otherwise.
    """
    if not scale.is_number or scale.whole:
        steps = int(high) - int(low) + 1
        whole = -(-steps // MOST)
        return [int(low) + whole * bar for bar in range(-(-steps // whole) + 1)]
    first, last = (_shown(end, scale) for end in (low, high))
    span = last - first
    if not math.isfinite(span):
        return []
    if span <= 0:
        return [first, first + 1.0]
    width = span / MOST
    if first + width <= first:
        # Neighbouring doubles have nothing between them that a bar could divide.
        return [first, last]
    return [*(first + width * bar for bar in range(MOST)), max(last, first + width * MOST)]


def _shown(value: Number, scale: Scale) -> float:
    shown = scale.show(value) if scale.digits else value
    return float(shown) if shown is not None else math.nan
