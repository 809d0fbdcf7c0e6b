"""Check digits of cards, bank accounts and national ids: what tells them from other long numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_RESIDENT = "10X98765432"
# Codice fiscale: what a sign at an odd place counts (Decreto Ministeriale 23/12/1976).
_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21) * 2, strict=False)
) | dict(zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))


def luhn(text: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    digits = _digits(text)
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 12 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The check digits of bank accounts (ISO 13616): modulo 97 is 1."""
    plain = re.sub(r"\s", "", text).upper()
    moved = plain[4:] + plain[:4]
    return (
        plain.isalnum() and plain.isascii() and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1
    )


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def _spanish(text: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    plain = text.replace("-", "")
    return (
        _DNI[int(str("XYZ".find(plain[0])) + plain[1:-1] if plain[0] in "XYZ" else plain[:-1]) % 23]
        == plain[-1]
    )


def _italian(text: str) -> bool:
    """Codice fiscale: the last letter checks the fifteen signs before it."""
    odd, even = text[0:15:2], text[1:15:2]
    total = sum(_ODD[sign] for sign in odd)
    total += sum(int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in even)
    return chr(ord("A") + total % 26) == text[-1]


def _brazilian(text: str) -> bool:
    """CPF: two check digits modulo 11."""
    digits = _digits(text)
    return len(set(digits)) > 1 and all(
        (_weighted(digits[:place], range(place + 1, 1, -1)) * 10 % 11) % 10 == digits[place]
        for place in (9, 10)
    )


def _swiss(text: str) -> bool:
    """AHV number: the check digit of EAN-13."""
    digits = _digits(text)
    return (10 - _weighted(digits[:12], (1, 3) * 6)) % 10 == digits[12]


def _chinese(text: str) -> bool:
    """Resident identity number (GB 11643-1999): a date of birth, and ISO 7064 MOD 11-2."""
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return (
        "1900" <= text[6:10] <= "2099"
        and "01" <= text[10:12] <= "12"
        and "01" <= text[12:14] <= "31"
        and _RESIDENT[_weighted(_digits(text[:17]), weights) % 11] == text[17]
    )


def _french(text: str) -> bool:
    """NIR: 97 less the number modulo 97; months from 13 on stand for unknown ones."""
    plain = text.replace(" ", "")
    return "01" <= plain[3:5] <= "42" and 97 - int(plain[:13]) % 97 == int(plain[13:])


def _weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


# How each country's ids are written, and what checks them.
NATIONAL: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (r"(\d{8}|[XYZ]-?\d{7})-?[A-Z]", _spanish),
    (r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", _italian),
    (r"\d{3}\.\d{3}\.\d{3}-\d{2}", _brazilian),
    (r"756\.\d{4}\.\d{4}\.\d{2}", _swiss),
    (r"[1-9]\d{16}[\dX]", _chinese),
    (r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}", _french),
)


def national_id(text: str) -> bool:
    """True for an id of one of these countries whose check digits are right."""
    return any(re.fullmatch(shape, text) and right(text) for shape, right in NATIONAL)
