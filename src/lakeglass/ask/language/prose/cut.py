"""A long question cut into sentences; what only says how the answer is to be written is kept apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lakeglass.ask.language.prose.words import pattern, tables

MAX_LENGTH = 4_000
_FORMAT = pattern("cut", "format")
_FIELD = pattern("cut", "field")
_SENTENCE = pattern("cut", "sentence")
_PLACES = pattern("cut", "places")
_P_PLACES = pattern("cut", "p_places")
_LEVEL = pattern("cut", "level")
_STRONG = pattern("cut", "strong")
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True)
class Cut:
    """The sentences that ask or prepare. `fields` are the words of each field that the answer must have, `told` what
    stands for its value; `level` and `strength` judge tests and correlations."""

    sentences: tuple[str, ...]
    fields: tuple[tuple[str, ...], ...]
    decimals: int | None
    p_decimals: int | None
    level: float | None
    strength: float | None


@lru_cache(maxsize=1)
def _cuts() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in tables()["cut"]["patterns"])


def cut(question: str) -> Cut:
    """Cut a question."""
    text = question[:MAX_LENGTH]
    fields = tuple(tuple(m.group(1).lower().split("_")) for m in _FIELD.finditer(text))
    form = _FORMAT.search(text)
    text = _FIELD.sub(" ", text if form is None else text[: form.start()])
    places = {_places(m) for m in _PLACES.finditer(text)}
    p_places = _P_PLACES.search(text)
    p_decimals = int(p_places.group(1)) if p_places and len(places) > 1 else None
    level = next((float(a) if a else float(b or c) / 100 for a, b, c in _LEVEL.findall(text)), None)
    strong = _STRONG.search(text)
    others = places - {p_decimals}
    starts = tuple(tables()["cut"]["sentences"])
    asking = (s.strip(" .;,") for s in _SENTENCE.split(text))
    kept = (_bare(s).strip(" .;,") for s in asking if not s.lower().startswith(starts))
    sentences = tuple(s for s in kept if re.search(r"\w", s) and not s.lower().startswith(starts))
    return Cut(
        sentences,
        fields,
        decimals=others.pop() if len(others) == 1 and (len(places) == 1 or p_decimals is not None) else None,
        p_decimals=p_decimals,
        level=level if level is not None and 0 < level < 0.5 else None,
        strength=float(strong.group(1)) if strong else None,
    )


def _bare(sentence: str) -> str:
    """A sentence without what only says how its answer is to be written."""
    for each in _cuts():
        sentence = each.sub(" ", sentence)
    return sentence


def _places(match: re.Match[str]) -> int:
    said = match.group(1)
    if said is None:
        return 0
    return _WORDS[said.lower()] if said.lower() in _WORDS else min(int(said), 12)
