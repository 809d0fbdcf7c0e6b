"""When the server is killed without a chance to clean up, nothing of its sandbox outlives it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SERVER = """
import asyncio, sys
from pathlib import Path
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.service import SandboxService

async def main():
    service = SandboxService(SandboxSettings(slots=1, memory_mb=512), root=Path(sys.argv[1]))
    async def sink(chunk):
        print("running", flush=True)
    code = "import subprocess; subprocess.Popen(['sleep', '900'], start_new_session=True); print(1)\\nwhile True: pass"
    await service.execute("t", "s", code, on_output=sink, timeout_s=600)

asyncio.run(main())
"""


@pytest.mark.heavy
def test_everything_dies_with_a_killed_server_and_the_next_start_cleans_up(
    tmp_path: Path,
) -> None:
    root = tmp_path / "root"
    source = Path(__file__).parents[2] / "src"
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(root)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(source)},
        text=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "running\n"
    family = _family(server.pid)
    assert len(family) >= 5  # bwrap twice, zygote, process 1, worker, its child
    watched = [os.pidfd_open(pid) for pid in family]
    server.send_signal(signal.SIGKILL)
    server.wait()
    for descriptor in watched:  # readable once the process has ended
        assert select.select([descriptor], [], [], 20)[0]
        os.close(descriptor)
    assert len(list(root.glob("sandbox-*"))) == 1
    _run_once(root, source)
    assert list(root.glob("sandbox-*")) == []


def _run_once(root: Path, source: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.service import SandboxService
async def main():
    service = SandboxService(SandboxSettings(slots=0), root=Path(sys.argv[1]))
    await service.start()
    await service.aclose()
asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": str(source)}
    subprocess.run([sys.executable, "-c", code, str(root)], check=True, env=environment, timeout=60)


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found[1:]
