"""Marks that say 'no value' and can mean nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lakeglass.science.repairs.base import Sight
from lakeglass.science.repairs.steps import NullNumbers, Rewrite, Step

# 'none', 'unknown' and 'NA' are answers, levels and countries too; these are not.
_WORDS = re.compile(
    r"\?+|-+|\.+|n/a|#n/a|#value!|null|nan|\(blank\)|not (?:available|provided|specified)|no (?:data|value)"
    r"|undefined|keine angabe",
    re.IGNORECASE,
)
_CODE = re.compile(r"-9{3,}")


class MissingMarks:
    """Reads '?', 'n/a', 'null' and -999 as missing where the check of such marks found them."""

    name = "missing-marks"
    reason = "It stands for 'no value'; taken for a value, means, ranges and models follow it."
    settles = "disguised-missing"

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step a column."""
        numbers: dict[str, list[float]] = {}
        words: dict[str, None] = {}
        for finding in sight.found("disguised-missing"):
            value, column = finding.evidence["value"], finding.columns[0]
            if finding.severity == "low":
                continue
            if isinstance(value, str) and _WORDS.fullmatch(value):
                words[column] = None
            elif isinstance(value, int | float) and _CODE.fullmatch(f"{value:.15g}"):
                numbers.setdefault(column, []).append(float(value))
        for column in words:
            levels = sight.texts(column).levels
            to: dict[str, str | None] = {level: None for level in levels if _WORDS.fullmatch(level.strip())}
            if to:
                yield Rewrite(id=f"{self.name}:{column}", column=column, to=to)
        for column, values in numbers.items():
            yield NullNumbers(id=f"{self.name}:{column}", column=column, values=tuple(sorted(set(values))))
