"""Columns that say the same in every row, or in nearly every one."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject

_NEARLY = 0.99
_ROWS = 50


class Constant:
    """Columns without, or nearly without, any difference between rows."""

    about = About(
        code="constant",
        name="Nearly always the same value",
        area="values",
        why="It tells no rows apart, and the few others decide whatever is computed with it.",
        fix="Leave it out of comparisons and models, or look at the few other rows by themselves.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs more than one row."""
        return None if subject.rows > 1 else "the table has fewer than two rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.statistics.columns:
            if column.distinct == 1 and not column.nulls:
                is_target = column.name == subject.target
                yield Seen(
                    "high" if is_target else "medium",
                    (column.name,),
                    f"All {subject.rows:,} rows have the same value.",
                    {"share": 1.0},
                )
            elif subject.rows >= _ROWS and column.distinct > 1 and column.top_values:
                top = column.top_values[0]
                if top.share >= _NEARLY and column.name != subject.target:
                    yield Seen(
                        "low",
                        (column.name,),
                        f"{top.share:.1%} of the values are the same one.",
                        {"share": top.share, "others": subject.rows - column.nulls - top.count},
                    )
