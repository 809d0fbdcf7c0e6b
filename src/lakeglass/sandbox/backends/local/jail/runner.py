"""The process of one session: receives code, runs it in its interpreter, sends back what it shows.

Everything here shares its process with the user's code and may be broken by it; the host relies on none
of it for time, limits or the end of an execution.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Generator, Sequence

from . import protocol
from .interpreter import Interpreter, Outcome

_PIECE = 1 << 16
_LAST_WORDS_S = 2.0  # a pipe that nobody empties any more must not keep the execution from ending


def serve(control: int, *, idle: Generator[None], packages: str) -> None:
    """Run what the host sends until it hangs up; before the first order, `idle` is worked off step by step.

    `packages` is the folder in which the host puts packages, each in a folder of its own.
    """
    Session(control, packages).serve(idle)


class _Stream(io.TextIOBase):
    """stdout or stderr: straight to the pipe, except what threads of earlier executions print."""

    def __init__(self, session: Session, descriptor: int, name: str) -> None:
        self._session = session
        self._descriptor = descriptor
        self.name = name
        self.buffer = open(descriptor, "wb", 0, closefd=False)  # noqa: SIM115  lives with the process

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        while data:
            piece = object()
            self._session.writing.add(piece)  # said before the question whose answer it keeps true
            try:
                late = self._session.interpreter.is_late()  # also when the cell ended while the pipe was full
                if not late:
                    data = data[os.write(self._descriptor, data[:_PIECE]) :]
            finally:
                self._session.writing.discard(piece)
            if late:
                self._session.send_late(self.name, bytes(data).decode("utf-8", "replace"))
                break
        return len(text)


class Session:
    """The loop between the host's orders and the interpreter."""

    def __init__(self, control: int, packages: str) -> None:
        self._control = control
        self._packages = packages
        self._token = bytes(protocol.TOKEN_BYTES)
        self._sending = threading.Lock()
        self._interruptible = False
        self._interrupt_waits = False
        self.writing: set[object] = set()
        """A token for each piece of text on its way into a pipe."""
        self.interpreter = Interpreter(lambda payload: self._send(protocol.RESULT, payload))

    def serve(self, idle: Generator[None]) -> None:
        """Forever; ends the process when the host hangs up."""
        while not select.select([self._control], [], [], 0)[0] and next(idle, self) is None:
            pass
        idle.close()
        signal.signal(signal.SIGINT, self._on_interrupt)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  lives with the process
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            stream = _Stream(self, descriptor, name)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        sys.path.insert(0, "")
        self.interpreter.install()
        while True:
            length, kind, token = protocol.HEADER.unpack(self._read(protocol.HEADER.size))
            request = json.loads(self._read(length))
            if kind == protocol.EXECUTE:
                self._token = token
                self._execute(request["code"], request["collect"])

    def send_late(self, stream: str, text: str) -> None:
        """Text of a thread that outlived its execution."""
        for start in range(0, len(text), _PIECE):
            payload = protocol.encode({"stream": stream, "text": text[start : start + _PIECE]})
            self._send(protocol.LATE, payload)

    def _execute(self, code: str, collect: Sequence[str]) -> None:
        self.interpreter.begin()
        outcome = Outcome()
        with outcome:
            try:
                signal.signal(signal.SIGINT, self._on_interrupt)
                self._interrupt_waits = False
                self._interruptible = True
                self._find_packages()
                self.interpreter.run(code, collect)
            finally:
                self._interruptible = False
        self._interruptible = False
        report = self.interpreter.report(outcome.error)
        self.interpreter.flush()
        self.interpreter.end()
        self._let_finish_writing()
        self._send(protocol.DONE, report)

    def _let_finish_writing(self) -> None:
        """Wait for pieces of other threads that were begun in time: after the end they would be the next cell's."""
        begun, patience = self.writing.copy(), time.monotonic() + _LAST_WORDS_S
        while not begun.isdisjoint(self.writing) and time.monotonic() < patience:
            time.sleep(0.0005)
        self.writing -= begun  # also what an interrupt left there

    def _find_packages(self) -> None:
        """Packages that came since the last order, after everything that is importable already: none can hide it."""
        for name in sorted(os.listdir(self._packages)):  # noqa: PTH208  before every execution, so it has to be quick
            place = f"{self._packages}/{name}"
            if place not in sys.path:
                sys.path.append(place)

    def _on_interrupt(self, _number: int, _frame: object) -> None:
        if self._interruptible:
            self._interruptible = (
                False  # once: what the user's code does with it is judged by the host's clock
            )
            raise KeyboardInterrupt
        self._interrupt_waits = True

    def _send(self, kind: bytes, payload: bytes) -> None:
        data = memoryview(protocol.frame(kind, self._token, payload))
        if threading.current_thread() is not threading.main_thread():
            self._write(data)
            return
        # an interrupt in the middle of a frame would leave the host with half of it: it waits for the end
        interruptible, self._interruptible = self._interruptible, False
        self._write(data)
        self._interruptible = interruptible
        if interruptible and self._interrupt_waits:
            self._interrupt_waits = False
            self._on_interrupt(signal.SIGINT, None)

    def _write(self, data: memoryview) -> None:
        with self._sending:
            while data:
                data = data[os.write(self._control, data) :]

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._control, min(size, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
