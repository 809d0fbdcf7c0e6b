"""The host's reading of frames: cut anywhere, lying about anything."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeglass.sandbox.backends.local import frames
from lakeglass.sandbox.backends.local.frames import FrameReader, ProtocolViolation
from lakeglass.sandbox.backends.local.jail import protocol

TOKEN = b"12345678"


@given(payloads=st.lists(st.binary(max_size=50), max_size=6), cuts=st.lists(st.integers(1, 40), min_size=1))
def test_frames_survive_any_cutting(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(protocol.frame(protocol.RESULT, TOKEN, payload) for payload in payloads)
    reader, found, place, turn = FrameReader(), [], 0, 0
    while place < len(stream):
        step = cuts[turn % len(cuts)]
        found += [frame.payload for frame in reader.feed(stream[place : place + step])]
        place, turn = place + step, turn + 1
    assert found == payloads


@given(st.binary(min_size=13, max_size=200))
def test_any_bytes_are_frames_or_a_violation(data: bytes) -> None:
    try:
        for frame in FrameReader().feed(data):
            assert len(frame.payload) <= len(data)
    except ProtocolViolation:
        pass


@pytest.mark.parametrize(
    "header",
    [
        protocol.HEADER.pack(protocol.MAX_RESULT + 1, protocol.RESULT, TOKEN),
        protocol.HEADER.pack(1, b"E", TOKEN),
        protocol.HEADER.pack(1, b"\0", TOKEN),
    ],
    ids=["too long", "an order", "unknown"],
)
def test_a_header_of_ours_can_not_look_like_this(header: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        list(FrameReader().feed(header))


@given(st.binary(max_size=200))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    frames.read_result(payload, wanted=frozenset())
    frames.read_late(payload)
    with contextlib.suppress(ProtocolViolation):
        frames.read_done(payload)


def test_a_name_that_nobody_asked_for_is_refused() -> None:
    payload = json.dumps({"name": "x", "data": {"application/json": 1}}).encode()
    assert frames.read_result(payload, wanted=frozenset({"y"})) is None
    read = frames.read_result(payload, wanted=frozenset({"x"}))
    assert read is not None
    assert (read.name, read.data) == ("x", {"application/json": 1})


def test_an_error_with_oversized_text_is_a_violation() -> None:
    error = {"name": "E", "value": "x" * 10_001, "traceback": "", "line": None}
    with pytest.raises(ProtocolViolation):
        frames.read_done(json.dumps({"error": error}).encode())


def test_an_end_that_is_no_short_message_is_a_violation() -> None:
    with pytest.raises(ProtocolViolation):
        frames.read_done(b'{"error": null}' + b" " * (3 << 20))


@pytest.mark.parametrize("name", ["5", "[]", "{}", "true"])
def test_a_name_that_is_no_text_is_refused(name: str) -> None:
    payload = b'{"name": %s, "data": {}}' % name.encode()
    assert frames.read_result(payload, wanted=frozenset({"x"})) is None


_TABLE = {"columns": ["a"], "dtypes": ["x"], "rows": [[1]], "total": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"rows": [[1, 2]]},
        {"rows": [1]},
        {"rows": [[1]] * 1001},
        {"total": -1},
        {"total": True},
        {"total": "1"},
        {"columns": [1]},
        {"dtypes": ["x", "y"]},
        {"more": 1},
    ],
)
def test_a_table_of_another_shape_is_refused(change: dict[str, object]) -> None:
    def read(table: dict[str, object]) -> object:
        payload = {"name": None, "data": {"application/vnd.lakeglass.table+json": table}}
        return frames.read_result(json.dumps(payload).encode(), wanted=frozenset())

    assert read(_TABLE) is not None
    assert read(_TABLE | change) is None


@pytest.mark.parametrize(
    "value",
    [
        b"[" + b"[]," * 600_000 + b"0]",
        b"[" + b"1," * 2_100_000 + b"0]",
        b"{" + b",".join(b'"%d" :1' % i for i in range(200_001)) + b"}",
        b"[" * 5_000 + b"]" * 5_000,
    ],
    ids=["empty lists", "numbers", "keys", "depth"],
)
def test_what_would_cost_the_host_too_much_is_refused_before_it_is_built(value: bytes) -> None:
    payload = b'{"name":null,"data":{"a":' + value + b"}}"
    assert len(payload) < protocol.MAX_RESULT
    assert frames.read_result(payload, wanted=frozenset()) is None
