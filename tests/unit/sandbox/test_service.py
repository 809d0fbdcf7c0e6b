"""The service: sessions by tenant and conversation, expiry, eviction, recovery, and a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from lakeglass.core.errors import InvalidInput, SandboxUnavailable
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local import bwrap
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.base import InputFile, OutputChunk
from lakeglass.sandbox.service import SandboxService


@asynccontextmanager
async def opened(root: Path, **settings: Any) -> AsyncIterator[SandboxService]:
    service = SandboxService(SandboxSettings(**{"slots": 0, "memory_mb": 512, **settings}), root=root)
    try:
        yield service
    finally:
        await service.aclose()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all sandbox tests, so that only the first zygote has to compile its libraries."""
    return tmp_path_factory.getbasetemp() / "sandbox"


def descendants() -> set[int]:
    """Living processes below this one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return set(found)


async def value(service: SandboxService, tenant: str, session: str, code: str) -> str:
    execution = await service.execute(tenant, session, code)
    assert execution.status == "ok", execution
    return str(execution.results[0].data["text/plain"])


def test_a_session_belongs_to_one_tenant_and_one_conversation(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            await service.execute("t1", "a", "x = 1")
            assert await value(service, "t1", "a", "x") == "1"
            assert await value(service, "t2", "a", "'x' in globals()") == "False"
            assert await value(service, "t1", "b", "'x' in globals()") == "False"
            assert [info.id for info in await service.sessions("t1")] == ["a", "b"]
            assert [info.id for info in await service.sessions("t2")] == ["a"]
            await service.end("t1", "a")
            assert [info.id for info in await service.sessions("t1")] == ["b"]
            assert await value(service, "t1", "a", "'x' in globals()") == "False"

    asyncio.run(scenario())


def test_nothing_is_started_before_it_is_needed_and_nothing_is_left_after(root: Path) -> None:
    async def scenario() -> None:
        before = descendants()
        async with opened(root, slots=2) as service:
            assert service.status.state == "stopped"
            assert descendants() == before
            await service.execute("t", "s", "import subprocess; p = subprocess.Popen(['sleep', '100'])")
            assert service.status.state == "ready"
            assert service.capabilities is not None
            assert descendants() != before
        assert descendants() == before
        assert service.status.state == "stopped"

    asyncio.run(scenario())
    assert list(root.glob("sandbox-*")) == []
    assert str(root) not in Path("/proc/self/mountinfo").read_text()
    assert list(Path("/sys/fs/cgroup").glob(f"*/**/lakeglass-{os.getpid()}-*")) == []
    assert not [t for t in threading.enumerate() if t.name == "lakeglass-sandbox"]


def test_it_serves_callers_on_several_event_loops(root: Path) -> None:
    service = SandboxService(SandboxSettings(slots=0, memory_mb=512), root=root)
    seen: dict[str, list[str]] = {}

    def caller(name: str) -> None:
        async def scenario() -> None:
            loop = asyncio.get_running_loop()

            async def sink(chunk: OutputChunk) -> None:
                assert asyncio.get_running_loop() is loop
                seen.setdefault(name, []).append(chunk.text)

            await service.execute("t", name, "for i in range(50): print(i, flush=True)", on_output=sink)

        asyncio.run(scenario())

    threads = [threading.Thread(target=caller, args=(f"s{i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(service.aclose())
    expected = "".join(f"{i}\n" for i in range(50))
    assert {name: "".join(texts) for name, texts in seen.items()} == dict.fromkeys(
        ("s0", "s1", "s2"), expected
    )


def test_an_idle_session_ends_and_its_countdown_is_shown(root: Path) -> None:
    # req: E7
    async def scenario() -> None:
        async with opened(root, keep_alive_s=60) as service:
            await service.execute("t", "s", "x = 1")
            (info,) = await service.sessions("t")
            assert 0 < info.expires_in_s <= 60
            assert not info.executing
        async with opened(root, keep_alive_s=0.2) as service:
            await service.execute("t", "s", "x = 1")
            async with asyncio.timeout(60):
                while await service.sessions("t"):
                    await asyncio.sleep(0.01)
            assert await value(service, "t", "s", "'x' in globals()") == "False"

    asyncio.run(scenario())


@pytest.mark.heavy
def test_a_long_execution_is_not_idle(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root, keep_alive_s=0.2) as service:
            execution = await service.execute("t", "s", "import time; time.sleep(1.5); print(1)")
            assert execution.status == "ok"

    asyncio.run(scenario())


@pytest.mark.heavy
def test_the_longest_idle_session_makes_room(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root, max_sessions=2) as service:
            for name in ("a", "b", "c"):
                await service.execute("t", name, "1")
            assert [info.id for info in await service.sessions("t")] == ["b", "c"]

    asyncio.run(scenario())


def test_busy_sessions_are_never_evicted(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root, max_sessions=1) as service:
            started = asyncio.Event()

            async def sink(_chunk: OutputChunk) -> None:
                started.set()

            busy = asyncio.ensure_future(
                service.execute("t", "a", "print(1)\nimport time\ntime.sleep(30)", on_output=sink)
            )
            await started.wait()
            with pytest.raises(SandboxUnavailable, match="busy"):
                await service.execute("t", "b", "1")
            await service.interrupt("t", "a")
            assert (await busy).status == "interrupted"

    asyncio.run(scenario())


def test_cancelling_the_caller_stops_the_code(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            started = asyncio.Event()

            async def sink(_chunk: OutputChunk) -> None:
                started.set()

            running = asyncio.ensure_future(
                service.execute("t", "s", "x = 1; print(1)\nwhile True: pass", on_output=sink)
            )
            await started.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            async with asyncio.timeout(60):
                assert await value(service, "t", "s", "x") == "1"

    asyncio.run(scenario())


def test_a_dead_session_is_replaced_and_the_loss_is_told(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            execution = await service.execute("t", "s", "import os; os._exit(1)")
            assert (execution.status, execution.state_lost) == ("died", True)
            assert await service.sessions("t") == ()
            assert await value(service, "t", "s", "1") == "1"

    asyncio.run(scenario())


@pytest.mark.heavy
def test_it_survives_the_death_of_the_zygote(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root, slots=1) as service:
            await service.execute("t", "s", "x = 1")
            backend = service._backend
            assert isinstance(backend, LocalBackend)
            (zygote,) = backend.zygote_pids
            os.kill(zygote, signal.SIGKILL)
            async with asyncio.timeout(60):
                while await service.sessions("t"):
                    await asyncio.sleep(0.01)
            assert await value(service, "t", "s", "'x' in globals()") == "False"

    asyncio.run(scenario())


def test_inputs_of_later_executions_are_added(root: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        files = []
        for name in ("a.csv", "b.csv"):
            (tmp_path / name).write_text(name)
            files.append(InputFile(source=tmp_path / name, name=name))
        async with opened(root) as service:
            await service.execute("t", "s", "x = 1", inputs=files[:1])
            code = "import os; sorted(os.listdir('data')), x"
            execution = await service.execute("t", "s", code, inputs=files)
            assert execution.results[0].data["text/plain"] == "(['a.csv', 'b.csv'], 1)"

    asyncio.run(scenario())


def test_a_bad_input_is_the_callers_error_and_leaves_no_session(root: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            with pytest.raises(InvalidInput):
                await service.execute("t", "s", "1", inputs=[InputFile(source=tmp_path / "x", name="../x")])
            assert await service.sessions("t") == ()

    asyncio.run(scenario())


def test_a_creation_that_fails_is_tried_once_more(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            await service.start()
            original, calls = LocalBackend.create, 0

            async def flaky(self: LocalBackend, *args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == 1:
                    raise SandboxUnavailable("first")
                return await original(self, *args, **kwargs)

            monkeypatch.setattr(LocalBackend, "create", flaky)
            assert await value(service, "t", "s", "1") == "1"

            async def broken(self: LocalBackend, *args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                raise SandboxUnavailable("the reason")

            calls = 0
            monkeypatch.setattr(LocalBackend, "create", broken)
            with pytest.raises(SandboxUnavailable) as caught:
                await service.execute("t", "other", "1")
            assert calls == 2
            assert caught.value.message == "Unable to create execution environment. Please try again."
            assert caught.value.details["reason"] == "the reason"

    asyncio.run(scenario())


def test_without_isolation_no_code_runs_and_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bwrap, "find_bubblewrap", lambda: bwrap.Bubblewrap(str(broken), "test"))

    async def scenario() -> None:
        async with opened(tmp_path / "root") as service:
            with pytest.raises(SandboxUnavailable) as caught:
                await service.execute("t", "s", "open('ran', 'w')")
            assert "setting up uid map" in str(caught.value.details["reason"])
            assert caught.value.details["remedy"]
            assert service.status.state == "unavailable"
            assert service.status.problem is not None

    asyncio.run(scenario())


@pytest.mark.heavy
def test_starting_in_the_background_makes_nobody_wait(root: Path) -> None:
    async def scenario() -> None:
        async with opened(root) as service:
            service.start_in_background()
            async with asyncio.timeout(60):
                while service.status.state != "ready":
                    await asyncio.sleep(0.01)

    asyncio.run(scenario())


def test_an_unknown_backend_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path, backend="nope") as service:
            with pytest.raises(InvalidInput, match="nope"):
                await service.execute("t", "s", "1")

    asyncio.run(scenario())


def test_closing_answers_everybody_who_runs_or_waits(root: Path) -> None:
    async def scenario() -> None:
        service = SandboxService(SandboxSettings(slots=1, memory_mb=512), root=root)
        started = asyncio.Event()

        async def sink(_chunk: OutputChunk) -> None:
            started.set()

        running = asyncio.ensure_future(
            service.execute("t", "s", "print(1)\nwhile True: pass", on_output=sink, timeout_s=60)
        )
        await started.wait()
        waiting = asyncio.ensure_future(service.execute("t", "s", "2"))
        while not any(info.executing for info in await service.sessions("t")):
            await asyncio.sleep(0)
        async with asyncio.timeout(60):
            await service.aclose()
            assert (await running).status == "died"
            with pytest.raises(SandboxUnavailable):
                await waiting

    asyncio.run(scenario())
    assert list(root.glob("sandbox-*")) == []
