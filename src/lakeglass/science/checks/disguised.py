"""Columns that are something else than their type says: truth values and categories as numbers or text."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Levels, Numbers

_PAIRS = (
    {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"on", "off"}, {"ja", "nein"}, {"j", "n"}, {"oui", "non"},
    {"0", "1"}, {"si", "no"}, {"sí", "no"},
)  # fmt: skip
_ANSWERS = frozenset(value for pair in _PAIRS for value in pair)
_WAYS = 20
_CODE = re.compile(
    r"(?:^|_|\W)(?:class|type|code|category|cat|group|level|grade|zone|region|status|plan|segment|zip)(?:$|_|\W)",
    re.IGNORECASE,
)
_FEW = 12
_SCATTERED = 5
_ROWS = 50


class DisguisedTruth:
    """Two values that mean yes and no."""

    about = About(
        code="boolean-in-disguise",
        name="Yes and no in other words",
        area="types",
        why="As text or numbers it is easily summed, averaged or compared in the wrong way.",
        fix="Turn it into true and false, with a mark of its own for 'missing'.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Applies to every table with rows."""
        return None if subject.rows else "the table has no rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column, figures in subject.pairs():
            if figures.distinct < 2 or figures.kind == "boolean" or column.name == subject.target:
                continue
            if isinstance(column, Levels):
                used = np.unique(column.codes[column.codes >= 0]) if figures.distinct <= _WAYS else ()
                values = {column.levels[code].strip().casefold() for code in used}
            else:
                different = column.order.different
                values = {f"{value:g}" for value in different[np.isfinite(different)][:3]}
            if values in _PAIRS:
                yield Seen(
                    "low",
                    (column.name,),
                    f"Its only values are {' and '.join(sorted(values))}.",
                    {"distinct": 2},
                )
            elif len(values) > 2 and values <= _ANSWERS and isinstance(column, Levels):
                yield Seen(
                    "medium",
                    (column.name,),
                    f"It says yes and no in {len(values)} ways: {', '.join(sorted(values))}.",
                    {"distinct": len(values)},
                )


class CodedCategory:
    """Few whole numbers that stand for kinds and not for amounts."""

    about = About(
        code="category-as-number",
        name="Numbers that stand for kinds",
        area="types",
        why="Means and straight lines through codes say nothing: 3 is not more than 1.",
        fix="Treat it as a category.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs enough rows to see that values repeat."""
        return None if subject.rows >= _ROWS else f"fewer than {_ROWS} rows"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column: named like a code, with few whole numbers that repeat."""
        for column in subject.table.columns:
            if not isinstance(column, Numbers) or not column.whole or column.name == subject.target:
                continue
            distinct = column.distinct()
            if not 3 <= distinct <= _FEW or distinct * 5 > subject.table.rows:
                continue
            named = _CODE.search(column.name) is not None
            if named or _is_scattered(column):
                why = "is named like a code" if named else "they keep no steps, as codes do"
                yield Seen(
                    "low",
                    (column.name,),
                    f"It has {distinct} whole numbers and {why}."
                    if named
                    else f"It has {distinct} whole numbers of three digits or more, and {why}.",
                    {"distinct": distinct},
                )


def _is_scattered(column: Numbers) -> bool:
    """Few long numbers without a common step, such as 101, 205, 330, 412: they number kinds, they count nothing."""
    values = column.order.different[np.isfinite(column.order.different)]
    steps = np.diff(values).astype(np.int64) if abs(values).max() < 1e12 else np.empty(0, dtype=np.int64)
    return bool(
        values.size >= _SCATTERED
        and values.min() >= 100
        and steps.size
        and np.gcd.reduce(steps) == 1
        and len(set(steps.tolist())) > steps.size // 2
        and steps.min() > 1
    )
