"""Columns with one value."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.science.repairs.base import Sight
from lakeglass.science.repairs.steps import DropColumn, Step


class ConstantColumns:
    """Leaves out columns whose every row says the same."""

    name = "constant-columns"
    reason = "It has the same value in every row, so it tells no rows apart."
    settles = "constant"

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step a column; a column that is only nearly constant stays."""
        for finding in sight.found("constant"):
            if finding.evidence["share"] == 1.0:
                yield DropColumn(id=f"{self.name}:{finding.columns[0]}", column=finding.columns[0])
