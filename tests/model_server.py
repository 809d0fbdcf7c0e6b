"""A model on loopback that speaks the real wire protocol, from a script; every byte that it is sent is kept."""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from tests.planted import leaks


@dataclass(frozen=True, slots=True)
class Say:
    """What the model answers to one request."""

    text: str = "All is well."
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, str] | None = None
    stop: str = "stop"
    refusal: str = ""
    cut: bool = False  # the connection ends in mid-answer
    silent: threading.Event | None = None  # nothing is said until this is set
    cost: float | None = None
    broken: Mapping[str, str] | None = None  # an error inside the stream


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.content or b"{}")
        return found


class ModelServer:
    """Answers from `script`, one line a request; its last line answers all that follow."""

    def __init__(self, *script: Say, models: tuple[str, ...] = ("tiny",)) -> None:
        self.heard: list[Heard] = []
        self.captured: list[Heard] = []  # the same, whoever clears the other one
        self.models = models
        self._script = list(script) or [Say()]
        self._lock = threading.Lock()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def say(self, *script: Say) -> None:
        """Go on with this script."""
        with self._lock:
            self._script = list(script)

    def next(self, heard: Heard) -> Say:
        with self._lock:
            self.heard.append(heard)
            self.captured.append(heard)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    @contextmanager
    def running(self) -> Iterator[ModelServer]:
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = _Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
        # Of every test that has a model: nothing that left for it may hold a personal value.
        assert [found for heard in self.captured if (found := leaks(heard.content))] == []


class _Server(ThreadingHTTPServer):
    """A client may leave before its answer: that is its right."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server_of: ClassVar[ModelServer]

    def do_GET(self) -> None:
        say = self.server_of.next(Heard(self.path, dict(self.headers), b""))
        if say.status != 200:
            self._refuse(say)
            return
        data = [
            {"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in self.server_of.models
        ]
        self._whole(200, {"object": "list", "data": data}, {})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        say = self.server_of.next(Heard(self.path, dict(self.headers), content))
        if say.silent is not None:
            say.silent.wait(30)
        if say.status != 200:
            self._refuse(say)
            return
        self._stream(say)

    def _refuse(self, say: Say) -> None:
        error = dict(say.error or {"message": f"status {say.status}", "code": "", "type": "error"})
        self._whole(say.status, {"error": error}, say.headers)

    def _whole(self, status: int, body: object, headers: Mapping[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, say: Say) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        pieces = [say.text[at : at + 7] for at in range(0, len(say.text), 7)]
        for place, piece in enumerate(pieces):
            if say.cut and place >= len(pieces) // 2:
                return
            self._chunk({"content": piece})
        if say.broken is not None:
            self._event({"error": dict(say.broken)})
            return
        if say.refusal:
            self._chunk({"refusal": say.refusal})
        self._chunk({}, stop=say.stop)
        usage: dict[str, object] = {"prompt_tokens": 100, "completion_tokens": len(pieces), "total_tokens": 0}
        if say.cost is not None:
            usage["cost"] = say.cost
        self._event({**self._frame(), "choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _frame(self) -> dict[str, object]:
        return {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "tiny"}

    def _chunk(self, delta: Mapping[str, str], stop: str | None = None) -> None:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": stop}
        self._event({**self._frame(), "choices": [choice]})

    def _event(self, body: Mapping[str, object]) -> None:
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's
        """Nothing to the terminal."""


class TokenServer:
    """Microsoft Entra ID on loopback: discovery and tokens over TLS, each token good for `seconds`."""

    def __init__(self, certificate: Path, key: Path, *, seconds: int = 3600) -> None:
        self.asked: list[str] = []
        self.seconds = seconds
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its authority, such as `https://localhost:1234`."""
        owner = self

        class Handler(_TokenHandler):
            server_of = owner

        server = _Server(("127.0.0.1", 0), Handler)
        server.socket = self._context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _TokenHandler(_Handler):
    server_of: ClassVar[TokenServer]  # type: ignore[assignment]

    def do_GET(self) -> None:
        base = f"https://{self.headers['host']}/{self.path.split('/')[1]}"
        self._whole(
            200,
            {
                "issuer": base,
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            },
            {},
        )

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server_of.asked.append(content)
        token = f"token-{len(self.server_of.asked)}"
        self._whole(
            200, {"token_type": "Bearer", "expires_in": self.server_of.seconds, "access_token": token}, {}
        )
