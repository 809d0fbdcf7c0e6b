from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from lakeglass.api.upload import FilePart
from lakeglass.core.errors import InvalidInput

BOUNDARY = "xYzZY"


def body(content: bytes, *, name: str = "file", filename: str = "a.csv") -> bytes:
    before = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="other"\r\n\r\nignored\r\n'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
    return before.encode() + head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def request(
    pieces: Iterable[bytes], content_type: str = f"multipart/form-data; boundary={BOUNDARY}"
) -> Request:
    waiting = [*pieces]

    async def receive() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type.encode())]}
    return Request(scope, receive)


async def received(part: FilePart) -> bytes:
    chunks: AsyncIterator[bytes] = part.chunks()
    return b"".join([chunk async for chunk in chunks])


@given(st.binary(max_size=300), st.lists(st.integers(0, 500), max_size=8))
def test_the_file_does_not_depend_on_how_the_body_was_cut(content: bytes, cuts: list[int]) -> None:
    whole = body(content)
    edges = sorted({0, len(whole), *(cut % (len(whole) + 1) for cut in cuts)})
    part = FilePart(request(whole[a:b] for a, b in pairwise(edges)))
    assert asyncio.run(received(part)) == content
    assert part.filename == "a.csv"


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data", "", "text/csv; boundary=x"]
)
def test_another_kind_of_body_is_refused(content_type: str) -> None:
    with pytest.raises(InvalidInput, match="multipart/form-data"):
        FilePart(request([b"{}"], content_type))


def test_a_body_without_the_file_part_is_refused() -> None:
    part = FilePart(request([body(b"x", name="document")]))
    with pytest.raises(InvalidInput, match="no part named 'file'"):
        asyncio.run(received(part))


def test_a_body_that_ends_early_is_refused() -> None:
    part = FilePart(request([body(b"x" * 100)[:-30]]))
    with pytest.raises(InvalidInput, match="not a complete"):
        asyncio.run(received(part))


def test_garbage_is_refused() -> None:
    part = FilePart(request([b"\x00\xff" * 50]))
    with pytest.raises(InvalidInput):
        asyncio.run(received(part))


def test_a_quote_in_a_name_comes_as_browsers_escape_it() -> None:
    part = FilePart(request([body(b"x", filename="100%25 %22big%22 towns.csv")]))
    asyncio.run(received(part))
    assert part.filename == '100%25 "big" towns.csv'


def test_only_the_first_file_counts() -> None:
    twice = body(b"one").removesuffix(b"--\r\n") + body(b"two").removeprefix(f"--{BOUNDARY}".encode())
    assert twice.count(b'name="file"') == 2
    assert asyncio.run(received(FilePart(request([twice])))) == b"one"


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"-", b"--", b"\r\n--xYz"]), max_size=60),
    st.data(),
)
def test_what_looks_like_the_beginning_of_a_boundary_is_content(
    pieces: list[bytes], data: st.DataObject
) -> None:
    whole = body(b"".join(pieces))
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=30))
    edges = sorted({0, len(whole), *cuts})
    part = FilePart(request(whole[a:b] for a, b in pairwise(edges)))
    assert asyncio.run(received(part)) == b"".join(pieces)
