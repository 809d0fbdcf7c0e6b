"""Cards, IBANs and wallets with right checksums."""

from __future__ import annotations

import random

from tests.corpora.personal import checks as ck
from tests.corpora.personal.ids import digits, seek
from tests.corpora.personal.types import Value

# Prefixes and length of each brand.
_BRANDS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("4",), 16),
    (("4",), 16),
    (("4",), 19),
    (("51", "52", "53", "54", "55"), 16),
    (("2221", "2345", "2500", "2699", "2720"), 16),
    (("34", "37"), 15),
    (("34", "37"), 15),
    (("6011", "644", "645", "649", "65"), 16),
    (("36", "38", "300", "305"), 14),
    (("3528", "3550", "3589"), 16),
    (("6221", "6225", "6250"), 16),
    (("6228", "6217"), 19),
    (("5018", "5020", "6304", "6759", "6763"), 16),
    (("2200", "2202", "2204"), 16),
    (("6069", "6521"), 16),
)

# Bank part of the IBAN: c letter or digit, a letter, n digit, with counts.
_IBANS: dict[str, str] = {
    "DE": "n18",
    "AT": "n16",
    "CH": "n5c12",
    "FR": "n10c11n2",
    "BE": "n12",
    "ES": "n20",
    "PT": "n21",
    "IT": "a1n10c12",
    "NL": "a4n10",
    "PL": "n24",
    "CZ": "n20",
    "SE": "n20",
    "NO": "n11",
    "DK": "n14",
    "FI": "n14",
    "HU": "n24",
    "RO": "a4c16",
    "GR": "n7c16",
    "TR": "n5n1c16",
    "GB": "a4n14",
    "IE": "a4n14",
    "UA": "n6c19",
    "BR": "n23a1c1",
    "SA": "n2c18",
    "AE": "n19",
    "IL": "n19",
    "EG": "n25",
    "LU": "n3c13",
    "LI": "n5c12",
    "EE": "n16",
    "LT": "n16",
    "HR": "n17",
    "BG": "a4n6c8",
    "MT": "a4n5c18",
    "SI": "n15",
    "SK": "n20",
    "CY": "n8c16",
    "LV": "a4c13",
    "IS": "n22",
    "MC": "n10c11n2",
}
_BANKS = ("ABNA", "INGB", "RABO", "BUKB", "NWBK", "AIBK", "BTRL", "RNCB", "UNCR", "HABA", "VALL", "BNBG")

_KNOWN_WALLETS = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
)


def _grouped(text: str, sizes: tuple[int, ...], separator: str) -> str:
    parts, position = [], 0
    for size in sizes:
        parts.append(text[position : position + size])
        position += size
    return separator.join(part for part in parts if part)


def card(rng: random.Random) -> Value:
    """A card number of some brand, compact or grouped."""
    prefixes, length = rng.choice(_BRANDS)
    prefix = rng.choice(prefixes)
    text = seek(lambda: prefix + digits(rng, length - len(prefix)), ck.luhn_ok)
    sizes: tuple[int, ...] = {15: (4, 6, 5), 14: (4, 6, 4)}.get(length, (4, 4, 4, 4, 4))
    if length == 19 and rng.random() < 0.4:
        sizes = (6, 13)
    separator = rng.choice(("", "", " ", " ", "-", "\u00a0", "."))
    unusual = length in (14, 19) or prefix[:2] in ("50", "63", "67")
    return Value("CARD", _grouped(text, sizes, separator), (unusual and not separator) or separator == ".")


def iban_of(rng: random.Random, country: str) -> str:
    """A compact IBAN with right structure and check digits."""
    pattern, bank = _IBANS[country], ""
    kinds = [char for char in pattern if char.isalpha()]
    counts = [int(part) for part in pattern.replace("a", "n").replace("c", "n").split("n") if part]
    for kind, count in zip(kinds, counts, strict=True):
        if kind == "n":
            bank += "0" if country == "TR" and count == 1 else digits(rng, count)
        elif kind == "a":
            bank += rng.choice(_BANKS) if count == 4 else rng.choice("CPXZ")
        else:
            bank += digits(rng, count) if rng.random() < 0.8 else _mixed(rng, count)
    turned = "".join(str(int(char, 36)) for char in f"{bank}{country}00")
    return f"{country}{98 - int(turned) % 97:02}{bank}"


def _mixed(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789ABCDEFGHKMNPRST") for _ in range(count))


def iban_shape_ok(text: str) -> bool:
    """Length by country and mod 97."""
    counts = [int(part) for part in _IBANS[text[:2]].replace("a", "n").replace("c", "n").split("n") if part]
    return len(text) == 4 + sum(counts) and ck.iban_ok(text)


def iban(rng: random.Random, country: str) -> Value:
    """An IBAN, mostly of the country at hand."""
    chosen = country if country in _IBANS and rng.random() < 0.75 else rng.choice(tuple(_IBANS))
    text = iban_of(rng, chosen)
    style = rng.randrange(8)
    if style < 3:
        return Value("IBAN", text)
    if style == 3:
        return Value("IBAN", text.lower())
    separator = "\u00a0" if style == 4 else "-" if style == 5 and rng.random() < 0.4 else " "
    grouped = separator.join(text[i : i + 4] for i in range(0, len(text), 4))
    return Value("IBAN", grouped.lower() if style == 6 else grouped)


def wallet(rng: random.Random) -> Value:
    """A Bitcoin or Ethereum address."""
    style = rng.randrange(7)
    raw = rng.randbytes(32)
    made = {
        0: lambda: rng.choice(_KNOWN_WALLETS),
        1: lambda: ck.base58check(b"\x00" + raw[:20]),
        2: lambda: ck.base58check(b"\x05" + raw[:20]),
        3: lambda: ck.segwit(0, raw[:20]),
        4: lambda: ck.segwit(1, raw),
        5: lambda: "0x" + raw[:20].hex(),
        6: lambda: ck.eip55("0x" + raw[:20].hex()),
    }
    return Value("WALLET", made[style]())
