"""The Python session behind a conversation: what lives in it, how long it stays, its end."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.conversations import Conversations
from lakeglass.core.errors import Conflict
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.base import Variable, Variables
from lakeglass.sandbox.service import SandboxService, SessionInfo
from lakeglass.tenants.model import Principal

LiveState = Literal["none", "idle", "busy"]
_GONE = "The Python session has ended, and its variables with it. The next run of code starts a new one."
_BUSY = "The Python session runs code now. Stop the run first, or wait until it has ended."


class LiveSession(BaseModel):
    """Whether a Python session lives for a conversation: an idle one ends in `expires_in_s` seconds.

    `variables` counts what its last run left; None when there is no session, or it could not be asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: LiveState
    expires_in_s: float | None
    keep_alive_s: float
    variables: int | None


class VariablesPage(BaseModel):
    """Variables by name, of which `matching` have the searched words in their name or type.

    `listed` of the session's `total` were brought back, at most 1,000; `known` is false when the last run left
    no list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: LiveState
    known: bool
    items: tuple[Variable, ...]
    matching: int
    listed: int
    total: int


class LiveSessions:
    """The sandbox sessions of a tenant's conversations; each call raises NotFound for an unknown conversation."""

    def __init__(
        self, conversations: Conversations, sandbox: SandboxService, settings: SandboxSettings
    ) -> None:
        self._conversations = conversations
        self._sandbox = sandbox
        self._keep_alive_s = settings.keep_alive_s

    async def look(self, who: Principal, session_id: str) -> LiveSession:
        """How it stands; looking does not lengthen its life."""
        return self._view(await self._info(who, session_id))

    async def keep(self, who: Principal, session_id: str) -> LiveSession:
        """Begin its time to live anew; raises Conflict when it has ended."""
        await self._info(who, session_id)
        kept = await self._sandbox.keep(who.tenant_id, session_id)
        if kept is None:
            raise Conflict(_GONE)
        return self._view(kept)

    async def end(self, who: Principal, session_id: str) -> None:
        """End it with its variables and files; raises Conflict while it runs code. No error when there is none."""
        info = await self._info(who, session_id)
        if info is not None and info.executing:
            raise Conflict(_BUSY)
        await self._sandbox.end(who.tenant_id, session_id)

    async def variables(
        self, who: Principal, session_id: str, *, search: str, offset: int, limit: int
    ) -> VariablesPage:
        """What its last run left, without running anything."""
        info = await self._info(who, session_id)
        told = info.variables if info is not None else None
        found = told or Variables()
        words = search.lower().split()
        matching = [one for one in found.items if _has(one, words)]
        return VariablesPage(
            state=self._view(info).state,
            known=told is not None,
            items=tuple(matching[offset : offset + limit]),
            matching=len(matching),
            listed=len(found.items),
            total=found.total,
        )

    async def _info(self, who: Principal, session_id: str) -> SessionInfo | None:
        await asyncio.to_thread(self._conversations.get, who, session_id)
        return await self._sandbox.session(who.tenant_id, session_id)

    def _view(self, info: SessionInfo | None) -> LiveSession:
        if info is None:
            return LiveSession(
                state="none", expires_in_s=None, keep_alive_s=self._keep_alive_s, variables=None
            )
        return LiveSession(
            state="busy" if info.executing else "idle",
            expires_in_s=None if info.executing else info.expires_in_s,
            keep_alive_s=self._keep_alive_s,
            variables=None if info.variables is None else info.variables.total,
        )


def _has(variable: Variable, words: list[str]) -> bool:
    text = f"{variable.name} {variable.type}".lower()
    return all(word in text for word in words)
