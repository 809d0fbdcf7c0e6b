"""One hosted session: its clock, its connection, and what becomes of it when either fails."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import httpx
from e2b_code_interpreter.models import Context
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lakeglass.core.errors import InvalidInput, NotFound, SandboxUnavailable, TooLarge
from lakeglass.sandbox.backends.e2b import interior
from lakeglass.sandbox.backends.e2b.envelope import DATA
from lakeglass.sandbox.backends.e2b.hosted import HostedSandbox
from lakeglass.sandbox.backends.e2b.refusals import FAILURES, unavailable
from lakeglass.sandbox.backends.e2b.turn import HostedTurn
from lakeglass.sandbox.backends.local import frames
from lakeglass.sandbox.backends.local.artifacts import MAX_BYTES
from lakeglass.sandbox.base import Artifact, Execution, InputFile, Limits, OutputSink, PackageFile
from lakeglass.sandbox.inputs import checked

GRACE_S = 6.0
"""How long interrupted code may take to end: E2B itself notices a caller who left within 5 s."""
_QUESTION_S = 60.0
_CLOSE_S = 10.0
_TRIES = 2
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout)


class About(BaseModel):
    """Where a session works and what its template lacks; the session's own word."""

    model_config = ConfigDict(extra="forbid")
    home: str = Field(pattern=r"^/[^\x00]*$", max_length=1000)
    missing: tuple[str, ...] = Field(max_length=100)


class _Files(BaseModel):
    model_config = ConfigDict(extra="forbid")
    files: tuple[tuple[str, int], ...] = Field(max_length=1000)


