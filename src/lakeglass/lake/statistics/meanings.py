"""What values are beyond their type, and which of them are personal data: by pattern, check sum and header.

Values are looked at here and nowhere kept: a profile names the kind and the share only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lakeglass.lake.figures import Kind, Meaning, PiiMark
from lakeglass.lake.statistics.arrow import Array, Flags, matches, take
from lakeglass.lake.statistics.checks import NATIONAL, iban, luhn, national_id
from lakeglass.lake.statistics.looks import Sample

_MOST = 0.95
_FIRST = 200
_LIKELY = 0.8
_BY_CHANCE = 0.3


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind of value. `whole` matches a value that is one (RE2), `inside` one within other text.

    `check` looks at a match where the pattern alone would take too much in. `personal` ones are marked.
    """

    name: str
    title: str
    whole: str
    inside: str | None = None
    check: Callable[[str], bool] | None = None
    personal: bool = False


_OCTET = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "email",
        "E-mail address",
        r"(?i)^\s*[a-z0-9._%+'-]+@([a-z0-9-]+\.)+[a-z]{2,24}\s*$",
        r"(?i)[a-z0-9._%+'-]+@([a-z0-9-]+\.)+[a-z]{2,24}",
        personal=True,
    ),
    Pattern("uuid", "UUID", r"(?i)^\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?$"),
    Pattern("url", "Web address", r"(?i)^(https?|ftp)://[^\s/]+(/\S*)?$|^(?i)www\.\S+\.\S+$"),
    Pattern(
        "iban",
        "Bank account (IBAN)",
        r"(?i)^[a-z]{2}\d{2}[a-z0-9 ]{11,38}$",
        r"\b[A-Z]{2}\d{2} ?[A-Z0-9]{4}( ?[A-Z0-9]{4}){2,6}( ?[A-Z0-9]{1,3})?\b",
        check=iban,
        personal=True,
    ),
    Pattern(
        "card",
        "Payment card number",
        r"^\d{4}[ -]?\d{4,6}[ -]?\d{4,5}([ -]?\d{0,4})?$",
        r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b",
        check=luhn,
        personal=True,
    ),
    Pattern(
        "ssn",
        "Social security number (US)",
        r"^\d{3}-\d{2}-\d{4}$",
        r"\b\d{3}-\d{2}-\d{4}\b",
        check=lambda text: text[:3] not in {"000", "666"} and text[0] != "9",
        personal=True,
    ),
    Pattern(
        "national_id",
        "National id",
        rf"^({'|'.join(shape for shape, _ in NATIONAL)})$",
        check=national_id,
        personal=True,
    ),
    Pattern(
        "ip",
        "IP address",
        rf"^({_OCTET}\.){{3}}{_OCTET}$|^(?i)([0-9a-f]{{0,4}}:){{2,7}}[0-9a-f]{{0,4}}$",
        personal=True,
    ),
    Pattern("mac", "MAC address", r"(?i)^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$", personal=True),
    Pattern(
        "phone",
        "Phone number",
        r"^\+\d[\d ()./-]{6,18}\d$|^\(?0?\d{2,4}\)?[ /.-]\d{3,4}[ .-]\d{3,5}$",
        r"\+\d{1,3}[ .-]?\(?\d{1,4}\)?([ .-]?\d{2,4}){2,4}",
        check=lambda text: 7 <= sum(sign.isdigit() for sign in text) <= 15,
        personal=True,
    ),
    Pattern("hash", "Checksum", r"(?i)^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$"),
    Pattern("json", "JSON", r"(?s)^\s*(\{.*\}|\[.*\])\s*$"),
    Pattern("path", "File path", r"^(/[^/\s]+){2,}/?$|^[A-Za-z]:\\\S+$"),
    Pattern("colour", "Colour code", r"(?i)^#([0-9a-f]{6}|[0-9a-f]{8})$"),
    Pattern("coordinates", "Coordinates", r"^\(?-?\d{1,2}\.\d+\s*[,;]\s*-?\d{1,3}\.\d+\)?$"),
)
_PERSONAL = tuple((re.compile(one.inside), one) for one in PATTERNS if one.personal and one.inside)


def without_personal(text: str) -> str:
    """`text` with the kind of each personal value in its place: 'orders of email'."""
    for pattern, kind in _PERSONAL:
        for value in {match[0] for match in pattern.finditer(text)}:
            if kind.check is None or kind.check(value):
                text = text.replace(value, kind.name)
    return text


# What each text that is wholly of one of these kinds has in it: plain words are told by one look, not by fourteen.
_SIGNS = r"[-@:/\\{\[#\d]|[wW]{3}\.|[0-9a-fA-F]{32}"
_HINT = r"@|\d[\d ().-]{6}|[A-Z]{2}\d{2}"


@dataclass(frozen=True, slots=True)
class Header:
    """Words of a column's name that say what it holds, and the kinds of columns that can hold it."""

    name: str
    title: str
    words: re.Pattern[str]
    kinds: frozenset[Kind]
    personal: bool = True


