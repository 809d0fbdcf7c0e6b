"""The wire between host and session: a fixed header, then JSON. Shared by both ends, trusted by neither.

header  = u32 payload length, 1 byte kind, 8 bytes execution token   (little-endian)
host    → E  execute     {"code", "collect"}
session → R  result      {"data": {mime: value}, "name": str | null}
          L  late text   {"stream", "text"}      printed by a thread of an earlier execution
          D  done        {"error": {...} | null, "variables": {"items": [...], "total"}}
"""

from __future__ import annotations

import json
import struct

HEADER = struct.Struct("<Ic8s")
EXECUTE, RESULT, LATE, DONE = b"E", b"R", b"L", b"D"
MAX_RESULT = 16 << 20
"""The runner replaces a longer result by a note; a longer payload is not a frame of ours."""
TOKEN_BYTES = 8

TABLE_MIME = "application/vnd.lakeglass.table+json"
PLOTLY_MIME = "application/vnd.plotly.v1+json"
MAX_TABLE_ROWS = 1000


def encode(value: object) -> bytes:
    """Strict JSON; a lone surrogate, which UTF-8 does not know, becomes a question mark. Raises ValueError on NaN."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8", "replace")


def frame(kind: bytes, token: bytes, payload: bytes) -> bytes:
    """One message ready to send."""
    return HEADER.pack(len(payload), kind, token) + payload
