"""The target itself: whether it is there, whether its classes are, and whether the rows are enough."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.figures import share_shown

_RARE, _VERY_RARE = 0.1, 0.01
_CLASS_ROWS = 20
_ROWS, _FEW_ROWS = 50, 200
_A_COLUMN = 10


class Imbalance:
    """A class that few rows have."""

    about = About(
        code="class-imbalance",
        name="Classes of very different size",
        area="target",
        why="Saying 'never' is nearly always right then: accuracy means nothing, and few rows teach the rare class.",
        fix="Judge by precision and recall of the rare class, choose a threshold by costs, and split by classes.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs a target of classes."""
        if subject.choice is None or subject.choice.target is None:
            return "no target was named"
        return None if subject.choice.classes else "the target is no class"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the target."""
        choice = subject.choice
        if choice is None:
            return
        known = subject.answers[np.isfinite(subject.answers)].astype(np.intp)
        counts = np.bincount(known, minlength=len(choice.classes))
        share = counts.min() / max(known.size, 1)
        if share * len(choice.classes) >= 2 * _RARE and counts.min() >= _CLASS_ROWS:
            return
        least = choice.classes[int(counts.argmin())]
        yield Seen(
            "medium" if share < _VERY_RARE or counts.min() < _CLASS_ROWS else "low",
            (subject.target or "",),
            f"The rarest class has {counts.min():,} of {known.size:,} rows looked at ({share_shown(share)}).",
            {"share": float(share), "rows_looked_at": int(counts.min())},
            Figure(
                kind="bars",
                title=f"Rows of each class of {subject.target}",
                x_title="class" if least else "",
                y_title="rows looked at",
                x=tuple(subject.shown(subject.target or "", name) for name in choice.classes[:200]),
                y=tuple(map(float, counts[:200])),
            ),
        )


class SampleSize:
    """Too few rows for what is asked of them."""

    about = About(
        code="few-rows",
        name="Few rows",
        area="size",
        why="Whatever is found may be chance; estimates of quality are wide, and complex models learn noise.",
        fix="Collect more rows, ask simpler questions, and read every figure with its interval.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns: a table without rows is the smallest."""
        return None if subject.table.columns else "the table has no columns"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding for the table, another for more columns than rows can carry."""
        used = sum(1 for _ in subject.features())
        if subject.rows < _FEW_ROWS:
            yield Seen(
                "medium" if subject.rows < _ROWS else "low",
                (),
                f"The table has {subject.rows:,} rows.",
                {"rows": subject.rows, "columns": used},
            )
        if subject.rows and used * _A_COLUMN > subject.rows and used > 5:
            yield Seen(
                "medium",
                (),
                f"{used:,} columns to learn from in {subject.rows:,} rows: fewer than {_A_COLUMN} rows each.",
                {"rows": subject.rows, "columns": used},
            )
