"""Sandbox sessions for the rest of the product: one a tenant and conversation, ended when idle.

The service owns a thread with an event loop of its own, so that callers on any loop (HTTP, workflows) can
share the sessions; and the kernel ends every jail with that thread, whatever happens to the process.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from lakeglass.core.errors import LakeglassError, SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends import open_backend
from lakeglass.sandbox.base import (
    Capabilities,
    Execution,
    InputFile,
    OutputChunk,
    OutputSink,
    PackageFile,
    SandboxBackend,
    SandboxSession,
    Variables,
)
from lakeglass.sandbox.limits import session_limits
from lakeglass.sandbox.packages.need import NeededPackage, PackageNeeds, additions

_T = TypeVar("_T")
_CREATE_TRIES = 2
_CLOSE_S = 5.0
_FAILED = "Unable to create execution environment. Please try again."

Key = tuple[str, str]
SandboxState = Literal["stopped", "starting", "ready", "unavailable"]


@dataclass(frozen=True)
class SandboxStatus:
    """What /health and `lakeglass doctor` show."""

    state: SandboxState
    capabilities: Capabilities | None
    problem: str | None


@dataclass(frozen=True)
class SessionInfo:
    """A living session; it ends `expires_in_s` from now unless it is used before.

    `variables` is what its last execution left, None when that could not be asked.
    """

    id: str
    executing: bool
    idle_s: float
    expires_in_s: float
    variables: Variables | None


@dataclass
class _Entry:
    """One key's session: `users` are calls that hold or wait for it, so it may not be taken away."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    session: SandboxSession | None = None
    inputs: dict[str, Path] = field(default_factory=dict)
    packages: tuple[PackageFile, ...] = ()
    variables: Variables | None = None
    users: int = 0
    used_at: float = field(default_factory=time.monotonic)


