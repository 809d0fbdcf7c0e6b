"""Values hidden by an encoding; the span covers the encoded form as a whole."""

from __future__ import annotations

import base64
import html
import json
import random
from collections.abc import Callable
from urllib.parse import quote

from tests.corpora.personal.frames import Scene
from tests.corpora.personal.ids import NATIONAL
from tests.corpora.personal.types import Builder, Case, Near, Value

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_DIGITS = {"AR": 0x0660, "FA": 0x06F0, "HI": 0x0966}


def _percent(rng: random.Random, value: Value) -> str:
    if rng.random() < 0.3:
        return "".join(f"%{byte:02X}" for byte in value.text.encode())
    text = quote(value.text, safe="")
    return text.lower() if rng.random() < 0.2 and value.text.islower() else text


def _base64(rng: random.Random, value: Value) -> str:
    encode = rng.choice((base64.b64encode, base64.urlsafe_b64encode))
    text = encode(value.text.encode()).decode()
    return text.rstrip("=") if rng.random() < 0.2 else text


def _base64_json(rng: random.Random, value: Value) -> str:
    key = (value.keys or (value.kind.lower(),))[0]
    body = json.dumps({"sub": str(rng.randrange(10**6)), key: value.text, "exp": 1_715_940_000})
    return base64.b64encode(body.encode()).decode()


def _spaced(rng: random.Random, value: Value) -> str:
    return rng.choice((" ", " ", "  ", "-" if value.kind == "CARD" else " ")).join(
        value.text.replace(" ", "")
    )


def _spoken(rng: random.Random, value: Value) -> str:
    at, dot = rng.choice(
        (
            ("(at)", "(dot)"),
            ("[at]", "[dot]"),
            (" at ", " dot "),
            (" (at) ", " (dot) "),
            ("[at]", "."),
            ("(a)", "."),
            (" [at] ", " [dot] "),
            ("{at}", "{dot}"),
            (" AT ", " DOT "),
            ("(\u00e4t)", "(punkt)"),
            (" @ ", " . "),
        )
    )
    local, _, host = value.text.partition("@")
    return local + at + host.replace(".", dot)


def _full_width(rng: random.Random, value: Value) -> str:
    if rng.random() < 0.25 and value.kind != "EMAIL":
        base = rng.choice(tuple(_DIGITS.values()))
        return "".join(chr(base + int(char)) if char in "0123456789" else char for char in value.text)
    if value.kind == "EMAIL" and rng.random() < 0.4:
        return value.text.replace("@", "\uff20")
    return value.text.translate(_WIDE)


def _zero_width(rng: random.Random, value: Value) -> str:
    mark = rng.choice(("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"))
    places = set(rng.sample(range(1, len(value.text)), rng.randrange(1, 5)))
    return "".join((mark if place in places else "") + char for place, char in enumerate(value.text))


def _entities(rng: random.Random, value: Value) -> str:
    if value.kind == "EMAIL" and rng.random() < 0.5:
        return value.text.replace("@", rng.choice(("&#64;", "&#x40;", "&commat;"))).replace(".", "&#46;")
    hexadecimal = rng.random() < 0.5
    return "".join(f"&#x{ord(char):x};" if hexadecimal else f"&#{ord(char)};" for char in value.text)


def _escapes(rng: random.Random, value: Value) -> str:
    if value.kind == "EMAIL" and rng.random() < 0.6:
        return value.text.replace("@", rng.choice(("\\u0040", "\\x40")))
    return "".join(f"\\u{ord(char):04x}" for char in value.text)


_WAYS: dict[str, tuple[Callable[[random.Random, Value], str], tuple[str, ...]]] = {
    "percent": (_percent, ("EMAIL", "PHONE", "IBAN")),
    "base64": (_base64, ("EMAIL", "PHONE", "CARD", "IBAN")),
    "base64json": (_base64_json, ("EMAIL", "PHONE", "IBAN", "NATIONAL_ID")),
    "spaced": (_spaced, ("EMAIL", "PHONE", "CARD", "IBAN")),
    "spoken": (_spoken, ("EMAIL",)),
    "fullwidth": (_full_width, ("EMAIL", "PHONE", "CARD", "IBAN")),
    "zerowidth": (_zero_width, ("EMAIL", "PHONE", "CARD", "IBAN", "NATIONAL_ID")),
    "entities": (_entities, ("EMAIL", "PHONE", "CARD")),
    "escapes": (_escapes, ("EMAIL", "PHONE", "IBAN")),
}


def _plain_value(scene: Scene, kinds: tuple[str, ...], way: str) -> Value:
    """A value that the encoding changes: ASCII, and with something to escape."""
    while True:
        kind = scene.rng.choice(kinds)
        if kind == "NATIONAL_ID" and scene.country not in NATIONAL:
            continue
        value = scene.make(kind)
        if way == "base64" and value.word:
            continue
        if value.text.isascii() and (way != "percent" or quote(value.text, safe="") != value.text):
            return value


def _clean(rng: random.Random) -> Near:
    """An encoded text without personal data."""
    body = json.dumps({"page": rng.randrange(100), "sort": "created_at", "dir": "desc", "q": "blue shoes"})
    core = rng.choice(
        (
            base64.b64encode(body.encode()).decode(),
            quote("SELECT count(*) FROM t WHERE x > 100"),
            base64.b64encode(rng.randbytes(24)).decode(),
            html.escape("if (a < b && c > 4) x = 'y @ z'"),
            "Z r \u00fc c k",
            "meet at noon dot com bubble",
            "\\u00e4\\u00f6\\u00fc\\u0020\\u0041",
            "2024%2F05%2F17%2010%3A11",
            "\uff12\uff10\uff12\uff14\u5e74\uff15\u6708",
            "A B C D E F",
            "1 2 3 4 5 6 7 8 9",
            "rows (at) most 100 [dot]",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
        )
    )
    return Near(core, core)


def encoded_case(scene: Scene) -> Case:
    """One text with an encoded value, or with a harmless encoding."""
    rng = scene.rng
    builder = Builder()
    if rng.random() < 0.2:
        return builder.add("cursor=").near(_clean(rng)).add(" in the request").case(scene.country)
    way = rng.choice(tuple(_WAYS))
    encode, kinds = _WAYS[way]
    value = _plain_value(scene, kinds, way)
    shown, word = encode(rng, value), scene.words(value)
    lead, tail = rng.choice(
        (
            (f"{word}: ", ""),
            (f"{word} ", " (bitte melden)"),
            (f"My {word} is ", ", thanks"),
            (f'{{"{scene.key(value)}": "', '"}'),
        )
    )
    if way.startswith("base64"):
        lead, tail = rng.choice(
            (
                (f"{word} ", ""),
                ("Authorization: Bearer ", ""),
                ("cursor=", "&page=2"),
                (f'{{"{scene.key(value)}_b64": "', '"}'),
            )
        )
    if way == "percent":
        lead, tail = rng.choice(
            ((f"GET /search?{scene.key(value)}=", " HTTP/1.1"), (f"?a=1&{value.kind.lower()}=", "&b=2"))
        )
    return builder.add(lead).value(value, shown).add(tail).case(scene.country)
