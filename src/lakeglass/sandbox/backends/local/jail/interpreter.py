"""The namespace of one session and what runs in it; how the outcome travels is the business of others.

Shares its process with the user's code and may be broken by it; the host relies on none of it for time,
limits or the end of an execution.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import linecache
import sys
import threading
import traceback
import types
from collections.abc import Callable, Sequence
from typing import Any

from . import display, protocol, variables

_MAX_VALUE = 10_000
_MAX_TRACEBACK = 20_000


class Interpreter:
    """Runs cells one after the other; `send` takes the payload of every result."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._count = 0
        self._filename = ""
        self._late: frozenset[threading.Thread] = frozenset()
        self._between = False
        main = types.ModuleType("__main__")
        main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = main
        self._namespace: dict[str, object] = main.__dict__

        def show(figure: object, *_arguments: object, **_options: object) -> None:
            self.display(figure)

        def show_open(*_arguments: object, **_options: object) -> None:
            # a function and not a method: Matplotlib gives `show` the signature of its backend's
            self._show_open_figures()

        self._hooks: dict[str, tuple[str, Callable[..., None]]] = {
            "plotly.io": ("", show),
            "plotly.basedatatypes": ("BaseFigure", show),
            "matplotlib.pyplot": ("", show_open),
        }

    def install(self) -> None:
        """Make `display` show things in the workspace."""
        builtins.display = self.display  # type: ignore[attr-defined]

    def begin(self) -> None:
        """A new cell: threads that live now belong to earlier ones."""
        self._count += 1
        self._filename = f"<cell {self._count}>"
        # the threads themselves and not their numbers, which the system gives out again
        self._late = frozenset(threading.enumerate()) - {threading.current_thread()}
        self._between = False

    def end(self) -> None:
        """The cell is over: what its threads do from now on belongs to no cell, nor do those that they start."""
        self._between = True

    def is_late(self) -> bool:
        """Whether this thread belongs to a cell that is over."""
        return self._between or threading.current_thread() in self._late

    def run(self, code: str, collect: Sequence[str]) -> None:
        """Carry out the cell, show its last value, send the variables in `collect` that it mentions.

        Raises whatever the user's code raises.
        """
        self._hook_libraries(code)
        mentioned = self._run(code)
        for name in collect:
            if name in mentioned and name in self._namespace:
                self._show(self._namespace[name], name=name)

    def report(self, error: BaseException | None) -> bytes:
        """The payload that ends an execution: its error, and what lives in the namespace now."""
        described = None if error is None else self._describe(error)
        return protocol.encode({"error": described, "variables": variables.listing(self._namespace)})

    def display(self, *values: object, **_options: object) -> None:
        """Show values in the workspace."""
        for value in values:
            self._show(value)

    def flush(self) -> None:
        """Empty the streams, whatever the user has made of them."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the user may have replaced or closed it
                stream.flush()

    def _run(self, code: str) -> set[str]:
        """Carry out a cell; returns the names in it. What it never mentions is another cell's result."""
        filename = self._filename
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

    def _show(self, value: object, *, name: str | None = None) -> None:
        payload = display.payload(value, name=name)
        if len(payload) > protocol.MAX_RESULT:
            note = f"<output of {len(payload)} bytes left out: the limit is {protocol.MAX_RESULT}>"
            payload = protocol.encode({"name": None, "data": {"text/plain": note}})
        self._send(payload)

    def _show_open_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            self.display(pyplot.figure(number))
        pyplot.close("all")

    def _hook_libraries(self, code: str) -> None:
        """`fig.show()` and `plt.show()` display instead of looking for a browser or a window."""
        for name, (place, hook) in self._hooks.copy().items():
            if name.partition(".")[0] in code:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
            if name in sys.modules:
                del self._hooks[name]
                owner: Any = sys.modules[name]
                owner = getattr(owner, place) if place else owner
                owner.show = hook

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """Name, message, traceback without our own frames, and the line of the submitted code."""
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != self._filename:
            trace = trace.tb_next
        line = error.lineno if isinstance(error, SyntaxError) and error.filename == self._filename else None
        step = trace
        while step is not None:
            if step.tb_frame.f_code.co_filename == self._filename:
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


class Outcome:
    """Whatever the user's code raises is its result, also an exit or an interrupt."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> Outcome:
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
