"""The interpreter of one session: receives code, runs it in one namespace, sends back what it shows.

Everything here shares its process with the user's code and may be broken by it; the host relies on none
of it for time, limits or the end of an execution.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import json
import linecache
import os
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable, Sequence
from typing import Any

from . import display, protocol

_MAX_VALUE = 10_000
_MAX_TRACEBACK = 20_000
_HERE = __package__ or "jail"


def serve(control: int) -> None:
    """Run what the host sends until it hangs up."""
    Session(control).serve()


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
        if threading.get_ident() in self._session.late_threads:
            self._session.send_late(self.name, text)
            return len(text)
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        while data:
            data = data[os.write(self._descriptor, data) :]
        return len(text)


class Session:
    """The loop, the namespace and the display hook."""

    def __init__(self, control: int) -> None:
        self._control = control
        self._token = bytes(protocol.TOKEN_BYTES)
        self._sending = threading.Lock()
        self._interruptible = False
        self._interrupt_waits = False
        self._count = 0
        self.late_threads: frozenset[int] = frozenset()
        main = types.ModuleType("__main__")
        main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = main
        self._namespace = main.__dict__

    def serve(self) -> None:
        """Forever; ends the process when the host hangs up."""
        signal.signal(signal.SIGINT, self._on_interrupt)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  lives with the process
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            stream = _Stream(self, descriptor, name)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        builtins.display = self.display  # type: ignore[attr-defined]
        sys.path.insert(0, "")
        self._hook_libraries()
        while True:
            length, kind, token = protocol.HEADER.unpack(self._read(protocol.HEADER.size))
            request = json.loads(self._read(length))
            if kind == protocol.EXECUTE:
                self._token = token
                self._execute(request["code"], request["collect"])

    def display(self, *values: object, **_options: object) -> None:
        """Show values in the workspace."""
        for value in values:
            self._send_result(display.payload(value))

    def send_late(self, stream: str, text: str) -> None:
        """Text of a thread that outlived its execution."""
        payload = protocol.encode({"stream": stream, "text": text[: 1 << 16]})
        self._send(protocol.LATE, payload)

    def _execute(self, code: str, collect: Sequence[str]) -> None:
        self._count += 1
        filename = f"<cell {self._count}>"
        main = threading.get_ident()
        self.late_threads = frozenset(
            thread.ident for thread in threading.enumerate() if thread.ident not in {None, main}
        )
        outcome = _Outcome()
        with outcome:
            try:
                signal.signal(signal.SIGINT, self._on_interrupt)
                self._interrupt_waits = False
                self._interruptible = True
                mentioned = self._run(code, filename)
                self._collect([name for name in collect if name in mentioned])
            finally:
                self._interruptible = False
        self._interruptible = False
        error = None if outcome.error is None else _describe(outcome.error, filename)
        self._flush()
        self._send(protocol.DONE, protocol.encode({"error": error}))

    def _run(self, code: str, filename: str) -> set[str]:
        """Carry out a cell; returns the names in it. What it never mentions is another cell's result."""
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
        tree = ast.parse(code, filename)
        mentioned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        last = tree.body[-1] if tree.body else None
        shown: ast.Expression | None = None
        if isinstance(last, ast.Expr):
            tree.body.pop()
            shown = ast.Expression(last.value)
        exec(compile(tree, filename, "exec", dont_inherit=True), self._namespace)  # noqa: S102  the jail's purpose
        if shown is not None and not _ends_silently(code):
            value = eval(compile(shown, filename, "eval", dont_inherit=True), self._namespace)  # noqa: S307  same
            if value is not None:
                self._namespace["_"] = value
                if not _is_open_figure(value):
                    self.display(value)
        elif shown is not None:
            eval(compile(shown, filename, "eval", dont_inherit=True), self._namespace)  # noqa: S307  same
        self._show_open_figures()
        return mentioned

    def _collect(self, names: Sequence[str]) -> None:
        for name in names:
            if name in self._namespace:
                self._send_result(display.payload(self._namespace[name], name=name))

    def _show_open_figures(self, *_arguments: object, **_options: object) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            self.display(pyplot.figure(number))
        pyplot.close("all")

    def _hook_libraries(self) -> None:
        """`fig.show()` and `plt.show()` display instead of looking for a browser or a window."""

        def show(figure: object, *_arguments: object, **_options: object) -> None:
            self.display(figure)

        hooks: dict[str, Callable[..., None]] = {
            "plotly.io": show,
            "matplotlib.pyplot": self._show_open_figures,
        }
        for name, hook in hooks.items():
            if name in sys.modules:
                sys.modules[name].__dict__["show"] = hook
        figures = sys.modules.get("plotly.basedatatypes")
        if figures is not None:
            figures.BaseFigure.show = show

    def _on_interrupt(self, _number: int, _frame: object) -> None:
        if self._interruptible:
            self._interruptible = (
                False  # once: what the user's code does with it is judged by the host's clock
            )
            raise KeyboardInterrupt
        self._interrupt_waits = True

    def _send_result(self, payload: bytes) -> None:
        if len(payload) > protocol.MAX_RESULT:
            note = f"<output of {len(payload)} bytes left out: the limit is {protocol.MAX_RESULT}>"
            payload = protocol.encode({"name": None, "data": {"text/plain": note}})
        self._send(protocol.RESULT, payload)

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

    def _flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the user may have replaced or closed it
                stream.flush()


class _Outcome:
    """Whatever the user's code raises is its result, also an exit or an interrupt."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> _Outcome:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        self.error = error
        return True


def _formatted(error: BaseException, trace: types.TracebackType | None) -> str:
    return "".join(traceback.format_exception(type(error), error.with_traceback(trace), trace))


def _ends_silently(code: str) -> bool:
    """A trailing semicolon hides the value, as in a notebook."""
    return code.rstrip().endswith(";")


def _is_open_figure(value: object) -> bool:
    """An open Matplotlib figure is shown once, with the other open ones."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    number = getattr(value, "number", None)
    return pyplot is not None and hasattr(value, "savefig") and number in pyplot.get_fignums()


def _describe(error: BaseException, filename: str) -> dict[str, Any]:
    """Name, message, traceback without our own frames, and the line of the submitted code."""
    trace = error.__traceback__
    while trace is not None and (trace.tb_frame.f_globals.get("__package__") == _HERE):
        trace = trace.tb_next
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == filename else None
    step = trace
    while step is not None:
        if step.tb_frame.f_code.co_filename == filename:
            line = step.tb_lineno
        step = step.tb_next
    value = display.survive(lambda: str(error)) or ""
    text = display.survive(lambda: _formatted(error, trace)) or ""
    return {
        "name": type(error).__name__,
        "value": value[:_MAX_VALUE],
        "traceback": text[-_MAX_TRACEBACK:],
        "line": line,
    }
