"""The same thing under several spellings: letter case, blanks, punctuation, typing errors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Levels

_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d")
_MOST_LEVELS = 2_000
_TYPO_LEVELS = 400
_LIKE = 0.85
_LEAST_LETTERS = 5
# A slip of the pen is rare beside what was meant.
_RARER = 0.05
_SHOWN = 5


class Inconsistent:
    """Levels that differ in case, blanks, punctuation or one slip of the pen."""

    about = About(
        code="inconsistent-categories",
        name="Several spellings of the same",
        area="values",
        why="Groups of the same thing are counted apart, and joins miss rows.",
        fix="Bring them to one spelling before grouping.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns of categories."""
        return None if subject.levels() else "no column of categories"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.levels():
            if column.truth or len(column.levels) > _MOST_LEVELS:
                continue
            counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
            tops = [
                top.value for top in subject.figures[column.name].top_values if isinstance(top.value, str)
            ]
            pairs = [*_blanks(tops), *_spellings(column, counts), *_typos(column, counts)]
            if not pairs:
                continue
            told = "; ".join(
                f"{subject.shown(column.name, one)!r} and {subject.shown(column.name, other)!r}"
                for one, other in pairs[:_SHOWN]
            )
            yield Seen(
                "medium",
                (column.name,),
                f"{len(pairs):,} pairs of values look like the same: {told}."
                if len(pairs) > 1
                else f"Two values look like the same: {told}.",
                {"pairs": len(pairs)},
            )


def _blanks(values: list[str]) -> Iterator[tuple[str, str]]:
    """Frequent values that are another one with blanks around it; the table that models see has them trimmed."""
    for value in values:
        if value != value.strip() and value.strip() in values:
            yield value.strip(), value


def _spellings(
    column: Levels, counts: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    order = np.argsort(-counts)
    for place in order:
        if not counts[place]:
            continue
        level = column.levels[place]
        key = _SIGNS.sub("", _plain(level)).casefold()
        if not key or (len(key) == 1 and not key.isalpha()):
            continue
        if key in first and not _DIGITS.search(key):
            yield first[key], level
        first.setdefault(key, level)


def _plain(text: str) -> str:
    """The letters without their accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def _typos(column: Levels, counts: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Iterator[tuple[str, str]]:
    used = np.flatnonzero(counts)
    if used.size > _TYPO_LEVELS:
        return
    words = sorted(((column.levels[place], int(counts[place])) for place in used), key=lambda item: -item[1])
    for place, (rare, rows) in enumerate(words):
        if len(rare) < _LEAST_LETTERS or _DIGITS.search(rare):
            continue
        for common, more in words[:place]:
            if rows > _RARER * more or _DIGITS.search(common):
                continue
            if _is_slip(rare.casefold(), common.casefold()):
                yield common, rare
                break


def _is_slip(one: str, other: str) -> bool:
    """One letter more, less, other, or two neighbours changed; the first letter stays, and no word is added."""
    if one[0] != other[0] or abs(len(one) - len(other)) > 1 or one.split() == other.split():
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _LIKE or matcher.ratio() < _LIKE:
        return False
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if len(changes) == 1:
        _, low, high, left, right = changes[0]
        if one[-1] == other[-1] and {one, other} == {
            min(one, other, key=len),
            min(one, other, key=len) + one[-1],
        }:
            return True  # the last letter twice
        # A plural or another ending is another word as often as a slip.
        return max(high - low, right - left) == 1 and high < len(one) and right < len(other)
    return len(one) == len(other) and len(changes) == 2 and sorted(one) == sorted(other)
