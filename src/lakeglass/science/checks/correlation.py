"""How strongly two columns of numbers go together, in a straight line or by their ranks."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from lakeglass.science.checks.subject import standard
from lakeglass.science.table import Flags, Floats, Numbers


class Measured:
    """A column of numbers, sorted and measured once for all that it is compared with."""

    def __init__(self, column: Numbers) -> None:
        self._column = column
        self.finite: Flags = np.isfinite(column.values)

    def sides(self, rows: Flags) -> tuple[Floats, Floats]:
        """The values and the ranks of these rows, all of them finite, about their means and with a length of 1."""
        return self._whole if rows.all() else self._of(rows)

    @cached_property
    def _whole(self) -> tuple[Floats, Floats]:
        return self._of(self.finite)

    def _of(self, rows: Flags) -> tuple[Floats, Floats]:
        ranks = self._column.order.ranks(rows)
        return _unit(standard(self._column.values[rows])), _unit(ranks - (ranks.size - 1) / 2)


def correlation(one: Measured, other: Measured, rows: Flags) -> float:
    """Pearson's correlation or Spearman's, whichever is stronger, of rows where both are finite.

    0 where a side does not vary.
    """
    sides = zip(one.sides(rows), other.sides(rows), strict=True)
    # Not by `@`: a linear algebra library wakes threads for it, and waiting for them takes longer than the sum.
    return float(np.clip(max(((left * right).sum() for left, right in sides), key=abs), -1, 1))


def _unit(values: Floats) -> Floats:
    length = float(np.sqrt(np.square(values).sum()))
    return values / length if length > 0 else values
