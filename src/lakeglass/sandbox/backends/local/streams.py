"""One output pipe of a session: decoded as it comes, bounded for every execution, the rest counted."""

from __future__ import annotations

import codecs
import os
from typing import Literal

_READ = 1 << 16
_DRAIN_ROUNDS = 64


class OutputPipe:
    """Host end of stdout or stderr; the kernel holds the writer back when nobody reads."""

    def __init__(self, descriptor: int, name: Literal["stdout", "stderr"]) -> None:
        self.descriptor = descriptor
        self.name: Literal["stdout", "stderr"] = name
        self.ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._room = 0
        self.dropped = 0

    def begin(self, room: int) -> None:
        """A new execution may say this many bytes."""
        self._room = room
        self.dropped = 0
        self._decoder.reset()

    def read(self) -> str | None:
        """Text that fits (often empty), or None when nothing waits in the pipe."""
        try:
            data = os.read(self.descriptor, _READ)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return None
        kept = data[: self._room]
        self._room -= len(kept)
        self.dropped += len(data) - len(kept)
        return self._decoder.decode(kept)

    def drain(self) -> str:
        """What is in the pipe now; bounded, since a thread may write faster than we read."""
        parts = []
        for _ in range(_DRAIN_ROUNDS):
            text = self.read()
            if text is None:
                break
            parts.append(text)
        return "".join(parts)

    def finish(self) -> str:
        """The end of an execution: what is still in the pipe, and half a character as its replacement."""
        text = self.drain()
        return text + self._decoder.decode(b"", final=True)
