"""Multipart bodies, parsed as they arrive: a file of any size goes to its writer in small pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from lakeglass.core.errors import InvalidInput

_FIELD = b"file"
_RETURN = b"\r"
_BROKEN = "The upload is not a complete multipart/form-data body; nothing was kept. Send it again."


FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
"""Such a body, as the API description tells it."""


class FilePart:
    """The part named `file` of a multipart/form-data body (RFC 7578).

    `filename` is known once `chunks()` gave its first piece, which may be empty.
    """

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise InvalidInput("Expected a multipart/form-data body with a part named 'file'.")
        self.filename = ""
        self.found = False
        self._request = request
        self._pieces: list[bytes] = []
        self._name = b""
        self._header: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._inside = False
        # Whether no boundary can have begun at the end of what came before; each begins with a carriage return.
        self._unbroken = False
        self._edge = len(boundary) + len(b"\r\n--")
        self._complete = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the file as they arrive; raises InvalidInput when the body is malformed or ends early."""
        try:
            async for chunk in self._request.stream():
                if self._inside and self._unbroken and _RETURN not in chunk:
                    yield chunk  # most of a large text file: nothing in it can end the part
                    continue
                self._parser.write(chunk)
                self._unbroken = _RETURN not in chunk[-self._edge :]
                if self.found:
                    yield b"".join(self._pieces)
                    self._pieces.clear()
            self._parser.finalize()
        except FormParserError as error:
            raise InvalidInput(_BROKEN) from error
        if not self._complete:
            raise InvalidInput(_BROKEN)
        if not self.found:
            raise InvalidInput("The upload has no part named 'file'; send the file under that name.")

    def _begin(self) -> None:
        self._headers = {}
        self._header = [b"", b""]

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._inside = options.get(b"name") == _FIELD and not self.found
        if self._inside:
            self.found = True
            self.filename = _unescaped(options.get(b"filename", b"").decode("utf-8", "replace"))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._pieces.append(data[start:end])

    def _on_part_end(self) -> None:
        self._inside = False

    def _on_end(self) -> None:
        self._complete = True


def _unescaped(filename: str) -> str:
    """A name as its file has it: browsers escape these three, and only these three, in a part's header.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    """
    return filename.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
