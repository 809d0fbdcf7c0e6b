"""Categories with very many levels, and levels that hardly occur."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject

_MANY = 50
_RARE = 10
_RARE_SHARE = 0.01
_MOST_RARE = 0.5
_TAIL = 0.1
_ROWS = 200


class HighCardinality:
    """Categories with so many levels that most have few rows."""

    about = About(
        code="high-cardinality",
        name="Very many levels",
        area="values",
        why="Means of levels with few rows are noise, and one column for each level drowns a model.",
        fix="Group them (by a prefix, a region, a hierarchy), or encode them by counts or by the target within folds.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns of categories."""
        return None if subject.levels() else "no column of categories"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.levels():
            figures = subject.figures[column.name]
            present = subject.rows - figures.nulls
            if figures.distinct > _MANY and present:
                yield Seen(
                    "medium" if present / figures.distinct < _RARE * 2 else "low",
                    (column.name,),
                    f"{figures.distinct:,} levels in {present:,} rows, {present / figures.distinct:,.1f} rows each on "
                    "average.",
                    {"levels": figures.distinct, "rows_each": present / figures.distinct},
                )


class RareLevels:
    """Few levels that most rows have, and others with hardly a row."""

    about = About(
        code="rare-levels",
        name="Levels with hardly a row",
        area="values",
        why="Nothing sure can be said of them, and a split may leave a side without any.",
        fix="Bring them together as 'other', or leave them out of comparisons.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs enough rows to call a level rare."""
        if subject.rows < _ROWS:
            return f"fewer than {_ROWS} rows"
        return None if subject.levels() else "no column of categories"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column of not too many levels."""
        for column in subject.levels():
            counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
            counts = np.sort(counts[counts > 0])[::-1]
            scale = subject.rows / max(subject.table.rows, 1)
            rare = counts[(counts * scale < _RARE) & (counts < _RARE_SHARE * counts.sum())]
            # Many rare levels are told where others have nearly all rows; else the column just has many levels.
            long_tail = rare.size > _MOST_RARE * counts.size + 1 and rare.sum() > _TAIL * counts.sum()
            if not rare.size or counts.size > _MANY or long_tail:
                continue
            yield Seen(
                "low",
                (column.name,),
                f"{rare.size:,} of {counts.size:,} levels have fewer than {_RARE} rows.",
                {"rare_levels": int(rare.size), "levels": int(counts.size), "rows": int(rare.sum() * scale)},
                Figure(
                    kind="bars",
                    title=f"Rows a level of {column.name}",
                    x_title="level, most frequent first",
                    y_title="rows",
                    x=tuple(range(1, counts.size + 1)),
                    y=tuple(float(count * scale) for count in counts),
                ),
            )
