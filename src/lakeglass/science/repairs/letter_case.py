"""One category in capitals here and in small letters there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lakeglass.science.repairs.base import Sight, Texts
from lakeglass.science.repairs.steps import Rewrite, Step

# Words: codes such as Aa and AA, units such as mW and MW, and whatever has a digit in it may differ by their case.
_WORD = re.compile(r"[^\W\d_]{3,}(?:[ \-'.&/][^\W\d_]+)*\.?")
_ANSWERS = {"yes", "no"}


class LetterCase:
    """Gives categories that differ in nothing but capitals the spelling that most rows have."""

    name = "letter-case"
    reason = "The same word in capitals and in small letters is one category; apart, each has too few rows."
    settles = None

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step for each column in which the check of spellings found such a pair."""
        for finding in sight.found("inconsistent-categories"):
            column = finding.columns[0]
            if to := _spellings(sight.texts(column)):
                yield Rewrite(id=f"{self.name}:{column}", column=column, to=to)


def _spellings(texts: Texts) -> dict[str, str | None]:
    """Each rarer spelling with the one that most rows have."""
    alike: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for level, count in zip(texts.levels, texts.counts.tolist(), strict=True):
        bare = level.strip()
        if (_WORD.fullmatch(bare) or bare.casefold() in _ANSWERS) and _is_written_plainly(bare):
            alike[level.casefold()].append((-count, level))
    found: dict[str, str | None] = {}
    for several in alike.values():
        first, *others = sorted(several)
        found |= {level: first[1] for _, level in others}
    return found


def _is_written_plainly(word: str) -> bool:
    """Capitals throughout, none, or one at the start of the first word or of each: no code in the case of letters."""
    return word in {word.upper(), word.lower(), word.capitalize(), word.title()}