class E2bSession:
    """A microVM with one interpreter in it; hanging up is the interrupt, since E2B has no other."""

    def __init__(
        self,
        session_id: str,
        sandbox: HostedSandbox,
        limits: Limits,
        *,
        on_close: Callable[[E2bSession], None],
    ) -> None:
        self._id = session_id
        self._sandbox = sandbox
        self._limits = limits
        self._on_close = on_close
        self._busy = asyncio.Lock()
        self._turn: HostedTurn | None = None
        self._alive = True
        self._closed = False
        self._home = ""
        self._context: Context | None = None

    @property
    def id(self) -> str:
        """The name it was created with."""
        return self._id

    @property
    def alive(self) -> bool:
        """False once the microVM is gone, or nobody can reach it."""
        return self._alive

    async def set_up(self) -> About:
        """Bring our interpreter in. Raises SandboxUnavailable."""
        answer = await self._ask(interior.first_cell, _QUESTION_S)
        if answer is None:
            raise SandboxUnavailable("the sandbox of E2B did not take our interpreter")
        try:
            about = About.model_validate_json(answer)
        except ValidationError as error:
            raise SandboxUnavailable("the sandbox of E2B gave no sensible answer") from error
        self._home = about.home.rstrip("/")
        return about

    async def execute(
        self,
        code: str,
        *,
        on_output: OutputSink | None = None,
        timeout_s: float | None = None,
        collect: Sequence[str] = (),
    ) -> Execution:
        """Run `code`; afterwards bring back the variables named in `collect` that it mentions, as results.

        A connection that breaks before anything was sent is made again once; one that breaks under running
        code ends the execution as `lost`. Raises SandboxUnavailable when the session is gone and nothing ran,
        or what `on_output` raised.
        """
        async with self._busy:
            allowed = self._limits.timeout_s if timeout_s is None else timeout_s
            renewed = False
            for _ in range(_TRIES):
                self._require_life()
                await self._sandbox.keep_alive()
                turn = self._turn = HostedTurn(_token(), self._limits, collect, on_output)
                try:
                    began = await self._carry_out(
                        turn, interior.execution(turn.token, code, collect), allowed
                    )
                finally:
                    self._turn = None
                if began:
                    return turn.outcome(alive=self._alive, renewed=renewed)
                await self._reconnect(turn)
                renewed |= turn.state_lost
            self._alive = False
            raise self._gone()

    async def interrupt(self) -> None:
        """Stop the running code, keeping variables where possible."""
        if self._turn is not None:
            self._turn.stop("interrupted")

    async def add_inputs(self, files: Sequence[InputFile]) -> None:
        """Upload more files to `data/`. Raises InvalidInput, NotFound, SandboxUnavailable."""
        self._require_life()
        for file in files:
            checked(file)
            with await asyncio.to_thread(_opened, file.source) as reader:
                try:
                    await self._sandbox.files.write(f"{self._home}/{DATA}/{file.name}", reader)
                except FAILURES as error:
                    raise unavailable(error, otherwise=f"E2B did not take the file {file.name!r}") from error

    async def add_packages(self, packages: Sequence[PackageFile]) -> None:
        """Refused: what a sandbox of E2B has comes with its template. Raises InvalidInput."""
        if packages:
            raise InvalidInput(
                f"The package {packages[0].name} can't be installed: packages of a sandbox of E2B come with its "
                "template. Build one that has it (docs/how-to/e2b.md)."
            )

    async def artifacts(self) -> Sequence[Artifact]:
        """Regular files in the working folder (no links, no devices), by the session's word."""
        async with self._busy:
            answer = await self._ask(interior.files, _QUESTION_S) if self._alive else None
        if answer is None:
            return ()
        try:
            listed = _Files.model_validate_json(answer).files
        except ValidationError:
            return ()
        return tuple(Artifact(name=name, size_bytes=size) for name, size in listed)

    async def read_artifact(self, name: str) -> bytes:
        """One of them; raises NotFound, or TooLarge above the limit of 64 MB."""
        self._require_life()
        if name not in {artifact.name for artifact in await self.artifacts()}:
            raise NotFound(f"no file {name!r} in the session's working folder")
        parts, left = [], MAX_BYTES
        try:
            reader = await self._sandbox.files.read(f"{self._home}/{name}", format="stream")
            async with reader:
                async for part in reader:
                    left -= len(part)
                    if left < 0:
                        raise TooLarge(
                            f"file {name!r}: got more than {MAX_BYTES} bytes, expected at most that"
                        )
                    parts.append(bytes(part))
        except FAILURES as error:
            raise unavailable(error, otherwise=f"E2B did not hand out the file {name!r}") from error
        return b"".join(parts)

    async def close(self) -> None:
        """End it and remove everything that it left; never raises."""
        if self._closed:
            return
        self._closed = True
        self._alive = False
        if self._turn is not None:
            self._turn.stop("died")
        with contextlib.suppress(TimeoutError, *FAILURES):
            await asyncio.wait_for(self._sandbox.kill(), _CLOSE_S)
        self._on_close(self)

    async def _carry_out(self, turn: HostedTurn, code: str, allowed: float) -> bool:
        """Run it and put the session in order again; False when nothing was begun."""
        call = turn.call = asyncio.ensure_future(self._call(turn, code))
        try:
            finished, _ = await asyncio.wait({call}, timeout=allowed)
            if not finished:
                turn.stop("timeout")
            error = await _end_of(call)
        except asyncio.CancelledError:
            turn.stop("interrupted")
            await self._leave(turn, call)
            raise
        turn.stop_clock()
        if turn.stopped_by is None and turn.answer is None and turn.sink_error is None:
            if isinstance(error, _NEVER_SENT) or turn.meter.refused:
                return False
            turn.stopped_by = "died" if turn.failed else "lost"
        if turn.stopped_by == "lost":
            await self._reconnect(turn)
        elif (turn.stopped_by or turn.sink_error) and not self._closed:
            await self._recover(turn)
        if turn.sink_error is not None:
            raise turn.sink_error
        return True

    async def _leave(self, turn: HostedTurn, call: asyncio.Future[None]) -> None:
        """The caller is gone; a second cancel gives the session up."""
        try:
            await _end_of(call)
            await self._recover(turn)
        except asyncio.CancelledError:
            self._alive = False

    async def _reconnect(self, turn: HostedTurn) -> None:
        """Once; a sandbox that can't be reached then is given up."""
        try:
            await self._sandbox.reach_again()
        except FAILURES:
            self._alive = False
            return
        await self._recover(turn)

    async def _recover(self, turn: HostedTurn) -> None:
        """Wait for the interpreter to come free, else restart it: files stay, variables go."""
        answer = await self._ask(interior.ping, GRACE_S)
        if answer is not None:
            with contextlib.suppress(frames.ProtocolViolation):
                turn.variables = frames.read_done(answer).variables
            return
        turn.state_lost = True
        try:
            await asyncio.wait_for(self._restart(), 2 * _QUESTION_S)
        except (TimeoutError, SandboxUnavailable, *FAILURES):
            self._alive = False

    async def _restart(self) -> None:
        contexts = await self._sandbox.list_code_contexts()
        python = next((context for context in contexts if context.language == "python"), None)
        if python is None:
            raise SandboxUnavailable("the sandbox of E2B has no Python interpreter")
        await self._sandbox.restart_code_context(python.id)
        # by name from now on: what E2B calls the default still means the one that was closed
        self._context = python
        await self.set_up()

    async def _ask(self, question: Callable[[str], str], allowed: float) -> bytes | None:
        """The answer to code of ours, None when none came in time or on the way."""
        turn = HostedTurn(_token(), self._limits, (), None)
        with contextlib.suppress(TimeoutError, *FAILURES):
            await asyncio.wait_for(self._call(turn, question(turn.token)), allowed)
        return turn.answer

    async def _call(self, turn: HostedTurn, code: str) -> None:
        self._sandbox.meter = turn.meter
        await self._sandbox.run_code(
            code,
            context=self._context,
            on_stdout=turn.on_output,
            on_stderr=turn.on_output,
            on_result=turn.on_result,
            on_error=turn.on_error,
            timeout=0,  # the clock is ours
        )

    def _require_life(self) -> None:
        if not self._alive:
            raise self._gone()

    def _gone(self) -> SandboxUnavailable:
        return SandboxUnavailable(f"session {self._id!r} is gone; start a new one")


async def _end_of(call: asyncio.Future[None]) -> BaseException | None:
    """Wait for the call to be over; what it raised, None when it was left or ended well."""
    await asyncio.wait({call})
    return None if call.cancelled() else call.exception()


def _opened(source: Path) -> BinaryIO:
    """The file itself, never what a link that took its place leads to."""
    return os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def _token() -> str:
    return secrets.token_hex(8)
