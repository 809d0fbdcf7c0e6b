"""Identifiers: a prefix that says what it names, then a ULID (sortable by creation time).

Source: https://github.com/ulid/spec (48 bits of milliseconds, 80 random bits, Crockford base32).
"""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A fresh id such as `ses_01jd3v…`; 26 characters after the prefix, lower case."""
    number = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
