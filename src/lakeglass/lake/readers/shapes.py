"""What a cell of text looks like at a glance: enough to tell a header from values, and a total from a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Look = Literal["blank", "number", "time", "flag", "missing", "word"]

# Codes of ISO 4217 that are seen in tables. Any three letters would take names of columns, as var1, for money.
_CODES = (
    "AED|ARS|AUD|BDT|BGN|BHD|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|DZD|EGP|EUR|GBP|GHS|HKD|HRK|HUF|IDR|ILS|INR|IQD|IRR|ISK|JOD"
    "|JPY|KES|KRW|KWD|KZT|LBP|LKR|MAD|MXN|MYR|NGN|NOK|NZD|OMR|PEN|PHP|PKR|PLN|QAR|RON|RSD|RUB|SAR|SEK|SGD|THB|TND|TRY|TWD"
    "|TZS|UAH|UGX|USD|UYU|VND|XAF|XOF|ZAR"
)
_MONEY = rf"(?:[$€£¥￥₹₽₩₺₪฿円元원]|(?-i:{_CODES})|[A-Z]{0, 2}\$|kr\.?|zł|Kč|Ft|lei|TL|Fr\.)"
_NUMBER = re.compile(
    rf"\(?[+\-−]?{_MONEY}?\s?[+\-−]?(?:\d[\d.,'’\s\u00a0\u202f_]*|[.,]\d+)(?:[eE][+-]?\d{{1,3}})?\s?(?:%|{_MONEY})?-?\)?"
    r"|[+-]?(?:inf|infinity)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d.*)?|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?"
    r"|\d{1,2}[a-z]{3}\d{4}(?: \d.*)?|\d{4}年\d{1,2}月\d{1,2}日.*"
    r"|(?:[a-z]{2,9}\.?,? )?\d{1,2}\.?[ -][^\W\d]{3,10}\.?,?[ -]\d{2,4}(?: \d.*)?"
    r"|[^\W\d]{3,10}\.? \d{1,2},? \d{4}(?: \d.*)?",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-=+|_]{3,}|:?-{2,}:?|:-+|-+:|={2,}|")
_LONGEST = 60
FLAG_PAIRS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("oui", "non"))
_FLAG = re.compile("|".join(word for pair in FLAG_PAIRS for word in pair), re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_AGAIN = re.compile(r"(.)\1+")
_TOTAL = re.compile(
    r"(?:grand |sub[- ]?|over)?total(?:s|e|en|es)?\b|(?:end)?summe\b|gesamt|sum\b|somme\b|suma\b|soma\b|razem\b"
    r"|celkem\b|toplam\b|итого|всего|σύνολο|合計|合计|总计|總計|小计|小計|합계|المجموع|average\b|mean\b|moyenne\b|durchschnitt\b"
    r"|mittelwert\b|promedio\b|media\b|count\b|anzahl\b"
    r"|(?:(?:ending|closing|end|schluss)[- ]?)?(?:balance|saldo|kontostand|solde)\b",
    re.IGNORECASE,
)
# Words for 'no value'. In a column of words they stay words.
NULL_WORDS = (
    *(
        "NA",
        "N/A",
        "n/a",
        "na",
        "N.A.",
        "n.a.",
        "#N/A",
        "<NA>",
        "NULL",
        "null",
        "Null",
        "NaN",
        "nan",
        "NAN",
        "NaT",
    ),
    *(
        "None",
        "none",
        "nil",
        "\\N",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        ".",
        "..",
        "...",
        "(null)",
        "[NULL]",
        "(blank)",
    ),
    *(
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "missing",
        "Missing",
        "MISSING",
        "k.A.",
        "ND",
        "nd",
    ),
    *(
        "#N/A N/A",
        "#N/D",
        "#NV",
        "#WERT!",
        "#BEZUG!",
        "#ZAHL!",
        "#VALEUR!",
        "#NOMBRE!",
        "#NOM?",
        "#VALOR!",
        "#REF",
    ),
)
_MISSING = frozenset(NULL_WORDS)


@lru_cache(maxsize=65_536)
def look(cell: str) -> Look:
    """The kind of a cell, judged alone."""
    text = cell.strip()
    if not text:
        return "blank"
    if text in _MISSING:
        return "missing"
    if len(text) > _LONGEST:
        return "word"
    if _NUMBER.fullmatch(text):
        return "number"
    if _TIME.fullmatch(text):
        return "time"
    return "flag" if _FLAG.fullmatch(text) else "word"


def typed(cell: str) -> bool:
    """True for a cell that looks like a value of a type."""
    return look(cell) not in {"word", "blank"}


def is_ruler(cells: Sequence[str]) -> bool:
    """True for a row of nothing but rules, as clients of databases draw them below the header and around tables."""
    drawn = all(_RULE.fullmatch(cell.strip()) for cell in cells)
    return drawn and any(len(cell.strip()) > 2 for cell in cells)


def says_total(cell: str) -> bool:
    """True for the first cell of a row that adds up the others."""
    return _TOTAL.match(cell.strip(" *_:=")) is not None


def years_in_a_row(cells: Sequence[str]) -> bool:
    """Years as names of columns, such as 2019, 2020, 2021: at least two, equally far apart."""
    if len(cells) < 2 or not all(_YEAR.fullmatch(cell) for cell in cells):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(dict.fromkeys(cells))}
    return len(steps) == 1 and steps != {0}


def is_year(cell: str) -> bool:
    """True for a year of the last and this century."""
    return _YEAR.fullmatch(cell) is not None


def pattern(cell: str) -> str:
    """The cell with letters as A and digits as 9, runs shortened: 'AB-007' becomes 'A-9'."""
    return _AGAIN.sub(r"\1", _LETTER.sub("A", _DIGIT.sub("9", cell.strip())))
