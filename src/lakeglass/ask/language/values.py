"""Values of text columns by their words, so that 'large birds' finds Wildlife Size = Large."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.text import stem
from lakeglass.lake.contents import Contents, value_key

_SHORTEST_PART = 4
_SHORTEST_RARE = 3


@dataclass(frozen=True, slots=True)
class ValueMatch:
    """A value that some words may mean. `part` marks a word inside several values."""

    column: ColumnModel
    value: str
    part: bool = False


class ValueIndex:
    """Frequent values of every text column, by their words in lower case; the others in a file, once it is there."""

    def __init__(
        self,
        columns: Sequence[ColumnModel],
        synonyms: Mapping[str, frozenset[str]],
        *,
        codes: Mapping[str, Sequence[str]],
        contents: Path | None = None,
    ) -> None:
        self._synonyms = synonyms
        self._codes = codes
        self._named = {c.name: c for c in columns if c.statistics.kind == "text" and not c.text_numbers}
        self._contents = _opened(contents)
        self._by_key: dict[str, list[ValueMatch]] = {}
        self._by_word: dict[str, list[ValueMatch]] = {}
        self._by_stem: dict[str, list[ValueMatch]] = {}
        self.longest = 1
        for column in columns:
            if column.statistics.kind != "text" or column.text_numbers:
                continue
            for top in column.statistics.top_values:
                if isinstance(top.value, str):
                    self._add(ValueMatch(column, top.value))

    def _add(self, match: ValueMatch) -> None:
        key = value_key(match.value)
        if not key:
            return
        self._by_key.setdefault(key, []).append(match)
        if " " not in key and len(key) > _SHORTEST_PART:
            self._by_stem.setdefault(stem(key), []).append(match)
        for word in set(key.split()):
            if len(word) >= _SHORTEST_PART:
                self._by_word.setdefault(word, []).append(match)
        self.longest = max(self.longest, min(key.count(" ") + 1, 8))

    def match(self, text: str) -> tuple[ValueMatch, ...]:
        """Values that these words name, in singular or plural."""
        key = value_key(text)
        found = self._by_key.get(key)
        if found is None and key:
            head, _, last = key.rpartition(" ")
            for variant in _number_variants(last):
                found = self._by_key.get(f"{head} {variant}" if head else variant)
                if found:
                    break
        return tuple(found or self._by_synonym(key) or self._by_form(key))

    @property
    def has_rare(self) -> bool:
        """True when the values that are not frequent can be looked up, too."""
        return self._contents is not None

    def rare(self, text: str) -> tuple[ValueMatch, ...]:
        """Values outside the frequent ones that these words name, in singular or plural."""
        key = value_key(text)
        if self._contents is None or len(key) < _SHORTEST_RARE:
            return ()
        head, _, last = key.rpartition(" ")
        variants = [f"{head} {v}" if head else v for v in _number_variants(last)]
        found = self._contents.find([key]) or self._contents.find(variants)
        return tuple(ValueMatch(self._named[o.column], o.value) for o in found if o.column in self._named)

    def _by_form(self, key: str) -> list[ValueMatch]:
        """'managers' for management: another form of the only value with this stem."""
        alike = self._by_stem.get(stem(key), []) if len(key) > _SHORTEST_PART and " " not in key else []
        return alike if len(alike) == 1 else []

    def _by_synonym(self, key: str) -> list[ValueMatch]:
        """'women' for female, 'sunday' for Sun."""
        others = [*sorted(self._synonyms.get(key, frozenset())), *self._codes.get(key, ())]
        return next((self._by_key[o] for o in others if o in self._by_key), [])

    def containing(self, word: str) -> dict[str, list[ValueMatch]]:
        """Values that have `word` among their words, by column name."""
        hits: dict[str, list[ValueMatch]] = {}
        if len(word) < _SHORTEST_PART:
            return hits
        for variant in dict.fromkeys((word, *_number_variants(word))):
            for match in self._by_word.get(variant, ()):
                hits.setdefault(match.column.name, []).append(match)
        return hits


def _opened(path: Path | None) -> Contents | None:
    """The index; None when it is not there, or was removed with its dataset."""
    if path is None:
        return None
    try:
        return Contents(path)
    except sqlite3.Error:
        return None


def _number_variants(word: str) -> tuple[str, ...]:
    if len(word) < 3:
        return ()
    variants = [word[:-1]] if word.endswith("s") else [word + "s"]
    if word.endswith("ies"):
        variants.append(word[:-3] + "y")
    elif word.endswith("es"):
        variants.append(word[:-2])
    elif word.endswith("y"):
        variants += [word[:-1] + "ies", word[:-1]]  # parties, rainy
        if len(word) > 4 and word[-2] == word[-3]:
            variants.append(word[:-2])  # sunny
    if stem(word) != word:
        variants.append(stem(word))
    return tuple(variants)
