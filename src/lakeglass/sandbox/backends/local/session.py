"""The host's side of one session: its clock, its streams, its end."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local import artifacts, frames
from lakeglass.sandbox.backends.local.cgroups import ControlGroup
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import protocol
from lakeglass.sandbox.backends.local.streams import OutputPipe
from lakeglass.sandbox.backends.local.turn import StopReason, Turn
from lakeglass.sandbox.backends.local.zygote import Birth, Zygote
from lakeglass.sandbox.base import Artifact, Execution, InputFile, Limits, OutputSink, PackageFile
from lakeglass.sandbox.packages.need import additions

GRACE_S = 2.0
_READ = 1 << 16
_REST = 4.0
"""After throwing away what a session sent, we listen to others for so many times the work that it was."""
_GROUP_REMOVAL_TRIES = 50
_GROUP_REMOVAL_PAUSE_S = 0.02


class LocalSession:
    """A jailed interpreter; between two executions the host reads nothing, so a chatty thread just waits."""

    def __init__(
        self,
        birth: Birth,
        folder: str,
        *,
        folders: SessionFolders,
        limits: Limits,
        group: ControlGroup | None,
        own_jail: Zygote | None,
        on_close: Callable[[LocalSession], None],
    ) -> None:
        self._birth = birth
        self._folder = folder
        self._folders = folders
        self._limits = limits
        self._group = group
        self._own_jail = own_jail
        self._on_close = on_close
        self._id = folder
        self._busy = asyncio.Lock()
        self._turn: Turn | None = None
        self._packages: tuple[PackageFile, ...] = ()
        self._frames = frames.FrameReader()
        self._pipes = (OutputPipe(birth.out, "stdout"), OutputPipe(birth.err, "stderr"))
        self._alive = True
        self._closed = False
        self._out_of_memory = False
        self._gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(birth.init.handle, self._on_exit)

    @property
    def id(self) -> str:
        """The name it was created with."""
        return self._id

    @property
    def alive(self) -> bool:
        """False once the interpreter is gone."""
        return self._alive

    @property
    def executing(self) -> bool:
        """Whether code runs right now."""
        return self._turn is not None

    @property
    def init_pid(self) -> int:
        """Process 1 of the session, by the host's numbering."""
        return self._birth.init.pid

    @property
    def folders(self) -> tuple[int, ...]:
        """Descriptors of its file systems in memory: work, temporary, shared memory."""
        return self._birth.folders

    @property
    def limits(self) -> Limits:
        """The bounds it was made with."""
        return self._limits

    def assign(self, session_id: str) -> None:
        """Give a ready-made jail its name."""
        self._id = session_id

    async def execute(
        self,
        code: str,
        *,
        on_output: OutputSink | None = None,
        timeout_s: float | None = None,
        collect: Sequence[str] = (),
    ) -> Execution:
        """Run `code`; afterwards bring back the variables named in `collect` as results.

        Cancelling the awaiting task interrupts the code, and kills the session if it does not yield in 2 s.
        Raises SandboxUnavailable when the session is gone, or what `on_output` raised.
        """
        async with self._busy:
            if not self._alive:
                raise SandboxUnavailable(f"session {self._id!r} is gone; start a new one")
            turn = self._turn = Turn(
                secrets.token_bytes(protocol.TOKEN_BYTES), self._limits, collect, on_output
            )
            allowed = self._limits.timeout_s if timeout_s is None else timeout_s
            clock = self._loop.call_later(allowed, self._stop, turn, "timeout")
            try:
                self._begin(turn)
                await self._send(turn, code, collect)
                await asyncio.shield(turn.finished)  # a cancelled caller must not end the turn itself
            except asyncio.CancelledError:
                await self._wind_down(turn)
                turn.abandon()
                raise
            finally:
                clock.cancel()
                self._finish(turn)
            await turn.deliver()
            return turn.outcome(alive=self._alive, out_of_memory=self._out_of_memory)

    async def interrupt(self) -> None:
        """Stop the running code, keeping variables where possible."""
        if self._turn is not None:
            self._stop(self._turn, "interrupted")

    async def add_inputs(self, files: Sequence[InputFile]) -> None:
        """Make more files visible below `data/`; raises what `SessionFolders.add` raises."""
        if not self._alive:
            raise SandboxUnavailable(f"session {self._id!r} is gone; start a new one")
        for file in files:
            self._folders.add(self._folder, file)

    async def add_packages(self, packages: Sequence[PackageFile]) -> None:
        """Unpack packages beside the inputs; see `SandboxSession.add_packages`."""
        async with self._busy:
            if not self._alive or self._closed:
                raise SandboxUnavailable(f"session {self._id!r} is gone; start a new one")
            new = additions(packages, self._packages)
            work = asyncio.ensure_future(asyncio.to_thread(self._folders.install, self._folder, new))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait({work})  # the folder must not be taken away under a thread that fills it
                raise
            self._packages += new

    async def artifacts(self) -> Sequence[Artifact]:
        """Regular files in the working folder (no links, no devices)."""
        return () if self._closed else await asyncio.to_thread(artifacts.listing, self._birth.folders[0])

    async def read_artifact(self, name: str) -> bytes:
        """One of them; raises NotFound, or TooLarge above the limit of 64 MB."""
        if self._closed:
            raise SandboxUnavailable(f"session {self._id!r} is gone; start a new one")
        return await asyncio.to_thread(artifacts.read, self._birth.folders[0], name)

    def kill(self, *, out_of_memory: bool = False) -> None:
        """End every process of it, now."""
        if self._alive:
            self._out_of_memory |= out_of_memory
            self._birth.init.send(signal.SIGKILL)

    async def close(self) -> None:
        """End it and remove everything that it left; never raises."""
        if self._closed:
            return
        self._closed = True
        self.kill()
        await self._gone.wait()
        async with self._busy:  # the running execution gets its answer first
            self._release()
        self._on_close(self)
        for _ in range(_GROUP_REMOVAL_TRIES):
            if self._group is None or self._group.remove():
                break
            await asyncio.sleep(_GROUP_REMOVAL_PAUSE_S)

    def _begin(self, turn: Turn) -> None:
        for pipe in self._pipes:
            pipe.begin(self._limits.stream_bytes)
            turn.emit(pipe.name, pipe.drain(), late=True)
        for pipe in self._pipes:
            if not pipe.ended:
                self._loop.add_reader(pipe.descriptor, self._on_output, pipe)
        self._loop.add_reader(self._birth.control.fileno(), self._on_frames)

    async def _send(self, turn: Turn, code: str, collect: Sequence[str]) -> None:
        payload = json.dumps({"code": code, "collect": list(collect)}).encode()
        message = memoryview(protocol.frame(protocol.EXECUTE, turn.token, payload))
        with suppress(OSError):  # most orders fit into the socket at once; what ails it shows again below
            message = message[self._birth.control.send(message) :]
        if not message:
            return
        sending = asyncio.ensure_future(self._loop.sock_sendall(self._birth.control, message))
        # a session that does not read its orders is subject to the same clock
        await asyncio.wait({sending, turn.finished}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            sending.cancel()
        elif sending.exception() is not None:
            self.kill()

    def _stop(self, turn: Turn, reason: StopReason) -> None:
        if turn.finished.done() or turn.stopped_by is not None:
            return
        turn.stopped_by = reason
        self._birth.worker.send(signal.SIGINT)
        self._loop.call_later(GRACE_S, self._kill_unfinished, turn)

    def _kill_unfinished(self, turn: Turn) -> None:
        if not turn.finished.done():
            self.kill()

    async def _wind_down(self, turn: Turn) -> None:
        """The caller is gone: interrupt, wait for the grace, kill; a second cancel does not wait."""
        self._stop(turn, "interrupted")
        try:
            await asyncio.wait({turn.finished}, timeout=GRACE_S + 1)
        except asyncio.CancelledError:
            self.kill()

    def _finish(self, turn: Turn) -> None:
        for pipe in self._pipes:
            self._loop.remove_reader(pipe.descriptor)
            turn.emit(pipe.name, pipe.finish())
            turn.drop(pipe.dropped)
        self._loop.remove_reader(self._birth.control.fileno())
        self._turn = None

    def _on_output(self, pipe: OutputPipe) -> None:
        text = pipe.read()
        if pipe.ended:
            self._loop.remove_reader(pipe.descriptor)
        if text and self._turn is not None:
            self._turn.emit(pipe.name, text)

    def _on_frames(self) -> None:
        turn = self._turn
        try:
            data = self._birth.control.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data or turn is None:
            self._loop.remove_reader(self._birth.control.fileno())
            self.kill()  # the runner never hangs up
            return
        started = time.thread_time()
        try:
            for frame in self._frames.feed(data):
                turn.receive(frame)
        except frames.ProtocolViolation:
            self._loop.remove_reader(self._birth.control.fileno())
            self.kill()
            return
        if turn.drops_frames:
            self._loop.remove_reader(self._birth.control.fileno())
            self._loop.call_later(_REST * (time.thread_time() - started), self._listen, turn)

    def _listen(self, turn: Turn) -> None:
        if self._turn is turn and not turn.finished.done():
            self._loop.add_reader(self._birth.control.fileno(), self._on_frames)

    def _on_exit(self) -> None:
        """Process 1 has ended, so the kernel has ended every process of the session."""
        self._loop.remove_reader(self._birth.init.handle)
        self._alive = False
        if self._group is not None:
            self._out_of_memory |= self._group.ran_out_of_memory()
        self._gone.set()
        if self._turn is not None:
            self._turn.end()

    def _release(self) -> None:
        birth = self._birth
        self._loop.remove_reader(birth.init.handle)
        birth.control.close()
        for descriptor in (birth.init.handle, birth.worker.handle, birth.out, birth.err, *birth.folders):
            with suppress(OSError):
                os.close(descriptor)
        if self._own_jail is not None:
            self._own_jail.close()
        self._folders.remove(self._folder)
