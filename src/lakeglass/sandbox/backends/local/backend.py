"""The `local` backend: sessions on this machine, the next ones kept ready."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local import bwrap, memory, probe
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import confine, landlock, seccomp
from lakeglass.sandbox.backends.local.remedy import remedy
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.backends.local.zygote import Zygote
from lakeglass.sandbox.base import Capabilities, InputFile, Limits
from lakeglass.sandbox.limits import session_limits

_FIRST_KERNEL_UID = 1_900_000_000  # above what systemd and subordinate uids hand out
_KERNEL_UIDS = 1 << 24
_WATCH_S = 0.1
_IDLE_WATCH_ROUNDS = 10
_WATCH_SLACK_MB = 256  # what a session shares with the zygote is partly charged to it


class LocalBackend:
    """Sandbox on this machine. `start` from a thread that lives on: the kernel ends the jail with that thread."""

    def __init__(self, settings: SandboxSettings, *, root: Path) -> None:
        self._slot_limits = session_limits(settings)
        self._slot_count = settings.slots
        self._privileged = bwrap.is_real_root()
        self._folders = SessionFolders(root, readable_by_others=self._privileged)
        self._groups = memory.ControlGroups()
        self._bubblewrap: bwrap.Bubblewrap | None = None
        self._zygote: Zygote | None = None
        self._zygote_start = asyncio.Lock()
        self._slots: deque[LocalSession] = deque()
        self._sessions: set[LocalSession] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling = False
        self._born = secrets.randbelow(_KERNEL_UIDS)
        self._capabilities: Capabilities | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Known once started. Raises SandboxUnavailable before."""
        if self._capabilities is None:
            raise SandboxUnavailable("the sandbox has not been started")
        return self._capabilities

    async def start(self) -> None:
        """Probe for real and get ready; raises SandboxUnavailable with the exact remedy."""
        if self._capabilities is not None:
            return
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.close)
            try:
                self._bubblewrap = await self._prepare()
            except SandboxUnavailable as error:
                details = {"remedy": remedy(), **error.details}
                message = f"code can't be isolated on this machine: {error.message}; to repair it, {remedy()}"
                raise SandboxUnavailable(message, details=details) from error
            undo.pop_all()
        self._capabilities = self._describe(self._bubblewrap)
        if not self._groups:
            self._spawn(self._watch_memory())
        self._refill()

    async def create(self, session_id: str, *, inputs: Sequence[InputFile], limits: Limits) -> LocalSession:
        """A fresh session without any state of another; raises SandboxUnavailable."""
        await self.start()
        session = self._take_slot(limits) or await self._fork(limits)
        session.assign(session_id)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(session.close)
            await session.add_inputs(inputs)
            undo.pop_all()
        self._refill()
        return session

    async def close(self) -> None:
        """End every session and leave nothing behind."""
        self._capabilities = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._slots.clear()
        await asyncio.gather(*(session.close() for session in list(self._sessions)))
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        self._folders.close()

    @property
    def zygote_pid(self) -> int | None:
        """The outer jail's process, None while there is none."""
        return None if self._zygote is None else self._zygote.pid

    @property
    def ready_slots(self) -> int:
        """Jails that wait for a session."""
        return sum(slot.alive for slot in self._slots)

    async def _prepare(self) -> bwrap.Bubblewrap:
        """Everything that can fail at the start, ending with the proof that the walls hold."""
        if not seccomp.supported():
            raise SandboxUnavailable("no system call table for this processor")
        self._bubblewrap = bwrap.find_bubblewrap()
        self._groups.sweep()
        self._folders.open()
        session = await self._fork(self._slot_limits)
        try:
            await probe.prove(session, self._folders.path)
        finally:
            await session.close()
        return self._bubblewrap

    def _take_slot(self, limits: Limits) -> LocalSession | None:
        while limits == self._slot_limits and self._slots:
            slot = self._slots.popleft()
            if slot.alive:
                return slot
            self._spawn(slot.close())
        return None

    def _refill(self) -> None:
        if not self._filling and len(self._slots) < self._slot_count:
            self._filling = True
            self._spawn(self._fill_slots())

    async def _fill_slots(self) -> None:
        try:
            while len(self._slots) < self._slot_count:
                self._slots.append(await self._fork(self._slot_limits))
        except SandboxUnavailable:
            return  # the next create meets the same failure and reports it
        finally:
            self._filling = False

    async def _fork(self, limits: Limits) -> LocalSession:
        zygote = await self._living_zygote()
        with ExitStack() as undo:
            name = self._folders.make()
            undo.callback(self._folders.remove, name)
            group = self._groups.make(limits)
            if group is not None:
                undo.callback(group.remove)
            birth = await zygote.fork(self._order(name, limits))
            undo.callback(birth.discard)
            try:
                if group is not None:
                    group.add((birth.init.pid, birth.worker.pid))
            except OSError as error:
                reason = {"reason": str(error)}
                raise SandboxUnavailable("a session could not be limited", details=reason) from error
            undo.pop_all()
        session = LocalSession(
            birth, name, folders=self._folders, limits=limits, group=group, on_close=self._sessions.discard
        )
        self._sessions.add(session)
        return session

    async def _living_zygote(self) -> Zygote:
        async with self._zygote_start:
            if self._zygote is not None and self._zygote.alive:
                return self._zygote
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None
            if self._bubblewrap is None:
                raise SandboxUnavailable("the sandbox has not been started")
            self._zygote = await Zygote.start(
                self._bubblewrap,
                self._folders,
                privileged=self._privileged,
                cpus=self._cpus(self._slot_limits.cpus),
            )
            return self._zygote

    def _order(self, folder: str, limits: Limits) -> confine.Order:
        self._born += 1
        return confine.Order(
            folder=folder,
            kernel_uid=_FIRST_KERNEL_UID + self._born % _KERNEL_UIDS if self._privileged else None,
            cpus=self._cpus(limits.cpus),
            memory_mb=limits.memory_mb,
            work_mb=limits.work_mb,
            work_files=limits.work_files,
            tmp_mb=memory.TMP_MB,
            shm_mb=memory.SHM_MB,
            processes=limits.processes,
            open_files=limits.open_files,
        )

    def _cpus(self, count: int) -> list[int]:
        """So many of our processors, another set for every session."""
        ours = sorted(os.sched_getaffinity(0))
        start = (self._born * count) % len(ours)
        return sorted((ours[start:] + ours[:start])[:count])

    async def _watch_memory(self) -> None:
        """Where no cgroup can be made: look every 100 ms at what runs, every second at the rest."""
        round_ = 0
        while True:
            await asyncio.sleep(_WATCH_S)
            round_ += 1
            for session in [one for one in self._sessions if one.alive]:
                limit = (session.limits.memory_mb + _WATCH_SLACK_MB) << 20
                due = session.executing or round_ % _IDLE_WATCH_ROUNDS == 0
                if due and memory.used_bytes(session.init_pid, above=limit) > limit:
                    session.kill(out_of_memory=True)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _describe(self, bubblewrap: bwrap.Bubblewrap) -> Capabilities:
        level = landlock.abi()
        walls = ["own mount, process, network, IPC, host name and cgroup namespaces"]
        walls.append("own kernel user" if self._privileged else "own user namespace")
        walls.append(f"Landlock ABI {level}" if level else "no Landlock")
        walls.append("seccomp, no capabilities, resource limits")
        walls.append(f"cgroup v{self._groups.version} memory limit" if self._groups else "memory watched")
        warnings = []
        if not level:
            warnings.append("this kernel has no Landlock: one wall less around files")
        if not self._groups:
            warnings.append(
                "no cgroup may be made here: memory of many processes together is watched every 100 ms"
            )
        return Capabilities(
            name="local",
            tier="kernel",
            isolation=f"{', '.join(walls)} (bubblewrap: {bubblewrap.origin}; the kernel is shared with the host)",
            hard_memory_limit=bool(self._groups),
            warnings=tuple(warnings),
        )
