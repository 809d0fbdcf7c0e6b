"""Text before anything else: a clean UTF-8 file to read, and how its lines end."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.readers import encodings
from lakeglass.lake.readers.base import Reading
from lakeglass.lake.readers.encodings import Encoding

LineEnds = Literal["LF", "CR LF", "CR", "mixed"]
_CHUNK = 1 << 22
# What the nearest cache of a processor holds: every look at it but the first is many times faster.
_GLANCE = 1 << 18
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is clean UTF-8: the original itself, or a copy in the scratch folder."""

    path: Path
    ends: LineEnds
    decisions: tuple[ReadDecision, ...] = ()


@dataclass(slots=True)
class _Scan:
    """What one pass over the bytes found."""

    valid: bool = True
    zeros: int = 0
    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    escapes: bool = False
    last: bytes = b""

    @property
    def ends(self) -> LineEnds:
        if not self.returns:
            return "LF"
        if self.returns == self.pairs == self.feeds:
            return "CR LF"
        return "CR" if not self.feeds else "mixed"


def looks_like_text(head: bytes) -> bool:
    """False for bytes that no text has many of."""
    if encodings.by_mark(head) is not None:
        return True
    odd = sum(head.count(byte) for byte in range(32) if byte not in (1, 9, 10, 12, 13, 27, 28, 29, 30, 31))
    return odd <= max(2, len(head) * 0.02)


def clean_text(source: Path, reading: Reading) -> Text:
    """Give back `source` when it is clean UTF-8, otherwise a clean copy in the scratch folder."""
    scan, encoding = _examine(source, chosen=reading.options.encoding)
    told = [encoding.told()]
    if encoding.name in {"utf-8", "utf-8-sig"} and scan.valid and not scan.zeros:
        return Text(source, scan.ends, tuple(told))
    path = reading.scratch / "clean.txt"
    copied = _Scan()
    unreadable = zeros = 0
    total = source.stat().st_size
    with path.open("wb") as target:
        for done, piece in _decoded(source, encoding.name):
            reading.progress("decode", done, total)
            zeros += piece.count("\x00")
            unreadable += piece.count(_UNREADABLE)
            clean = piece.replace("\x00", "").encode("utf-8", "replace")
            _count_ends(clean, copied)
            target.write(clean)
    if zeros:
        told.append(ReadDecision(what="zero bytes", value="removed", note=f"{zeros:,} of them"))
    if unreadable:
        note = f"{unreadable:,} that {encoding.name} has no meaning for"
        told.append(ReadDecision(what="unreadable characters", value=f"shown as {_UNREADABLE}", note=note))
    return Text(path, copied.ends, tuple(told))


def decoded_head(head: bytes) -> str:
    """The beginning of a file as text, as well as its beginning alone can tell."""
    mark = encodings.by_mark(head)
    if mark is not None:
        return head.decode(mark, errors="ignore").lstrip("\ufeff")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode(encodings.by_words(encodings.gather(iter([head]))).name, errors="replace")


def _examine(source: Path, *, chosen: str | None) -> tuple[_Scan, Encoding]:
    with source.open("rb") as stream:
        head = stream.read(1 << 16)
    scan = _scanned(source)
    if chosen is not None:
        return scan, encodings.named(chosen)
    marked = encodings.by_mark(head)
    if marked is not None:
        return scan, Encoding(marked, "the file begins so" if "-" in marked[4:] else "by its byte order mark")
    if scan.valid and not scan.escapes:
        return scan, Encoding("utf-8")
    right, wrong = (0, 0) if scan.valid else _utf8_signs(source)
    if right - 2 * wrong > 4 * wrong:
        return scan, Encoding("utf-8", "a few bytes are damaged")
    return scan, encodings.by_words(encodings.gather(_chunks(source)))


def _scanned(source: Path) -> _Scan:
    """One pass at the speed of the disk."""
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in _chunks(source, _GLANCE):
        # ASCII is checked many times faster than it is decoded.
        if scan.valid and not (chunk.isascii() and not decoder.getstate()[0]):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                scan.valid = False
        if b"\x00" in chunk:
            scan.zeros += chunk.count(0)
        # One byte is found many times faster than two.
        scan.escapes = scan.escapes or (b"\x1b" in chunk and b"\x1b$" in chunk)
        _count_ends(chunk, scan)
    if scan.valid and decoder.getstate()[0]:
        scan.valid = False
    return scan


def _count_ends(chunk: bytes, scan: _Scan) -> None:
    if scan.last == b"\r" and chunk.startswith(b"\n"):
        scan.pairs += 1
    scan.last = chunk[-1:]
    if b"\r" in chunk:
        scan.returns += chunk.count(b"\r")
        scan.pairs += chunk.count(b"\r\n")
        scan.feeds += chunk.count(b"\n")
    elif scan.returns:
        scan.feeds += chunk.count(b"\n")
    elif b"\n" in chunk:
        scan.feeds += 1  # how many matters only beside carriage returns: these alone make more than those


def _utf8_signs(source: Path) -> tuple[int, int]:
    """Bytes beyond ASCII that are right in UTF-8, and places where they are wrong."""
    right = wrong = 0
    for _, piece in _decoded(source, "utf-8"):
        wrong += piece.count(_UNREADABLE)
        right += len(piece.encode()) - len(piece)  # bytes beyond one a character: at least one each
    return right, wrong


def _chunks(source: Path, size: int = _CHUNK) -> Iterator[bytes]:
    with source.open("rb", buffering=0) as stream:
        while chunk := stream.read(size):
            yield chunk


def _decoded(source: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Pieces of text with the bytes that they end at."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    done = 0
    for chunk in _chunks(source):
        done += len(chunk)
        yield done, decoder.decode(chunk)
    yield done, decoder.decode(b"", final=True)
