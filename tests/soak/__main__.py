"""Create, use, abuse and close sessions from many clients, then count what is left.

    python tests/soak [sessions] [--json]

Eight clients, each a thread with an event loop of its own, share one service as the product has it. The counts are
taken three times: before anything was started, while the service stands idle (after the warm-up and at the end,
which have to be equal), and after it has been closed (which has to equal the first).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import abuses
import census

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.service import SandboxService

CLIENTS = 8
WARM_UP = 200
_PROGRESS = 250
_SETTLE_S = 30.0
_SETTINGS = SandboxSettings(memory_mb=192, work_mb=16, processes=24, slots=2)


@dataclass
class Soak:
    """One run: the sessions still to do, and what went wrong."""

    service: SandboxService
    source: Path
    done: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0

    def run(self, sessions: int) -> None:
        """So many sessions, by all clients together."""
        last = self._number + sessions
        threads = [
            threading.Thread(target=lambda: asyncio.run(self._client(last)), name=f"client-{place}")
            for place in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    async def _client(self, last: int) -> None:
        while (number := self._next(last)) is not None:
            draw = random.Random(number)  # the same soak every time
            kinds = abuses.EVERYDAY if number % 2 else abuses.UNFRIENDLY
            kind = draw.choice(kinds)
            client = abuses.Client(self.service, f"s{number}", self.source)
            try:
                await kind(client)
            except Exception as error:  # noqa: BLE001  whatever it is, it is told in the end
                self.surprises.append(f"{kind.__name__}: {type(error).__name__}: {error}"[:500])
            finally:
                await self.service.end(abuses.TENANT, client.session)
            self.done[kind.__name__.strip("_")] += 1
            if not self.done.total() % _PROGRESS:
                print(f"{self.done.total()} sessions", file=sys.stderr)

    def _next(self, last: int) -> int | None:
        with self._lock:
            if self._number >= last:
                return None
            self._number += 1
            return self._number


def main(sessions: int) -> dict[str, object]:
    """Run it; the report as plain JSON."""
    warm_up = min(WARM_UP, sessions // 4)
    with tempfile.TemporaryDirectory(prefix="lakeglass-soak-") as folder:
        root, temporary, source = Path(folder, "root"), Path(folder, "tmp"), Path(folder, "blob.csv")
        temporary.mkdir()
        source.write_text("a,b\n" + "".join(f"{n},{'xyz'[n % 3]}\n" for n in range(1000)))
        tempfile.tempdir = str(temporary)
        before = census.take(root, temporary)
        started = time.monotonic()
        service = SandboxService(_SETTINGS, root=root)
        soak = Soak(service, source)
        asyncio.run(service.start())
        soak.run(warm_up)
        warm = _settled(root, temporary, None)
        warm_memory = {"host": census.memory(os.getpid()), "zygote": census.memory(census.zygote())}
        soak.run(sessions - warm_up)
        idle = _settled(root, temporary, warm)
        idle_memory = {"host": census.memory(os.getpid()), "zygote": census.memory(census.zygote())}
        asyncio.run(service.aclose())
        seconds = time.monotonic() - started
        closed = _settled(root, temporary, before)
    return {
        "sessions": sum(soak.done.values()),
        "clients": CLIENTS,
        "seconds": round(seconds, 1),
        "kinds": dict(soak.done.most_common()),
        "surprises": soak.surprises,
        "idle_after_warm_up": asdict(warm),
        "left_while_idle": idle.left_since(warm),
        "left_after_close": closed.left_since(before),
        "memory_after_warm_up_kb": {name: asdict(held) for name, held in warm_memory.items()},
        "memory_at_the_end_kb": {name: asdict(held) for name, held in idle_memory.items()},
    }


def _settled(root: Path, temporary: Path, expected: census.Census | None) -> census.Census:
    """The counts as soon as they are `expected`, or once they have stood still for two seconds."""
    deadline, last, since = time.monotonic() + _SETTLE_S, None, time.monotonic()
    while True:
        now = census.take(root, temporary)
        if now != last:
            last, since = now, time.monotonic()
        still = time.monotonic() - since > 2
        if (expected is not None and not now.left_since(expected)) or time.monotonic() > deadline:
            return now
        if expected is None and still:
            return now
        time.sleep(0.1)


def _print(report: dict[str, object]) -> None:
    for name, value in report.items():
        print(f"{name:26}{json.dumps(value)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sessions", nargs="?", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    outcome = main(arguments.sessions)
    if arguments.json:
        json.dump(outcome, sys.stdout)
    else:
        _print(outcome)
