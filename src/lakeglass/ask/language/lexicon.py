"""The words of a language, read from its data file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import cast

from lakeglass.ask.language.text import tokenise

Section = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a phrase means: `role` is the section of the data file, `name` its entry there."""

    role: str
    name: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Phrases by their words. A phrase can have several roles; the grammar takes the one that fits its place."""

    phrases: dict[str, tuple[Keyword, ...]]
    longest: int
    filler: frozenset[str]
    synonyms: dict[str, frozenset[str]]
    abbreviations: dict[str, str]
    sections: dict[str, Section] = field(repr=False)
    sets: dict[tuple[str, str], frozenset[str]] = field(repr=False)

    def words(self, section: str, name: str = "words") -> frozenset[str]:
        """The phrases of one entry."""
        return self.sets.get((section, name), frozenset())


_PHRASES = (
    "aggregate", "unspecific", "quartile", "statistic", "unsupported", "superlative", "order", "compare",
    "negation", "group", "versus", "compare_verb", "which", "grain", "period", "months", "chart", "rounding",
    "numbers", "scale", "row_nouns", "data_nouns", "column_nouns", "conjunction", "slot", "list_verb", "followup",
    "filler_nouns",
)  # fmt: skip


@lru_cache(maxsize=4)
def lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language; raises FileNotFoundError for one without a data file."""
    text = files("lakeglass.ask.language").joinpath(f"data/{language}.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    found: dict[str, list[Keyword]] = {}
    for role in _PHRASES:
        for name, phrases in tables[role].items():
            for phrase in phrases:
                key = " ".join(t.word for t in tokenise(phrase))
                known = found.setdefault(key, [])
                if Keyword(role, name) not in known:
                    known.append(Keyword(role, name))
    synonyms: dict[str, set[str]] = {}
    for line in tables["synonyms"].values():
        for word in line:
            synonyms.setdefault(word, set()).update(line)
    sections = {k: cast("Section", v) for k, v in tables.items() if isinstance(v, dict)}
    return Lexicon(
        phrases={phrase: tuple(keywords) for phrase, keywords in found.items()},
        longest=max(phrase.count(" ") + 1 for phrase in found),
        filler=frozenset(tables["filler"]["words"]),
        synonyms={word: frozenset(line) for word, line in synonyms.items()},
        abbreviations=tables["abbreviations"],
        sections=sections,
        sets={
            (section, name): frozenset(" ".join(t.word for t in tokenise(p)) for p in phrases)
            for section, entries in sections.items()
            for name, phrases in entries.items()
            if section != "abbreviations"
        },
    )
