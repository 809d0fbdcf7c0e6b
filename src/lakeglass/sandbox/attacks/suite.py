"""Runs the cases against a backend, through the protocol that every backend has."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from lakeglass.core.errors import LakeglassError, NotFound, SandboxUnavailable
from lakeglass.sandbox.attacks.case import Case
from lakeglass.sandbox.attacks.expectations import Answer, Outcome, Seen
from lakeglass.sandbox.attacks.scene import OWNERS, Scene
from lakeglass.sandbox.base import (
    Execution,
    InputFile,
    Limits,
    OutputChunk,
    OutputSink,
    SandboxBackend,
    SandboxSession,
)

LIMITS = Limits(
    memory_mb=256,
    cpus=1,
    timeout_s=30,
    processes=48,
    work_mb=32,
    work_files=500,
    tmp_mb=24,
    shm_mb=16,
    stream_bytes=1 << 18,
    results_bytes=4 << 20,
    max_results=50,
)
"""Small, so that a run is quick and an escape is plain."""
_INSIDE = Path(__file__).with_name("inside.py").read_text(encoding="utf-8")
_CHECK_S = 5.0
_NEIGHBOUR_S = 20.0  # slow is what a busy machine is; hurt is what never answers
_DEAD = Execution(status="died", seconds=0.0, state_lost=True)


@dataclass(frozen=True, slots=True)
class Result:
    """One case as it went on this machine."""

    case: Case
    outcome: Outcome
    seconds: float


async def attack(
    backend: SandboxBackend, scene: Scene, *, root: Path, cases: Sequence[Case]
) -> AsyncGenerator[Result]:
    """Every case, one after the other, beside a neighbour who must not notice.

    `backend` has been started within `scene`; `root` is its folder. Raises SandboxUnavailable when not even
    the neighbour can be made.
    """
    async with AsyncExitStack() as stack:
        run = _Run(backend, scene, root)
        stack.push_async_callback(run.close)
        await run.open()
        for case in cases:
            start = time.monotonic()
            outcome = await run.outcome(case)
            yield Result(case, outcome, time.monotonic() - start)


class _Run:
    """The sessions of one run: a neighbour, and the attacker of the moment."""

    def __init__(self, backend: SandboxBackend, scene: Scene, root: Path) -> None:
        self._backend = backend
        self._scene = scene
        self._packages = {owner: scene.package(owner) for owner in OWNERS}
        facts = scene.facts(root=root)
        self._facts = {key: value for key, value in facts.items() if isinstance(value, str)}
        self._inside = f"{_INSIDE}\nHOST = {facts!r}\n"
        self._neighbour: SandboxSession | None = None
        self._shared: SandboxSession | None = None

    async def open(self) -> None:
        """Make the neighbour, with a secret in its variables and a file of its own."""
        neighbour = await self._session("neighbour", self._scene.private)
        await neighbour.execute(f"mine = {self._scene.secret!r}\nopen('work.txt', 'w').write(mine)")
        self._neighbour = neighbour

    async def close(self) -> None:
        """End what is left."""
        for session in (self._shared, self._neighbour):
            if session is not None:
                await session.close()

    async def outcome(self, case: Case) -> Outcome:
        """The case's own verdict, unless the host or the neighbour was hurt."""
        shares = case.expect.shares_session
        try:
            session = await self._attacker(shares=shares)
            seen = await self._seen(case, session)
            judged = case.expect.judge(seen)
        except SandboxUnavailable as error:
            return Outcome("escaped", f"no session could be made: {error.message}")
        except Exception as error:  # noqa: BLE001  what makes the host fail has got through, whatever it is
            return Outcome("escaped", f"the host failed: {type(error).__name__}: {error}"[:200])
        if not shares:
            await session.close()
            if (survivor := self._scene.survivor()) is not None:
                return Outcome("escaped", survivor)
            if not await _usable(self._neighbour, within_s=_NEIGHBOUR_S):
                await self.open()
                return Outcome("escaped", "the neighbour's session was hurt")
        touched = self._scene.touched()
        outcome = judged if touched is None else Outcome("escaped", touched)
        if shares and outcome.verdict == "escaped":  # what it gained must not be the next one's
            await session.close()
            self._shared = None
        return outcome

    async def _attacker(self, *, shares: bool) -> SandboxSession:
        if not shares:
            return await self._session("attacker", self._scene.input)
        if self._shared is not None and not await _usable(self._shared):
            await self._shared.close()
            self._shared = None
        if self._shared is None:
            self._shared = await self._session("attacker", self._scene.input)
        return self._shared

    async def _session(self, name: str, *inputs: InputFile) -> SandboxSession:
        session = await self._backend.create(name, tenant_id=name, inputs=inputs, limits=LIMITS)
        if self._backend.capabilities.installs_packages:
            await session.add_packages([self._packages["neighbour" if name == "neighbour" else "attacker"]])
        await session.execute(self._inside)
        return session

    async def _seen(self, case: Case, session: SandboxSession) -> Seen:
        counted = {"now": 0, "late": 0}

        async def count(chunk: OutputChunk) -> None:
            counted["late" if chunk.late else "now"] += len(chunk.text)

        shares = case.expect.shares_session
        execution = await _attempt(session, case.code, apart=shares, timeout_s=case.timeout_s, count=count)
        served, leaked = await self._served(case, session)
        usable = shares or await _usable(session)
        after = None
        if case.then:
            await session.close()
            following = await self._session("next", self._scene.input)
            after = _answer(await _attempt(following, case.then, timeout_s=case.timeout_s, count=count))
            await following.close()
        return Seen(
            execution=execution,
            answer=_answer(execution),
            printed=counted["now"],
            late=counted["late"],
            usable=usable,
            limits=LIMITS,
            served=served,
            leaked=leaked,
            after=after,
        )

    async def _served(self, case: Case, session: SandboxSession) -> tuple[tuple[str, ...], tuple[str, ...]]:
        names = [name.format(**self._facts) for name in case.fetch] * case.fetch_times
        if not names:
            return (), ()
        served = {artifact.name for artifact in await session.artifacts()} & set(names)
        leaked = set()
        for name in names:
            try:
                content = await session.read_artifact(name)
            except NotFound:
                continue
            served.add(name)
            if self._scene.secret.encode() in content:
                leaked.add(name)
        return tuple(sorted(served)), tuple(sorted(leaked))


async def _attempt(
    session: SandboxSession, code: str, *, apart: bool = False, timeout_s: float, count: OutputSink
) -> Execution:
    try:
        return await session.execute(
            f"answer = attempt({code!r}, apart={apart})",
            collect=["answer"],
            timeout_s=timeout_s,
            on_output=count,
        )
    except SandboxUnavailable:
        return _DEAD


async def _usable(session: SandboxSession | None, *, within_s: float = _CHECK_S) -> bool:
    """Whether it still computes, by the host's clock."""
    if session is None:
        return False
    try:
        done = await session.execute("1 + 1", timeout_s=within_s)
    except LakeglassError:
        return False
    return done.status == "ok" and any(result.data.get("text/plain") == "2" for result in done.results)


def _answer(execution: Execution) -> Answer:
    for result in execution.results:
        value = result.data.get("application/json")
        if result.name == "answer" and isinstance(value, list) and len(value) == 2:
            how, what = value
            if how in {"refused", "done"}:
                return Answer("refused" if how == "refused" else "done", what)
            return Answer("broken", what)
    why = execution.error.value if execution.error is not None else execution.status
    return Answer("broken", f"the session could not tell: {why}")
