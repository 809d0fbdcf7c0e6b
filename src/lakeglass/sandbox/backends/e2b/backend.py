"""The `e2b` backend: every session is a microVM of E2B, made and ended through E2B's SDK."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.e2b import interior
from lakeglass.sandbox.backends.e2b.hosted import HostedSandbox
from lakeglass.sandbox.backends.e2b.refusals import FAILURES, unavailable
from lakeglass.sandbox.backends.e2b.session import About, E2bSession
from lakeglass.sandbox.base import Capabilities, InputFile, Limits
from lakeglass.sandbox.limits import session_limits

# They write the code of an execution, and every request with the names of its files.
_TALKATIVE = ("e2b", "e2b_code_interpreter", "httpx", "pyqwest", "pyqwest.access")


class E2bBackend:
    """Sandboxes of E2B. The probe at the start makes one, computes in it, and ends it."""

    def __init__(self, settings: SandboxSettings, *, root: Path) -> None:
        self._settings = settings
        self._root = root  # nothing of a session lies on this machine
        self._sessions: set[E2bSession] = set()
        self._capabilities: Capabilities | None = None
        self._starting = asyncio.Lock()

    @property
    def capabilities(self) -> Capabilities:
        """Known once started. Raises SandboxUnavailable before."""
        if self._capabilities is None:
            raise SandboxUnavailable("the sandbox has not been started")
        return self._capabilities

    @property
    def libraries(self) -> Sequence[str]:
        """None: what can be imported is the template's."""
        return ()

    async def start(self) -> None:
        """Probe for real and get ready; raises SandboxUnavailable with the exact remedy."""
        async with self._starting:
            if self._capabilities is not None:
                return
            if self._settings.e2b.api_key is None and not os.environ.get("E2B_API_KEY"):
                raise SandboxUnavailable(
                    "no API key of E2B is set; put yours into LAKEGLASS_SANDBOX__E2B__API_KEY or E2B_API_KEY"
                )
            for name in _TALKATIVE:
                logging.getLogger(name).setLevel(logging.WARNING)
            session, about = await self._open("probe", session_limits(self._settings))
            try:
                self._require_packages(about)
                computed = await session.execute("1 + 1")
            finally:
                await session.close()
            if [result.data for result in computed.results] != [{"text/plain": "2"}]:
                raise SandboxUnavailable(
                    f"a sandbox of E2B did not compute 1 + 1: the execution ended as {computed.status!r}"
                )
            self._capabilities = self._describe(about)

    async def create(
        self,
        session_id: str,
        *,
        tenant_id: str,  # noqa: ARG002  nobody shares anything, and E2B need not know
        inputs: Sequence[InputFile],
        limits: Limits,
    ) -> E2bSession:
        """A fresh session without any state of another; raises SandboxUnavailable.

        Every session has a microVM of its own, whoever it belongs to.
        """
        await self.start()
        session, _ = await self._open(session_id, limits)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(session.close)
            await session.add_inputs(inputs)
            undo.pop_all()
        return session

    async def close(self) -> None:
        """End every session and leave nothing behind."""
        self._capabilities = None
        await asyncio.gather(*(session.close() for session in list(self._sessions)))

    async def _open(self, session_id: str, limits: Limits) -> tuple[E2bSession, About]:
        try:
            sandbox = await HostedSandbox.open(self._settings)
        except FAILURES as error:
            raise unavailable(error, otherwise="E2B did not give a sandbox") from error
        session = E2bSession(session_id, sandbox, limits, on_close=self._sessions.discard)
        self._sessions.add(session)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(session.close)
            about = await session.set_up()
            undo.pop_all()
        return session, about

    def _require_packages(self, about: About) -> None:
        lacking = [name for name in interior.REQUIRED if name in about.missing]
        if lacking:
            template = self._settings.e2b.template
            raise SandboxUnavailable(
                f"the E2B template {template!r} lacks {', '.join(lacking)}; build one that has them, as "
                "docs/how-to/e2b.md shows, and name it in LAKEGLASS_SANDBOX__E2B__TEMPLATE"
            )

    def _describe(self, about: About) -> Capabilities:
        hosted = self._settings.e2b
        warnings = [f"files of a session are uploaded to {hosted.domain}"]
        lacking = [name for name in interior.WANTED if name in about.missing]
        if lacking:
            warnings.append(f"the template {hosted.template!r} lacks {', '.join(lacking)}")
        return Capabilities(
            name="e2b",
            tier="microvm",
            isolation=(
                f"a microVM of {hosted.domain} for every session (template {hosted.template}, no way to the "
                "internet); memory, processors and disk are the template's"
            ),
            shares_kernel=False,
            warnings=tuple(warnings),
        )
