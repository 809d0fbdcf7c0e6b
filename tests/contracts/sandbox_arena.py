"""One started sandbox backend for a module of tests, and executions that keep what was printed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr
from tests.contracts.e2b_cloud import API_KEY, Cloud

from lakeglass.core.settings import E2bSettings, SandboxSettings
from lakeglass.sandbox.backends import BACKENDS, open_backend
from lakeglass.sandbox.base import (
    TABLE_MIME,
    Execution,
    InputFile,
    Limits,
    OutputChunk,
    SandboxBackend,
    SandboxSession,
)

T = TypeVar("T")
SECOND_TIER = "local/bubblewrap"
SANDBOXES = (*BACKENDS.names(), SECOND_TIER)
# A hundred examples over a hosted backend are not for every run.
HOSTED_HEAVY = [
    name if name == "local" else pytest.param(name, marks=pytest.mark.heavy) for name in BACKENDS.names()
]
SMALL = Limits(memory_mb=512, work_mb=32, work_files=500, timeout_s=20, processes=48)


@dataclass(frozen=True)
class Ran:
    """An execution together with its output."""

    execution: Execution
    chunks: tuple[OutputChunk, ...]

    @property
    def stdout(self) -> str:
        return "".join(c.text for c in self.chunks if c.stream == "stdout" and not c.late)

    @property
    def stderr(self) -> str:
        return "".join(c.text for c in self.chunks if c.stream == "stderr" and not c.late)

    @property
    def late(self) -> str:
        return "".join(c.text for c in self.chunks if c.late)

    @property
    def data(self) -> list[dict[str, Any]]:
        return [result.data for result in self.execution.results]

    def value(self, name: str) -> Any:
        """The collected plain value."""
        assert self.execution.status == "ok", self.execution
        return next(r.data["application/json"] for r in self.execution.results if r.name == name)

    def table(self, name: str | None = None) -> dict[str, Any]:
        """The table shown, or collected under `name`."""
        found: Any = next(r.data[TABLE_MIME] for r in self.execution.results if r.name == name)
        return dict(found)


class Arena:
    """A backend on an event loop that synchronous tests can use."""

    def __init__(self, name: str, root: Path, runner: asyncio.Runner, **settings: Any) -> None:
        self.root = root
        self._runner = runner
        self.cloud = Cloud(root).start() if name == "e2b" else None
        if self.cloud is not None:
            settings["e2b"] = hosted_settings(self.cloud)
        self.backend: SandboxBackend = open_backend(SandboxSettings(backend=name, **settings), root=root)
        self.run(self.backend.start())
        self._count = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def create(self, *inputs: InputFile, limits: Limits = SMALL) -> SandboxSession:
        self._count += 1
        return self.run(self.backend.create(f"s{self._count}", tenant_id="t", inputs=inputs, limits=limits))

    @contextmanager
    def session(self, *inputs: InputFile, limits: Limits = SMALL) -> Iterator[SandboxSession]:
        session = self.create(*inputs, limits=limits)
        try:
            yield session
        finally:
            self.run(session.close())

    def execute(
        self,
        session: SandboxSession,
        code: str,
        *,
        collect: Sequence[str] = (),
        timeout_s: float | None = None,
    ) -> Ran:
        return self.run(execute(session, code, collect=collect, timeout_s=timeout_s))

    def close(self) -> None:
        self.run(self.backend.close())
        if self.cloud is not None:
            self.cloud.stop()


def hosted_settings(cloud: Cloud) -> E2bSettings:
    """Settings that lead to the emulator and nowhere else."""
    return E2bSettings(
        api_key=SecretStr(API_KEY), api_url=cloud.url, sandbox_url=cloud.url, domain="localhost"
    )


async def execute(
    session: SandboxSession, code: str, *, collect: Sequence[str] = (), timeout_s: float | None = None
) -> Ran:
    chunks: list[OutputChunk] = []

    async def keep(chunk: OutputChunk) -> None:
        chunks.append(chunk)

    done = await session.execute(code, on_output=keep, collect=collect, timeout_s=timeout_s)
    return Ran(done, tuple(chunks))
