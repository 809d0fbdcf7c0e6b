"""What every request passes: a request id, the host and origin it may name, and the headers of a strict page.

A service without accounts listens on loopback only; a web page of somebody else must still not reach it, by
a name that resolves to 127.0.0.1 (rebinding) or by a form that posts to it (cross-site request).
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from lakeglass.api.errors import TOO_LARGE, envelope
from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.core.errors import InvalidInput, TooLarge
from lakeglass.core.settings import Settings

COOKIE = "lakeglass_token"
# The one address with a body of any size: it is written to disk as it arrives.
UPLOAD = "/api/upload"
_FOREIGN_NAME = (
    "This host name is not allowed. Open the page by its own address, or add the name to "
    "LAKEGLASS_SERVER__ALLOWED_HOSTS."
)
_NUL = "An address can't contain the NUL character; leave it out."
# Host and port as RFC 9110 has them, and nothing that a lenient parser might take for user or path.
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::\d*)?", re.IGNORECASE)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_log = logging.getLogger(__name__)


def presented_token(headers: Headers) -> str | None:
    """The access token of a request: a bearer header, else the cookie that the page was given."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    return morsel.value if morsel else None


def _host_of(authority: str) -> str:
    """The host name in `authority`, empty when that is none."""
    match = _AUTHORITY.fullmatch(authority)
    return match.group(1).strip("[]").lower() if match else ""


def _authority_of(origin: str) -> str:
    """Host and port of an origin, empty for one that has none ('null')."""
    return origin.partition("://")[2].lower()


class SecurityMiddleware:
    """Pure ASGI, so that streams are not buffered."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        # Behind a token the name does not matter: a foreign page has no token to send.
        self._any_host = settings.auth.token is not None and not settings.server.allowed_hosts
        self._hosts = _LOOPBACK | {host.lower() for host in _names(settings)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it with an envelope (a WebSocket with code 1008)."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        identifier = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = identifier
        headers = Headers(scope=scope)
        reason = self._refusal(scope, headers)

        async def decorated(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                out["x-request-id"] = identifier
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        if reason is None:
            await self._app(scope, receive, decorated)
            return
        _log.warning("refused a request: %s", reason[2])
        refusal: Response | WebSocketClose = (
            WebSocketClose(code=1008, reason="forbidden")
            if scope["type"] == "websocket"
            else envelope(*reason, {}, request_id=identifier)
        )
        await refusal(scope, receive, decorated)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        """Status, code and message for what may not pass."""
        host = headers.get("host", "")
        if not self._any_host and _host_of(host) not in self._hosts:
            return (403, "FORBIDDEN", _FOREIGN_NAME)
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and origin is not None and _authority_of(origin) != host.lower():
            return (403, "FORBIDDEN", "Requests from another site are not allowed to change anything here.")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > MAX_JSON_BYTES and scope["path"] != UPLOAD:
            return (413, TooLarge.code, TOO_LARGE)
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return (400, InvalidInput.code, _NUL)
        return None


def _names(settings: Settings) -> Iterable[str]:
    yield settings.server.host
    yield from settings.server.allowed_hosts
