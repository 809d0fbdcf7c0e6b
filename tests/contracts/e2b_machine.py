"""One microVM of the E2B emulator: IPython shells, each in a session of our own local jail.

What is real: the code runs in a real IPython shell, isolated; its display messages, streams, errors, interrupt
and death reach the server as they do in E2B's template. What is not: a restarted or died kernel gets a fresh
working folder here, while a microVM keeps its disk; inputs below `data/` are read-only here and are not there.
Source: https://github.com/e2b-dev/code-interpreter/blob/7df1757/template/server/messaging.py
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local import bwrap
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.base import InputFile, Limits, OutputChunk

Event = dict[str, Any]
_EVENT_MIME = "application/x-e2b-event"
_KEEPALIVE_S = 5.0
_FOR_EVER = 86_400.0
HOME = "/wk"  # /home/user in E2B's template


def template(sizes: Limits) -> Limits:
    """A template has its sizes, and nothing of a caller's wishes for time and output."""
    return sizes.model_copy(
        update={
            "timeout_s": _FOR_EVER, "stream_bytes": 1 << 40, "results_bytes": 1 << 40, "max_results": 1 << 30
        }
    )  # fmt: skip


TEMPLATE = template(Limits(memory_mb=512, work_mb=80, work_files=500, processes=48))
_WARM = (
    "IPython.core.interactiveshell",
    "IPython.core.application",
    "IPython.core.completer",
    "IPython.core.magics",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.oinspect",
    "IPython.display",
    "stack_data",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "pygments.formatters.html",
)
_RESTARTING: Event = {
    "type": "error", "name": "ContextRestarting", "value": "Context was restarted", "traceback": ""
}  # fmt: skip

# Runs once in every jail: IPython as the kernel of the template has it, its messages as our displays.
_SHELL = f"""
import json, os
os.environ["IPYTHONDIR"] = "/tmp/ipython"
from traitlets.config import Config
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

def _lakeglass_free():
    show = display
    class Event:
        def __init__(self, event): self.event = event
        def _repr_mimebundle_(self, **_): return {{{_EVENT_MIME!r}: self.event}}
    def emit(**event): show(Event(json.dumps(event, default=str)))
    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, **_): emit(type="display_data", data=data)
    class Hook(DisplayHook):
        def write_output_prompt(self): pass
        def write_format_data(self, data, metadata=None): emit(type="execute_result", data=data)
    class Shell(InteractiveShell):
        display_pub_class = Publisher
        displayhook_class = Hook
        def _showtraceback(self, etype, evalue, stb):
            emit(type="error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    def run(code):
        count = shell.execution_count
        emit(type="execute_input", execution_count=count)
        shell.run_cell(code, store_history=True)
    return run
_run = _lakeglass_free()
"""


