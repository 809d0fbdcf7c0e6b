"""Rows that belong together: several of the same customer, patient or machine."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.roles import IDENTIFIER_NAME
from lakeglass.science.table import Column, Levels

_KEY = re.compile(r"[A-Za-z]{1,4}[-_ #]?(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{3,}[A-Z]{0,2}")
_KEYS = 20
_ROWS = 50
_LEAST_EACH, _MOST_SHARE = 1.5, 0.9


def _written_as_keys(column: Column) -> bool:
    """Whether a column of texts holds many keys such as p017, N14228 or B0a3f1."""
    if not isinstance(column, Levels) or len(column.levels) < _KEYS:
        return False
    keys = sum(_KEY.fullmatch(level.strip()) is not None for level in column.levels)
    return keys >= _MOST_SHARE * len(column.levels)


class Groups:
    """A column named or written like an identifier whose values repeat: rows of one thing are alike."""

    about = About(
        code="groups",
        name="Several rows of the same thing",
        area="repetition",
        why="With rows of one thing in training and test, a model recognises the thing instead of learning the rule.",
        fix="Keep all rows of one thing on the same side of a split.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs enough rows."""
        return None if subject.table.rows >= _ROWS else f"fewer than {_ROWS} rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.table.columns:
            if column.name == subject.target:
                continue
            if not IDENTIFIER_NAME.search(column.name) and not _written_as_keys(column):
                continue
            if isinstance(column, Levels):
                present = column.codes[column.codes >= 0]
            elif column.whole:
                present = column.values[~np.isnan(column.values)].astype(np.int64)
            else:
                continue
            distinct = np.unique(present).size
            if (
                distinct < 5
                or present.size < _LEAST_EACH * distinct
                or distinct > _MOST_SHARE * subject.table.rows
            ):
                continue
            yield Seen(
                "medium",
                (column.name,),
                f"{distinct:,} different values in {present.size:,} rows looked at: {present.size / distinct:,.1f} "
                "rows of each.",
                {"things": int(distinct), "rows_each": present.size / distinct},
            )
