"""Rows that occur twice, word for word."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject

_MANY = 0.01


class Duplicates:
    """Rows that equal an earlier one in every column."""

    about = About(
        code="duplicate-rows",
        name="Repeated rows",
        area="repetition",
        why="Sums take them in twice, and a model that sees a row in training and again in the test looks too good.",
        fix="Drop them, unless the same thing can really happen twice; otherwise keep copies on one side of a split.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs rows that were compared."""
        return None if subject.rows > 1 and subject.statistics.duplicate_rows is not None else "too few rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the table."""
        repeated = subject.statistics.duplicate_rows or 0
        share = repeated / subject.rows
        # In a table of few columns with few values rows repeat by themselves.
        room = 1.0
        for column in subject.statistics.columns:
            room *= max(column.distinct, 1)
            if room > 100.0 * subject.rows:
                break
        if not repeated or room <= 2.0 * subject.rows:
            return
        yield Seen(
            "medium" if share >= _MANY else "low",
            (),
            f"{repeated:,} of {subject.rows:,} rows ({share:.1%}) equal an earlier one in every column.",
            {"rows": repeated, "share": share},
        )
