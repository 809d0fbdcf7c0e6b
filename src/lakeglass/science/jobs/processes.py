"""The processes that analyses work in: started within the walls of the sandbox, kept between stages, killed at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from lakeglass.core.errors import TimedOut, TooLarge, Unavailable
from lakeglass.runs.failures import error_of
from lakeglass.runs.model import Failure
from lakeglass.sandbox import programs
from lakeglass.science.jobs.orders import (
    MOST_ANSWER_BYTES,
    FilePredictions,
    FileWork,
    Line,
    Predictions,
    PredictWork,
    Refusal,
    StageWork,
)
from lakeglass.science.pipeline.model import StageName

Said = Callable[[StageName, str], Awaitable[None]]
_IDLE_S = 15.0
# Predictions side by side: each is a process with memory of its own.
_PREDICTIONS = 2
# And those that may wait for them: each holds its request, which may be a whole file, in memory.
_WAITING = 6
_LINE_BYTES = 1 << 20
_PROTECTED = ("original", "table.parquet")
_ANSWER: TypeAdapter[Predictions | Refusal] = TypeAdapter(Predictions | Refusal)
_FILE_ANSWER: TypeAdapter[FilePredictions | Refusal] = TypeAdapter(FilePredictions | Refusal)
_Answer = TypeVar("_Answer", Predictions, FilePredictions)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    """A process, and the task that reads what it complains about, so that it never waits for a reader."""

    process: Process
    complaints: asyncio.Task[bytes]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a process that predicts said until its end."""

    answer: bytes
    complaint: bytes
    code: int | None


class Processes:
    """At most one process an analysis; between two stages it waits a little, so that libraries are loaded once."""

    def __init__(self, *, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._idle: dict[str, _Running] = {}
        self._predicting = asyncio.Semaphore(_PREDICTIONS)
        self._predictions = 0

    async def begin(self, job_id: str, folder: Path) -> None:
        """Start the process ahead of its first stage: loading the libraries takes longer than what comes before."""
        if job_id not in self._idle:
            self._rest(job_id, await self._start(folder))

    async def do(self, job_id: str, folder: Path, work: StageWork, *, said: Said) -> None:
        """Carry out a stage; when this is cancelled, the process and all that it started are killed first.

        Raises what the stage raises, Unavailable when the process dies.
        """
        running = self._idle.pop(job_id, None)
        if running is None or running.process.returncode is not None:
            running = await self._start(folder)
        whole = False
        try:
            last = await _converse(running, work, said)
            whole = True
        finally:
            if whole:
                self._rest(job_id, running)
            else:
                # Nobody may be told that a stage ended before it has.
                await asyncio.shield(_kill(running.process))
        if last.kind == "refused":
            raise error_of(Failure(code=last.code, message=last.text, details=last.details))

    async def predict(self, folder: Path, work: PredictWork, *, timeout_s: float) -> Predictions:
        """Predict rows in a process of its own.

        Raises what it refuses, TimedOut, TooLarge, or Unavailable when it dies or too many wait already.
        """
        asked = work.model_dump_json().encode()
        async with self._turn():
            told = await self._asked("lakeglass.science.jobs.predictions", folder, asked, timeout_s=timeout_s)
        return _read(_ANSWER, told)

    async def predict_file(
        self, folder: Path, work: FileWork, content: bytes, *, timeout_s: float
    ) -> FilePredictions:
        """The same for a whole file, which is nowhere but in that process: refused or not, nothing of it stays.

        Raises what `predict` raises.
        """
        asked = work.model_dump_json().encode() + b"\n" + content
        module = "lakeglass.science.jobs.file_predictions"
        async with self._turn():
            # Where nothing stands around the process, this is its folder; else it has a /tmp of its own.
            with tempfile.TemporaryDirectory(prefix="lakeglass-", ignore_cleanup_errors=True) as scratch:
                told = await self._asked(module, folder, asked, scratch, timeout_s=timeout_s)
        return await asyncio.to_thread(_read, _FILE_ANSWER, told)

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._predictions >= _PREDICTIONS + _WAITING:
            raise Unavailable(
                f"{self._predictions} predictions are being made or wait already; try again when they are done."
            )
        self._predictions += 1
        try:
            async with self._predicting:
                yield
        finally:
            self._predictions -= 1

    async def _asked(self, module: str, folder: Path, asked: bytes, *more: str, timeout_s: float) -> _Told:
        process = await self._spawn(module, folder, *more)
        try:
            async with asyncio.timeout(timeout_s):
                return await _exchanged(process, asked)
        except TimeoutError as error:
            raise TimedOut(
                f"The prediction took longer than {timeout_s:g} s and was stopped; give fewer rows."
            ) from error
        finally:
            await asyncio.shield(_kill(process))

    def discard(self, job_id: str) -> None:
        """The analysis is over: its process is not needed any more."""
        running = self._idle.pop(job_id, None)
        if running is not None:
            _signal(running.process)

    async def aclose(self) -> None:
        """End all of them."""
        for job_id in list(self._idle):
            await _kill(self._idle.pop(job_id).process)

    def _rest(self, job_id: str, running: _Running) -> None:
        self._idle[job_id] = running

        def end() -> None:
            if self._idle.get(job_id) is running:
                self.discard(job_id)

        asyncio.get_running_loop().call_later(_IDLE_S, end)

    async def _start(self, folder: Path) -> _Running:
        process = await self._spawn("lakeglass.science.jobs.worker", folder)
        return _Running(process, asyncio.create_task(_drain(process)))

    async def _spawn(self, module: str, folder: Path, *more: str) -> Process:
        arguments = [sys.executable, "-m", module, str(folder), str(self._memory_mb), *more]
        protected = [folder / name for name in _PROTECTED if (folder / name).exists()]
        program = programs.Program(arguments, folder, protected)
        command = await asyncio.to_thread(programs.command, program)
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=dict(programs.environment()),
            start_new_session=True,
            limit=_LINE_BYTES,
        )


