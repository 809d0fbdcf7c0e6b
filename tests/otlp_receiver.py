"""A collector on loopback: takes spans by OTLP/HTTP and decodes them from the protocol's own messages."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One span as it arrived."""

    name: str
    trace: str
    id: str
    parent: str
    attributes: Mapping[str, object]
    error: str
    start: int
    end: int


class Receiver:
    """Keeps what it is sent. While `held` is not set it answers nobody; with a `status` it refuses."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        self.content = b""
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []
        self.status = 200
        self.held = threading.Event()
        self.held.set()
        self._changed = threading.Condition()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def wait(self, until: Callable[[Sequence[Seen]], bool]) -> list[Seen]:
        """The spans once they satisfy `until`."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: until(self.spans), PATIENCE_S)
            assert arrived, f"got only {[span.name for span in self.spans]}"
            return list(self.spans)

    def requests(self, count: int) -> None:
        """Wait until so many requests arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.paths) >= count, PATIENCE_S)

    @contextmanager
    def running(self) -> Iterator[Receiver]:
        owner = self

        class Handler(_Handler):
            receiver = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.held.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def take(self, path: str, headers: Mapping[str, str], content: bytes) -> None:
        spans = _spans(content) if self.status == 200 else []
        with self._changed:
            self.paths.append(path)
            self.headers.append(headers)
            self.content += content
            self.spans += spans
            self._changed.notify_all()


class _Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.take(self.path, headers, content)
        self.receiver.held.wait(PATIENCE_S)
        # A careless collector: it says what it was sent.
        reason = "OK" if self.receiver.status == 200 else f"no {headers.get('authorization')}"
        answer = ExportTraceServiceResponse().SerializeToString()
        try:
            self.send_response(self.receiver.status, reason)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except ConnectionError:
            return  # nobody waits for it any more

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's
        """Nothing to the terminal."""


def _spans(content: bytes) -> list[Seen]:
    request = ExportTraceServiceRequest.FromString(content)
    return [
        Seen(
            name=span.name,
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            attributes={
                **{f"resource.{one.key}": _value(one.value) for one in resource.resource.attributes},
                **{one.key: _value(one.value) for one in span.attributes},
            },
            error=span.status.message,
            start=span.start_time_unix_nano,
            end=span.end_time_unix_nano,
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _value(value: AnyValue) -> object:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind) if kind else None