def _header(name: str, title: str, words: str, *kinds: Kind, personal: bool = True) -> Header:
    return Header(name, title, re.compile(rf"(^|_)({words})(_|$)"), frozenset(kinds), personal)


_PEOPLE = "first|last|given|family|middle|full|sur|maiden|person|customer|patient|employee|contact"
_NOT_POSTAL = "(?<!ip_)(?<!mac_)(?<!mail_)(?<!web_)"
HEADERS: tuple[Header, ...] = (
    _header(
        "person", "Person's name", rf"({_PEOPLE})_?names?|surname|vorname|nachname|nombre|prenom", "text"
    ),
    _header(
        "birth", "Date of birth", "birth_?(date|day)?|date_of_birth|dob|born", "date", "datetime", "text"
    ),
    _header("address", "Postal address", rf"{_NOT_POSTAL}address(_?line)?_?\d?|street|strasse", "text"),
    _header("email", "E-mail address", "e_?mails?(_?address)?", "text"),
    _header(
        "phone",
        "Phone number",
        "(tele)?phones?(_?(number|no|nr))?|(mobile|cell)_?(phone|number|no)|fax",
        "text",
        "integer",
    ),
    _header(
        "ssn",
        "National id",
        "ssn|social_security(_number)?|national_id|passport(_?(no|number))?|tax_id",
        "text",
        "integer",
    ),
    _header("card", "Payment card number", "(credit_?)?card_?(no|number)", "text", "integer"),
    _header("salary", "Income", "salary|income|wages?", "integer", "number"),
    _header("health", "Health data", "diagnos[ie]s|disease|blood_(type|group)|medication", "text"),
    _header("latitude", "Latitude", "lat|latitude", "number", personal=False),
    _header("longitude", "Longitude", "lon|lng|long|longitude", "number", personal=False),
    _header("year", "Year", "year|yr|jahr", "integer", personal=False),
)
_RANGES = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "year": (1000.0, 2999.0)}


def meaning_of_text(sample: Sample) -> Meaning | None:
    """The kind that nearly all texts are of; None for plain words."""
    first = sample.values.slice(0, _FIRST)
    if len(first) and _LIKELY * len(first) > np.count_nonzero(matches(first, _SIGNS)):
        return None
    for pattern in PATTERNS:
        if _LIKELY * len(first) > np.count_nonzero(_found(first, pattern.whole, pattern)):
            continue
        share = float(sample.weights[_found(sample.values, pattern.whole, pattern)].sum()) / max(
            sample.rows, 1
        )
        if share >= _MOST:
            return Meaning(name=pattern.name, title=pattern.title, share=min(1.0, share))
    return None


def meaning_of_name(name: str, kind: Kind, *, low: object, high: object) -> Meaning | None:
    """What a number is by its column's name, where its range agrees."""
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    for header in _named(name, kind):
        least, most = _RANGES.get(header.name, (math.inf, -math.inf))
        if least <= low and high <= most:
            return Meaning(name=header.name, title=header.title, share=1.0)
    return None


def personal_data(name: str, kind: Kind, sample: Sample | None) -> tuple[PiiMark, ...]:
    """The kinds of personal data that a column holds, as far as patterns and its name tell."""
    marks: dict[str, PiiMark] = {}
    if sample is not None and sample.rows:
        places = np.flatnonzero(matches(sample.values, _HINT))
        some, weights = take(sample.values, places), sample.weights[places]
        for pattern in PATTERNS if places.size else ():
            if not pattern.personal:
                continue
            found = _found(some, pattern.whole, pattern)
            looked = int(np.count_nonzero(matches(some, pattern.whole)))
            if pattern.inside is not None:
                found |= _found(some, pattern.inside, pattern)
                looked = max(looked, int(np.count_nonzero(matches(some, pattern.inside))))
            # One in ten long numbers passes a check digit by chance.
            if np.count_nonzero(found) > _BY_CHANCE * looked:
                share = min(1.0, float(weights[found].sum()) / sample.rows)
                marks[pattern.name] = PiiMark(name=pattern.name, title=pattern.title, found_in=share)
    for header in _named(name, kind):
        if header.personal and header.name not in marks:
            marks[header.name] = PiiMark(name=header.name, title=header.title, found_in=0.0, by_name=True)
    return tuple(marks.values())


def _named(name: str, kind: Kind) -> Sequence[Header]:
    """The headers that a name contains as whole words, however it joins them."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    plain = re.sub(r"[^a-z0-9]+", "_", parted.lower())
    return [header for header in HEADERS if kind in header.kinds and header.words.search(plain)]


def _found(values: Array, expression: str, pattern: Pattern) -> Flags:
    """Which texts hold a match of an expression that its pattern's check accepts."""
    found = matches(values, expression)
    if pattern.check is None or not found.any():
        return found
    found = found.copy()
    compiled = re.compile(expression)
    for place in np.flatnonzero(found):
        text = str(values[int(place)])
        found[place] = any(pattern.check(match.group()) for match in compiled.finditer(text))
    return found
