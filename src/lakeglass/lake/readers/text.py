"""Text before anything else: which encoding, which line ends, and a clean UTF-8 file to read."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lakeglass.lake.model import ReadDecision

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACK = "cp1252"
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is clean UTF-8: the original itself, or a copy beside the target."""

    path: Path
    decisions: tuple[ReadDecision, ...]


def guess_encoding(head: bytes) -> str | None:
    """What the first bytes say about the encoding: a BOM, or the zero bytes of UTF-16; None for neither."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    sample = head[:4096]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0) / (len(sample) / 2), sample[1::2].count(0) / (len(sample) / 2)
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return "utf-16-be"
    return None


def looks_like_text(head: bytes) -> bool:
    """False for bytes that no text has many of."""
    if guess_encoding(head) is not None:
        return True
    odd = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
    return odd <= max(2, len(head) * 0.02)


def clean_text(source: Path, scratch: Path) -> Text:
    """Give back `source` when it is clean UTF-8, otherwise write a clean copy to `scratch`."""
    with source.open("rb") as stream:
        named = guess_encoding(stream.read(_CHUNK))
    flaws = _flaws(source) if named in (None, "utf-8-sig") else frozenset[str]()
    if "encoding" in flaws and not _mostly_utf8(source):
        named, why = _FALLBACK, "the file is not valid UTF-8; if words look wrong, save it as UTF-8"
    else:
        named, why = named or "utf-8", "the file begins so" if named else ""
    decisions = [ReadDecision(what="encoding", value=named.removesuffix("-sig"), note=why)]
    if named.startswith("utf-8") and not flaws:
        return Text(source, tuple(decisions))
    if "zero bytes" in flaws:
        decisions.append(ReadDecision(what="zero bytes", value="removed"))
    if "old line ends" in flaws:
        decisions.append(ReadDecision(what="line ends", value="CR"))
    unreadable = 0
    with scratch.open("w", encoding="utf-8", newline="") as target:
        for piece in _decoded(source, named):
            unreadable += piece.count(_UNREADABLE)
            kept = piece.replace("\x00", "")
            target.write(kept.replace("\r", "\n") if "old line ends" in flaws else kept)
    if unreadable:
        note = f"{unreadable:,} that {named} has no meaning for"
        decisions.append(
            ReadDecision(what="unreadable characters", value=f"shown as {_UNREADABLE}", note=note)
        )
    return Text(scratch, tuple(decisions))


def even_line_ends(source: Path, target: Path) -> None:
    """Copy a text with CR LF and CR as LF, but not between double quotes: there they belong to a value."""
    inside = False
    held = b""
    with source.open("rb") as stream, target.open("wb") as copy:
        while chunk := held + stream.read(_CHUNK):
            # A CR at the end may be half of a CR LF.
            held = b"\r" if chunk.endswith(b"\r") and len(chunk) > 1 else b""
            parts = chunk.removesuffix(held).split(b'"') if held else chunk.split(b'"')
            for place, part in enumerate(parts):
                if place:
                    copy.write(b'"')
                    inside = not inside
                copy.write(part if inside else part.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def _mostly_utf8(source: Path) -> bool:
    """True when far more characters beyond ASCII are right in UTF-8 than wrong: a few bytes are damaged."""
    right = wrong = 0
    for piece in _decoded(source, "utf-8"):
        wrong += piece.count(_UNREADABLE)
        right += len(piece.encode()) - len(piece)  # bytes beyond one a character: at least one each
    return right - 2 * wrong > 4 * wrong


def _flaws(source: Path) -> frozenset[str]:
    """What keeps a file from being clean UTF-8, in one pass at the speed of the disk."""
    found: set[str] = set()
    decoder = codecs.getincrementaldecoder("utf-8")()
    feeds = returns = 0
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if "encoding" not in found:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    found.add("encoding")
            if b"\x00" in chunk:
                found.add("zero bytes")
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
    if "encoding" not in found:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            found.add("encoding")
    if returns and not feeds:
        found.add("old line ends")
    return frozenset(found)


def _decoded(source: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
