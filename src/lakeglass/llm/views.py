"""The same text as a reader could decode it, each character with its place in the original.

A value that is written as `jane%40example.com`, `amFuZUBleGFtcGxlLmNvbQ==` or `j a n e @ e x a m p l e . c o m`
still reaches a model that reads well. Every way of hiding that is undone here is one *view*; what a detector finds
in a view is cut out of the original.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ODD_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DASH = frozenset("‐‑‒–—―−﹘﹣-")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
_ESCAPED = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});)"
    r"|\\u(?P<u>[0-9A-Fa-f]{4})|\\x(?P<x>[0-9A-Fa-f]{2})"
)
# Letters or digits that stand alone, one after the other, with the same gap between them.
_APART = re.compile(r"(?<![^\W_])[\w@+(](?P<gap> {1,3}|[-_*|]| [-_*|] )\S(?:(?P=gap)\S){4,}(?![^\W_])")
_AT = re.compile(r"\s{0,3}[\[({<]\s{0,3}(?:at|a|@|ät|arroba)\s{0,3}[\])}>]\s{0,3}", re.IGNORECASE)
_DOT = re.compile(r"\s{0,3}[\[({<]\s{0,3}(?:dot|\.|punkt|punto|point)\s{0,3}[\])}>]\s{0,3}", re.IGNORECASE)
# Bounded everywhere: a hostile text must not cost more than its length.
_SPOKEN = re.compile(
    r"(?<![\w+.-])[\w+-]{1,64}(?:(?:\.| dot )[\w+-]{1,64}){0,8}(?P<at> at | @ |@)[\w-]{1,63}"
    r"(?:(?: dot |\s{0,3}\.\s{0,3})[\w-]{1,63}){0,8}(?: dot |\s{1,3}\.\s{0,3}|\s{0,3}\.\s{1,3}|\.)[a-z]{2,12}\b",
    re.IGNORECASE,
)
# Without these, `q @ k.transpose` were an address.
_ENDING = re.compile(
    r"[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|name|app|dev|internal|local|corp|lan|intra|home"
)
_SPOKEN_DOT = re.compile(r" dot |\s{0,3}\.\s{0,3}", re.IGNORECASE)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{11,}={0,2}(?![A-Za-z0-9+/_=-])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){8,}(?![0-9A-Za-z])")
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text: `text[i]` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `self.text[start:end]` stands in the original; `end` must be beyond `start`."""
        return self.starts[start], max(self.ends[start:end])


def views(text: str) -> Iterator[View]:
    """The plain reading first, then every other one that differs from it; at most two encodings deep."""
    plain = _plain(text)
    yield plain
    seen = {plain.text}
    layer = [plain]
    for _ in range(_DEPTH):
        found: list[View] = []
        for view in layer:
            for undo in (_unescaped, _joined, _spoken, _decoded):
                other = undo(view)
                if other is not None and other.text not in seen:
                    seen.add(other.text)
                    found.append(other)
        yield from found
        layer = found


class _Writer:
    """Builds a view from pieces of another one."""

    def __init__(self, source: View) -> None:
        self._source = source
        self._text: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def keep(self, start: int, end: int) -> None:
        """Characters as they are."""
        self._text.append(self._source.text[start:end])
        self._starts.extend(self._source.starts[start:end])
        self._ends.extend(self._source.ends[start:end])

    def put(self, text: str, start: int, end: int) -> None:
        """`text` in place of the characters from `start` to `end`, each standing for all of them."""
        first, last = self._source.span(start, end)
        self._text.append(text)
        self._starts.extend([first] * len(text))
        self._ends.extend([last] * len(text))

    def view(self) -> View:
        return View("".join(self._text), tuple(self._starts), tuple(self._ends))


