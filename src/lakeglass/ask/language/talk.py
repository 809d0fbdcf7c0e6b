"""What people say about the conversation itself: 'undo', 'why?', 'no, I meant net sales'."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

Section = dict[str, list[str]]
RemarkKind = Literal[
    "undo", "why", "compare_answers", "unfilter", "ungroup", "unlimit", "percent", "all", "define", "is", "correct"
]  # fmt: skip

_WHOLE: tuple[RemarkKind, ...] = (
    "undo", "why", "compare_answers", "unfilter", "ungroup", "unlimit", "percent"
)  # fmt: skip

_LONGEST = 300
_LONGEST_PHRASE = 8
_BETWEEN = r"(?:[\s,.;:!?'’\"“”„–]|(?<=\s)-|-(?=\s))+"  # 'k-means' is one word
_EDGE = " \t\n,.;:!?'’\"“”„–-"


@dataclass(frozen=True, slots=True)
class Remark:
    """`phrase` and `meaning` are the user's own words, empty where the remark has none."""

    kind: RemarkKind
    phrase: str = ""
    meaning: str = ""


@lru_cache(maxsize=4)
def _tables(language: str) -> dict[str, Section]:
    text = files("lakeglass.ask.language").joinpath(f"data/conversation/{language}.toml").read_text("utf-8")
    return cast("dict[str, Section]", tomllib.loads(text))


def section(name: str, language: str) -> Section:
    """One section of the language's data file."""
    return _tables(language)[name]


@lru_cache(maxsize=4)
def _patterns(language: str) -> tuple[tuple[RemarkKind, re.Pattern[str]], ...]:
    tables = _tables(language)
    found = [(kind, _pattern(line)) for kind in _WHOLE for line in tables[kind]["words"]]
    found += [("all", _pattern(line)) for line in tables["unfilter"]["all"]]
    found += [("correct", _pattern(line)) for line in tables["correct"]["words"]]
    found += [("define", _pattern(line)) for line in tables["define"]["words"]]
    found += [("is", _pattern(line)) for line in tables["define"]["is"]]
    return tuple(found)


def _pattern(line: str) -> re.Pattern[str]:
    words = [f"(?P<{w[1:-1]}>.+?)" if w.startswith("{") else re.escape(w) for w in line.split()]
    return re.compile(_BETWEEN.join(words), re.IGNORECASE)


@lru_cache(maxsize=4)
def _leads(language: str) -> tuple[str, ...]:
    return tuple(sorted(section("lead", language)["words"], key=len, reverse=True))


def remarks(question: str, language: str) -> Sequence[Remark]:
    """Every way to take the question as a remark, the most telling first; none for an ordinary question."""
    text = question.strip(_EDGE)
    if not text or len(text) > _LONGEST:
        return ()
    found: list[Remark] = []
    for kind, pattern in _patterns(language):
        match = pattern.fullmatch(text)
        if match is not None:
            parts = {name: _bare(said, language) for name, said in match.groupdict().items()}
            if kind in {"define", "is"} and len(parts.get("phrase", "").split()) > _LONGEST_PHRASE:
                continue  # a sentence that happens to hold the word 'means'
            found.append(Remark(kind, parts.get("phrase", ""), parts.get("meaning", "")))
    return tuple(dict.fromkeys(found))


def _bare(words: str, language: str) -> str:
    """A name without the words before it that add nothing, and without its quotes."""
    text = words.strip(_EDGE)
    for lead in _leads(language):
        if text.casefold().startswith(lead + " "):
            return _bare(text[len(lead) :], language)
    return text
