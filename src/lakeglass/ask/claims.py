"""Every number that a sentence states must stand in the result, rounded as it is shown; and every unit must be its."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, isclose, isfinite, log10

from lakeglass.ask.result import TableData, as_number

_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
           "b": 1e9, "trillion": 1e12}  # fmt: skip
_SPELLED = {"zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20, "hundred": 100}  # fmt: skip
_TIMES = {"twice": 2, "double": 2, "doubled": 2, "doubles": 2, "thrice": 3, "triple": 3, "tripled": 3, "half": 0.5,
          "halved": 0.5, "quadrupled": 4, "tenfold": 10}  # fmt: skip
_DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.)\]])[-−–])?(?P<money>[$€£¥]\s?)?(?P<digits>\d[\d,  ']*(?:\.\d+)?|\.\d+)(?P<e>[eE][+-]?\d+)?"
    r"(?P<rest>\s?%|\s?(?:thousand|millions?|mn|billion|bn|trillion)\b|[kKmMbB]\b)?"
)
_CURRENCIES = {
    "$": ("usd", "dollar", "$"), "€": ("eur", "euro", "€"), "£": ("gbp", "pound", "£"), "¥": ("jpy", "yen", "¥"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in a sentence: what it says, half of its last place, whether it is a share in percent, or a factor."""

    text: str
    value: float
    slack: float
    percent: bool = False
    factor: bool = False


def numbers_in(sentence: str) -> Iterator[Claim]:
    """The numbers that a sentence states; dates are not numbers, but their parts are found in the result as text."""
    bare = _DATE.sub(lambda match: " " * len(match[0]), sentence)
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
        scale = _SCALES.get((match["rest"] or "").strip().lower(), 1.0)
        exponent = int(match["e"][1:]) if match["e"] else 0
        slack = 0.5 * 10.0 ** (exponent - places) * scale
        sign = -1.0 if match["sign"] else 1.0
        yield Claim(match[0].strip(), sign * value * scale, slack, (match["rest"] or "").strip() == "%")
    for word in re.findall(r"[a-z]+", bare.lower()):
        if word in _SPELLED:
            yield Claim(word, float(_SPELLED[word]), 0.0)
        elif word in _TIMES:
            yield Claim(word, float(_TIMES[word]), 0.0, factor=True)


def unsupported(
    sentence: str, result: TableData, *, also: Iterable[float] = (), words: str = ""
) -> tuple[str, ...]:
    """Numbers and dates of `sentence` that nothing backs, as written there.

    Backing are the cells of `result`, its size, the numbers `also`, and the user's own `words`.
    """
    cells = [value for row in result.rows for value in row]
    texts = {str(value) for value in cells if isinstance(value, str)} | set(result.columns)
    dates = [text for text in texts if _DATE.match(text)]
    backed = [number for value in cells if (number := as_number(value)) is not None]
    named = [float(part) for text in dates for part in re.findall(r"\d+", text)[:3]]
    asked = [claim.value for claim in numbers_in(words)]
    exact = [*named, *asked, float(result.total), float(len(result.columns)), *also]
    # A cell that is quoted whole is no claim of the sentence's own; a number inside of it backs none.
    own = sentence
    for text in sorted(texts, key=len, reverse=True):
        if len(text) > 1:
            own = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ¦ ", own)
    wrong = [claim.text for claim in numbers_in(own) if not _backed(claim, backed, exact)]
    known = f"{' '.join(dates)} {words}"
    wrong += [date for date in _DATE.findall(own) if date not in known]
    return tuple(dict.fromkeys(wrong))


def _backed(claim: Claim, cells: Sequence[float], exact: Sequence[float]) -> bool:
    # How many rows there are says nothing of a factor.
    counted = () if claim.factor else exact
    if any(isclose(claim.value, number, rel_tol=1e-9, abs_tol=1e-12) for number in counted):
        return True
    slack = claim.slack
    for number in cells:
        for value in (number, number * 100) if claim.percent else (number,):
            # A sentence may drop a minus that its words say: 'fell by 3'.
            if isfinite(value) and abs(abs(value) - abs(claim.value)) <= _allowed(value, slack):
                if claim.value < 0 < value:
                    continue
                return True
    return False


def _allowed(value: float, slack: float) -> float:
    """Half of the last place that is shown, but never so coarse that 1,234 backs '1,000' or 0.4 backs '0'."""
    if value == 0:
        return 1e-12
    first = 10.0 ** (floor(log10(abs(value))) - 1)
    return min(slack, 0.5 * first) + abs(value) * 1e-9


def foreign_units(sentence: str, units: Iterable[str], *, words: str = "") -> tuple[str, ...]:
    """Signs of money and percent in `sentence` that neither the result's units nor the user's words know."""
    known = f"{' '.join(units)} {words}".lower()
    wrong = [
        sign
        for sign, names in _CURRENCIES.items()
        if sign in sentence and not any(name in known for name in names)
    ]
    if re.search(r"\d\s?%", sentence) and not re.search(
        r"%|percent|share|rate|ratio|pct|proportion|portion", known
    ):
        wrong.append("%")
    return tuple(wrong)
