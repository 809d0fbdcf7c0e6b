"""The far end, inside a hosted IPython kernel: the interpreter of the local jail behind display messages.

Sent as source, so the standard library and the kernel's own IPython are all it may use. What a thread of an
earlier cell prints would lose its way (the kernel files it under a cell that is over), so it is kept and told
with the next one.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import io
import os
import pathlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from lakeglass.sandbox.backends.e2b.envelope import DATA, DONE, FRAME_MIME, LATE, PACKAGES, RESULT
from lakeglass.sandbox.backends.local.jail.interpreter import Interpreter, Outcome
from lakeglass.sandbox.backends.local.jail.protocol import encode

_MAX_LATE = 1 << 20
_PAUSE_S = 0.05
_MAX_FILES = 1000
_MAX_DEPTH = 8
# Imported ahead of a cell that mentions them, so that its `show()` finds our display.
_SHOWING = {"plotly": ("plotly.io", "plotly.basedatatypes"), "matplotlib": ("matplotlib.pyplot",)}

Publish = Callable[[dict[str, object]], None]


class _Stream(io.TextIOBase):
    """The kernel's stream, except for what nobody would hear."""

    def __init__(self, kernel: Kernel, stream: io.TextIOBase, name: str) -> None:
        self._kernel = kernel
        self._stream = stream
        self.name = name

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self._stream.flush()

    def write(self, text: str) -> int:
        if self._kernel.is_late():
            self._kernel.keep_late(self.name, text)
            return len(text)
        # a lone surrogate would break the kernel's own message
        return self._stream.write(text.encode("utf-8", "backslashreplace").decode())


class Kernel:
    """One interpreter; the kernel's main thread calls it once for every cell."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._token = ""
        self._running = False
        self._late: list[tuple[str, str]] = []
        self._late_room = _MAX_LATE
        self._lock = threading.Lock()
        home = pathlib.Path.cwd()
        self._home = str(home)
        self._found = {*(path.name for path in home.iterdir()), DATA, PACKAGES}
        self.interpreter = Interpreter(lambda payload: self._send(RESULT, payload))

    def install(self) -> None:
        """Take over the streams, the input and the display."""
        os.environ["MPLBACKEND"] = "agg"
        for name in ("stdout", "stderr"):
            setattr(sys, name, _Stream(self, getattr(sys, name), name))
        sys.stdin = io.StringIO()
        builtins.input = _no_input
        self.interpreter.install()

    def about(self, token: str, packages: Sequence[str]) -> None:
        """Say where a session works, and which of `packages` it can't import."""
        missing = [name for name in packages if importlib.util.find_spec(name) is None]
        self._answer(token, {"home": self._home, "missing": missing})

    def files(self, token: str) -> None:
        """Say which regular files lie in the working folder that were not there at the start."""
        self._answer(token, {"files": sorted(self._walk(self._home, "", _MAX_DEPTH))[:_MAX_FILES]})

    def execute(self, token: str, code: str, collect: Sequence[str]) -> None:
        """Run a cell and tell what came of it."""
        self._token = token
        self._tell_late()
        self._prepare_display(code)
        self.interpreter.begin()
        self._running = True
        outcome = Outcome()
        with outcome:
            self.interpreter.run(code, collect)
        self._running = False
        report = self.interpreter.report(outcome.error)
        self.interpreter.flush()
        self._tell_late()
        self._send(DONE, report)

    def ping(self, token: str) -> None:
        """Say that the interpreter is here, and what lives in it."""
        self._token = token
        self._send(DONE, self.interpreter.report(None))

    def _answer(self, token: str, said: dict[str, object]) -> None:
        self._token = token
        self._send(DONE, encode(said))

    def _walk(self, folder: str, prefix: str, depth: int) -> Iterator[tuple[str, int]]:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if not prefix and entry.name in self._found:
                    continue
                with contextlib.suppress(OSError, UnicodeError):
                    entry.name.encode()
                    if entry.is_file(follow_symlinks=False):
                        yield prefix + entry.name, entry.stat(follow_symlinks=False).st_size
                    elif entry.is_dir(follow_symlinks=False) and depth > 1:
                        yield from self._walk(entry.path, f"{prefix}{entry.name}/", depth - 1)

    def is_late(self) -> bool:
        """Whether this thread belongs to a cell that is over."""
        if self.interpreter.is_late():
            return True
        return not self._running and threading.current_thread() is not threading.main_thread()

    def keep_late(self, stream: str, text: str) -> None:
        """Hold it until there is somebody to tell."""
        with self._lock:
            kept = text[: self._late_room]
            self._late_room -= len(kept)
            if kept:
                self._late.append((stream, kept))
        if text and not kept:
            time.sleep(_PAUSE_S)  # nobody listens: a thread that shouts for ever must not hold the cells up

    def _tell_late(self) -> None:
        with self._lock:
            late, self._late, self._late_room = self._late, [], _MAX_LATE
        for stream, text in late:
            self._send(LATE, encode({"stream": stream, "text": text[: 1 << 16]}))

    def _prepare_display(self, code: str) -> None:
        for root, modules in _SHOWING.items():
            if root in code:
                for module in modules:
                    with contextlib.suppress(ImportError):
                        importlib.import_module(module)
        self.interpreter.install()

    def _send(self, kind: str, payload: bytes) -> None:
        frame = {"kind": kind, "token": self._token, "payload": payload.decode()}
        self._publish({FRAME_MIME: frame, "text/plain": ""})


def _no_input(_prompt: object = "") -> NoReturn:
    raise EOFError("a session has no keyboard")
