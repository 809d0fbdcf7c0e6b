"""The words of a language, read from its data file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import cast

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lakeglass.ask.language.text import tokenise

Section = dict[str, list[str]]
LANGUAGES = ("en", "de")
"""Languages with data files; the grammar's own comes first."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a phrase means: `role` is the section of the data file, `name` its entry there."""

    role: str
    name: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Phrases by their words. A phrase can have several roles; the grammar takes the one that fits its place."""

    language: str
    phrases: dict[str, tuple[Keyword, ...]]
    longest: int
    filler: frozenset[str]
    synonyms: dict[str, frozenset[str]]
    value_synonyms: dict[str, frozenset[str]]
    abbreviations: dict[str, str]
    value_codes: dict[str, list[str]]
    sections: dict[str, Section] = field(repr=False)
    sets: dict[tuple[str, str], frozenset[str]] = field(repr=False)
    correctable: tuple[str, ...] = field(repr=False)

    def words(self, section: str, name: str = "words") -> frozenset[str]:
        """The phrases of one entry."""
        return self.sets.get((section, name), frozenset())

    def nearly(self, word: str) -> tuple[Keyword, ...]:
        """What a misspelt keyword ('avrage', 'corelation') means; empty when nothing is close enough."""
        if len(word) < _TYPO_LENGTH or not word.isascii():
            return ()
        limit = 1 if len(word) < 2 * _TYPO_LENGTH - 2 else 2
        near = process.extractOne(word, self.correctable, scorer=OSA.distance, score_cutoff=limit)
        return self.phrases[near[0]] if near is not None and near[0][0] == word[0] else ()


_TYPO_LENGTH = 6
_CORRECTED = frozenset({"aggregate", "statistic", "superlative", "group", "chart"})
_PHRASES = (
    "infix", "prefix", "function", "define", "clean", "filling", "weighted", "aggregate", "unspecific",
     "quartile", "statistic", "unsupported", "superlative", "ordinal", "pivot", "binning", "ranking",
    "nearest", "comparative", "order", "compare",
    "negation", "sign", "answer", "report", "group", "versus", "compare_verb", "which", "grain", "period", "months",
    "weekdays", "series",
    "chart", "rounding", "numbers", "scale", "row_nouns", "data_nouns", "column_nouns", "conjunction", "slot",
    "list_verb", "followup", "filler_nouns",
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
    sections = {k: cast("Section", v) for k, v in tables.items() if isinstance(v, dict)}
    return Lexicon(
        language=language,
        phrases={phrase: tuple(keywords) for phrase, keywords in found.items()},
        longest=max(phrase.count(" ") + 1 for phrase in found),
        filler=frozenset(tables["filler"]["words"]) | frozenset(tables["doing"]["words"]),
        synonyms=_alike(tables["synonyms"]),
        value_synonyms=_alike(tables["value_synonyms"]),
        abbreviations=tables["abbreviations"],
        value_codes=tables["value_codes"],
        sections=sections,
        correctable=tuple(
            phrase
            for phrase, keywords in found.items()
            if len(phrase) >= _TYPO_LENGTH
            and " " not in phrase
            and any(k.role in _CORRECTED for k in keywords)
        ),
        sets={
            (section, name): frozenset(" ".join(t.word for t in tokenise(p)) for p in phrases)
            for section, entries in sections.items()
            for name, phrases in entries.items()
            if section != "abbreviations"
        },
    )


def _alike(lines: Section) -> dict[str, frozenset[str]]:
    """Every word with all that it may stand for."""
    found: dict[str, set[str]] = {}
    for line in lines.values():
        for word in line:
            found.setdefault(word, set()).update(line)
    return {word: frozenset(line) for word, line in found.items()}
