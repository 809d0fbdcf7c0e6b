"""What one session of the soak does: a list to draw from, most of it unfriendly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.base import Execution, ExecutionStatus, InputFile
from lakeglass.sandbox.service import SandboxService

TENANT = "soak"


class Surprise(Exception):
    """A session answered otherwise than it has to."""


class Client:
    """One session's use of the service; every answer is compared with what has to come."""

    def __init__(self, service: SandboxService, session: str, source: Path) -> None:
        self.service = service
        self.session = session
        self.source = source

    async def run(self, code: str, *expected: ExecutionStatus, timeout_s: float = 20.0) -> Execution:
        """Execute and compare; without `expected` it has to succeed."""
        done = await self.service.execute(TENANT, self.session, code, timeout_s=timeout_s)
        if done.status not in (expected or ("ok",)):
            raise Surprise(f"expected {expected or 'ok'}, got {done.status} of {code!r}: {done.error}")
        return done

    async def still_computes(self) -> None:
        """Nothing that happened may have cost the session."""
        done = await self.run("20 + 22")
        if done.results[0].data != {"text/plain": "42"}:
            raise Surprise(f"20 + 22 is {done.results[0].data}")


async def _analyses(client: Client) -> None:
    inputs = (InputFile(source=client.source, name="sales.csv"),)
    code = "import pandas as pd\ndf = pd.read_csv('data/sales.csv')\ndf.groupby('b').sum()"
    done = await client.service.execute(TENANT, client.session, code, inputs=inputs)
    if done.status != "ok" or not done.results:
        raise Surprise(f"an analysis ended {done.status}: {done.error}")
    await client.run("import plotly.express as px\npx.bar(df, x='b', y='a')")
    await client.still_computes()


async def _raises(client: Client) -> None:
    await client.run("kept = 1\nraise ValueError('x' * 100_000)", "error")
    await client.run("kept")


async def _never_ends(client: Client) -> None:
    await client.run("kept = 1")
    done = await client.run("while True: pass", "timeout", timeout_s=0.1)
    # a machine under full load may not let the code yield in time; then the loss has been told
    await client.run("kept", "error" if done.state_lost else "ok")


async def _ignores_the_interrupt(client: Client) -> None:
    code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    await client.run(code, "timeout", timeout_s=0.1)
    await client.still_computes()  # in a new session


async def _ends_itself(client: Client) -> None:
    await client.run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died")
    await client.run("import ctypes\nctypes.string_at(0)", "died")


async def _hogs_memory(client: Client) -> None:
    await client.run("held = [bytearray(1 << 22) for _ in range(1000)]", "error", "memory")


async def _hogs_memory_in_forks(client: Client) -> None:
    forks = "import os, time\nfor _ in range(6):\n    if not os.fork(): break\n"
    code = forks + "held = [bytearray(1 << 22) for _ in range(25)]\ntime.sleep(9)"
    await client.run(code, "memory", "error", "died", "timeout", timeout_s=1)


async def _fork_bomb(client: Client) -> None:
    code = "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)"
    await client.run(code, "timeout", "died", "memory", timeout_s=0.2)


async def _leaves_daemons(client: Client) -> None:
    code = "import subprocess\nfor _ in range(5): subprocess.Popen(['sleep', '900'], start_new_session=True)"
    await client.run(code)


async def _floods_output(client: Client) -> None:
    done = await client.run("import os\nfor _ in range(64): _ = os.write(1, b'x' * (1 << 16))")
    if not done.dropped_bytes:
        raise Surprise("4 MB of output were kept")
    await client.still_computes()


async def _floods_displays(client: Client) -> None:
    done = await client.run("for _ in range(3000): display('x' * 1000)")
    if not done.dropped_bytes or len(done.results) > 200:
        raise Surprise(f"{len(done.results)} results were kept")
    await client.still_computes()


async def _talks_late(client: Client) -> None:
    talk = "import threading\ndef talk():\n    while True: print('late' * 100)\n"
    await client.run(talk + "threading.Thread(target=talk, daemon=True).start()")
    await client.still_computes()


async def _forges_frames(client: Client) -> None:
    await client.run("import os, time\nos.write(3, b'\\xff' * 64)\ntime.sleep(9)", "died", timeout_s=5)


async def _hangs_up(client: Client) -> None:
    await client.run("import os, time\nos.close(3)\ntime.sleep(9)", "died", timeout_s=5)


async def _fills_the_disk(client: Client) -> None:
    code = "for n in range(100):\n    with open(f'f{n}', 'wb') as f: f.write(bytes(1 << 20))"
    await client.run(code, "error")
    await client.run("for n in range(100_000): open(f'/tmp/{n}', 'w').close()", "error")


async def _opens_everything(client: Client) -> None:
    await client.run("held = [open('/dev/null') for _ in range(5000)]", "error")


async def _is_left_alone(client: Client) -> None:
    """The caller goes away in mid-execution."""
    running = asyncio.ensure_future(client.run("while True: pass", timeout_s=20))
    await asyncio.sleep(0.05)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def _is_ended_in_mid_execution(client: Client) -> None:
    running = asyncio.ensure_future(client.run("while True: pass", "died"))
    while client.session not in [info.id for info in await client.service.sessions(TENANT)]:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    await client.service.end(TENANT, client.session)
    with contextlib.suppress(SandboxUnavailable):  # ended before its first order
        await running


EVERYDAY: tuple[Callable[[Client], Awaitable[None]], ...] = (_analyses, _raises, _never_ends)
"""Every second session does one of these."""
UNFRIENDLY: tuple[Callable[[Client], Awaitable[None]], ...] = (
    _ignores_the_interrupt,
    _ends_itself,
    _hogs_memory,
    _hogs_memory_in_forks,
    _fork_bomb,
    _leaves_daemons,
    _floods_output,
    _floods_displays,
    _talks_late,
    _forges_frames,
    _hangs_up,
    _fills_the_disk,
    _opens_everything,
    _is_left_alone,
    _is_ended_in_mid_execution,
)
