"""What a hosted session may send, bounded before the SDK reads it.

The SDK keeps every event of an execution in memory, and a line of any length. So its transport is wrapped:
the stream of an execution is cut into lines here, output and results beyond the limits are dropped and
counted, the rest is passed on. A session that talks for its whole time costs us the limits, not more.
Source: https://github.com/e2b-dev/code-interpreter/blob/7df1757/template/server/stream.py
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
from pydantic import JsonValue

from lakeglass.sandbox.backends.e2b.envelope import FRAME_MIME, LATE, RESULT
from lakeglass.sandbox.backends.local.jail import protocol
from lakeglass.sandbox.base import Limits

_MAX_LINE = 2 * protocol.MAX_RESULT  # a result within its limit, escaped once more
_MAX_ERROR = 20_000
_MAX_ANSWER = 1 << 20
_OUTPUT = ("stdout", "stderr")
_ERROR_PARTS = ("name", "value", "traceback")
# What the SDK's model of a result takes, without what we never show ("data", "chart", "pdf", "javascript").
_RESULT_PARTS = {
    "type", "text", "html", "markdown", "svg", "png", "jpeg", "latex", "json", "extra", "is_main_result"
}  # fmt: skip
_EXECUTE = "/execute"
_MEASURES = {b"content-length", b"transfer-encoding", b"content-encoding"}


class Meter:
    """How much one execution may still say, and how many bytes of it were dropped."""

    def __init__(self, limits: Limits) -> None:
        self._output = dict.fromkeys(_OUTPUT, limits.stream_bytes)
        self._late = limits.stream_bytes
        self._results = limits.results_bytes
        self._places = limits.max_results
        self.dropped = 0
        self.refused = False
        """Whether the other side answered that it will not even begin."""

    def admit(self, line: bytes) -> bytes:
        """What the SDK may read of an event: the whole of it, less of it, or nothing."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return self._refuse(len(line))
        kind = event.get("type") if isinstance(event, dict) else None
        if kind in _OUTPUT:
            return self._output_within(line, event, kind)
        if kind == "result":
            return self._result_within(line, event)
        if kind == "error":
            said = {name: str(event.get(name) or "")[:_MAX_ERROR] for name in _ERROR_PARTS}
            return json.dumps({"type": kind, **said}).encode()
        return b""  # heartbeats and counts

    def refuse(self, size: int) -> None:
        """Count what is never read."""
        self.dropped += size

    def _refuse(self, size: int) -> bytes:
        self.dropped += size
        return b""

    def _output_within(self, line: bytes, event: dict[str, JsonValue], stream: str) -> bytes:
        text = event.get("text")
        if not isinstance(text, str) or "timestamp" not in event:
            return self._refuse(len(line))
        said = text.encode("utf-8", "replace")
        room = self._output[stream]
        if len(said) <= room:
            self._output[stream] = room - len(said)
            return line
        self._output[stream] = 0
        self.dropped += len(said) - room
        if not room:
            return b""
        return json.dumps({**event, "text": said[:room].decode("utf-8", "ignore")}).encode()

    def _result_within(self, line: bytes, event: dict[str, JsonValue]) -> bytes:
        kind, size = _frame(event)
        if kind == LATE:
            if size > self._late:
                return self._refuse(size)
            self._late -= size
        elif kind in {RESULT, None}:
            size = len(line) if kind is None else size
            if size > self._results or self._places <= 0:
                return self._refuse(size)
            self._results -= size
            self._places -= 1
        if event.keys() <= _RESULT_PARTS:
            return line
        return json.dumps({name: event[name] for name in event.keys() & _RESULT_PARTS}).encode()


class BoundedTransport(httpx.AsyncBaseTransport):
    """The SDK's own transport; the one streamed answer goes through a meter, every other one is small."""

    def __init__(self, transport: httpx.AsyncBaseTransport, meter: Meter) -> None:
        self._transport = transport
        self._meter = meter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and bound what comes back."""
        request.headers["accept-encoding"] = "identity"  # what is packed could not be measured
        response = await self._transport.handle_async_request(request)
        body = response.stream
        if not isinstance(body, httpx.AsyncByteStream):
            return response
        execution = request.url.path.endswith(_EXECUTE)
        self._meter.refused |= execution and not response.is_success
        streamed = execution and response.is_success
        return httpx.Response(
            response.status_code,
            headers=[pair for pair in response.headers.raw if pair[0].lower() not in _MEASURES],
            stream=_Metered(body, self._meter) if streamed else _Small(body),
            extensions=response.extensions,
        )


class _Metered(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        held = bytearray()
        too_long = False
        async for part in self._stream:
            held += part
            *lines, rest = held.split(b"\n")
            for line in lines:
                if too_long:  # the end of a line whose beginning is gone
                    self._meter.refuse(len(line))
                    too_long = False
                elif line.strip():
                    admitted = self._meter.admit(bytes(line))
                    if admitted:
                        yield admitted + b"\n"
            held = rest
            if len(held) > _MAX_LINE:
                self._meter.refuse(len(held))
                held.clear()
                too_long = True
        if held.strip() and not too_long:
            yield self._meter.admit(bytes(held))

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Small(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = _MAX_ANSWER
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise httpx.RemoteProtocolError(f"an answer of more than {_MAX_ANSWER} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def _frame(event: dict[str, JsonValue]) -> tuple[str | None, int]:
    """Kind and size of the frame of ours that a result carries, None when it carries none."""
    extra = event.get("extra")
    frame = extra.get(FRAME_MIME) if isinstance(extra, dict) else None
    if not isinstance(frame, dict):
        return None, 0
    kind, payload = frame.get("kind"), frame.get("payload")
    if not isinstance(kind, str) or not isinstance(payload, str):
        return None, 0
    return kind, len(payload.encode("utf-8", "replace"))
