"""Which encoding a text is in: by its mark, by its shape, and else by which one makes words of its bytes."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.decisions import Alternative, ReadDecision
from lakeglass.lake.readers.letters import LEGACY, OFTEN, SELDOM, SIGNS, WESTERN, Legacy

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The escapes with which ISO-2022-JP changes its alphabet.
_ISO_2022 = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_DIVIDERS = b"\n\r,;\t|"
_EVIDENCE = 64 << 10
_BEYOND = re.compile("[^\x00-\x7f]")
# Below this mean, the best encoding makes no words either; within this margin, another one is as plausible.
_WORDS = 0.3
_MARGIN = 0.1
# What an encoding loses for each step that it is less usual.
_USUAL = 0.05
# What it loses for letters of two languages that never meet.
_STRANGE = 0.4
# Letters that are words by themselves in some language.
_WORDS_OF_ONE = frozenset("àéèóòöåíýюяиаоуківз")
_FALLBACK = "cp1252"
_DAMAGE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding with the reason for it; `others` are as plausible by the words that they make."""

    name: str
    why: str = ""
    others: tuple[Legacy, ...] = ()
    by_words: bool = False

    def told(self) -> ReadDecision:
        """For the person who looks at the table."""
        codes = [Alternative(value=other.codec, label=other.label) for other in self.others]
        return ReadDecision(
            what="encoding",
            value=self.name.removesuffix("-sig"),
            note=self.why,
            option="encoding",
            chosen=self.name,
            confidence="likely" if self.by_words else "certain",
            alternatives=tuple(codes),
        )


