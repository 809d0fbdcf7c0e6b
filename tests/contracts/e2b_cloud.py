"""A loopback E2B for tests: control plane, envd and code interpreter on one port of 127.0.0.1.

The real SDK talks to it; the code that it carries runs in our local jail (`e2b_machine`). It can be told to
fail in the ways a cloud fails: refuse to create, drop a connection in the middle, forget a sandbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from tests.contracts.e2b_machine import TEMPLATE, Context, Event, Machine, ipython_in_the_zygote

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.base import Limits

API_KEY = "e2b_0123456789abcdef0123456789abcdef01234567"
T = TypeVar("T")


class Dropped(Exception):
    """Tears the connection down in the middle of an answer."""


class Cloud:
    """The emulator on a thread and an event loop of its own; `root` is the one of other jails of the test run."""

    def __init__(self, root: Path, *, template: Limits = TEMPLATE) -> None:
        self.machines: dict[str, Machine] = {}
        self.requests: list[tuple[str, str]] = []
        self.created: list[dict[str, Any]] = []
        self.refuse_creating: deque[int] = deque()
        """Statuses that the next creations are answered with."""
        self.refuse_executing: deque[int] = deque()
        """Statuses that the next executions are answered with."""
        self.drop_execution_after: int | None = None
        """Tear the next execution's connection after so many events of it."""
        self._root = root
        self._template = template
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="e2b", daemon=True)

    def start(self) -> Cloud:
        """Listen; returns when it answers."""
        self._thread.start()
        while not self._ready.wait(1):
            assert self._thread.is_alive(), "the emulator could not start"
        return self

    def stop(self) -> None:
        """End every sandbox and the server."""
        self._server.should_exit = True
        self._thread.join(60)

    @property
    def url(self) -> str:
        """Where the control plane and all sandboxes are."""
        return f"http://127.0.0.1:{self._port}"

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Something on the emulator's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def forget(self, sandbox_id: str) -> None:
        """What the cloud does when a sandbox's time is up."""
        self.do(self._end(sandbox_id))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._uploads = Path(tempfile.mkdtemp(dir=self._root.parent, prefix="e2b-"))
        self._jail = LocalBackend(SandboxSettings(slots=0, memory_mb=512), root=self._root)
        with ipython_in_the_zygote(self._uploads):
            await self._jail.start()
        listening = socket.create_server(("127.0.0.1", 0))
        self._port = listening.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._application(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1
            )
        )
        try:
            serving = asyncio.ensure_future(self._server.serve(sockets=[listening]))
            while not self._server.started:
                await asyncio.sleep(0.01)
            self._ready.set()
            await serving
        finally:
            for sandbox_id in list(self.machines):
                await self._end(sandbox_id)
            await self._jail.close()

    def _application(self) -> Starlette:
        sandbox = self._of_sandbox
        return Starlette(
            routes=[
                Route("/v2/sandboxes", self._keyed(self._create), methods=["POST"]),
                Route("/sandboxes/{id}", self._keyed(self._kill), methods=["DELETE"]),
                Route("/sandboxes/{id}/timeout", self._keyed(self._prolong), methods=["POST"]),
                Route("/v2/sandboxes/{id}/connect", self._keyed(self._connect), methods=["POST"]),
                Route("/health", sandbox(self._health), methods=["GET"]),
                Route("/files", sandbox(self._upload), methods=["POST"]),
                Route("/files", sandbox(self._download), methods=["GET"]),
                Route("/execute", sandbox(self._execute), methods=["POST"]),
                Route("/contexts", sandbox(self._contexts), methods=["GET"]),
                Route("/contexts/{context}/restart", sandbox(self._restart), methods=["POST"]),
            ]
        )

    # --- control plane: https://e2b.dev/docs/api-reference

    def _keyed(
        self, handle: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self.requests.append((request.method, request.url.path))
            if request.headers.get("x-api-key") != API_KEY:
                return _error(401, "Unauthorized, please check your credentials.")
            return await handle(request)

        return answer

    async def _create(self, request: Request) -> Response:
        wanted = await request.json()
        self.created.append(wanted)
        if self.refuse_creating:
            return _error(self.refuse_creating.popleft(), "no machine for you")
        machine = Machine(f"i{secrets.token_hex(10)}", self._jail, self._uploads, self._template)
        machine.metadata = wanted.get("metadata", {})
        self.machines[machine.id] = machine
        self._set_end(machine, wanted.get("timeout", 15))
        return JSONResponse(self._described(machine), 201)

    async def _kill(self, request: Request) -> Response:
        known = await self._end(request.path_params["id"])
        return Response(status_code=204) if known else _error(404, "sandbox not found")

    async def _prolong(self, request: Request) -> Response:
        machine = self.machines.get(request.path_params["id"])
        if machine is None:
            return _error(404, "sandbox not found")
        self._set_end(machine, (await request.json())["timeout"])
        return Response(status_code=204)

    async def _connect(self, request: Request) -> Response:
        machine = self.machines.get(request.path_params["id"])
        if machine is None:
            return _error(404, "sandbox not found")
        return JSONResponse(self._described(machine))

    def _described(self, machine: Machine) -> dict[str, Any]:
        return {
            "templateID": "code-interpreter-v1", "sandboxID": machine.id, "clientID": "c", "domain": None,
            "envdVersion": "0.6.4", "envdAccessToken": machine.envd_token,
            "trafficAccessToken": machine.traffic_token,
        }  # fmt: skip

    def _set_end(self, machine: Machine, timeout: float) -> None:
        if machine.expiry is not None:
            machine.expiry.cancel()
        machine.expiry = self._loop.call_later(
            timeout, lambda: asyncio.ensure_future(self._end(machine.id)) and None
        )

    async def _end(self, sandbox_id: str) -> bool:
        machine = self.machines.pop(sandbox_id, None)
        if machine is not None:
            await machine.end()
        return machine is not None

    # --- the proxy in front of a sandbox, envd (49983) and the code interpreter (49999) behind it

    def _of_sandbox(
        self, handle: Callable[[Request, Machine], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self.requests.append((request.method, request.url.path))
            machine = self.machines.get(request.headers.get("e2b-sandbox-id", ""))
            if machine is None:
                return _error(502, "The sandbox was not found")
            envd = request.headers.get("e2b-sandbox-port") != "49999"
            token = request.headers.get("x-access-token")
            if envd and request.url.path != "/health" and token != machine.envd_token:
                return _error(401, "unauthorized")
            if not envd and request.headers.get("e2b-traffic-access-token") != machine.traffic_token:
                return _error(403, "traffic access token is missing")
            return await handle(request, machine)

        return answer

    async def _health(self, _request: Request, _machine: Machine) -> Response:
        return Response(status_code=204)

    async def _upload(self, request: Request, machine: Machine) -> Response:
        path = request.query_params["path"]
        await machine.write(path, await request.body())
        return JSONResponse([{"name": path.rpartition("/")[2], "type": "file", "path": path}])

    async def _download(self, request: Request, machine: Machine) -> Response:
        content = await machine.read(request.query_params["path"])
        if content is None:
            return _error(404, "path does not exist")
        return Response(content, media_type="application/octet-stream")

    async def _execute(self, request: Request, machine: Machine) -> Response:
        if self.refuse_executing:
            return _error(self.refuse_executing.popleft(), "not now")
        wanted = await request.json()
        if not wanted["context_id"] and machine.default.restarted:
            raise Dropped  # the server still holds the closed channel of the first interpreter as its default
        context = machine.contexts.get(wanted["context_id"] or machine.default.id)
        if context is None:
            return PlainTextResponse("Context not found", 404)
        limit, self.drop_execution_after = self.drop_execution_after, None
        return StreamingResponse(_lines(context, wanted["code"], limit), media_type="application/json")

    async def _contexts(self, _request: Request, machine: Machine) -> Response:
        javascript = {"id": "js", "language": "javascript", "cwd": "/home/user"}
        known = [
            {"id": one.id, "language": one.language, "cwd": one.cwd} for one in machine.contexts.values()
        ]
        return JSONResponse([javascript, *known])

    async def _restart(self, request: Request, machine: Machine) -> Response:
        context = machine.contexts.get(request.path_params["context"])
        if context is None:
            return PlainTextResponse("Context not found", 404)
        context.restarted = True
        await context.drop()
        await context.kernel()
        return JSONResponse(None)


async def _lines(context: Context, code: str, limit: int | None) -> AsyncIterator[str]:
    count = 0
    async with contextlib.aclosing(context.execute(code)) as events:
        async for event in events:
            if count == limit:
                raise Dropped
            count += 1
            yield json.dumps(event) + "\n"
    yield json.dumps({"type": "end_of_execution"}) + "\n"


def _error(status: int, message: str) -> Response:
    return JSONResponse({"code": status, "message": message}, status)


__all__ = ["API_KEY", "Cloud", "Event"]
