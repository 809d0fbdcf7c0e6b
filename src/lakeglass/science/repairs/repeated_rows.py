"""Rows that were written down twice."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.science.repairs.base import Sight
from lakeglass.science.repairs.steps import DropRepeats, Step

_BY_CHANCE = 0.01
_MOST = 0.5


class RepeatedRows:
    """Keeps the first of rows that are equal in every column, where chance can't have made them."""

    name = "repeated-rows"
    reason = "A row that a model learns from and is judged by again makes it look better than it is."
    settles = "duplicate-rows"

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step when columns have so many different values that equal rows are copies."""
        rows = sight.subject.rows
        # Rows drawn from so many places would give this many equal pairs by chance.
        room = 1.0
        for column in sight.subject.statistics.columns:
            room *= max(column.distinct, 1)
        by_chance = rows * (rows - 1) / 2 / room
        for finding in sight.found("duplicate-rows"):
            share = finding.evidence["share"]
            flat = all(not pa.types.is_nested(kind) for kind in pq.read_schema(sight.path).types)
            if flat and by_chance <= _BY_CHANCE and isinstance(share, float) and share <= _MOST:
                yield DropRepeats(id=self.name)