def _plain(text: str) -> View:
    """Wide and foreign digits, odd spaces and dashes as their plain forms; what can't be seen is left out."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, sign in enumerate(text):
        if sign in _INVISIBLE:
            continue
        plain = sign if sign.isascii() else _plain_sign(sign)
        if kept and _joined_scripts(kept[-1][-1:], plain[:1]):
            kept.append(" ")
            starts.append(index)
            ends.append(index)
        kept.append(plain)
        starts.extend([index] * len(plain))
        ends.extend([index + 1] * len(plain))
    return View("".join(kept), tuple(starts), tuple(ends))


def _joined_scripts(before: str, after: str) -> bool:
    """Whether a word ends here without a space: `は090-1234-5678です`. Latin letters with marks join Latin ones."""
    return (_plain_word(before) and _other_letter(after)) or (_other_letter(before) and _plain_word(after))


def _plain_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _other_letter(sign: str) -> bool:
    return sign > "\u0370" and sign.isalpha() and not "\u1e00" <= sign <= "\u1eff"


def _plain_sign(sign: str) -> str:
    if sign in _DASH:
        return "-"
    if _ODD_SPACE.match(sign):
        return " "
    digit = unicodedata.decimal(sign, None)
    return unicodedata.normalize("NFKC", sign) if digit is None else str(digit)


def _replaced(
    view: View, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str | None]
) -> View | None:
    """`view` with every match replaced; None where nothing was."""
    writer = _Writer(view)
    at = 0
    for match in pattern.finditer(view.text):
        text = replace(match)
        if text is None:
            continue
        writer.keep(at, match.start())
        writer.put(text, match.start(), match.end())
        at = match.end()
    if at == 0:
        return None
    writer.keep(at, len(view.text))
    return writer.view()


def _unescaped(view: View) -> View | None:
    """Percent signs, character references and backslash escapes as the characters that they stand for."""

    def character(match: re.Match[str]) -> str | None:
        if match["percent"]:
            content = bytes.fromhex(match["percent"].replace("%", ""))
            return content.decode("utf-8", "replace")
        if match["entity"]:
            decoded = html.unescape(match["entity"])
            return decoded if decoded != match["entity"] else None
        return chr(int(match["u"] or match["x"], 16))

    return _replaced(view, _ESCAPED, character)


def _joined(view: View) -> View | None:
    """`4 1 1 1` and `j-a-n-e` without the gaps."""
    writer = _Writer(view)
    at = 0
    for match in _APART.finditer(view.text):
        writer.keep(at, match.start())
        step = len(match["gap"]) + 1
        for index in range(match.start(), match.end(), step):
            writer.keep(index, index + 1)
        at = match.end()
    if at == 0:
        return None
    writer.keep(at, len(view.text))
    return writer.view()


def _spoken(view: View) -> View | None:
    """`jane at example dot com`, `jane (at) example [dot] com` and `jane @ example . com` as addresses."""
    bracketed = _replaced(view, _AT, lambda _: "@")
    bracketed = _replaced(bracketed or view, _DOT, lambda _: ".") or bracketed
    base = bracketed or view
    spoken = _replaced(base, _SPOKEN, _address)
    return spoken or bracketed


def _address(match: re.Match[str]) -> str | None:
    text = match[0]
    if " " not in text or ("@" not in text and " dot " not in text.lower()):
        return None
    name, _, host = text.partition(match["at"])
    if match["at"].strip() == "@" and not _ENDING.fullmatch(re.split(r"[ .]", host.lower())[-1]):
        return None
    return f"{_SPOKEN_DOT.sub('.', name)}@{_SPOKEN_DOT.sub('.', host)}"


def _decoded(view: View) -> View | None:
    """Base64 and hexadecimal words as the text in them, where there is text in them."""
    hexed = _replaced(view, _HEX, lambda match: _readable(bytes.fromhex(match[0])))
    return _replaced(hexed or view, _BASE64, lambda match: _readable(_from_base64(match[0]))) or hexed


def _from_base64(word: str) -> bytes:
    body = word.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _readable(content: bytes) -> str | None:
    """The text in `content`, None where it is no text; between spaces, so that it is a word of its own."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return f" {text} " if text and all(sign.isprintable() or sign in "\r\n\t" for sign in text) else None
