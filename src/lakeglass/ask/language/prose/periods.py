"""Years, weekends and working days of a column of dates, in a long question."""

from __future__ import annotations

import re
from typing import cast

from lakeglass.ask.language.prose.conditions import Condition
from lakeglass.ask.language.prose.mentions import Reader, Sentence
from lakeglass.ask.language.prose.words import find, pattern
from lakeglass.ask.plan import Derive, Filter
from lakeglass.ask.plan.model import Operator

_WEEKEND = pattern("periods", "weekend")
_SPAN = pattern("periods", "span")
_WORKDAYS = pattern("periods", "workdays")
_FARTHEST = 6  # characters from the end of "after", "since", … to its year


def read_periods(reader: Reader, sentence: Sentence) -> tuple[list[Condition], list[Derive]]:
    """Conditions on the only column of dates, and the parts of it that they are about."""
    date = reader.date_column()
    if date is None:
        return [], []
    found: list[Condition] = []
    derives: list[Derive] = []
    year = f"year of {date}"
    has_years = any(n.lower() in {"year", "yr"} for n in reader.columns)
    bounds = {s.end: s for s in find("compare", sentence.text)}
    for number in sentence.numbers if not has_years else ():
        if not sentence.free(number.start, number.end) or not number.value.is_integer():
            continue
        if not 1500 <= number.value <= 2200:
            continue
        before = (bounds[e] for e in range(number.start - _FARTHEST, number.start + 1) if e in bounds)
        bound = next(before, None)
        span = _SPAN.match(sentence.text, number.start)
        opens = bound is not None and sentence.text[bound.start : bound.end].lower() in {"between", "from"}
        sentence.take(number.start, number.end)
        value = int(number.value)
        each = Filter(column=year, operator="=", values=(value,))
        if span is not None and (opens or re.search(r"(?i)between\s+$", sentence.text[: number.start])):
            sentence.take(number.start, span.end())
            each = Filter(column=year, operator="between", values=(value, int(span.group(1))))
        elif bound is not None and bound.name in {">", ">=", "<", "<="}:
            sentence.take(bound.start, number.end)
            each = Filter(column=year, operator=cast("Operator", bound.name), values=(value,))
        found.append(Condition(number.start, number.end, each))
    if found:
        reader.made.setdefault(year, ())
        derives.append(Derive(name=year, kind="grain", columns=(date,), grain="year"))
    day = f"weekday of {date}"
    for spoken, days in ((_WEEKEND, (5, 6)), (_WORKDAYS, (0, 1, 2, 3, 4))):
        match = spoken.search(sentence.text)
        if match is None or not re.search(r"(?i)weekend", sentence.text):
            continue
        sentence.take(match.start(), match.end())
        sentence.columns = [
            c for c in sentence.columns if not (c.start < match.end() and match.start() < c.end)
        ]
        found.append(Condition(match.start(), match.end(), Filter(column=day, operator="in", values=days)))
        reader.made.setdefault(day, ())
        derives = [
            *(d for d in derives if d.name != day),
            Derive(name=day, kind="grain", columns=(date,), grain="weekday"),
        ]
    return found, derives
