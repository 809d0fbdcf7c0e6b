"""Sandbox against plain ipykernel (no isolation), interleaved in one run so that noise hits both.

    python tests/bench/bench_sandbox.py [rounds]

Prints medians and ratios, what idle sessions hold, what handing in a large file costs, and how all of it stands to the
targets; nothing here fails on wall time.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jupyter_client.manager import KernelManager

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.backends.local.session import LocalSession
from lakeglass.sandbox.base import InputFile, SandboxSession
from lakeglass.sandbox.limits import session_limits

CHART = """
import pandas as pd, plotly.express as px
df = pd.DataFrame({"a": range(10), "b": range(10)})
fig = px.bar(df, x="a", y="b")
fig
"""
EXECUTIONS = 50
IDLE_SESSIONS = 50
PARQUET_MB = 500
_ROW_GROUP = 1 << 20
Times = dict[str, list[float]]


class Kernel:
    """ipykernel as Jupyter starts it."""

    def __init__(self) -> None:
        self._manager = KernelManager()
        self._manager.start_kernel()
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)

    @property
    def pid(self) -> int:
        """The kernel's process."""
        return int(self._manager.provisioner.pid)

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
    """Measure and print."""
    print(
        f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; median of {rounds} rounds"
    )
    settings = SandboxSettings()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        backends = [
            LocalBackend(settings.model_copy(update={"slots": slots}), root=Path(folder)) for slots in (2, 0)
        ]
        for backend in backends:
            runner.run(backend.start())
            print(
                f"sandbox with {'ready' if backend is backends[0] else 'no'} slots: tier {backend.capabilities.tier}"
            )
        try:
            times = interleaved(runner, backends, rounds)
            idle_mb = idle_memory(runner, backends[1])
            written_mb = hand_in(runner, backends[0], Path(folder))
        finally:
            for backend in backends:
                runner.run(backend.close())
    targets(times, idle_mb=idle_mb, written_mb=written_mb)


def interleaved(runner: asyncio.Runner, backends: list[LocalBackend], rounds: int) -> dict[str, Times]:
    """Round after round of ipykernel, a session of a ready slot, and one forked on demand."""
    kernel: Times = {}
    slot: Times = {}
    fork: Times = {}
    for _ in range(rounds):
        measure(Kernel, kernel)
        runner.run(_filled(backends[0]))
        measure(lambda: _jail(runner, backends[0]), slot)
        measure(lambda: _jail(runner, backends[1]), fork)
    print(f"{'':24}{'ipykernel':>12}{'slot':>12}{'fork':>12}{'slot is':>14}{'fork is':>14}")
    for name, values in kernel.items():
        plain, ready, fresh = (statistics.median(one) * 1e3 for one in (values, slot[name], fork[name]))
        print(
            f"{name:24}{plain:>9.1f} ms{ready:>9.2f} ms{fresh:>9.2f} ms"
            f"{plain / ready:>7.1f}x fast{plain / fresh:>7.1f}x fast"
        )
    return {"kernel": kernel, "slot": slot}


def idle_memory(runner: asyncio.Runner, backend: LocalBackend) -> float:
    """Median private MB of many sessions that have each looked at a table and now wait."""
    limits = session_limits(SandboxSettings())
    code = "import pandas as pd\ndf = pd.DataFrame({'a': range(1000)})\ndf.describe()"
    sessions: list[LocalSession] = []
    for number in range(IDLE_SESSIONS):
        sessions.append(runner.run(backend.create(f"i{number}", tenant_id="t", inputs=(), limits=limits)))
        assert runner.run(sessions[-1].execute(code)).status == "ok"
    private, shares = zip(*(_memory_mb(session.init_pid) for session in sessions), strict=True)
    kernels = [Kernel() for _ in range(2)]
    for kernel in kernels:
        kernel.execute(code)
    plain = statistics.median(_memory_mb(kernel.pid)[0] for kernel in kernels)
    for kernel in kernels:
        kernel.close()
    for session in sessions:
        runner.run(session.close())
    median = statistics.median(private)
    print(
        f"{IDLE_SESSIONS} idle sessions: private memory {median:.1f} MB each (median; most {max(private):.1f}, "
        f"share of everything {statistics.median(shares):.1f}); ipykernel {plain:.1f} MB, "
        f"{plain / median:.1f} times that"
    )
    return median