def _read(answers: TypeAdapter[_Answer | Refusal], told: _Told) -> _Answer:
    """The answer of a process that predicts; raises what it refuses, or Unavailable when it died."""
    try:
        answer = answers.validate_json(told.answer)
    except ValidationError as error:
        _log.warning(
            "analysis.prediction_died",
            code=told.code,
            stderr=told.complaint[-4000:].decode("utf-8", "replace"),
        )
        raise Unavailable(
            "The process of this prediction died; often memory was short. Try fewer rows."
        ) from error
    if isinstance(answer, Refusal):
        raise error_of(Failure(code=answer.code, message=answer.message))
    return answer


async def _converse(running: _Running, work: StageWork, said: Said) -> Line:
    """Give the order and pass on what is said until the last line; raises Unavailable when there is none."""
    process = running.process
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(work.model_dump_json().encode() + b"\n")
    with contextlib.suppress(ConnectionError):
        await process.stdin.drain()
    while raw := await process.stdout.readline():
        try:
            line = Line.model_validate_json(raw)
        except ValidationError as error:
            raise Unavailable("The process of this analysis said something that it can't mean.") from error
        if line.kind != "said":
            return line
        await said(line.stage, line.text)
    code = await process.wait()
    last = (await running.complaints).decode("utf-8", "replace")
    _log.warning("analysis.process_died", code=code, stage=work.stage, stderr=last)
    raise Unavailable(
        f"The process of this analysis ended with code {code}; often memory was short. Try again with fewer rows or "
        "columns."
    )


async def _exchanged(process: Process, asked: bytes) -> _Told:
    """Give what is asked and hear the answer; raises TooLarge for one that does not end."""
    # Neither is cancelled: both end when the process does, and until then it never waits for a reader.
    complaints = asyncio.create_task(_drain(process))
    giving = asyncio.create_task(_give(process, asked))
    answer = await _heard(process)
    await giving
    return _Told(answer, await complaints, await process.wait())


async def _give(process: Process, asked: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(asked)
        await process.stdin.drain()
    process.stdin.close()


async def _heard(process: Process) -> bytes:
    assert process.stdout is not None
    answer = bytearray()
    while piece := await process.stdout.read(1 << 20):
        answer += piece
        if len(answer) > MOST_ANSWER_BYTES:
            raise TooLarge(
                f"The predictions take more than {MOST_ANSWER_BYTES >> 20:,} MB; predict the rows in parts."
            )
    return bytes(answer)


async def _drain(process: Process) -> bytes:
    """All that it complains about; the last of it is kept."""
    assert process.stderr is not None
    last = b""
    while piece := await process.stderr.read(1 << 16):
        last = (last + piece)[-4000:]
    return last


def _signal(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _kill(process: Process) -> None:
    """Kill the process with its group and wait until it is gone; what it started ends with it."""
    if process.returncode is None:
        _signal(process)
    # A process is gone only when its pipes were read to their end, and it may have filled this one.
    assert process.stdout is not None
    while await process.stdout.read(1 << 20):
        pass
    await process.wait()
