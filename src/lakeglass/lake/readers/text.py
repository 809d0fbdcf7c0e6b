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
    return odd <= len(head) * 0.02


def clean_text(source: Path, scratch: Path) -> Text:
    """Give back `source` when it is clean UTF-8, otherwise write a clean copy to `scratch`."""
    with source.open("rb") as stream:
        named = guess_encoding(stream.read(_CHUNK))
    flaws = _flaws(source) if named in (None, "utf-8-sig") else frozenset[str]()
    encoding = named or ("utf-8" if "encoding" not in flaws else _FALLBACK)
    decisions = [
        ReadDecision(what="encoding", value=encoding.removesuffix("-sig"), note=_why(named, encoding))
    ]
    if encoding.startswith("utf-8") and not flaws:
        return Text(source, tuple(decisions))
    if "zero bytes" in flaws:
        decisions.append(ReadDecision(what="zero bytes", value="removed"))
    if "old line ends" in flaws:
        decisions.append(ReadDecision(what="line ends", value="CR"))
    with scratch.open("w", encoding="utf-8", newline="") as target:
        for piece in _decoded(source, encoding):
            kept = piece.replace("\x00", "")
            target.write(kept.replace("\r", "\n") if "old line ends" in flaws else kept)
    return Text(scratch, tuple(decisions))


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


def _why(named: str | None, encoding: str) -> str:
    if named is not None:
        return "the file begins so"
    return "" if encoding == "utf-8" else "the file is not valid UTF-8"
