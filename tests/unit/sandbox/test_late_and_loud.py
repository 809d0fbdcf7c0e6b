"""Threads that talk after their execution, and sessions that send more than anybody wants."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from tests.contracts.sandbox_arena import SMALL, Arena, execute

from lakeglass.sandbox.base import SandboxSession


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with asyncio.Runner() as runner:
        opened = Arena("local", tmp_path_factory.getbasetemp() / "sandbox", runner)
        yield opened
        opened.close()


@pytest.fixture
def session(arena: Arena) -> Iterator[SandboxSession]:
    with arena.session() as opened:
        yield opened


_WAITING_THREAD = """
import os, threading
reader, writer = os.pipe()
said = threading.Event()
def talk():
    os.read(reader, 1)
    print(text, end="")
    said.set()
threading.Thread(target=talk).start()
"""
# the thread is let go by a child process, so that it talks while nothing is executed
_LET_GO_LATER = (
    "import subprocess\n_ = subprocess.Popen(['sh', '-c', f'sleep 0.3; echo >&{writer}'], pass_fds=[writer])"
)


_FRAMES = (
    "import os, struct\n"
    "runner = next(o for o in __import__('gc').get_objects() if type(o).__name__ == 'Session')\n"
)


def test_what_a_thread_of_long_ago_prints_while_nothing_runs_is_told_as_late(
    arena: Arena, session: SandboxSession
) -> None:
    # req: A5
    arena.execute(session, "text = 'from long ago'" + _WAITING_THREAD)
    arena.execute(session, "another = 1")
    arena.execute(session, _LET_GO_LATER)
    arena.run(asyncio.sleep(0.8))
    ran = arena.execute(session, "print('now', said.wait(10))")
    assert (ran.stdout, ran.late) == ("now True\n", "from long ago")


def test_long_late_text_arrives_whole_and_as_late(arena: Arena, session: SandboxSession) -> None:
    # req: A5
    arena.execute(session, "text = 'é' * 150_000" + _WAITING_THREAD)
    arena.execute(session, _LET_GO_LATER)
    arena.run(asyncio.sleep(0.8))
    ran = arena.execute(session, "print('now', said.wait(10))")
    assert ran.stdout == "now True\n"
    assert ran.late == "é" * 150_000


def test_text_that_was_begun_in_time_and_ends_late_is_marked_from_there(
    arena: Arena, session: SandboxSession
) -> None:
    code = "text = 'x' * 1_000_000" + _WAITING_THREAD + "_ = os.write(writer, b'1')\nprint('end')"
    first = arena.execute(session, code)
    second = arena.execute(session, "print('now', said.wait(10))")
    assert first.stdout.replace("x", "") == "end\n"
    assert second.stdout.replace("x", "") == "now True\n"
    assert second.stdout.count("x") <= 3 * (
        1 << 16
    )  # what was in the pipe, and the piece that was being written
    told = first.stdout.count("x") + first.late.count("x") + second.stdout.count("x") + second.late.count("x")
    assert told == 1_000_000


def test_a_thread_that_gets_the_number_of_an_earlier_one_is_not_late(
    arena: Arena, session: SandboxSession
) -> None:
    code = (
        "import threading\n"
        "go = threading.Event()\n"
        "old = threading.Thread(target=go.wait); old.start(); number = old.ident"
    )
    arena.execute(session, code)
    code = (
        "go.set(); old.join()\n"
        "for _ in range(500):\n"
        "    new = threading.Thread(target=lambda: print('new', end=' ')); new.start()\n"
        "    same = new.ident == number; new.join()\n"
        "    if same: break"
    )
    ran = arena.execute(session, code, collect=["same"])
    assert ran.value("same") is True
    assert (ran.late, set(ran.stdout.split())) == ("", {"new"})


def test_a_piece_that_is_on_its_way_when_the_cell_ends_belongs_to_that_cell(
    arena: Arena, session: SandboxSession
) -> None:
    code = (
        _FRAMES + "import threading\n"
        "write, begun, talker = os.write, threading.Event(), None\n"
        "def slow(descriptor, data):\n"
        "    if threading.current_thread() is talker:\n"
        "        begun.set()\n"
        "        while not runner.interpreter._between: pass\n"
        "    return write(descriptor, data)\n"
        "os.write = slow\n"
        "talker = threading.Thread(target=print, args=('in time',), kwargs={'end': ''})\n"
        "talker.start(); begun.wait(); print('end')"
    )
    first = arena.execute(session, code)
    second = arena.execute(session, "os.write = write; talker.join(); print('now')")
    assert (first.stdout, first.late) == ("end\nin time", "")
    assert (second.stdout, second.late) == ("now\n", "")


def test_a_thread_that_never_stops_talking_keeps_nobody_from_working(
    arena: Arena, session: SandboxSession
) -> None:
    code = "import threading\ndef talk():\n    while True: print('late' * 500)\n"
    arena.execute(session, code + "threading.Thread(target=talk, daemon=True).start()")
    for number in range(3):
        ran = arena.execute(session, f"print('now', {number})", timeout_s=60)
        assert ran.execution.status == "ok"
        assert ran.stdout == f"now {number}\n"
        assert len(ran.late) <= SMALL.stream_bytes


@pytest.mark.parametrize(
    "frame",
    [
        "struct.pack('<Ic8s', 0, b'R', runner._token)",
        "struct.pack('<Ic8s', 0, b'R', bytes(8))",
        "struct.pack('<Ic8s', 0, b'L', bytes(8))",
    ],
    ids=["empty results", "results of nobody", "empty late text"],
)
def test_a_flood_of_frames_takes_a_small_part_of_the_hosts_time(
    arena: Arena, session: SandboxSession, frame: str
) -> None:
    # req: E7
    async def scenario() -> float:
        wall, spent = time.perf_counter(), time.thread_time()
        done = await session.execute(
            f"{_FRAMES}block = {frame} * 10_000\nfor _ in range(8): os.write(3, block)", timeout_s=60
        )
        assert (done.status, done.dropped_bytes) == ("ok", 8 * 10_000 * 13)
        return (time.thread_time() - spent) / (time.perf_counter() - wall)

    assert arena.run(scenario()) < 0.5  # without a rest it is all of it, and no other session is served


def test_a_neighbour_of_a_display_flood_is_served(arena: Arena, session: SandboxSession) -> None:
    # req: E7
    async def scenario(neighbour: SandboxSession) -> None:
        started = asyncio.Event()

        async def sink(_chunk: object) -> None:
            started.set()

        await neighbour.execute("'warm'", timeout_s=60)
        code = "for _ in range(300): display('x' * 1000)\nprint('go')\nwhile True: display('x' * 1000)"
        flooding = asyncio.ensure_future(session.execute(code, on_output=sink, timeout_s=100))
        await started.wait()
        for _ in range(5):
            assert (await execute(neighbour, "1 + 1", timeout_s=20)).data == [{"text/plain": "2"}]
        assert not flooding.done()
        await session.interrupt()
        done = await flooding
        assert (done.status, len(done.results)) == ("interrupted", SMALL.max_results)
        assert done.dropped_bytes >= 100 * 1000

    with arena.session() as neighbour:
        arena.run(scenario(neighbour))
    assert arena.execute(session, "'usable'").data == [{"text/plain": "'usable'"}]
