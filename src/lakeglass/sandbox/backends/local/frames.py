"""What a session says, taken apart. Every byte here was written by code that nobody trusts.

A frame that is no frame ends the session (ProtocolViolation); a result whose content is not what it
claims to be is dropped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Literal, NamedTuple

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from lakeglass.sandbox.backends.local.jail import protocol
from lakeglass.sandbox.base import PLOTLY_MIME, TABLE_MIME, CodeError, RichResult, Variables

_KINDS = (protocol.RESULT, protocol.LATE, protocol.DONE)
_MAX_MIMES = 32
_MAX_CONTAINERS = 200_000
_MAX_KEYS = 200_000
_MAX_VALUES = 2_000_000
_MAX_DONE = 2 << 20
_KEY = re.compile(rb'"[ \t\r\n]*:')


class ProtocolViolation(Exception):
    """The session sent something that our runner never sends."""


class Frame(NamedTuple):
    """One message; the payload is still unread JSON."""

    kind: bytes
    token: bytes
    payload: bytes

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return protocol.HEADER.size + len(self.payload)


class FrameReader:
    """Cuts a byte stream into frames, holding at most one incomplete frame."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes. Raises ProtocolViolation."""
        self._held += data
        start = 0
        while len(self._held) - start >= protocol.HEADER.size:
            length, kind, token = protocol.HEADER.unpack_from(self._held, start)
            if length > protocol.MAX_RESULT or kind not in _KINDS:
                raise ProtocolViolation(f"a frame of kind {kind!r} with {length} bytes")
            end = start + protocol.HEADER.size + length
            if len(self._held) < end:
                break
            yield Frame(kind, token, bytes(self._held[start + protocol.HEADER.size : end]))
            start = end
        del self._held[:start]


class _Error(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(max_length=200)]
    value: Annotated[str, StringConstraints(max_length=10_000)]
    traceback: Annotated[str, StringConstraints(max_length=20_000)]
    line: Annotated[int, Field(ge=1, le=1_000_000)] | None


_Count = Annotated[int, Field(ge=0, le=1 << 53)]


class _Variable(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(max_length=100)]
    type: Annotated[str, StringConstraints(max_length=201)]
    shape: Annotated[tuple[_Count, ...], Field(max_length=32)] | None
    bytes: _Count | None


class _Variables(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: Annotated[tuple[_Variable, ...], Field(max_length=1000)]
    total: _Count


class _Done(BaseModel):
    model_config = ConfigDict(extra="forbid")
    error: _Error | None
    variables: JsonValue = None


@dataclass(frozen=True)
class Done:
    """The end of an execution, by the session's word."""

    error: CodeError | None
    variables: Variables | None


class LateText(BaseModel):
    """What a thread of an earlier execution printed."""

    model_config = ConfigDict(extra="forbid")
    stream: Literal["stdout", "stderr"]
    text: Annotated[str, StringConstraints(max_length=1 << 17)]


def read_result(payload: bytes, *, wanted: frozenset[str]) -> RichResult | None:
    """A result, or None when it is malformed or named without having been asked for.

    Looked at by hand: what the parser returns is JSON already, and to validate a million values again would
    hold up everybody else.
    """
    try:
        result = _json(payload)
    except ValueError:
        return None
    if not isinstance(result, dict) or result.keys() != {"name", "data"}:
        return None
    name, data = result["name"], result["data"]
    if not isinstance(data, dict) or len(data) > _MAX_MIMES:
        return None
    if name is not None and (not isinstance(name, str) or name not in wanted):
        return None
    if TABLE_MIME in data and not _is_table(data[TABLE_MIME]):
        return None
    if PLOTLY_MIME in data and not isinstance(data[PLOTLY_MIME], dict):
        return None
    return RichResult.model_construct(data=data, name=name)


def read_done(payload: bytes) -> Done:
    """What the code raised, if it did, and what lives in the session. Raises ProtocolViolation."""
    if len(payload) > _MAX_DONE:
        raise ProtocolViolation(f"an end of {len(payload)} bytes")
    try:
        done = _Done.model_validate(_json(payload))
    except ValueError as malformed:
        raise ProtocolViolation("a malformed end of an execution") from malformed
    error = None if done.error is None else CodeError(**done.error.model_dump())
    return Done(error, _read_variables(done.variables))


def _read_variables(value: JsonValue) -> Variables | None:
    """None when it is malformed: a list that is only shown is no reason to end a session."""
    try:
        return Variables.model_validate(_Variables.model_validate(value).model_dump())
    except ValueError:
        return None


def read_late(payload: bytes) -> LateText | None:
    """Late text, or None when it is malformed."""
    try:
        return LateText.model_validate(_json(payload))
    except ValueError:
        return None


def _is_table(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"columns", "dtypes", "rows", "total"}:
        return False
    columns, dtypes, rows, total = value["columns"], value["dtypes"], value["rows"], value["total"]
    return (
        isinstance(columns, list)
        and isinstance(dtypes, list)
        and isinstance(rows, list)
        and type(total) is int
        and total >= 0
        and len(dtypes) == len(columns)
        and all(isinstance(label, str) for label in (*columns, *dtypes))
        and len(rows) <= protocol.MAX_TABLE_ROWS
        and all(isinstance(row, list) and len(row) == len(columns) for row in rows)
    )


def _json(payload: bytes) -> object:
    """Strict JSON: no NaN, no duplicates of meaning, and at most about 200 levels (the parser's own guard).

    What it costs is bounded before anything is built: an empty list takes 20 times its text, a key a second look.
    """
    containers = payload.count(b"[") + payload.count(b"{")
    if containers > _MAX_CONTAINERS or containers + payload.count(b",") > _MAX_VALUES:
        raise ValueError
    if next(islice(_KEY.finditer(payload), _MAX_KEYS, None), None) is not None:
        raise ValueError
    return pydantic_core.from_json(payload, allow_inf_nan=False, cache_strings=False)


__all__ = [
    "Done", "Frame", "FrameReader", "LateText", "ProtocolViolation", "ValidationError",
    "read_done", "read_late", "read_result",
]  # fmt: skip