class SandboxService:
    """Safe to call from any thread and any event loop."""

    def __init__(self, settings: SandboxSettings, *, root: Path) -> None:
        self._settings = settings
        self._limits = session_limits(settings)
        self._root = root
        self._needs = PackageNeeds(settings)
        self._thread_lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._backend: SandboxBackend | None = None
        self._entries: dict[Key, _Entry] = {}
        self._starting: asyncio.Task[SandboxBackend] | None = None
        self._expiry: asyncio.Task[None] | None = None
        self._closing = False
        self._callers: set[asyncio.Task[object]] = set()
        self._status = SandboxStatus("stopped", None, None)

    @property
    def status(self) -> SandboxStatus:
        """Where the sandbox stands; never waits."""
        return self._status

    @property
    def capabilities(self) -> Capabilities | None:
        """What the backend can do, None until it has started."""
        return self._status.capabilities

    async def start(self) -> None:
        """Probe and get ready. Raises SandboxUnavailable with the remedy; a later call tries again."""
        await self._on_loop(self._start())

    def start_in_background(self) -> None:
        """Get ready without anybody waiting; the outcome is in `status`."""
        done = asyncio.run_coroutine_threadsafe(self._start(), self._running_loop())
        done.add_done_callback(lambda future: None if future.cancelled() else future.exception())

    async def execute(
        self,
        tenant_id: str,
        session_id: str,
        code: str,
        *,
        inputs: Sequence[InputFile] = (),
        packages: Sequence[PackageFile] = (),
        on_output: OutputSink | None = None,
        collect: Sequence[str] = (),
        timeout_s: float | None = None,
    ) -> Execution:
        """Run `code` in the tenant's session, which is made on first use and again after it has ended.

        `inputs` and allowed `packages` are added to what the session has already. `on_output` is awaited on the
        caller's loop, in order. Cancelling interrupts the code, then kills it. Raises SandboxUnavailable, and what
        `SandboxSession.execute`, `add_inputs` and `add_packages` raise.
        """
        sink = None if on_output is None else _on_callers_loop(on_output, asyncio.get_running_loop())
        return await self._on_loop(
            self._attended(
                self._execute(
                    (tenant_id, session_id),
                    code,
                    inputs=inputs,
                    packages=packages,
                    sink=sink,
                    collect=collect,
                    timeout_s=timeout_s,
                )
            )
        )

    async def needed_packages(self, tenant_id: str, session_id: str, code: str) -> tuple[NeededPackage, ...]:
        """Packages of the folder of wheels that `code` imports and the session lacks; somebody has to allow them.

        The code is read, not run. Raises SandboxUnavailable, and with the reason what `PackageNeeds.of` raises.
        """
        if not self._needs.configured:
            return ()
        return await self._on_loop(self._needed((tenant_id, session_id), code))

    async def install(
        self, tenant_id: str, session_id: str, packages: Sequence[PackageFile]
    ) -> tuple[PackageFile, ...]:
        """Add packages that somebody allowed; those that were not there already come back.

        Raises SandboxUnavailable, and what `SandboxSession.add_packages` raises.
        """
        return await self._on_loop(self._attended(self._install((tenant_id, session_id), packages)))

    async def packages(self, tenant_id: str, session_id: str) -> tuple[PackageFile, ...]:
        """What was installed into the session; nothing when it does not live."""
        return await self._on_loop(self._packages((tenant_id, session_id)))

    async def interrupt(self, tenant_id: str, session_id: str) -> None:
        """Stop what runs in the session, if it exists and runs something."""
        await self._on_loop(self._interrupt((tenant_id, session_id)))

    async def end(self, tenant_id: str, session_id: str) -> None:
        """End the session with everything in it; no error when there is none."""
        await self._on_loop(self._end((tenant_id, session_id)))

    async def sessions(self, tenant_id: str) -> tuple[SessionInfo, ...]:
        """The tenant's living sessions."""
        return await self._on_loop(self._list(tenant_id))

    async def session(self, tenant_id: str, session_id: str) -> SessionInfo | None:
        """The session, None when it does not live; looking at it does not lengthen its life."""
        return next((info for info in await self.sessions(tenant_id) if info.id == session_id), None)

    async def keep(self, tenant_id: str, session_id: str) -> SessionInfo | None:
        """Begin its time to live anew; None when there is none to keep."""
        await self._on_loop(self._touch((tenant_id, session_id)))
        return await self.session(tenant_id, session_id)

    async def aclose(self) -> None:
        """End everything; returns when no process, mount or folder is left. May be started again."""
        with self._thread_lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._shut_down(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._thread_lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_run_loop, args=(self._loop,), name="lakeglass-sandbox", daemon=True
                )
                self._thread.start()
            return self._loop

    async def _on_loop(self, work: Coroutine[object, object, _T]) -> _T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._running_loop()))

    # below this line everything runs on the service's own loop

    async def _start(self) -> SandboxBackend:
        if self._closing:
            raise SandboxUnavailable("the sandbox is shutting down")
        if self._backend is not None:
            return self._backend
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start_backend())
        # shielded: a caller that gives up must not take the start away from the others
        return await asyncio.shield(self._starting)

    async def _start_backend(self) -> SandboxBackend:
        self._status = SandboxStatus("starting", None, None)
        try:
            backend = open_backend(self._settings, root=self._root)
            await backend.start()
        except LakeglassError as error:
            self._status = SandboxStatus("unavailable", None, error.message)
            raise
        finally:
            self._starting = None
        self._backend = backend
        self._status = SandboxStatus("ready", backend.capabilities, None)
        self._expiry = asyncio.ensure_future(self._end_idle_sessions())
        return backend

    async def _attended(self, work: Coroutine[object, object, _T]) -> _T:
        """Do it where the shutdown can see it; cancelling the caller cancels it."""
        task = asyncio.ensure_future(work)
        self._callers.add(task)
        task.add_done_callback(self._callers.discard)
        return await task

    async def _execute(
        self,
        key: Key,
        code: str,
        *,
        inputs: Sequence[InputFile],
        packages: Sequence[PackageFile],
        sink: OutputSink | None,
        collect: Sequence[str],
        timeout_s: float | None,
    ) -> Execution:
        async with self._held(key) as entry:
            known = entry.session
            if known is not None and known.alive:
                packages = (*entry.packages, *additions(packages, entry.packages))
            try:
                session = await self._ready_session(key, entry, inputs, packages)
                done = await session.execute(code, on_output=sink, timeout_s=timeout_s, collect=collect)
            except SandboxUnavailable:
                if known is None or known.alive or entry.session is not known:
                    raise
                # it vanished between two executions, so nothing ran: once more, in a new one
                session = await self._ready_session(key, entry, inputs, packages)
                done = await session.execute(code, on_output=sink, timeout_s=timeout_s, collect=collect)
            entry.variables = done.variables
            return done.model_copy(update={"renewed": done.renewed or known not in (None, session)})

    async def _install(self, key: Key, packages: Sequence[PackageFile]) -> tuple[PackageFile, ...]:
        async with self._held(key) as entry:
            await self._ready_session(key, entry, (), ())
            before = entry.packages
            await self._ready_session(key, entry, (), packages)
            return tuple(package for package in entry.packages if package not in before)

    @asynccontextmanager
    async def _held(self, key: Key) -> AsyncIterator[_Entry]:
        """The key's place, for one caller at a time; it stays as long as anybody waits for it."""
        entry = self._entries.setdefault(key, _Entry())
        entry.users += 1
        try:
            async with entry.lock:
                yield entry
        finally:
            entry.users -= 1
            entry.used_at = time.monotonic()
            if entry.users == 0 and (entry.session is None or not entry.session.alive):
                await self._drop(key, entry)

    async def _ready_session(
        self, key: Key, entry: _Entry, inputs: Sequence[InputFile], packages: Sequence[PackageFile]
    ) -> SandboxSession:
        session = entry.session
        if session is not None and session.alive:
            added = [one for one in inputs if entry.inputs.get(one.name) != one.source]
            await session.add_inputs(added)
        else:
            if session is not None:
                await session.close()
            entry.inputs.clear()
            entry.packages, entry.variables = (), None
            session = entry.session = await self._create(key, inputs)
        entry.inputs |= {one.name: one.source for one in inputs}
        new = additions(packages, entry.packages)
        if new:
            await session.add_packages(new)
            entry.packages += new
        return session

    async def _needed(self, key: Key, code: str) -> tuple[NeededPackage, ...]:
        backend = await self._start()
        if not backend.capabilities.installs_packages:
            return ()
        return await asyncio.to_thread(
            self._needs.of, code, libraries=backend.libraries, installed=await self._packages(key)
        )

    async def _packages(self, key: Key) -> tuple[PackageFile, ...]:
        entry = self._entries.get(key)
        if entry is None or entry.session is None or not entry.session.alive:
            return ()
        return entry.packages

    async def _create(self, key: Key, inputs: Sequence[InputFile]) -> SandboxSession:
        backend = await self._start()
        await self._make_room()
        reason: LakeglassError | None = None
        for _ in range(_CREATE_TRIES):
            try:
                return await backend.create(
                    "/".join(key), tenant_id=key[0], inputs=inputs, limits=self._limits
                )
            except SandboxUnavailable as error:
                reason = error
        details = {} if reason is None else {"reason": reason.message, **reason.details}
        raise SandboxUnavailable(_FAILED, details=details) from reason

    async def _make_room(self) -> None:
        """End the longest idle sessions while there are too many."""
        while len(living := [key for key, entry in self._entries.items() if entry.session]) >= (
            self._settings.max_sessions
        ):
            idle = [key for key in living if self._entries[key].users == 0]
            if not idle:
                raise SandboxUnavailable(
                    f"all {self._settings.max_sessions} sandbox sessions of this machine are busy; try again "
                    "later, or raise LAKEGLASS_SANDBOX__MAX_SESSIONS"
                )
            oldest = min(idle, key=lambda key: self._entries[key].used_at)
            await self._drop(oldest, self._entries[oldest])

    async def _interrupt(self, key: Key) -> None:
        entry = self._entries.get(key)
        if entry is not None and entry.session is not None:
            await entry.session.interrupt()

    async def _end(self, key: Key) -> None:
        entry = self._entries.get(key)
        if entry is not None:
            await self._drop(key, entry)

    async def _touch(self, key: Key) -> None:
        entry = self._entries.get(key)
        if entry is not None:
            entry.used_at = time.monotonic()

    async def _list(self, tenant_id: str) -> tuple[SessionInfo, ...]:
        now = time.monotonic()
        found = []
        for (tenant, session_id), entry in self._entries.items():
            if tenant == tenant_id and entry.session is not None and entry.session.alive:
                idle = 0.0 if entry.users else now - entry.used_at
                left = max(0.0, self._settings.keep_alive_s - idle)
                found.append(SessionInfo(session_id, bool(entry.users), idle, left, entry.variables))
        return tuple(found)

    async def _drop(self, key: Key, entry: _Entry) -> None:
        if entry.users == 0 and self._entries.get(key) is entry:  # those who wait for it keep the place
            del self._entries[key]
        session, entry.session = entry.session, None
        if session is not None:
            await session.close()

    async def _end_idle_sessions(self) -> None:
        while True:
            now = time.monotonic()
            ends = {key: entry.used_at + self._settings.keep_alive_s for key, entry in self._entries.items()}
            for key, end in ends.items():
                entry = self._entries.get(key)
                if end <= now and entry is not None and entry.users == 0:
                    await self._drop(key, entry)
            coming = [end for end in ends.values() if end > now]
            await asyncio.sleep(min([1.0, *(end - now for end in coming)]))

    async def _shut_down(self) -> None:
        self._closing = True
        tasks = [task for task in (self._expiry, self._starting) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._expiry = self._starting = None
        for key, entry in list(self._entries.items()):
            await self._drop(key, entry)
        # whoever still waits gets an answer: a session that is gone, or a sandbox that is shutting down
        callers = set(self._callers)
        _, stuck = await asyncio.wait(callers, timeout=_CLOSE_S) if callers else (set(), set())
        for caller in stuck:
            caller.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        backend, self._backend = self._backend, None
        if backend is not None:
            await backend.close()
        self._entries.clear()
        self._closing = False
        self._status = SandboxStatus("stopped", None, None)


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _on_callers_loop(sink: OutputSink, loop: asyncio.AbstractEventLoop) -> OutputSink:
    async def call(chunk: OutputChunk) -> None:
        await sink(chunk)

    async def forward(chunk: OutputChunk) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call(chunk), loop))

    return forward
