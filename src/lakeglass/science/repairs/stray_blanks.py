"""Blanks around and inside the names of categories."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.science.repairs.base import Sight
from lakeglass.science.repairs.steps import Blanks, Step


class StrayBlanks:
    """Takes blanks away around categories, and all but one inside them."""

    name = "stray-blanks"
    reason = "Blanks that nobody sees make two groups of one."
    settles = None

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step for each column of categories with such a blank."""
        for column in sight.categories():
            if any(level != " ".join(level.split()) for level in sight.texts(column).levels):
                yield Blanks(id=f"{self.name}:{column}", column=column)
