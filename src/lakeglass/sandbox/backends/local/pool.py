"""Where sessions come from: a zygote for those who may share one, and jails made ahead of time."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import Literal

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local import bwrap, cgroups
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import confine
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.backends.local.zygote import Birth, Zygote
from lakeglass.sandbox.base import Limits

Tier = Literal["namespaces", "bubblewrap"]
TIERS: tuple[Tier, ...] = ("namespaces", "bubblewrap")
"""Best first. `namespaces`: a fork of a warm zygote, in namespaces of its own inside the outer jail.
`bubblewrap`: an outer jail and a cold interpreter for every session, where namespaces can't be nested."""


@dataclass(frozen=True)
class Ground:
    """What every pool of one backend stands on."""

    bubblewrap: bwrap.Bubblewrap
    tier: Tier
    folders: SessionFolders
    groups: cgroups.ControlGroups
    kernel_uids: Iterator[int] | None
    slot_limits: Limits
    slot_count: int
    sessions: set[LocalSession] = field(default_factory=set)

    @property
    def privileged(self) -> bool:
        """Whether sessions get kernel users of their own instead of a user namespace."""
        return self.kernel_uids is not None


class Pool:
    """Sessions of tenants that may share a zygote."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._zygote: Zygote | None = None
        self._zygote_start = asyncio.Lock()
        self._slots: deque[LocalSession] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling = False
        self._born = 0
        self._used_at = time.monotonic()
        self._sessions: set[LocalSession] = set()

    @property
    def zygote_pid(self) -> int | None:
        """The outer jail's process, None while there is none."""
        return None if self._zygote is None else self._zygote.pid

    @property
    def ready_slots(self) -> int:
        """Jails that wait for a session."""
        return sum(slot.alive for slot in self._slots)

    @property
    def idle_s(self) -> float:
        """Seconds since the last session was taken or lived, 0 while one lives."""
        if self._sessions - set(self._slots):
            self._used_at = time.monotonic()
        return time.monotonic() - self._used_at

    async def take(self, limits: Limits) -> LocalSession:
        """A jail without any state of another; raises SandboxUnavailable."""
        self._used_at = time.monotonic()
        session = self._ready_slot(limits) or await self.fork(limits)
        self.refill()
        return session

    def refill(self) -> None:
        """Make the jails that are missing, in the background."""
        if not self._filling and len(self._slots) < self._ground.slot_count:
            self._filling = True
            self._spawn(self._fill_slots())

    async def close(self) -> None:
        """End every session of it and the zygote."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._slots.clear()
        await asyncio.gather(*(session.close() for session in list(self._sessions)))
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    async def fork(self, limits: Limits) -> LocalSession:
        """A new jail, made now; raises SandboxUnavailable."""
        ground = self._ground
        async with AsyncExitStack() as undo:
            name = ground.folders.make()
            undo.callback(ground.folders.remove, name)
            birth, own = await self._birth(name, limits)
            if own is not None:
                undo.callback(own.close)
            undo.callback(birth.discard)
            group = self._limited(birth, limits)
            undo.pop_all()
        session = LocalSession(
            birth,
            name,
            folders=ground.folders,
            limits=limits,
            group=group,
            own_jail=own,
            on_close=self._forget,
        )
        ground.sessions.add(session)
        self._sessions.add(session)
        return session

    async def _birth(self, folder: str, limits: Limits) -> tuple[Birth, Zygote | None]:
        """A jailed process, and the zygote that belongs to it alone, if it does."""
        order = self._order(folder, limits)
        if self._ground.tier == "namespaces":
            zygote = await self._living_zygote()
            return await zygote.fork(order), None
        await self._compile_libraries()
        own = await self._start_zygote(bwrap.OwnJail(folder, limits))
        with ExitStack() as undo:
            undo.callback(own.close)
            birth = await own.fork(order)
            undo.pop_all()
        return birth, own

    def _limited(self, birth: Birth, limits: Limits) -> cgroups.ControlGroup | None:
        group = self._ground.groups.make(limits)
        if group is None:
            return None
        try:
            group.add((birth.init.pid, birth.worker.pid))
        except OSError as error:
            group.remove()
            reason = {"reason": str(error)}
            raise SandboxUnavailable("a session could not be limited", details=reason) from error
        return group

    def _forget(self, session: LocalSession) -> None:
        self._sessions.discard(session)
        self._ground.sessions.discard(session)

    def _ready_slot(self, limits: Limits) -> LocalSession | None:
        while limits == self._ground.slot_limits and self._slots:
            slot = self._slots.popleft()
            # a slot falls with its zygote, and the loop may not have heard of its own end yet
            if slot.alive and (self._zygote is None or self._zygote.alive):
                return slot
            self._spawn(slot.close())
        return None

    async def _fill_slots(self) -> None:
        try:
            while len(self._slots) < self._ground.slot_count:
                self._slots.append(await self.fork(self._ground.slot_limits))
        except SandboxUnavailable:
            return  # the next create meets the same failure and reports it
        finally:
            self._filling = False

    async def _living_zygote(self) -> Zygote:
        async with self._zygote_start:
            if self._zygote is not None and self._zygote.alive:
                return self._zygote
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None
            self._zygote = await self._start_zygote(None)
            return self._zygote

    async def _compile_libraries(self) -> None:
        """Once: a session alone in its jail may not write compiled modules, a zygote that runs no code may."""
        async with self._zygote_start:
            if not any(self._ground.folders.bytecode.iterdir()):
                (await self._start_zygote(None)).close()

    async def _start_zygote(self, own: bwrap.OwnJail | None) -> Zygote:
        ground = self._ground
        cpus = self._cpus((ground.slot_limits if own is None else own.limits).cpus)
        return await Zygote.start(
            ground.bubblewrap, ground.folders, privileged=ground.privileged, cpus=cpus, own=own
        )

    def _order(self, folder: str, limits: Limits) -> confine.Order:
        self._born += 1
        return confine.Order(
            folder=folder,
            kernel_uid=None if self._ground.kernel_uids is None else next(self._ground.kernel_uids),
            cpus=self._cpus(limits.cpus),
            memory_mb=limits.memory_mb,
            work_mb=limits.work_mb,
            work_files=limits.work_files,
            tmp_mb=limits.tmp_mb,
            shm_mb=limits.shm_mb,
            processes=limits.processes,
            open_files=limits.open_files,
        )

    def _cpus(self, count: int) -> list[int]:
        """So many of our processors, another set for every session."""
        ours = sorted(os.sched_getaffinity(0))
        start = (self._born * count) % len(ours)
        return sorted((ours[start:] + ours[:start])[:count])

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
