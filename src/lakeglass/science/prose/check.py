"""Does a sentence say what its fact says, and nothing else? One that may not be is refused, however well it reads.

Numbers, names and kept words stand in the order of the fact, each number rounded honestly and with its unit. All other
words are the fact's own or of a short list that claims nothing: there is no word for what the fact does not say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.llm.claims import Claim as Stated
from lakeglass.llm.claims import may_say, numbers_in
from lakeglass.science.prose.model import PARTS, Anchor, Claim, Fact, Kept, Name, Number, Part

_MOST_SENTENCES, _LONGEST = 8, 500
_SLOT = re.compile(r"\[(\w+)\]")
_QUOTED_SLOT = re.compile(r"[\"“”„‘’']?(\[\w+\])[\"“”’']?")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STRANGE = re.compile(r"[^A-Za-z0-9 .,;:()%'’–—\-]")
_PERCENT = re.compile(r"\s?(?:percent|per cent)\b", re.IGNORECASE)
_POINTS = re.compile(r"^[\s-]*points?\b", re.IGNORECASE)
_SHORTEST_STEM = 3
_NEAR = 3
"""The noun that a number counts follows it within so many words."""
_AFTER = frozenset(
    (
        "of", "on", "in", "and", "or", "at", "to", "with", "when", "while", "which", "that", "it", "is", "as", "for",
        "from", "by", "but", "then",
    )
)  # fmt: skip
"""What may follow a number without a unit: any other word would read as one."""
_PIECE = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")
_JOINING = frozenset(
    (*".,;:()–—-", "and", "or", "but", "while", "whereas", "where", "when", "if", "which", "that")
)
_HIDDEN = "\x00"


class DraftSentence(BaseModel):
    """A sentence as a model gives it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fact: str
    text: str = Field(min_length=1, max_length=_LONGEST)


class Draft(BaseModel):
    """A summary as a model gives it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    asked: tuple[DraftSentence, ...] = Field(min_length=1, max_length=_MOST_SENTENCES)
    found: tuple[DraftSentence, ...] = Field(min_length=1, max_length=_MOST_SENTENCES)
    sure: tuple[DraftSentence, ...] = Field(min_length=1, max_length=_MOST_SENTENCES)
    do: tuple[DraftSentence, ...] = Field(default=(), max_length=_MOST_SENTENCES)

    def part(self, name: Part) -> tuple[DraftSentence, ...]:
        """The sentences of a part."""
        return {"asked": self.asked, "found": self.found, "sure": self.sure, "do": self.do}[name]


@cache
def common_words() -> tuple[str, ...]:
    """The words that any sentence may use."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["words"].split())


def faults_of(draft: Draft, facts: Sequence[Fact]) -> tuple[str, ...]:
    """What a summary says that its facts do not, or leaves out, in words that can be told back; empty when it holds."""
    known = {fact.id: fact for fact in facts}
    found: list[str] = []
    told: set[str] = set()
    for part in PARTS:
        for place, sentence in enumerate(draft.part(part), start=1):
            where = f"{part} {place}"
            fact = known.get(sentence.fact)
            if fact is None or fact.part != part:
                found.append(f"{where}: there is no fact {sentence.fact[:20]!r} in this part")
            elif fact.id in told:
                found.append(f"{where}: {fact.id} is told twice")
            else:
                told.add(fact.id)
                found += [f"{where}: {fault}" for fault in _faults(tidied(sentence.text), fact)]
    found += [f"{fact.id} is left out" for fact in facts if fact.required and fact.id not in told]
    return tuple(dict.fromkeys(found))


def tidied(text: str) -> str:
    """A sentence without the marks that the facts were shown with, on one line and with an end."""
    text = text.replace(_HIDDEN, "?")
    line = " ".join(_QUOTED_SLOT.sub(r"\1", text).replace("«", "").replace("»", "").split())
    return line if line.endswith((".", "]")) else f"{line.rstrip(',;: ')}."


def _faults(sentence: str, fact: Fact) -> Iterator[str]:
    """The faults of one sentence."""
    anchors, rest = _read(sentence, fact)
    strange = _STRANGE.search(_SLOT.sub("", _without_kept(sentence, fact)[0].replace(_HIDDEN, "")))
    if strange is not None:
        yield f"the sign {strange[0]!r}"
    yield from _misplaced(_SLOT.sub(_HIDDEN, sentence), fact)
    unknown = [each for each in anchors if isinstance(each[1], str)]
    for _, name in unknown:
        yield f"there is no [{name}] in {fact.id}"
    if not unknown:
        yield from _out_of_order([each for _, each in anchors if not isinstance(each, str)], fact)
    yield from _foreign(rest, fact)


@dataclass(frozen=True, slots=True)
class _Told:
    """A number of a sentence, and the words behind it."""

    stated: Stated
    percent: bool
    points: bool
    behind: tuple[str, ...]


Read = list[tuple[int, Kept | Name | _Told | str]]


