"""Recognisers that Presidio lacks, or whose own version is too narrow for data."""

from __future__ import annotations

import re
from ipaddress import ip_address

from presidio_analyzer import Pattern, PatternRecognizer

from lakeglass.llm.detectors.context import words

# Word borders of plain letters and digits: in `は4111…です` the number stands alone.
FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE | re.ASCII
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d")


class EmailRecognizer(PatternRecognizer):
    """Mail addresses, also of hosts that no public list of domains holds (`jane@mail.corp`).

    Presidio's own asks such a list, and loads it from the network when it has none.
    """

    def __init__(self) -> None:
        form = (
            r"""(?<![\w.+%-])(?:"[^"\s@]{1,64}"|[\w+%&-]+(?:['.][\w+%&-]+)*)"""
            r"@(?:[\w-]+\.)+[\w-]*[^\W\d_][\w-]*"
        )
        super().__init__(supported_entity="EMAIL", patterns=[Pattern("address", form, 0.9)], name="email")

    def validate_result(self, pattern_text: str) -> bool | None:
        return None if pattern_text.rpartition(".")[2].lower() not in words("file") else False


class CardRecognizer(PatternRecognizer):
    """Payment cards: issuer's first digits, length and Luhn digit (ISO/IEC 7812), in one of the usual groupings."""

    def __init__(self) -> None:
        form = r"(?<![\w.])(?:\d[ ._/-]{0,2}){11,18}\d(?![\w]|\.\d)"
        super().__init__(
            supported_entity="CARD",
            patterns=[Pattern("digits", form, 0.3)],
            context=list(words("card")),
            name="card",
            global_regex_flags=FLAGS,
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        digits = re.sub(r"\D", "", pattern_text)
        gaps = re.findall(r"\D+", pattern_text)
        groups = [len(group) for group in re.findall(r"\d+", pattern_text)]
        if not luhn(digits) or len(set(gaps)) > 1 or groups[0] not in (4, 5, 6, len(digits)):
            return False
        grouped = groups[:-1] == [4] * (len(groups) - 1) and len(groups) > 2
        if _issued(digits) or (grouped and len(digits) >= 15 and digits[0] in "23456"):
            return True
        # Beside a word that says so, any number with the right check digit is one.
        return None if digits[0] in "23456" else False


_MAESTRO = frozenset(
    ("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763", "6069", "5081", "8172")
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn digit of those before it (ISO/IEC 7812-1, annex B)."""
    total = sum(
        int(sign) if place % 2 == 0 else sum(divmod(2 * int(sign), 10))
        for place, sign in enumerate(reversed(digits))
    )
    return total % 10 == 0


def _issued(digits: str) -> bool:
    """Whether an issuer gives out numbers that begin so, at this length."""
    size, four = len(digits), int(digits[:4])
    if digits[0] == "4":
        return size in (16, 18, 19)
    if 5100 <= four <= 5599 or 2221 <= four <= 2720:
        return size == 16
    if 2200 <= four <= 2205:
        return 16 <= size <= 19
    if digits[:2] in ("34", "37"):
        return size == 15
    if digits[:4] in _MAESTRO:
        return size >= 16
    if digits[:2] in ("36", "38", "39") or 3000 <= four <= 3059:
        return size in (14, 16, 19)
    return (four == 6011 or 6440 <= four <= 6599 or 3528 <= four <= 3589 or digits[:2] == "62") and size >= 16


class IbanRecognizer(PatternRecognizer):
    """Account numbers by ISO 13616: the length of their country, and modulo 97. Presidio's own also asks for the form
    inside each country, which is out of date for some.
    """

    def __init__(self) -> None:
        sign = "(?:[ -]?[A-Z0-9])"
        forms = "|".join(
            rf"{country}[ -]?\d[ -]?\d{sign}{{{int(size) - 4}}}"
            for size, countries in _IBAN_SIZES.items()
            for country in countries.split()
        )
        super().__init__(
            supported_entity="IBAN",
            patterns=[Pattern("iban", rf"(?<![\w])(?:{forms})(?![\w])", 0.3)],
            name="iban",
            global_regex_flags=FLAGS,
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        plain = re.sub(r"[ -]", "", pattern_text).upper()
        return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


# https://www.swift.com/resource/iban-registry-pdf
_IBAN_SIZES = {
    "15": "NO",
    "16": "BE",
    "18": "DK FI FO GL NL SD",
    "19": "MK SI",
    "20": "AT BA EE KZ LT LU MN XK",
    "21": "CH HR LI LV",
    "22": "BG BH CR DE GB GE IE ME RS VA",
    "23": "AE IL IQ OM SO TL",
    "24": "AD CZ ES MD PK RO SA SE SK TN VG",
    "25": "LY PT ST",
    "26": "IS TR",
    "27": "BI DJ FR GR IT MC MR SM",
    "28": "AL AZ BY CY DO GT HN HU LB NI PL SV",
    "29": "BR EG PS QA UA",
    "30": "JO KW MU YE",
    "31": "MT SC",
    "32": "LC",
    "33": "RU",
}


class LabelledIpRecognizer(PatternRecognizer):
    """IPv6 right behind a label and its colon, `ip:fd12::1`, which reads like a part of it."""

    def __init__(self) -> None:
        form = r"(?<=[A-Za-z_][G-Zg-z_Pp]:)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]{0,15}(?![\w:])"
        super().__init__(
            supported_entity="IP_ADDRESS", patterns=[Pattern("labelled", form, 0.6)], name="labelled ip"
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        try:
            return ip_address(pattern_text).version == 6
        except ValueError:
            return False


class SsnRecognizer(PatternRecognizer):
    """Social security numbers of the United States; without separators only beside a word that says so.

    https://www.ssa.gov/employer/randomization.html; numbers from well-known advertisements are somebody's too.
    """

    def __init__(self) -> None:
        number = r"(?!000|666|9\d\d)\d{3}{0}(?!00)\d\d{0}(?!0000)\d{4}"
        super().__init__(
            supported_entity="SSN",
            patterns=[
                Pattern("separated", rf"(?<![\w.-]){number.replace('{0}', '[-. ]')}(?![\w-]|[.]\d)", 0.6),
                Pattern("digits", rf"(?<![\w.,-]){number.replace('{0}', '')}(?![\w-]|[.,]\d)", 0.05),
            ],
            context=list(words("ssn")),
            name="ssn",
            global_regex_flags=FLAGS,
        )


class EthereumRecognizer(PatternRecognizer):
    """Addresses of Ethereum and its kin: 20 bytes in hexadecimal (EIP-55); hashes of transactions are longer."""

    def __init__(self) -> None:
        form = r"(?<![\w])0x[0-9a-fA-F]{40}(?![\w])"
        super().__init__(
            supported_entity="WALLET", patterns=[Pattern("ethereum", form, 0.8)], name="ethereum"
        )


class MacRecognizer(PatternRecognizer):
    """Hardware addresses (EUI-48); longer rows of pairs are fingerprints, and twelve digits need a word beside them."""

    def __init__(self) -> None:
        pair = "[0-9A-Fa-f]{2}"
        super().__init__(
            supported_entity="MAC_ADDRESS",
            patterns=[
                Pattern(
                    "pairs",
                    rf"(?<![\w])(?<!{pair}[:-]){pair}([:-])(?:{pair}\1){{4}}{pair}(?![\w])(?!\1{pair})",
                    0.7,
                ),
                Pattern(
                    "dots", r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w]|\.\w)", 0.7
                ),
                Pattern("digits", r"(?<![\w])[0-9A-Fa-f]{12}(?![\w])", 0.1),
            ],
            context=list(words("mac")),
            name="mac",
            global_regex_flags=FLAGS,
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        return False if "." in pattern_text and pattern_text.replace(".", "").isdigit() else None


class NamedIdRecognizer(PatternRecognizer):
    """Any number beside a word that says that it tells who somebody is: the word is proof enough."""

    def __init__(self) -> None:
        super().__init__(
            supported_entity="NATIONAL_ID",
            patterns=[
                Pattern("digits", r"(?<![\w.,])\d(?:[ ./-]?\d){6,17}(?![\w]|[.,]\d)", 0.1),
                Pattern(
                    "letters",
                    r"(?<![\w])[A-Za-z0-9](?:[./-]?[A-Za-z0-9]){6,17}(?![\w]|[+-]\d)",
                    0.1,
                ),
                Pattern(
                    "fiscal",
                    r"(?<![\w])[A-Za-z]{3} [A-Za-z]{3} \d\d[A-Za-z]\d\d [A-Za-z]\d{3}[A-Za-z](?![\w])",
                    0.6,
                ),
            ],
            context=list(words("national")),
            name="named",
            global_regex_flags=FLAGS,
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        few = sum(sign.isdigit() for sign in pattern_text) < 3
        return False if few or _DATE.fullmatch(pattern_text) else None


class LoginUrlRecognizer(PatternRecognizer):
    """Addresses that carry a user and a password: `postgres://user:secret@host/db`."""

    def __init__(self) -> None:
        form = r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s/:@]{1,256}:[^\s/@]{1,256}@[^\s\"'<>]+"
        super().__init__(supported_entity="LOGIN", patterns=[Pattern("login", form, 0.95)], name="login")


class SecretRecognizer(PatternRecognizer):
    """Keys and tokens by the marks that their issuers gave them."""

    def __init__(self) -> None:
        forms = {
            "pem": r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            "aws": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
            "github": r"\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{30,}\b",
            "model": r"\bsk-[A-Za-z0-9_-]{20,}",
            "slack": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
            "jwt": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
        }
        patterns = [Pattern(name, form, 0.95) for name, form in forms.items()]
        # Marks are case-sensitive.
        super().__init__(
            supported_entity="SECRET",
            patterns=patterns,
            global_regex_flags=re.DOTALL | re.MULTILINE,
            name="secret",
        )
