"""Columns that number or name the rows and say nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject


class Identifier:
    """Columns whose values are all different and only tell which row it is."""

    about = About(
        code="identifier",
        name="Identifies rows",
        area="types",
        why="A model can learn it by heart; a mean or a sum of it means nothing.",
        fix="Keep it for joins, and out of models and figures.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Applies to every table with rows."""
        return None if subject.rows else "the table has no rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for name, role in subject.roles.items():
            if role.role == "identifier":
                figures = subject.figures[name]
                yield Seen(
                    "low",
                    (name,),
                    f"{figures.distinct:,} different values in {subject.rows - figures.nulls:,} rows: {role.reason}.",
                    {"distinct": figures.distinct, "rows": subject.rows - figures.nulls},
                )
