"""Numbers that a sentence states, and whether a number may be said that way: rounded, but never beyond recognition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, isfinite, log10

_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
           "b": 1e9, "trillion": 1e12}  # fmt: skip
_SPELLED = {"zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20, "hundred": 100}  # fmt: skip
_TIMES = {"twice": 2, "double": 2, "doubled": 2, "doubles": 2, "thrice": 3, "triple": 3, "tripled": 3, "half": 0.5,
          "halved": 0.5, "quadrupled": 4, "tenfold": 10}  # fmt: skip
DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.)\]])[-−–])?(?P<money>[$€£¥]\s?)?(?P<digits>\d[\d,  ']*(?:\.\d+)?|\.\d+)(?P<e>[eE][+-]?\d+)?"
    r"(?P<rest>\s?%|\s?(?:thousand|millions?|mn|billion|bn|trillion)\b|[kKmMbB]\b)?"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in a sentence: what it says, half of its last place, whether it is a share in percent, or a factor.

    `start` and `end` are its place.
    """

    text: str
    value: float
    slack: float
    start: int
    end: int
    percent: bool = False
    factor: bool = False


def numbers_in(sentence: str) -> Iterator[Claim]:
    """The numbers that a sentence states; dates are not numbers, but their parts are found in the result as text."""
    bare = DATE.sub(lambda match: " " * len(match[0]), sentence)
    for match in _NUMBER.finditer(bare):
        before = bare[: match.start()]
        if before and (before[-1].isalpha() or before[-1] == "_"):
            continue  # the 2 of Q2 or B52 names something
        digits = re.sub(r"[,\s  ']", "", match["digits"])
        try:
            value = float(digits + (match["e"] or ""))
        except ValueError:
            continue
        places = len(digits.partition(".")[2])
        rest = (match["rest"] or "").strip()
        scale = _SCALES.get(rest.lower(), 1.0)
        exponent = int(match["e"][1:]) if match["e"] else 0
        slack = 0.5 * 10.0 ** (exponent - places) * scale
        sign = -1.0 if match["sign"] else 1.0
        yield Claim(match[0].strip(), sign * value * scale, slack, *match.span(), percent=rest == "%")
    for word in re.finditer(r"[a-z]+", bare.lower()):
        if word[0] in _SPELLED:
            yield Claim(word[0], float(_SPELLED[word[0]]), 0.0, *word.span())
        elif word[0] in _TIMES:
            yield Claim(word[0], float(_TIMES[word[0]]), 0.0, *word.span(), factor=True)


def may_say(value: float, claim: Claim) -> bool:
    """Whether `value` rounds to what `claim` says; a sentence may drop a minus that its words say: 'fell by 3'."""
    if claim.value < 0 < value:
        return False
    return isfinite(value) and abs(abs(value) - abs(claim.value)) <= _allowed(value, claim.slack)


def _allowed(value: float, slack: float) -> float:
    """Half of the last place that is shown, but never so coarse that 1,234 backs '1,000' or 0.4 backs '0'."""
    if value == 0:
        return 1e-12
    first = 10.0 ** (floor(log10(abs(value))) - 1)
    return min(slack, 0.5 * first) + abs(value) * 1e-9
