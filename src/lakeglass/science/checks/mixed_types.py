"""Columns that are text only because some of their values are not what the others are."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Levels

_NUMBER = re.compile(
    r"\s*[-+(]?\s*[$€£¥]?\s*[-+]?(?:\d+|\d{1,3}(?:[.,' ]\d{3})+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s*[%$€£)]?\s*"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}:\d\d(?::\d\d)?\S*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}\.? [A-Za-z]{3,9}\.? \d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}"
)
_DECIMAL = re.compile(r"\s*[-+]?\d+([.,])\d{1,2}\s*")
_MOST, _LEAST_ROWS = 0.6, 20


class MixedTypes:
    """Numbers or dates that a few other values keep text."""

    about = About(
        code="mixed-types",
        name="Numbers or dates among other text",
        area="types",
        why="As text it can't be summed or put in order; turning it into numbers silently loses the others.",
        fix="Look at the values that do not fit; correct them, or read them as missing and say so.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns of text."""
        if any(isinstance(column, Levels) and not column.truth for column in subject.table.columns):
            return None
        return "no column of text"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.table.columns:
            if not isinstance(column, Levels) or column.truth or column.name == subject.target:
                continue
            counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
            total = int(counts.sum())
            if total < _LEAST_ROWS or subject.figures[column.name].distinct < 5:
                continue
            for kind, pattern in (("numbers", _NUMBER), ("dates", _DATE)):
                fits = np.array([bool(level.strip() and pattern.fullmatch(level)) for level in column.levels])
                share = float(counts[fits].sum() / total)
                whole = share == 1.0 and kind == "numbers" and not _both_marks(column.levels)
                if share < _MOST or whole:
                    continue
                others = total - int(counts[fits].sum())
                yield Seen(
                    "medium",
                    (column.name,),
                    f"{share:.1%} of the values are {kind}; {others:,} of those looked at are not."
                    if others
                    else f"All values are {kind}, written in more than one way.",
                    {"kind": kind, "share": share, "others_looked_at": others},
                )
                break


def _both_marks(levels: Iterable[str]) -> bool:
    """Whether decimals are written with a comma here and with a point there."""
    marks = {found[1] for level in levels if (found := _DECIMAL.fullmatch(level))}
    return len(marks) > 1
