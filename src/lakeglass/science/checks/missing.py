"""Missing values: how many, and whether a column has any at all."""

from __future__ import annotations

from collections.abc import Iterable

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject

_SOME, _MANY = 0.05, 0.5


class Missing:
    """Columns of which a share of the rows that matters has no value."""

    about = About(
        code="missing-values",
        name="Missing values",
        area="completeness",
        why="Every figure is of the other rows only, and these may not be typical.",
        fix="Find out why they are missing; then fill them by a rule that you can state, or keep a mark for them.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Applies to every table with rows."""
        return None if subject.rows else "the table has no rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column, with a picture of all of them where there are several."""
        lacking = [column for column in subject.statistics.columns if column.null_share >= _SOME]
        picture = Figure(
            kind="bars",
            title="Share of rows without a value",
            x_title="column",
            y_title="share",
            x=tuple(column.name for column in lacking[:200]),
            y=tuple(column.null_share for column in lacking[:200]),
        )
        for column in lacking:
            if column.nulls == subject.rows:
                yield Seen("medium", (column.name,), "No row has a value.", {"missing": 1.0}, picture)
                continue
            yield Seen(
                "medium" if column.null_share >= _MANY or column.name == subject.target else "low",
                (column.name,),
                f"{column.nulls:,} of {subject.rows:,} rows ({column.null_share:.1%}) have no value.",
                {"missing_rows": column.nulls, "missing": column.null_share},
                picture,
            )
