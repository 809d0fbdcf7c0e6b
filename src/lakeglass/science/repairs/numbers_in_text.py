"""Amounts that are text because of a currency, a percent sign, or a comma before the fraction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, cast

from lakeglass.science.repairs.actions import changed
from lakeglass.science.repairs.base import Sight
from lakeglass.science.repairs.steps import ParseNumbers, Step
from lakeglass.science.table import Levels

_AMOUNT = re.compile(
    r"\s*(?:[+-]?\s*(?P<before>[$€£¥])\s*)?[+-]?(?P<digits>\d[\d.,' ]*)\s*(?P<after>[$€£¥%])?\s*"
)
_PLAIN = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*")
_PADDED = re.compile(r"0\d")
_FEWEST = 10
Decimal = Literal[".", ","]
Grouping = Literal["", ",", ".", "'", " "]


class NumbersInText:
    """Reads texts as numbers when every value of the column has one and the same form that can be read in one way."""

    name = "numbers-in-text"
    reason = "Every value is an amount in one form; as text it can neither be compared nor added."
    settles = None

    def find(self, sight: Sight) -> Iterator[Step]:
        """One step a column."""
        for column in sight.subject.table.columns:
            if not isinstance(column, Levels) or column.truth or column.name in sight.untouchable:
                continue
            texts = sight.texts(column.name)
            if texts.counts.sum() < _FEWEST:
                continue
            form = _form([level for level in texts.levels if level.strip()])
            if form is None:
                continue
            decimal, grouping, sign = form
            step = ParseNumbers(
                id=f"{self.name}:{column.name}", column=column.name, decimal=decimal, grouping=grouping,
                sign=cast('Literal["", "$", "€", "£", "¥", "%"]', sign),
            )  # fmt: skip
            if _reads(step, texts.levels):
                yield step


def _form(levels: Sequence[str]) -> tuple[Decimal, Grouping, str] | None:
    """Decimal mark, mark between thousands and sign; None when there is more than one way to read a value."""
    found = [_AMOUNT.fullmatch(level) for level in levels]
    if not levels or all(_PLAIN.fullmatch(level) for level in levels):
        return None  # tables read plain numbers as such by themselves
    signs: set[str] = set()
    digits: list[str] = []
    for one in found:
        if one is None or (one["before"] and one["after"]):
            return None
        signs.add(one["before"] or one["after"] or "")
        digits.append(one["digits"].strip())
    marks = _marks(digits)
    if marks is None or len(signs) != 1 or any(_PADDED.match(text) for text in digits):
        return None
    sign = signs.pop()
    if not sign and not _is_surely_amounts(digits, *marks):
        return None
    return (*marks, sign)


def _is_surely_amounts(digits: Sequence[str], decimal: Decimal, grouping: Grouping) -> bool:
    """Without a sign, digits between blanks are phone numbers as often as thousands, and '3,14' may be a list."""
    if decimal == ".":
        return any("." in text for text in digits)
    fractions = {len(text.rpartition(",")[2]) for text in digits if "," in text}
    return len(fractions) == 1 or grouping == "."


def _marks(digits: Sequence[str]) -> tuple[Decimal, Grouping] | None:
    """What the marks mean: the fraction's shows itself by another length than three, or behind another mark."""
    points = [text for text in digits if "." in text]
    commas = [text for text in digits if "," in text]
    other = {mark for text in digits for mark in "' " if mark in text}
    if len(other) > 1:
        return None
    loose = cast("Grouping", other.pop() if other else "")
    if points and commas:
        if loose:
            return None
        both = [text for text in digits if "." in text and "," in text]
        if both:
            by_point = {text.rindex(".") > text.rindex(",") for text in both}
            if len(by_point) > 1:
                return None
            return (".", ",") if by_point.pop() else (",", ".")
        if _ends(points) and not _ends(commas):
            return ".", ","
        if _ends(commas) and not _ends(points):
            return ",", "."
        return None
    if points:
        return (".", loose) if _ends(points) else None
    if commas:
        return (",", loose) if _ends(commas) else None
    return ".", loose


def _ends(texts: Sequence[str]) -> bool:
    """Whether the mark of these texts begins a fraction: once in each, and not always before three digits."""
    parts = [re.split(r"[.,]", text) for text in texts]
    return all(len(each) == 2 for each in parts) and any(len(each[1]) != 3 for each in parts)


def _reads(step: ParseNumbers, levels: Sequence[str]) -> bool:
    try:
        for level in levels:
            changed(step, level)
    except ValueError:
        return False
    return True
