"""Every number that a sentence states must stand in the result, rounded as it is shown; and every unit must be its."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import isclose

from lakeglass.ask.result import TableData, as_number
from lakeglass.llm.claims import DATE, Claim, may_say, numbers_in

_CURRENCIES = {
    "$": ("usd", "dollar", "$"), "€": ("eur", "euro", "€"), "£": ("gbp", "pound", "£"), "¥": ("jpy", "yen", "¥"),
}  # fmt: skip


def unsupported(
    sentence: str, result: TableData, *, also: Iterable[float] = (), words: str = ""
) -> tuple[str, ...]:
    """Numbers and dates of `sentence` that nothing backs, as written there.

    Backing are the cells of `result`, its size, the numbers `also`, and the user's own `words`.
    """
    cells = [value for row in result.rows for value in row]
    texts = {str(value) for value in cells if isinstance(value, str)} | set(result.columns)
    dates = [text for text in texts if DATE.match(text)]
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
    wrong += [date for date in DATE.findall(own) if date not in known]
    return tuple(dict.fromkeys(wrong))


def _backed(claim: Claim, cells: Sequence[float], exact: Sequence[float]) -> bool:
    # How many rows there are says nothing of a factor.
    counted = () if claim.factor else exact
    if any(isclose(claim.value, number, rel_tol=1e-9, abs_tol=1e-12) for number in counted):
        return True
    return any(
        may_say(value, claim)
        for number in cells
        for value in ((number, number * 100) if claim.percent else (number,))
    )


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
