"""A file of ours on its way to the client, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from fastapi.responses import StreamingResponse

from lakeglass.lake.exports import MEDIA_TYPES, ExportFormat

_PIECE = 1 << 20
# Without it, spreadsheets take a CSV for the code page of the machine.
_MARK = b"\xef\xbb\xbf"


def download(content: BinaryIO, *, form: ExportFormat, name: str) -> StreamingResponse:
    """An answer that saves `content` under `name` (ASCII) and closes it at its end."""
    mark = _MARK if form == "csv" else b""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(os.fstat(content.fileno()).st_size + len(mark)),
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(_pieces(content, mark), media_type=MEDIA_TYPES[form], headers=headers)


def _pieces(content: BinaryIO, mark: bytes) -> Iterator[bytes]:
    with content:
        yield mark
        while piece := content.read(_PIECE):
            yield piece
