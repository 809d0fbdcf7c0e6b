"""What people upload by mistake, told by its first bytes, so that the refusal can name it."""

from __future__ import annotations

import re

JSON = "JSON"
_MAGIC = (
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich-text document"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"ARROW1", "an Arrow file"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|!--|\?xml|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*("(?:[^"\\\n]|\\.)*"\s*:|\})|\[\s*(\{|\[|\]))')


def stranger(head: bytes) -> str | None:
    """What a file that begins with `head` is, when it is something known that is no delimited text."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head[257:262] == b"ustar":
        return "a tar archive"
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    if _MARKUP.match(head):
        return "an HTML or XML page"
    return JSON if _JSON.match(head) else None