@contextlib.contextmanager
def ipython_in_the_zygote(folder: Path) -> Iterator[None]:
    """Jails whose warm parent has imported IPython: a session may not even keep compiled modules."""
    package = folder / "jail"
    shutil.copytree(bwrap.JAIL_PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    preload = package / "preload.py"
    preload.write_text(preload.read_text() + f"\nMODULES += {_WARM!r}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bwrap, "JAIL_PACKAGE", package)
        yield


class Context:
    """A kernel as the template's server sees it: one execution at a time, the next ones wait."""

    def __init__(self, machine: Machine) -> None:
        self.id = secrets.token_hex(8)
        self.language = "python"
        self.cwd = HOME
        self.session: LocalSession | None = None
        self.restarted = False
        self._machine = machine
        self._lock = asyncio.Lock()

    async def execute(self, code: str) -> AsyncIterator[Event]:
        """The events of an execution, as the SDK reads them; leaving interrupts the kernel."""
        async with self._lock:
            session = await self.kernel()
            queue: asyncio.Queue[Event | None] = asyncio.Queue()
            running = asyncio.ensure_future(self._run(session, code, queue))
            self._machine.tasks.add(running)
            running.add_done_callback(self._machine.tasks.discard)
            try:
                while True:
                    try:
                        event = await asyncio.wait_for(queue.get(), _KEEPALIVE_S)
                    except TimeoutError:
                        yield {"type": "keepalive"}
                        continue
                    if event is None:
                        break
                    yield event
            except (asyncio.CancelledError, GeneratorExit):
                self.interrupt(session)
                raise

    def interrupt(self, session: LocalSession) -> None:
        """As Jupyter does it: a signal and nothing more. A kernel that ignores it goes on."""
        session._birth.worker.send(signal.SIGINT)

    async def kernel(self) -> LocalSession:
        """The living kernel; a dead one has been replaced by Jupyter before anybody asks."""
        if self.session is None or not self.session.alive:
            await self.drop()
            self.session = await self._machine.jail.create(
                self.id, tenant_id="e2b", inputs=self._machine.inputs, limits=self._machine.template
            )
            made = await self.session.execute(_SHELL)
            assert made.status == "ok", made
        return self.session

    async def drop(self) -> None:
        """End the kernel."""
        session, self.session = self.session, None
        if session is not None:
            await session.close()

    async def _run(self, session: LocalSession, code: str, queue: asyncio.Queue[Event | None]) -> None:
        async def stream(chunk: OutputChunk) -> None:
            now = datetime.datetime.now(datetime.UTC).isoformat()
            queue.put_nowait({"type": chunk.stream, "text": chunk.text, "timestamp": now})

        try:
            execution = await session.execute(f"_run({code!r})", on_output=stream)
        except SandboxUnavailable:  # it died meanwhile, or somebody restarted it
            queue.put_nowait(_RESTARTING)
            queue.put_nowait(None)
            return
        for result in execution.results:
            event = json.loads(str(result.data[_EVENT_MIME])) if _EVENT_MIME in result.data else {}
            if (told := _told(event)) is not None:
                queue.put_nowait(told)
        if execution.state_lost:
            queue.put_nowait(_RESTARTING)
        queue.put_nowait(None)


class Machine:
    """A sandbox: its default context, the files it was given, and when it ends."""

    def __init__(self, sandbox_id: str, jail: LocalBackend, folder: Path, template: Limits) -> None:
        self.id = sandbox_id
        self.jail = jail
        self.template = template
        self.inputs: list[InputFile] = []
        self.tasks: set[asyncio.Future[None]] = set()
        self.envd_token = secrets.token_hex(8)
        self.traffic_token = secrets.token_hex(8)
        self.metadata: dict[str, str] = {}
        self.expiry: asyncio.TimerHandle | None = None
        self._folder = folder
        self.default = Context(self)
        self.contexts = {self.default.id: self.default}

    async def write(self, path: str, content: bytes) -> None:
        """Upload a file; below data/ only, which is where the adapter puts inputs."""
        folder, _, name = path.rpartition("/")
        assert folder == f"{HOME}/data", path
        source = self._folder / secrets.token_hex(8)
        source.write_bytes(content)
        file = InputFile(source=source, name=name)
        self.inputs = [*(one for one in self.inputs if one.name != name), file]
        for context in self.contexts.values():
            await (await context.kernel()).add_inputs([file])

    async def read(self, path: str) -> bytes | None:
        """Download a file of the default kernel; as envd does, through links too, but never out of the jail."""
        session = await self.default.kernel()
        folder = session.folders[0]
        name = os.path.relpath(path, HOME)
        with contextlib.suppress(OSError):
            target = os.readlink(name, dir_fd=folder)
            name = name if "/" in target else target
        with contextlib.suppress(OSError):
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(opened, "rb") as reader:
                return reader.read()
        return None

    async def end(self) -> None:
        """Power off."""
        if self.expiry is not None:
            self.expiry.cancel()
        for context in self.contexts.values():
            await context.drop()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def _told(event: Event) -> Event | None:
    """A kernel's message as the server of the template tells it."""
    kind = event.get("type")
    if kind == "execute_input":
        return {"type": "number_of_executions", "execution_count": event["execution_count"]}
    if kind == "error":
        return {
            "type": "error", "name": event["ename"], "value": event["evalue"],
            "traceback": "".join(event["traceback"]),
        }  # fmt: skip
    if kind not in {"display_data", "execute_result"}:
        return None
    data = dict(event["data"])
    text = data.pop("text/plain", None)
    if isinstance(text, str) and len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    named = {
        "html": "text/html", "markdown": "text/markdown", "svg": "image/svg+xml", "png": "image/png",
        "jpeg": "image/jpeg", "pdf": "application/pdf", "latex": "text/latex", "json": "application/json",
        "javascript": "application/javascript", "data": "e2b/data", "chart": "e2b/chart",
    }  # fmt: skip
    told = {"type": "result", "text": text, "is_main_result": kind == "execute_result"}
    told |= {field: data.pop(mime, None) for field, mime in named.items()}
    told["extra"] = data
    return {name: value for name, value in told.items() if value is not None}
