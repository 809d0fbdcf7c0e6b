"""Secrets of a server, searched for in everything that it told, stored or sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def files(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below `home`, databases with all their tables included, by its place there."""
    for path in home.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(home)), path.read_bytes()


def holders(secret: str, places: Iterable[tuple[str, bytes]]) -> list[str]:
    """The names of those places that hold the secret: plainly, in an encoding, or but for its beginning."""
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), raw.hex(), base64.b64encode(raw).decode(), secret[8:]}
    needles = [form.encode() for form in forms]
    return [name for name, content in places if any(needle in content for needle in needles)]
