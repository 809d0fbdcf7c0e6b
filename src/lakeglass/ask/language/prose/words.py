"""Phrases of long questions, out of the data file, found in text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

Tables = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase in a sentence: which entry of its section it is, and where it stands."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The data file."""
    text = files("lakeglass.ask.language").joinpath("data/prose/en.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _expressions() -> Tables:
    text = files("lakeglass.ask.language").joinpath("data/prose/en_patterns.toml").read_text("utf-8")
    return tomllib.loads(text)


def patterns(part: str, name: str) -> tuple[re.Pattern[str], ...]:
    """The expressions that a part of the reader looks for, in the order in which they are tried."""
    return tuple(re.compile(e) for e in _expressions()[part][name])


def pattern(part: str, name: str) -> re.Pattern[str]:
    """The only expression of this name."""
    (only,) = patterns(part, name)
    return only


@lru_cache(maxsize=64)
def _pattern(section: str) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {p: name for name, phrases in reversed(tables()[section].items()) for p in phrases}
    longest = sorted(names, key=len, reverse=True)
    body = "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in longest)
    return re.compile(rf"(?<![\w-])(?:{body})(?![\w-])", re.IGNORECASE), names


def find(section: str, text: str, *names: str) -> Iterator[Said]:
    """Phrases of a section in their order, the longest at each place; of these entries, where some are given."""
    anywhere, known = _pattern(section)
    for match in anywhere.finditer(text):
        name = known[" ".join(match.group().lower().split())]
        if not names or name in names:
            yield Said(name, match.start(), match.end())


def has(section: str, text: str, *names: str) -> bool:
    """True when a phrase of the section occurs."""
    return next(find(section, text, *names), None) is not None
