"""National numbers that a form of their own and a check give away, which Presidio lacks or takes too narrowly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from presidio_analyzer import Pattern, PatternRecognizer

from lakeglass.llm.detectors.own import FLAGS, luhn


class _NationalRecognizer(PatternRecognizer):
    """A national number with a form of its own and a check of at least two digits."""

    def __init__(self, name: str, form: str, *, valid: Callable[[str], bool]) -> None:
        super().__init__(
            supported_entity="NATIONAL_ID",
            patterns=[Pattern(name, form, 0.3)],
            name=name,
            global_regex_flags=FLAGS,
        )
        self._valid = valid

    def validate_result(self, pattern_text: str) -> bool | None:
        return self._valid(re.sub(r"[\s./-]", "", pattern_text).upper())


def national_recognizers() -> Iterator[PatternRecognizer]:
    """France (NIR), Brazil (CPF), Switzerland (AHV), China, Mexico (CURP), Belgium, Spain (DNI, NIE), Sweden."""
    yield _NationalRecognizer(
        "es_dni", r"(?<!\w)(?:[XYZxyz][- ]?\d{7}|\d{1,2}\.?\d{3}\.?\d{3})[- ]?[A-Za-z](?!\w)", valid=_spanish
    )
    yield _NationalRecognizer(
        "se_pnr",
        r"(?<!\w)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}(?!\w)",
        valid=_swedish,
    )
    yield _NationalRecognizer(
        "fr_nir",
        r"(?<!\w)[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[ABab])"
        r"[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}(?!\w)",
        valid=_french,
    )
    yield _NationalRecognizer("br_cpf", r"(?<!\w)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)", valid=_brazilian)
    yield _NationalRecognizer("ch_ahv", r"(?<!\w)756[ .]?\d{4}[ .]?\d{4}[ .]?\d{2}(?!\w)", valid=_ean)
    yield _NationalRecognizer(
        "cn_id",
        r"(?<!\w)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\w)",
        valid=_chinese,
    )
    yield _NationalRecognizer(
        "mx_curp", r"(?<!\w)[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d(?!\w)", valid=lambda _: True
    )
    yield _NationalRecognizer("be_nrn", r"(?<!\w)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\w)", valid=_belgian)


def _spanish(text: str) -> bool:
    """The letter of the number modulo 23 (Real Decreto 1553/2005); foreigners' X, Y, Z count as 0, 1, 2."""
    number = int(text[:-1].translate(str.maketrans("XYZ", "012")))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == text[-1]


def _swedish(text: str) -> bool:
    return luhn(re.sub(r"\D", "", text)[-10:])


def _french(text: str) -> bool:
    number = text.replace("2A", "19").replace("2B", "18") if text[5:7] in ("2A", "2B") else text
    return 97 - int(number[:-2]) % 97 == int(number[-2:])


def _brazilian(text: str) -> bool:
    digits = [int(sign) for sign in text]
    if len(set(digits)) == 1:
        return False
    for size in (9, 10):
        total = sum(digit * (size + 1 - place) for place, digit in enumerate(digits[:size]))
        if total * 10 % 11 % 10 != digits[size]:
            return False
    return True


def _ean(text: str) -> bool:
    return sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(text)) % 10 == 0


def _chinese(text: str) -> bool:
    """The last sign by ISO 7064 MOD 11-2, as GB 11643-1999 demands."""
    total = sum(int(sign) * (2 ** (17 - place) % 11) for place, sign in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17]


def _belgian(text: str) -> bool:
    """Two check digits, modulo 97; those born from 2000 on have a 2 set before the number."""
    number, check = int(text[:9]), int(text[9:])
    return check in (97 - number % 97, 97 - (2_000_000_000 + number) % 97)
