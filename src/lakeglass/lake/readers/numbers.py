"""Numbers as people write them: grouped, with a decimal comma, a currency, a per cent sign, in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Literal

from lakeglass.lake.engine import literal
from lakeglass.lake.readers.types import ColumnType, shaped, there_and_back

Mark = Literal[".", ","]

# No leading zeros and at most 15 digits before the point: more would be an identifier, or lose digits.
_WHOLE = "(?:0|[1-9][0-9]{0,14})"
_POWER = "(?:[eE][+-]?[0-9]{1,2})?"
_INFINITY = "[+-]?(?:[iI]nf|[iI]nfinity|INF)"
_NUMBER = rf"-?(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+){_POWER}|{_INFINITY}"
_LONG = rf"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?|{_INFINITY}"
_POINT_GROUPS = re.compile("-?[1-9][0-9]{0,2}(?:[.][0-9]{3})+")
_FRACTION = re.compile("[.eE]")
_BLANKS = " \u00a0\u202f\u2009"
_CURRENCY = "[A-Z]{3}|[A-Z]{0,3}[$€£¥￥₹₽₩₺₪฿₫₴₦₱]|zł|Kč|kr[.]?|Ft|lei|TL|Fr[.]|円|元|원|руб[.]?|р[.]"
_SIGNED = re.compile(
    rf"[(+\-−]*(?P<before>{_CURRENCY})?[{_BLANKS}]?[+\-−]?[0-9.,](?:[^A-Za-z$€%]*?|[0-9.]+[eE][+-]?[0-9]+)"
    rf"[{_BLANKS}]?(?P<after>{_CURRENCY})?[)]?-?"
)
_MOST_DECIMALS = 9
_OTHER: dict[str, Mark] = {",": ".", ".": ","}
# Mark between groups of digits: its name and the characters that people use for it.
_GROUPS = {
    ",": ("comma groups", ","),
    ".": ("point groups", "."),
    " ": ("space groups", _BLANKS),
    "'": ("apostrophe groups", "'’"),
}

INTEGER = there_and_back("integer", "BIGINT", "integer", shape="-?(?:0|[1-9][0-9]{0,17})")
NUMBER = shaped("number", "DOUBLE", "number", shape=_NUMBER, cast="TRY_CAST(v AS DOUBLE)", decimal=".")
_X = "TRY_CAST(v AS DOUBLE)"
# More digits or powers than usual: kept when nothing is lost on the way there and back.
LONG_NUMBER = ColumnType(
    "number",
    "DOUBLE",
    "number",
    re.compile(_LONG),
    f"(regexp_full_match(v, {literal(_NUMBER)}) OR (regexp_full_match(v, {literal(_LONG)}) AND isfinite({_X}) AND ("
    f"length(regexp_extract(v, '[1-9][0-9.]*')) < 18 OR CAST({_X} AS VARCHAR) = v OR contains(lower(v), 'e') "
    f"OR CAST(TRY_CAST({_X} AS DECIMAL(38,0)) AS VARCHAR) = regexp_replace(v, '[.]0*$', ''))))",
    _X,
    decimal=".",
)


# SQL that counts the numbers with a point that can't stand between groups.
DECISIVE = (
    f"count(*) FILTER (contains(v, '.') AND {_X} IS NOT NULL AND "
    "(length(v) - strpos(v, '.') <> 3 OR starts_with(v, '0.') OR starts_with(v, '-0.')))"
)


def plain(present: set[str]) -> Iterator[ColumnType]:
    """Integers and numbers as programs write them."""
    yield INTEGER
    yield NUMBER
    # Digits alone, however many, are an identifier.
    if any(_FRACTION.search(value) for value in present):
        yield LONG_NUMBER


def could_be_grouped(present: set[str]) -> bool:
    """True when each point stands before three digits, as it would between thousands."""
    return all("." not in value or _POINT_GROUPS.fullmatch(value) for value in present)


def in_doubt(present: set[str]) -> bool:
    """True for plain numbers that could be whole ones in groups as well."""
    return (
        could_be_grouped(present)
        and any("." in value for value in present)
        and all(NUMBER.shape.fullmatch(value) for value in present)
    )


def evenly_cut(present: set[str]) -> ColumnType:
    """Numbers, read faster where the sample's all have as many decimals: 15 digits and their double are the same."""
    places = {len(value.partition(".")[2]) for value in present}
    if len(places) != 1 or not 0 < (digits := places.pop()) <= _MOST_DECIMALS:
        return NUMBER
    return replace(NUMBER, quick=f"TRY_CAST(v AS DECIMAL(15,{digits}))")