def _read(sentence: str, fact: Fact) -> tuple[Read, str]:
    """The anchors of a sentence by their places (the name of an unknown slot as text), and the text without them."""
    text, found = _without_kept(sentence, fact)
    for match in _SLOT.finditer(sentence):
        found.append((match.start(), fact.names.get(match[1], match[1])))
        text = _without(text, *match.span())
    without_numbers = text
    numbers = list(numbers_in(text))
    for stated in numbers:
        end = stated.end
        percent = _PERCENT.match(text, end)
        if percent is not None:
            end = percent.end()
        behind = re.split(r"[.,;:()\x00\d]", text[end:], maxsplit=1)[0]
        told = _Told(
            stated=stated,
            percent=stated.percent or percent is not None,
            points=_POINTS.match(text[end:]) is not None,
            behind=tuple(word.lower() for word in _WORD.findall(behind)[:_NEAR]),
        )
        found.append((stated.start, told))
        without_numbers = _without(without_numbers, stated.start, end)
    return sorted(found, key=lambda each: each[0]), without_numbers


def _without_kept(sentence: str, fact: Fact) -> tuple[str, Read]:
    """The text without the words that a sentence keeps, and their places."""
    found: Read = []
    kept = {piece for claim in fact.claims for piece in claim if isinstance(piece, Kept)}
    for words in sorted(kept, key=lambda each: len(each.text), reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(words.text)}(?!\w)", sentence, re.IGNORECASE):
            found.append((match.start(), words))
            sentence = _without(sentence, *match.span())
    return sentence, found


def _misplaced(sentence: str, fact: Fact) -> Iterator[str]:
    """Words that lead must not be drawn to what stands before them: 'so much without it, and so much with it'."""
    leading = {
        piece.text for claim in fact.claims for piece in claim if isinstance(piece, Kept) and piece.leads
    }
    for words in sorted(leading):
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", sentence, re.IGNORECASE):
            before = _PIECE.findall(sentence[: match.start()])
            behind = next(iter(_PIECE.findall(sentence[match.end() :])), "")
            if before and before[-1].lower() not in _JOINING:
                yield f"«{words}» has to begin its part of the sentence, after a mark or 'and'"
            if behind.lower() in _JOINING:
                yield f"what «{words}» is about has to follow it at once, without a mark or a joining word"


def _without(text: str, start: int, end: int) -> str:
    """The text with that stretch hidden, every other place as it was."""
    return text[:start] + _HIDDEN * (end - start) + text[end:]


def _out_of_order(told: Sequence[Kept | Name | _Told], fact: Fact) -> Iterator[str]:
    """Whether what is checked stands as in the fact: claim after claim, each of them whole."""
    at, whole = 0, 0
    for claim in fact.claims:
        anchors = [piece for piece in claim if not isinstance(piece, str)]
        here = told[at : at + len(anchors)]
        if len(here) == len(anchors) and all(
            _same(said, anchor, _word_after(claim, anchor))
            for said, anchor in zip(here, anchors, strict=True)
        ):
            at += len(anchors)
            whole += 1
    if at < len(told):
        yield f"{_shown(told[at])} is not what {fact.id} says at this place"
    elif not whole or (fact.required and whole < len(fact.claims)):
        yield f"{fact.id} is not told whole"


def _same(said: Kept | Name | _Told, anchor: Anchor, after: str) -> bool:
    if not isinstance(said, _Told):
        return said == anchor
    if not isinstance(anchor, Number) or said.points or said.percent != (anchor.unit == "%"):
        return False
    if said.stated.factor or not may_say(anchor.value, said.stated):
        return False
    if said.percent:
        # 'All' and 'none' are no roundings.
        return said.stated.value not in {0.0, 100.0} or anchor.value == said.stated.value
    if anchor.unit:
        nouns = {stem(anchor.unit), *map(stem, anchor.also)}
        return any(stem(word) in nouns for word in said.behind)
    return not said.behind or said.behind[0] in _AFTER or said.behind[0] == after


def _word_after(claim: Claim, anchor: Anchor) -> str:
    """The word of the fact right behind an anchor, if one stands there."""
    place = next(at for at, piece in enumerate(claim) if piece is anchor) + 1
    piece = claim[place] if place < len(claim) else ""
    words = _WORD.findall(piece) if isinstance(piece, str) else []
    return words[0].lower() if words else ""


def _foreign(rest: str, fact: Fact) -> Iterator[str]:
    """Words and figures that neither the fact nor the common words have."""
    own = {stem(word) for claim in fact.claims for piece in claim for word in _words_of(piece)}
    for word in _WORD.findall(rest):
        if stem(word) not in own and word.lower() not in common_words():
            yield f"the word {word[:40]!r} is neither in {fact.id} nor among the common words"
    digits = re.search(r"\w*\d\w*", rest)
    if digits is not None:
        yield f"the figure {digits[0][:40]!r}"


def _words_of(piece: str | Anchor) -> list[str]:
    if isinstance(piece, str):
        return _WORD.findall(piece)
    return [piece.unit, *piece.also] if isinstance(piece, Number) else []


def stem(word: str) -> str:
    """A word without its ending, so that 'row' and 'rows' are the same."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if not plain.endswith("ss"):
        plain = _cut(plain, "s")
    for ending in ("ing", "ed", "ly"):
        plain = _cut(plain, ending)
    return _cut(plain, "e")


def _cut(word: str, ending: str) -> str:
    return word.removesuffix(ending) if len(word) - len(ending) >= _SHORTEST_STEM else word


def _shown(said: Kept | Name | _Told) -> str:
    if isinstance(said, _Told):
        return f"the number {said.stated.text}"
    return f"«{said.text}»" if isinstance(said, Kept) else f"the name of {said.about}"
