"""Phrases of an analysis, looked for across the items of a question, whatever else their words may mean."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lakeglass.ask.language.link import Item
from lakeglass.ask.language.text import Token, tokenise

Section = Mapping[str, frozenset[tuple[str, ...]]]


@lru_cache(maxsize=4)
def vocabulary(language: str = "en") -> Mapping[str, Section]:
    """The sections of a language's file of analyses; raises FileNotFoundError for one without."""
    path = files("lakeglass.ask.language").joinpath(f"data/analyses/{language}.toml")
    return {
        section: {
            name: frozenset(tuple(t.word for t in tokenise(phrase)) for phrase in phrases)
            for name, phrases in entries.items()
        }
        for section, entries in tomllib.loads(path.read_text("utf-8")).items()
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that the question says: its name, and from which token to before which."""

    name: str
    start: int
    end: int


class Spoken:
    """The tokens of a question with the items that they belong to."""

    def __init__(self, items: list[Item]) -> None:
        self.pairs: list[tuple[Token, Item]] = [(t, i) for i in items for t in i.tokens]

    def find(self, section: Section, *names: str) -> list[Said]:
        """Phrases of a section, or of some of its entries, among free items; longest first, none overlapping."""
        found: list[Said] = []
        wanted = {n: section[n] for n in (names or tuple(section))}
        longest = max((len(p) for phrases in wanted.values() for p in phrases), default=0)
        place = 0
        while place < len(self.pairs):
            said = next(self._at(place, wanted, longest), None)
            if said is None:
                place += 1
                continue
            found.append(said)
            place = said.end
        return found

    def _at(self, place: int, wanted: Section, longest: int) -> Iterator[Said]:
        for length in range(min(longest, len(self.pairs) - place), 0, -1):
            span = self.pairs[place : place + length]
            if any(t.kind == "quoted" or not i.free for t, i in span):
                continue
            words = tuple(t.word for t, _ in span)
            for name, phrases in wanted.items():
                if words in phrases:
                    yield Said(name, place, place + length)

    def items(self, said: Said) -> list[Item]:
        """The items that a phrase touches."""
        return list(dict.fromkeys(i for _, i in self.pairs[said.start : said.end]))

    def place(self, item: Item) -> int:
        """The first token of an item."""
        return next(n for n, (_, i) in enumerate(self.pairs) if i is item)

    def number(self, place: int) -> float | None:
        """The number at a token, written in digits or as a word."""
        if not 0 <= place < len(self.pairs):
            return None
        token, item = self.pairs[place]
        if token.number is not None or not item.free:
            return token.number
        name = item.name_of("numbers") if len(item.tokens) == 1 else ""
        return float(name) if name else None

    def word(self, place: int) -> str:
        """The word at a token; empty outside of the question."""
        return self.pairs[place][0].word if 0 <= place < len(self.pairs) else ""