def hand_in(runner: asyncio.Runner, backend: LocalBackend, folder: Path) -> float:
    """MB written to disk by handing in a large Parquet file, which the session then reads."""
    source = folder / "large.parquet"
    _write_parquet(source)
    size_mb = source.stat().st_size / 1e6
    os.sync()
    before = _written_bytes()
    start = time.perf_counter()
    session = runner.run(
        backend.create(
            "large",
            tenant_id="t",
            inputs=[InputFile(source=source, name="large.parquet")],
            limits=session_limits(SandboxSettings()),
        )
    )
    seconds = time.perf_counter() - start
    written_mb = (_written_bytes() - before) / 1e6
    code = (
        "import os, pyarrow.parquet as pq\n"
        "inode = os.stat('data/large.parquet').st_ino\n"
        "rows = pq.ParquetFile('data/large.parquet').read(['c0']).num_rows\n"
        "try:\n    open('data/large.parquet', 'r+b'); refusal = None\n"
        "except OSError as error: refusal = error.strerror\n"
        "seen = [inode, rows, refusal]"
    )
    execution = runner.run(session.execute(code, collect=["seen"]))
    assert execution.status == "ok", execution
    inode, rows, refusal = (
        str(item)
        for item in execution.results[0].data["application/json"]  # type: ignore[union-attr]
    )
    same = "the same inode" if int(inode) == source.stat().st_ino else "ANOTHER inode"
    print(
        f"a Parquet file of {size_mb:.0f} MB: session created with it in {seconds * 1e3:.1f} ms, "
        f"{written_mb:.2f} MB written, {same}, {rows} rows read inside, opened for writing: {refusal}"
    )
    runner.run(session.close())
    return written_mb if same == "the same inode" else size_mb


def targets(times: dict[str, Times], *, idle_mb: float, written_mb: float) -> None:
    """How the run stands to what was promised."""
    kernel, slot = (
        {name: statistics.median(values) * 1e3 for name, values in one.items()} for one in times.values()
    )
    lines = [
        ("slot hand-out, ms", slot["create"], "<=", 20.0),
        ("create -> first result, times faster", kernel["create -> 1+1"] / slot["create -> 1+1"], ">=", 20.0),
        (
            "create -> first chart, times faster",
            kernel["create -> first chart"] / slot["create -> first chart"],
            ">=",
            8.0,
        ),
        ("execution overhead, ms", slot["execute 1+1"], "<=", 1.0),
        (f"private memory of {IDLE_SESSIONS} idle sessions, MB each", idle_mb, "<=", 20.0),
        (f"written to hand in {PARQUET_MB} MB, MB", written_mb, "<=", 1.0),
    ]
    for name, got, relation, bound in lines:
        held = got <= bound if relation == "<=" else got >= bound
        print(f"{'held' if held else 'MISSED':8}{name:48}{got:>9.2f}   target {relation} {bound:g}")


def _jail(runner: asyncio.Runner, backend: LocalBackend) -> Jail:
    limits = session_limits(SandboxSettings())
    return Jail(runner, runner.run(backend.create("bench", tenant_id="t", inputs=(), limits=limits)))


def _memory_mb(pid: int) -> tuple[float, float]:
    """(private, proportional) memory of a process and everything below it."""
    family = [pid]
    for parent in family:  # grows while we walk it
        for task in Path(f"/proc/{parent}/task").iterdir():
            family += [int(child) for child in (task / "children").read_text().split()]
    private = share = 0
    for member in family:
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Private_Clean:", "Private_Dirty:")):
                private += int(line.split()[1])
            elif line.startswith("Pss:"):
                share += int(line.split()[1])
    return private / 1e3, share / 1e3


def _write_parquet(target: Path) -> None:
    """Random numbers, which nothing can make smaller."""
    random = np.random.default_rng(1)
    columns = 8
    groups = PARQUET_MB * 1_000_000 // (_ROW_GROUP * columns * 8) + 1
    schema = pa.schema([(f"c{column}", pa.float64()) for column in range(columns)])
    with pq.ParquetWriter(target, schema, compression="none", use_dictionary=False) as writer:
        for _ in range(groups):
            arrays = [random.random(_ROW_GROUP) for _ in range(columns)]
            writer.write_table(pa.table(arrays, schema=schema))


def _written_bytes() -> int:
    """What this process has had written to disk, page cache included."""
    for line in Path("/proc/self/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


async def _filled(backend: LocalBackend) -> None:
    while backend.ready_slots < 2:
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
