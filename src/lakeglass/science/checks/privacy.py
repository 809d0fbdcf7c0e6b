"""Personal data in the table."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject

_SENSITIVE = frozenset({"salary", "health"})
"""What a column's name says that may need care, and yet tells nobody apart."""
_FEW = 12
"""As few values are kinds of something, whatever the column is called: a `Street` that is paved or not."""


class Personal:
    """Columns that identify people."""

    about = About(
        code="personal-data",
        name="Personal data",
        area="privacy",
        why="Laws and your own rules may restrict who sees it and what it is used for; models learn people by heart.",
        fix="Leave it out, or replace it by a number that only you can turn back.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Applies to every table with rows."""
        return None if subject.rows else "the table has no rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column, as the lake's patterns found it."""
        for column in subject.statistics.columns:
            few = column.distinct <= _FEW < subject.rows
            marks = [m for m in column.pii if m.found_in or m.name in _SENSITIVE or not few]
            if marks:
                kinds = ", ".join(mark.title for mark in marks)
                identifies = any(mark.name not in _SENSITIVE or mark.found_in for mark in marks)
                yield Seen(
                    "medium" if identifies else "low",
                    (column.name,),
                    f"{kinds}." if identifies else f"{kinds}: it may be sensitive, though it names nobody.",
                    {"found_in": max(mark.found_in for mark in marks)},
                )
