"""Dates, times and truth values as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from lakeglass.lake.engine import literal
from lakeglass.lake.readers.types import ColumnType, Order, shaped, there_and_back

ISO_DATE = there_and_back("date", "DATE", "date", shape=r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6}0*)?)?"
ISO_PLAIN = there_and_back("date and time", "TIMESTAMP", "datetime", shape=_ISO_TIME)
ISO_MOMENT = shaped(
    "date and time",
    "TIMESTAMP",
    "datetime",
    shape=_ISO_TIME,
    cast="TRY_CAST(replace(v, ',', '.') AS TIMESTAMP)",
)
_ZONE = r" ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)"
ZONED = shaped(
    "moment in UTC",
    "TIMESTAMPTZ",
    "datetime",
    shape=_ISO_TIME + _ZONE,
    cast="TRY_CAST(regexp_replace(regexp_replace(v, ' ?(UTC|GMT)$', 'Z'), '([+-][0-9]{2})([0-9]{2})$', '\\1:\\2') "
    "AS TIMESTAMPTZ)",
    note="the zone of each value is not kept",
)
_DAY_MONTH = {"d": "%d", "m": "%m"}
_ORDERS: tuple[tuple[Order, str], ...] = (("day first", "dm"), ("month first", "md"))
# As people set it: the mark between day, month and year, and the orders that are in use with it.
_MARKS = (("/", True), (".", False), ("-", True), (" ", False))
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p")
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?(?: ?[aApP][.]?[mM][.]?)?"
_TWO_DIGITS = "of years with two digits, 00 to 68 are taken as 2000 to 2068"
# The beginnings of the months' names, without accents: English, German, French, Spanish, Italian, Portuguese, Dutch,
# Swedish, Polish and Russian.
_MONTHS = (
    "jan|ene|gen|sty|янв",
    "feb|fev|lut|фев",
    "mar|mrt|maa|мар",
    "apr|avr|abr|kwi|апр",
    "may|mai|mei|mag|maj|мая|май",
    "jun|juin|giu|cze|июн",
    "jul|juil|lug|lip|июл",
    "aug|aou|ago|sie|авг",
    "sep|set|wrz|сен",
    "oct|okt|ott|out|paz|окт",
    "nov|lis|ноя",
    "dec|dez|dic|gru|дек",
)
_NAME = f"(?:{'|'.join(_MONTHS)}|mär|fév|déc|août|paź)[a-zA-Zà-ÿА-я]*[.]?"
_LETTER = re.compile(r"[^\W\d_]")
_WEEKDAY = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]?,? )?"
_FLAGS = (
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("ja", "nej"),
    ("oui", "non"),
    ("o", "n"),
    ("sí", "no"),
    ("si", "no"),
    ("sim", "não"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("tak", "nie"),
    ("да", "нет"),
    ("истина", "ложь"),
    ("是", "否"),
    ("はい", "いいえ"),
    ("예", "아니요"),
)
TRUE_FALSE = ColumnType(
    "true or false",
    "BOOLEAN",
    "boolean",
    re.compile("true|false|TRUE|FALSE|True|False"),
    "(v IN ('true', 'false', 'TRUE', 'FALSE', 'True', 'False'))",
    "(v IN ('true', 'TRUE', 'True'))",
)


def flags(present: set[str]) -> Iterator[ColumnType]:
    """Pairs of words for true and false; both must occur, for a lone 'y' may be anything."""
    yield TRUE_FALSE
    lowered: set[str] = set()
    for value in present:
        lowered.add(value.lower())
        if len(lowered) > 2:
            return
    for true, false in _FLAGS:
        if lowered == {true, false}:
            yield ColumnType(
                f"true or false, {true} and {false}",
                "BOOLEAN",
                "boolean",
                re.compile(f"{true}|{false}", re.IGNORECASE),
                f"(lower(v) IN ({literal(true)}, {literal(false)}))",
                f"(lower(v) = {literal(true)})",
                f"{true} is true, {false} is false",
            )


def times() -> Iterator[ColumnType]:
    """Times of a day."""
    cast = f"CAST(try_strptime(upper(replace(v, '.m.', 'm')), {_list(_TIMES)}) AS TIME)"
    yield shaped("time", "TIME", "time", shape=_CLOCK, cast=cast)


def dates(present: set[str]) -> Iterator[ColumnType]:
    """Dates, with and without a time, that at least look possible for these values."""
    if all(len(value) == 8 and value.isdigit() for value in present):
        yield _compact()
    text = "".join(present)
    if not any(mark in text for mark in "-/. :年년"):
        if _LETTER.search(text):
            yield from _named()  # as 02JAN2024
        return
    yield from (ISO_DATE, ISO_PLAIN, ISO_MOMENT, ZONED)
    if _LETTER.search(text):
        yield from _named()
    if any(sign in text for sign in "年년"):
        yield _east_asian()
    for (mark, either), years in product(_MARKS, ("%Y", "%y")):
        if mark in text:
            yield from _numeric(mark, years, _ORDERS if either else _ORDERS[:1])
    for mark in "-/.":
        if mark in text:
            yield from _year_first(mark)


def compact_date(present: set[str]) -> bool:
    """True for eight digits that are all dates of the last or this century, as 20240131."""
    return len(present) > 0 and all(
        re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", v) for v in present
    )


@cache
def _compact() -> ColumnType:
    return shaped(
        "date as YYYYMMDD",
        "DATE",
        "date",
        shape="(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
        cast="CAST(try_strptime(v, '%Y%m%d') AS DATE)",
    )


@cache
def _numeric(mark: str, years: str, orders: tuple[tuple[Order, str], ...]) -> tuple[ColumnType, ...]:
    escaped = f"[{mark}] ?" if mark == "." else f"[{mark}]"
    digits = "[0-9]{4}" if years == "%Y" else "[0-9]{2}"
    shape = f"[0-9]{{1,2}}{escaped}[0-9]{{1,2}}{escaped}{digits}"
    note = _TWO_DIGITS if years == "%y" else ""
    text = "replace(v, '. ', '.')" if mark == "." else "v"
    found = []
    for order, places in orders:
        date = mark.join((*(_DAY_MONTH[place] for place in places), years))
        name = date.replace("%d", "DD").replace("%m", "MM").replace("%Y", "YYYY").replace("%y", "YY")
        cast = f"CAST(try_strptime({text}, {literal(date)}) AS DATE)"
        found.append(
            shaped(f"date as {name}", "DATE", "date", shape=shape, cast=cast, note=note, order=order)
        )
        found.append(_with_clock(f"date as {name} and time", shape, text, date, note=note, order=order))
    return tuple(found)


@cache
def _year_first(mark: str) -> tuple[ColumnType, ...]:
    shape = f"[0-9]{{4}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{1,2}}"
    date = mark.join(("%Y", "%m", "%d"))
    name = mark.join(("YYYY", "MM", "DD"))
    cast = f"CAST(try_strptime(v, {literal(date)}) AS DATE)"
    return (
        shaped(f"date as {name}", "DATE", "date", shape=shape, cast=cast),
        _with_clock(f"date as {name} and time", shape, "v", date),
    )


def _with_clock(
    name: str, shape: str, text: str, date: str, *, note: str = "", order: Order | None = None
) -> ColumnType:
    formats = _list([f"{date} {clock}" for clock in _TIMES])
    text = f"upper(replace(regexp_replace({text}, ',? |T', ' '), '.m.', 'm'))"
    cast = f"try_strptime({text}, {formats})"
    return shaped(
        name, "TIMESTAMP", "datetime", shape=f"{shape}(?:,? |T){_CLOCK}", cast=cast, note=note, order=order
    )


@cache
def _named() -> tuple[ColumnType, ...]:
    """Dates with the name of the month, as 5 January 2024, 05-Jan-2024 and Jan 5, 2024."""
    text = "lower(strip_accents(v))"
    for number, beginnings in enumerate(_MONTHS, start=1):
        text = f"regexp_replace({text}, '(^|[^a-zа-я])({beginnings})[a-zа-я]*[.]?', '\\1 {number:02d} ')"
    # A weekday before, 'th' and 'de' between; what is left are numbers and a clock.
    text = f"regexp_replace(regexp_replace({text}, '^[a-z]+[.]?,? ', ''), '([0-9])(st|nd|rd|th)', '\\1')"
    text = f"trim(regexp_replace({text}, '( de )|[^0-9:apm]+', ' ', 'g'))"
    gap, day = "[ ./-]{1,2}", "[0-9]{1,2}(?:st|nd|rd|th|[.])?"
    found: list[ColumnType] = []
    for years, digits in (("%Y", "[0-9]{4}"), ("%y", "'?[0-9]{2}")):
        found += _spelled(
            "day, month's name, year",
            text,
            f"%d %m {years}",
            shape=f"{day}(?:(?: de)?{gap}{_NAME}(?: de|,)?{gap}|{_NAME}){digits}",
        )
        found += _spelled(
            "month's name, day, year", text, f"%m %d {years}", shape=f"{_NAME}{gap}{day},?{gap}{digits}"
        )
    found += _spelled("year, month's name, day", text, "%Y %m %d", shape=f"[0-9]{{4}}{gap}{_NAME}{gap}{day}")
    return tuple(found)


def _spelled(name: str, text: str, fmt: str, *, shape: str) -> Iterator[ColumnType]:
    whole = f"(?i:{_WEEKDAY}{shape})"
    note = _TWO_DIGITS if "%y" in fmt else ""
    cast = f"CAST(try_strptime({text}, {literal(fmt)}) AS DATE)"
    yield shaped(f"date as {name}", "DATE", "date", shape=whole, cast=cast, note=note)
    cast = f"try_strptime(upper({text}), {_list([f'{fmt} {clock}' for clock in _TIMES])})"
    shape = f"{whole},? {_CLOCK}"
    yield shaped(f"date as {name}, and time", "TIMESTAMP", "datetime", shape=shape, cast=cast, note=note)


@cache
def _east_asian() -> ColumnType:
    shape = "[0-9]{4}[年년] ?[0-9]{1,2}[月월] ?[0-9]{1,2}[日일]"
    digits = "trim(regexp_replace(v, '[^0-9]+', ' ', 'g'))"
    return shaped(
        "date as YYYY年MM月DD日",
        "DATE",
        "date",
        shape=shape,
        cast=f"CAST(try_strptime({digits}, '%Y %m %d') AS DATE)",
    )


def _list(formats: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(literal(fmt) for fmt in formats)}]"
