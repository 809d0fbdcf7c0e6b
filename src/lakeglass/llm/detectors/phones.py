"""Telephone numbers, by the numbering plans of libphonenumber (https://github.com/daviddrysdale/python-phonenumbers).

An international number (`+49 …`, `0049 …`) stands for itself. A national one has to be grouped the way its country
writes numbers, or stand beside a word such as 'phone': ten digits alone are an order number as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from lakeglass.llm.detectors.base import Capabilities, Found
from lakeglass.llm.detectors.context import near, words

_CANDIDATE = re.compile(
    r"(?<![\w.#@])(?<!\w[-/])(?<!\d:)(?:tel:)?(?P<number>(?:\+|\(\+|00)?\(?\d(?:[ ().\-/]{0,3}\d){5,40})"
    r"(?:\s?(?:x|ext\.?|extension|#)\s?\d{1,6})?(?![\w]|[.:]\d|@)",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(
    r"(?:(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d{2})(?:\D.*)?$"
)
_NO_PHONE = re.compile(
    r"""^(?:
      (?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:\ \d{1,2})?              # a date
    | (?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)?\d{2}(?:\ \d{1,2})?
    | (?:19|20)\d{2}\ ?-\ ?(?:19|20)\d{2}                                                            # years
    | 97[89][-\ ]?\d(?:[-\ ]?\d){9}                                                                  # ISBN-13
    | \d{1,3}(?:\.\d{1,3}){3}                                                                        # IPv4
    | \d+\.\d+                                                                                       # a decimal
    | \d{1,3}(?:\.\d{3})+ | [1-9]\d{0,2}(?:\ \d{3})+                                                 # thousands
    | \d{5}-\d{4} | \d{3}-\d{2}-\d{4}                                                                # ZIP+4, SSN
    | \d+(?:\.\d+){3,}                                                                               # a version
    )$""",
    re.VERBOSE,
)
_ISBN10 = re.compile(r"^\d[-\ ]\d{2,5}[-\ ]\d{2,5}[-\ ][\dXx]$|^\d{2,5}[-\ ]\d{2,5}[-\ ]\d{2,5}[-\ ][\dXx]$")
# What may stand beside a telephone number: a year, a date, a dash.
_SHORT = re.compile(r"\W*(?:(?:19|20)\d\d|[\d./-]{8,10})?\W*")
_DECIMAL = re.compile(r"[1-9]\d{0,2}\.\d{5,}")
# Labels of numbers that nobody calls.
_OTHER_NUMBERS = (
    *(
        "order",
        "invoice",
        "isbn",
        "issn",
        "ean",
        "upc",
        "sku",
        "ref",
        "reference",
        "ticket",
        "case",
        "tracking",
    ),
    *(
        "serial",
        "part",
        "version",
        "build",
        "account",
        "customer id",
        "id",
        "zip",
        "postcode",
        "po",
        "article",
    ),
    *("amount", "total", "price", "revenue", "population", "timestamp", "epoch", "bestellung", "rechnung"),
    *(
        "bestellnummer",
        "rechnungsnummer",
        "artikelnummer",
        "commande",
        "facture",
        "pedido",
        "factura",
        "ordine",
    ),
)
_OWN_ALONE = re.compile(r"^(?:\(0?\d{1,5}\)|0\d)")


class PhoneDetector:
    """Telephone numbers of all countries when international, of fifty when national."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(kinds=frozenset(("PHONE",)))

    def find(self, text: str, *, hint: str = "") -> Sequence[Found]:
        found = []
        for match in _CANDIDATE.finditer(text):
            start, end = match.span("number")
            told = near(text, start, named_by=words("phone"), hint=hint, unless=words("other"))
            if not told and text[start] not in "+(" and near(text, start, named_by=words("other"), hint=hint):
                continue
            whole = _is_phone(match["number"], told=told)
            places = [(match.start(), match.end())] if whole else _within(text, start, end, told=told)
            found += [Found("PHONE", first, last, 0.8) for first, last in places]
        return found


def _within(text: str, start: int, end: int, *, told: bool) -> list[tuple[int, int]]:
    """The numbers in a row of digits that is none as a whole: two numbers, or a number and a year."""
    words = [(start + match.start(), start + match.end()) for match in re.finditer(r"\S+", text[start:end])]
    places: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        for last in range(len(words) - 1, first - 1, -1):
            place = words[first][0], words[last][1]
            whole = (first, last) == (0, len(words) - 1)
            if not whole and text[place[1] - 1].isdigit() and _is_phone(text[slice(*place)], told=told):
                places.append(place)
                first = last
                break
        else:
            if not told and not _SHORT.fullmatch(text[slice(*words[first])]):
                return []  # a long number, of which a part looks like another one
        first += 1
    return places


@lru_cache(maxsize=4096)
def _is_phone(number: str, *, told: bool) -> bool:
    """Whether `number` is one that somebody can be called at; `told` that the words beside it say so."""
    digits = re.sub(r"\D", "", number)
    if not 7 <= len(digits) <= 17:
        return False
    if number.startswith(("+", "(+")):
        return _international("+" + digits) or told
    if number.startswith("00"):
        return _international("+" + digits[2:])
    if told:
        return not (_DATE.match(number) or _DECIMAL.fullmatch(number))
    if _NO_PHONE.match(number) or _ISBN10.match(number) or len(set(digits)) <= 2:
        return False
    return (
        number != digits and len(digits) > 7 and any(_grouped(number, region) for region in words("region"))
    )


def _international(number: str) -> bool:
    """Whether it begins with the code of a country; not asked for more, as numbering plans change."""
    try:
        phonenumbers.parse(number, None)
    except NumberParseException:
        return False
    return 8 <= len(number) - 1 <= 15


def _grouped(number: str, region: str) -> bool:
    """Whether `region` has this number and writes it in these groups."""
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return False
    if not phonenumbers.is_valid_number_for_region(parsed, region):
        return False
    groups = _groups(number)
    own = _own_groups(parsed)
    # Many people write the area code and the rest, without the groups inside it.
    loose = bool(_OWN_ALONE.match(number)) and (groups[0] == own[0] or len(groups) <= 3)
    return groups == own or (loose and len(groups) > 1)


def _own_groups(parsed: PhoneNumber) -> list[str]:
    return _groups(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))


def _groups(number: str) -> list[str]:
    return re.findall(r"\d+", number)
