"""Words beside a value that say what it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

_UNSPACED = "\u2e80"
# How far before a value its name may stand, in characters.
_REACH = 64
_VALUE = re.compile(r"[\w.+/()-]*\d(?:[\w .,:/()+-]{0,2}\d){2,}[\w@.-]*|[\w.+-]+@[\w.-]+")
_LISTED = re.compile(r"""[ ,;|/&"'\])]*(?:(?:and|or|und|oder|et|ou|y|o|e)\s+)?[\s"'\[(+]*""")


@cache
def words(name: str) -> tuple[str, ...]:
    """A list of `words.toml`."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return tuple(word.strip() for word in str(tomllib.loads(text)[name]).split(","))


def near(
    text: str, start: int, *, named_by: Iterable[str], hint: str = "", unless: Iterable[str] = ()
) -> bool:
    """Whether one of `named_by` names the value at `text[start]`: whole words, in any case, on the same line before it,
    or in `hint`. A word of `unless` that stands nearer says that it is something else, and so does another number
    between the two, but for a list of values under one name.
    """
    told = _plain(f"{hint}: {_before(text, start)}" if hint else _before(text, start))
    named = _last(told, named_by)
    if named < 0 or named <= _last(told, unless):
        return False
    return not _taken(told[named:])


def _before(text: str, start: int) -> str:
    return text[max(0, start - _REACH) : start].rpartition("\n")[2]


def _taken(between: str) -> bool:
    """Whether a value stands between a name and the place that it might name, and no list goes on there."""
    values = list(_VALUE.finditer(between))
    return bool(values) and not _LISTED.fullmatch(between[values[-1].end() :])


def _plain(text: str) -> str:
    """A name of a column joins its words: `card_number`, `cardNumber`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text).lower()


def _last(text: str, words: Iterable[str]) -> int:
    """Where the last of `words` stands in `text`; -1 for none."""
    return max((match.start() for match in _pattern(tuple(words)).finditer(text)), default=-1)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    plain = [re.escape(word.lower()) for word in words]
    # Chinese, Japanese and Korean write no space before and behind a word.
    spaced = "|".join(word for word in plain if word[0] < _UNSPACED) or r"(?!)"
    unspaced = "|".join(word for word in plain if word[0] >= _UNSPACED) or r"(?!)"
    return re.compile(rf"(?<![^\W\d])(?:{spaced})(?![^\W\d])|{unspaced}")