def by_mark(head: bytes) -> str | None:
    """What the first bytes say: a byte order mark, or the zero bytes of UTF-16 and UTF-32; None for neither."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    sample = head[: 1 << 14]
    zeros = sample.count(0)
    if len(sample) < 4 or zeros < len(sample) / 12:
        return None
    by_place = [sample[place::4].count(0) for place in range(4)]
    for name, full in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if all(by_place[place] >= len(sample) // 4 * 0.99 for place in full):
            return name
    even, odd = by_place[0] + by_place[2], by_place[1] + by_place[3]
    if even <= odd * 0.02:
        return "utf-16-le" if _paired(sample, zero=1) else None
    return "utf-16-be" if odd <= even * 0.02 and _paired(sample, zero=0) else None


def _paired(sample: bytes, *, zero: int) -> bool:
    """True where what divides cells and rows has its zero byte beside it: the zeros of damaged ASCII lie anywhere."""
    signs, zeros = sample[1 - zero :: 2], sample[zero::2]
    marks = sum(sample.count(mark) for mark in _DIVIDERS)
    paired = sum(sign in _DIVIDERS and other == 0 for sign, other in zip(signs, zeros, strict=False))
    return paired >= marks / 2


def named(name: str) -> Encoding:
    """The encoding that a person asked for; raises InvalidInput for one that Python does not know as text."""
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)
    except (LookupError, UnicodeError, ValueError) as error:
        raise InvalidInput(
            f"There is no encoding {name!r}. Common ones are utf-8, utf-16, cp1252, cp1251, cp932, gb18030, big5."
        ) from error
    return Encoding(found.name, why="as you chose")


def by_words(evidence: bytes) -> Encoding:
    """The encoding under which lines with bytes beyond ASCII read most like words; cp1252 when none does."""
    if any(escape in evidence for escape in _ISO_2022):
        return Encoding("iso2022_jp", "the text switches alphabets as ISO-2022-JP does")
    scored: list[tuple[float, Legacy, str]] = []
    for legacy in LEGACY:
        text = evidence.decode(legacy.codec, errors="replace")
        scored.append((_score(text, legacy) - _USUAL * legacy.rank, legacy, text))
    scored.sort(key=lambda found: -found[0])
    best, chosen, read = scored[0]
    if best < _WORDS:
        why = (
            "no encoding makes plain words of the bytes beyond ASCII; choose another one if words look wrong"
        )
        return Encoding(_FALLBACK, why, tuple(legacy for _, legacy, _ in scored[:4]), by_words=True)
    others = [legacy for score, legacy, text in scored[1:] if score > best - _MARGIN and text != read]
    why = f"not UTF-8; as {chosen.label} its words look right"
    if others:
        why += f", but {' or '.join(legacy.label for legacy in others[:3])} would be plausible too"
    return Encoding(chosen.codec, why, tuple(others[:4]), by_words=True)


def gather(chunks: Iterator[bytes]) -> bytes:
    """Lines with bytes beyond ASCII, up to 64 KB of them: the evidence for `by_words`."""
    kept: list[bytes] = []
    size = 0
    rest = b""
    for chunk in chunks:
        if chunk.isascii() and rest.isascii() and b"\x1b" not in chunk:
            rest = b""
            continue
        lines = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        rest = lines.pop()[-_EVIDENCE:]
        for line in (*lines, rest) if len(lines) == 0 else lines:
            if not line.isascii() or b"\x1b" in line:
                kept.append(line[:4096])
                size += len(kept[-1])
        if size >= _EVIDENCE:
            break
    if not rest.isascii() and size < _EVIDENCE:
        kept.append(rest[:4096])
    return b"\n".join(kept)


def _score(text: str, legacy: Legacy) -> float:
    """How much the characters beyond ASCII read like those of words: at most about 1.3 on average."""
    points: list[float] = []
    run, last = 0, -2
    for match in _BEYOND.finditer(text):
        sign, place = match.group(), match.start()
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        run = run + 1 if place == last + 1 else 1
        last = place
        points.append(
            _wide(sign, legacy, run=run)
            if legacy.wide
            else _narrow(sign, before, after, legacy=legacy, run=run)
        )
    if not points:
        return 0.0
    strange = all(any(letter in text.lower() for letter in letters) for letters in legacy.apart)
    return sum(points) / len(points) - _STRANGE * strange


def _wide(sign: str, legacy: Legacy, *, run: int) -> float:
    if sign == _DAMAGE or unicodedata.category(sign) in {"Cc", "Co", "Cn"}:
        return -4.0
    if sign in legacy.letters:
        return 1.3
    code = ord(sign)
    if 0x3041 <= code <= 0x30FC:
        # Kana are in the Chinese and Korean tables as well, where nobody uses them.
        return 1.3 if legacy.codec in {"cp932", "euc_jp"} else -1.0
    if 0xAC00 <= code <= 0xD7A3:
        return 0.8
    if sign in SIGNS or 0xFF01 <= code <= 0xFF5E:
        return 0.5
    if 0x4E00 <= code <= 0x9FFF:
        return 0.4 if _everyday(sign, legacy.codec) else -0.7
    if 0xFF61 <= code <= 0xFF9F:
        # Katakana of half width are single bytes: any Western text would be full of lone ones.
        return 1.0 if run > 2 else -0.2
    return -1.0


def _everyday(sign: str, codec: str) -> bool:
    """True in the first level of the national standard, which holds the characters of daily use."""
    try:
        lead, trail = sign.encode("euc_jp" if codec == "cp932" else codec)[:2]
    except (UnicodeEncodeError, ValueError):
        return False
    if codec == "big5":
        return 0xA4 <= lead <= 0xC6
    last = {"gb18030": 0xD7, "cp932": 0xCF, "euc_jp": 0xCF}.get(codec, 0)
    return trail >= 0xA1 and 0xB0 <= lead <= last


def _narrow(sign: str, before: str, after: str, *, legacy: Legacy, run: int) -> float:
    category = unicodedata.category(sign)
    if sign == _DAMAGE or category in {"Cc", "Co", "Cn"}:
        return -4.0
    if category[0] not in "LM":
        inside = before.isalpha() and after.isalpha()
        if sign in SIGNS:
            return 0.5 if not inside or sign in "’‘·\xa0" else -1.0
        return -1.5
    small = sign.lower()
    points = _letter(small, legacy)
    if legacy.letters.isdisjoint("ожωשعก"):
        points += 0.2  # no letter beyond ASCII is frequent in a language that writes Latin
        points -= 1.0 if run > 2 else 0.0
    elif (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
        points -= 1.2  # two scripts in one word
    # Capitals begin a word, or are among themselves.
    if (sign.isupper() and (before.islower() or (before.isalpha() and after.islower()))) or (
        sign.islower() and after.isupper()
    ):
        points -= 1.2
    elif not before.isalpha() and not after.isalpha() and sign not in _WORDS_OF_ONE:
        points -= 0.8
    return points


def _letter(small: str, legacy: Legacy) -> float:
    if small in SELDOM and legacy.letters is WESTERN:
        return 0.2
    if small not in legacy.letters:
        return -0.6
    return 1.15 if small in OFTEN else 0.8


def alternatives(names: Sequence[str]) -> tuple[Alternative, ...]:
    """Encodings by name, as a person may choose them."""
    labels = {legacy.codec: legacy.label for legacy in LEGACY}
    return tuple(Alternative(value=name, label=labels.get(name, name)) for name in names)
