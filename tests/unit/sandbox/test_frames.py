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
        protocol.HEADER.pack(protocol.MAX_PAYLOAD + 1, protocol.RESULT, TOKEN),
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
