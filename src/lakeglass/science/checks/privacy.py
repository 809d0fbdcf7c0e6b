"""Personal data in the table."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject

_SENSITIVE = frozenset({"salary", "health"})
"""What a column's name says that may need care, and yet tells nobody apart."""


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
            if column.pii:
                kinds = ", ".join(mark.title for mark in column.pii)
                identifies = any(mark.name not in _SENSITIVE or mark.found_in for mark in column.pii)
                yield Seen(
                    "medium" if identifies else "low",
                    (column.name,),
                    f"{kinds}." if identifies else f"{kinds}: it may be sensitive, though it names nobody.",
                    {"found_in": max(mark.found_in for mark in column.pii)},
                )