def written(present: set[str]) -> Iterator[ColumnType]:
    """Numbers as people write them, whole ones first; one currency or none for all of them."""
    values = iter(present)
    affix = _affix(next(values))
    if affix is None or any(_affix(value) != affix for value in values):
        return
    if affix == "":
        if any(value[0] == "+" for value in present):
            yield from _with_signs(present)
            return
        yield from (_formatted(group, None, affix) for group in _GROUPS)
    marks: tuple[tuple[Mark, tuple[str, ...]], ...] = ((".", ("", ",", " ", "'")), (",", ("", ".", " ", "'")))
    for decimal, groups in marks:
        for group in groups:
            yield _formatted(group, decimal, affix)


def _affix(value: str) -> str | None:
    """The currency or per cent sign of a value; '' for none, None for what is no number."""
    if value.endswith(("%", "％")):
        return "%"
    match = _SIGNED.fullmatch(value)
    if match is None:
        return None
    before, after = match.group("before"), match.group("after")
    return None if before and after else before or after or ""


@cache
def _formatted(group: str, decimal: Mark | None, affix: str) -> ColumnType:
    """Numbers with this group mark ('' for none), decimal mark (None for whole ones) and currency or per cent sign."""
    number = _digits(group, decimal)
    if affix == "%":
        shape = rf"[+\-−]?(?:{number})[{_BLANKS}]?[%％]"
    elif affix:
        sign = re.escape(affix)
        shape = (
            rf"[+\-−]?[(]?(?:{sign}[{_BLANKS}]?[\-−]?(?:{number})|[\-−]?(?:{number})[{_BLANKS}]?{sign})[)]?-?"
        )
    else:
        shape = rf"[\-−]?(?:{number})|(?:{number})-|[(](?:{number})[)]"
    bare = f"replace(v, {literal(affix)}, '')" if affix else "v"
    negative = rf"regexp_matches({bare}, '^[^0-9.,]*[\-−(]|-$')"
    cut = (
        f"regexp_extract({bare}, {literal(f'[0-9.,][0-9.,{_BLANKS}’' + chr(39) + ']*(?:[eE][+-]?[0-9]+)?')})"
    )
    for mark in (_GROUPS[group][1] if group else "") + _BLANKS:
        cut = f"replace({cut}, {literal(mark)}, '')"
    if decimal == ",":
        cut = f"replace({cut}, ',', '.')"
    dtype = "BIGINT" if decimal is None else "DOUBLE"
    note = "5% is stored as 5" if affix == "%" else f"{affix} is left out of the values" if affix else ""
    return shaped(
        _name(group, decimal, affix),
        dtype,
        "integer" if decimal is None else "number",
        shape=shape,
        cast=f"(CASE WHEN {negative} THEN -1 ELSE 1 END * TRY_CAST({cut} AS {dtype}))",
        note=note,
        # A whole number in groups takes its mark for no decimal one.
        decimal=decimal or _OTHER.get(group),
    )


def _digits(group: str, decimal: Mark | None) -> str:
    whole = _WHOLE
    if group:
        mark = f"[{_GROUPS[group][1]}]"
        whole += f"|[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        if group == ",":
            whole += "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"  # lakhs and crores
    if decimal is None:
        return whole
    point = f"[{decimal}]"
    return f"(?:(?:{whole})(?:{point}[0-9]*)?|{point}[0-9]+){_POWER}"


def _name(group: str, decimal: Mark | None, affix: str) -> str:
    first = "integer" if decimal is None else "number"
    words = ["per cent" if affix == "%" else f"money in {affix}" if affix else first]
    if group:
        words.append(_GROUPS[group][0])
    if decimal == ",":
        words.append("decimal comma")
    if len(words) == 1 and not affix:
        words.append("accounting")  # a minus behind, or brackets
    return ", ".join(words)


def _with_signs(present: set[str]) -> Iterator[ColumnType]:
    """Differences such as +1.5 and -0.3; with plus signs alone they would be identifiers, as in phone numbers."""
    if not any(value[0] in "-−" for value in present):
        return
    marks: tuple[Mark, ...] = (".", ",")
    for decimal in marks:
        shape = rf"[+\-−](?:{_digits('', decimal)})|0(?:[{decimal}]0*)?"
        cast = "TRY_CAST(replace(replace(ltrim(v, '+'), '−', '-'), ',', '.') AS DOUBLE)"
        name = "number with signs" + (", decimal comma" if decimal == "," else "")
        yield shaped(name, "DOUBLE", "number", shape=shape, cast=cast, decimal=decimal)
