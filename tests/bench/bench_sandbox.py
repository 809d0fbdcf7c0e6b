"""Sandbox against plain ipykernel (no isolation), interleaved in one run so that noise hits both.

    python tests/bench/bench_sandbox.py [rounds]

Prints medians and ratios; nothing here fails on wall time.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_client.manager import KernelManager

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.base import SandboxSession
from lakeglass.sandbox.limits import session_limits

CHART = """
import pandas as pd, plotly.express as px
df = pd.DataFrame({"a": range(10), "b": range(10)})
fig = px.bar(df, x="a", y="b")
fig
"""
EXECUTIONS = 50
Times = dict[str, list[float]]


class Kernel:
    """ipykernel as Jupyter starts it."""

    def __init__(self) -> None:
        self._manager = KernelManager()
        self._manager.start_kernel()
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)

    def execute(self, code: str) -> None:
        code = (
            code.removesuffix("fig\n") + "fig.to_json()" if code == CHART else code
        )  # showing needs nbformat
        reply = self._client.execute_interactive(code, output_hook=lambda _message: None, timeout=120)
        assert reply["content"]["status"] == "ok"

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


class Jail:
    """A session of the local backend, driven on its event loop."""

    def __init__(self, runner: asyncio.Runner, session: SandboxSession) -> None:
        self._runner = runner
        self._session = session

    def execute(self, code: str) -> None:
        done = self._runner.run(self._session.execute(code))
        assert done.status == "ok", done

    def close(self) -> None:
        self._runner.run(self._session.close())


def clocked(times: Times, name: str, work: Callable[[], object], *, since: float | None = None) -> None:
    """Append the seconds that `work` took, or that have passed `since`."""
    start = time.perf_counter() if since is None else since
    work()
    times.setdefault(name, []).append(time.perf_counter() - start)


def measure(create: Callable[[], Kernel | Jail], times: Times) -> None:
    """One round of one contender."""
    start = time.perf_counter()
    contender = create()
    times.setdefault("create", []).append(time.perf_counter() - start)
    clocked(times, "create -> 1+1", lambda: contender.execute("1+1"), since=start)
    clocked(times, "create -> first chart", lambda: contender.execute(CHART), since=start)
    for _ in range(EXECUTIONS):
        clocked(times, "execute 1+1", lambda: contender.execute("1+1"))
    clocked(times, "chart again", lambda: contender.execute(CHART))
    contender.close()


def main(rounds: int) -> None:
    """Measure and print the table."""
    kernel: Times = {}
    slot: Times = {}
    fork: Times = {}
    settings = SandboxSettings()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        backends = [
            LocalBackend(settings.model_copy(update={"slots": slots}), root=Path(folder)) for slots in (2, 0)
        ]
        for backend in backends:
            runner.run(backend.start())

        def jail(backend: LocalBackend) -> Jail:
            session = runner.run(
                backend.create("bench", tenant_id="t", inputs=(), limits=session_limits(settings))
            )
            return Jail(runner, session)

        for _ in range(rounds):
            measure(Kernel, kernel)
            runner.run(_filled(backends[0]))
            measure(lambda: jail(backends[0]), slot)
            measure(lambda: jail(backends[1]), fork)
        for backend in backends:
            runner.run(backend.close())
    print(
        f"{'median of ' + str(rounds):24}{'ipykernel':>12}{'slot':>12}{'fork':>12}{'slot is':>14}{'fork is':>14}"
    )
    for name, values in kernel.items():
        plain, ready, fresh = (statistics.median(times[name]) * 1e3 for times in (dict(kernel), slot, fork))
        assert values
        print(
            f"{name:24}{plain:>9.1f} ms{ready:>9.2f} ms{fresh:>9.2f} ms"
            f"{plain / ready:>7.1f}x fast{plain / fresh:>7.1f}x fast"
        )


async def _filled(backend: LocalBackend) -> None:
    while backend.ready_slots < 2:
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
