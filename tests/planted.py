"""Personal values that tests plant, and whether bytes hold one: plainly, or in a form that a model could read.

Every scripted model looks at what it was sent with `leaks`, so the whole run of the tests is one capture.
"""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote, unquote

PLANTED = {
    "mail": "wilhelmina.strauss@kundenpost.de",
    "phone": "+49 30 90182045",
    "card": "4716 2580 5095 8645",
    "iban": "DE89370400440532013000",
    "ssn": "536-22-8745",
    "address": "198.51.100.77",
    "hardware": "3c:22:fb:9a:41:d7",
    "wallet": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "login": "https://wstrauss:Sommer2024@files.kundenpost.de/a",
}
# Anything that looks like an address, of whomever; addresses of no person are `user@host` of documentation alone.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{2,64}@[A-Za-z0-9-]{2,}(?:\.[A-Za-z0-9-]{2,})+")


def written(value: str) -> dict[str, str]:
    """The same value as tables, logs and tricksters write it, by the name of the way."""
    raw = value.encode()
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in value)
    return {
        "plain": value,
        # the letters of a wallet differ by their case: in capitals it is none
        "upper case": value.upper() if value != PLANTED["wallet"] else value,
        "percent": quote(value, safe=""),
        "percent, every sign": "".join(f"%{byte:02X}" for byte in raw),
        "percent, twice": quote(quote(value, safe=""), safe=""),
        "base64": base64.b64encode(raw).decode(),
        "base64 for addresses": base64.urlsafe_b64encode(raw).decode().rstrip("="),
        "hex": raw.hex(),
        "hex in capitals": raw.hex().upper(),
        "set apart by spaces": " ".join(value.replace(" ", "")),
        "set apart by dashes": "-".join(value.replace(" ", "")),
        "character references": "".join(f"&#{ord(sign)};" for sign in value),
        "backslash u": "".join(f"\\u{ord(sign):04x}" for sign in value),
        "wide": wide,
        "with invisible signs": "\u200b".join(value),
    }


@cache
def _needles() -> tuple[tuple[str, str], ...]:
    """What to look for, in lower case, with what it would be."""
    found = {}
    for kind, value in PLANTED.items():
        for way, form in written(value).items():
            found[form.casefold()] = f"{kind} ({way})"
        # base64 of the value inside a longer text: the letters that don't depend on its place
        for shift in range(3):
            coded = base64.b64encode(b" " * shift + value.encode() + b" " * 3).decode()
            start = -(-shift * 8 // 6) + (shift > 0)
            found[coded[start : start + len(value)].casefold()] = f"{kind} (base64 in a text)"
    return tuple(found.items())


def readings(content: bytes) -> Iterator[str]:
    """The text as it stands, and with every escape undone, in lower case."""
    text = content.decode("utf-8", "replace")
    seen = set()
    for _ in range(3):
        for reading in (text, unicodedata.normalize("NFKC", text), unicodedata.normalize("NFKD", text)):
            if reading not in seen:
                seen.add(reading)
                yield reading.casefold()
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
        text = html.unescape(unquote(text))


def leaks(content: bytes) -> tuple[str, ...]:
    """Which planted values, or whoever's mail address, stand in `content`; never the value itself."""
    found: set[str] = set()
    for reading in readings(content):
        found.update(name for needle, name in _needles() if needle in reading)
        dense = re.sub(r"[\W_]+", "", reading)
        found.update(
            f"{kind} (set apart)"
            for kind, value in PLANTED.items()
            if re.sub(r"[\W_]+", "", value).casefold() in dense
        )
        found.update("somebody's mail address" for _ in _MAIL.finditer(reading))
    return tuple(sorted(found))


def in_json(value: object) -> bytes:
    """A body as it goes over the wire."""
    return json.dumps(value).encode()
