"""The `local` backend: sessions on this machine, on the best tier that proves itself at the start."""

from __future__ import annotations

import asyncio
import itertools
import platform
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local import bwrap, cgroups, probe, watch
from lakeglass.sandbox.backends.local.folders import SessionFolders
from lakeglass.sandbox.backends.local.jail import landlock, seccomp
from lakeglass.sandbox.backends.local.pool import TIERS, Ground, Pool
from lakeglass.sandbox.backends.local.remedy import remedy
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.base import Capabilities, InputFile, Limits
from lakeglass.sandbox.limits import session_limits

_FIRST_KERNEL_UID = 1_900_000_000  # above what systemd and subordinate uids hand out
_KERNEL_UIDS = 1 << 24
_WATCH_S = 0.1
_IDLE_WATCH_ROUNDS = 10
_WATCH_SLACK_MB = 256  # what a session shares with the zygote is partly charged to it
_EVERYONE = ""  # the pool's name where all tenants share one zygote


class LocalBackend:
    """Sandbox on this machine. `start` from a thread that lives on: the kernel ends the jail with that thread."""

    def __init__(self, settings: SandboxSettings, *, root: Path) -> None:
        self._settings = settings
        self._privileged = bwrap.is_real_root()
        self._folders = SessionFolders(root, readable_by_others=self._privileged)
        self._groups = cgroups.ControlGroups()
        self._pools: dict[str, Pool] = {}
        self._ground: Ground | None = None
        self._watching: asyncio.Task[None] | None = None
        self._capabilities: Capabilities | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Known once started. Raises SandboxUnavailable before."""
        if self._capabilities is None:
            raise SandboxUnavailable("the sandbox has not been started")
        return self._capabilities

    @property
    def libraries(self) -> Sequence[str]:
        """Folders of this machine that a session sees and that hold Python libraries."""
        return ("/usr", *bwrap.python_roots())

    async def start(self) -> None:
        """Probe for real and get ready; raises SandboxUnavailable with the exact remedy."""
        if self._capabilities is not None:
            return
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.close)
            try:
                self._ground = await self._prepare()
            except SandboxUnavailable as error:
                details = {"remedy": remedy(), **error.details}
                repair = details["remedy"]
                message = f"code can't be isolated on this machine: {error.message}; to repair it, {repair}"
                raise SandboxUnavailable(message, details=details) from error
            undo.pop_all()
        self._capabilities = self._describe(self._ground)
        self._watching = asyncio.ensure_future(self._keep_watch(self._ground))
        for pool in self._pools.values():
            pool.refill()

    async def create(
        self, session_id: str, *, tenant_id: str, inputs: Sequence[InputFile], limits: Limits
    ) -> LocalSession:
        """A fresh session without any state of another; raises SandboxUnavailable."""
        await self.start()
        session = await self._pool(tenant_id).take(limits)
        session.assign(session_id)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(session.close)
            await session.add_inputs(inputs)
            undo.pop_all()
        return session

    async def close(self) -> None:
        """End every session and leave nothing behind."""
        self._capabilities = None
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        pools = list(self._pools.values())
        self._pools.clear()
        await asyncio.gather(*(pool.close() for pool in pools))
        self._ground = None
        self._folders.close()

    @property
    def zygote_pids(self) -> tuple[int, ...]:
        """The outer jails' processes."""
        pids = (pool.zygote_pid for pool in self._pools.values())
        return tuple(pid for pid in pids if pid is not None)

    @property
    def ready_slots(self) -> int:
        """Jails that wait for a session."""
        return sum(pool.ready_slots for pool in self._pools.values())

    async def _prepare(self) -> Ground:
        """Everything that can fail at the start; a tier counts once its walls have been seen to hold."""
        if not seccomp.supported():
            raise SandboxUnavailable(
                f"processor: got {platform.machine()}, expected one whose system calls are known "
                f"({', '.join(seccomp.MACHINES)})"
            )
        bubblewrap = bwrap.find_bubblewrap()
        self._groups.sweep()
        self._folders.open()
        wanted = TIERS if self._settings.tier == "auto" else (self._settings.tier,)
        failed: dict[str, SandboxUnavailable] = {}
        for tier in wanted:
            ground = Ground(
                bubblewrap=bubblewrap,
                tier=tier,
                folders=self._folders,
                groups=self._groups,
                kernel_uids=_kernel_uids() if self._privileged else None,
                slot_limits=session_limits(self._settings),
                slot_count=self._settings.slots,
            )
            try:
                self._pools[_EVERYONE] = await self._proven(ground)
            except SandboxUnavailable as error:
                failed[tier] = error
            else:
                return ground
        reasons = "; ".join(f"tier {tier}: {_told(error)}" for tier, error in failed.items())
        said = [f"{tier}: {error.details.get('reason', error.message)}" for tier, error in failed.items()]
        repairs = [error.details["remedy"] for error in failed.values() if "remedy" in error.details]
        known = {"remedy": repairs[-1]} if len(repairs) == len(failed) else {}
        raise SandboxUnavailable(reasons, details={**known, "reason": "\n".join(said)})

    async def _proven(self, ground: Ground) -> Pool:
        """A pool whose first session computed and could do nothing else; raises SandboxUnavailable."""
        pool = Pool(ground)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(pool.close)
            session = await pool.fork(ground.slot_limits)
            await probe.prove(session, self._folders.path)
            await session.close()
            undo.pop_all()
        return pool

    def _pool(self, tenant_id: str) -> Pool:
        if self._ground is None:
            raise SandboxUnavailable("the sandbox has not been started")
        name = tenant_id if self._settings.zygote == "tenant" else _EVERYONE
        if name not in self._pools:
            self._pools[name] = Pool(self._ground)
        return self._pools[name]

    async def _keep_watch(self, ground: Ground) -> None:
        """Every second end what no tenant uses; where no cgroup can be made, look at the memory of what runs."""
        for round_ in itertools.count(1):
            await asyncio.sleep(_WATCH_S)
            whole_round = round_ % _IDLE_WATCH_ROUNDS == 0
            _look(ground, everything=whole_round)
            if whole_round:
                await self._end_idle_pools()

    async def _end_idle_pools(self) -> None:
        """A zygote costs memory: one tenant's own ends when the tenant has had no session for a while."""
        if self._settings.zygote == "shared":
            return
        for name, pool in list(self._pools.items()):
            if pool.idle_s > self._settings.keep_alive_s:
                del self._pools[name]
                await pool.close()

    def _describe(self, ground: Ground) -> Capabilities:
        level = landlock.abi()
        walls = ["own mount, process, network, IPC, host name and cgroup namespaces"]
        walls.append("own kernel user" if ground.privileged else "own user namespace")
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
        if ground.tier == "bubblewrap":
            warnings.append(
                "namespaces can't be nested here: a session loads its own libraries, in seconds, and shares no memory"
            )
        origin = ground.bubblewrap.origin
        return Capabilities(
            name="local",
            tier=ground.tier,
            isolation=f"{', '.join(walls)} (bubblewrap: {origin}; the kernel is shared with the host)",
            hard_memory_limit=bool(self._groups),
            installs_packages=True,
            warnings=tuple(warnings),
        )


def _told(error: SandboxUnavailable) -> str:
    """What went wrong, with the last words of whoever met it."""
    words = str(error.details.get("reason", "")).strip().splitlines()
    return f"{error.message} ({words[-1][:200]})" if words else error.message


def _kernel_uids() -> Iterator[int]:
    start = secrets.randbelow(_KERNEL_UIDS)
    return (_FIRST_KERNEL_UID + (start + step) % _KERNEL_UIDS for step in itertools.count())


def _look(ground: Ground, *, everything: bool) -> None:
    """End sessions above what the kernel does not hold for us; idle ones are looked at when `everything` is."""
    for session in [one for one in ground.sessions if one.alive and (everything or one.executing)]:
        limit = (session.limits.memory_mb + _WATCH_SLACK_MB) << 20
        if (not ground.groups and watch.used_bytes(session.init_pid, above=limit) > limit) or (
            ground.tier == "bubblewrap" and watch.most_files(session.folders) > session.limits.work_files
        ):
            session.kill(out_of_memory=True)
