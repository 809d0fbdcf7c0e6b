"""Damage files of every format at random and read them: only tables and errors of ours may come out.

`python scripts/fuzz_readers.py COUNT [SEED] [FORMAT…]` reads COUNT mutants of each format and prints a line for each.
The mutants are read in a process of their own, which is watched: one that dies over a mutant, or is busy with it for
longer than the limit, is a fault, and so is any error that is not ours and any file that is left. Mutant N of a seed is
always the same; the exit code is 1 when there was a fault.

Parsers that the product starts a process for are forked here from one that has imported them: it spares their start,
and nothing else.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb
from fuzz_seeds import mutant, seeds
from pydantic import JsonValue, TypeAdapter

from lakeglass.core.errors import LakeglassError, TooLarge, UnprocessableFile
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers import apart, check, read
from lakeglass.lake.readers.base import BROKEN, Reading

_SLOW_S = 60
_PER_CONNECTION = 100
_TOLD_EVERY = 2_000
_UNPACKED = 64 << 20
_SETTINGS = LakeSettings(threads=1, memory_mb=512, max_unpacked_mb=_UNPACKED >> 20)
_ANSWER = TypeAdapter(dict[str, JsonValue])
Outcome = Literal["table", "refused", "refused (machine)", "refused (parser died)", "fault"]


# The process that reads.


def ask(
    script: Path,
    request: Mapping[str, JsonValue],
    *,
    memory_bytes: int = apart.MEMORY_BYTES,
    seconds: int = _SLOW_S // 2,
) -> dict[str, JsonValue]:
    """As `apart.ask`, but forked from this process, which has no threads and has imported what the scripts need."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code = 1
        try:
            sys.stdin = io.StringIO(json.dumps(request))
            os.dup2(into, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  it ends with the process
            runpy.run_path(str(script), run_name="__main__")
            sys.stdout.flush()
            code = 0
        except MemoryError:
            code = 9
        finally:
            os._exit(code)
    os.close(into)
    with os.fdopen(out, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(pid, 0)
    if status == 0:
        return _ANSWER.validate_json(answer)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        raise TooLarge("Reading this file took too long.")
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 9:
        raise TooLarge("Reading this file needs too much memory.")
    raise UnprocessableFile(f"{BROKEN} Its parser gave up on it.")


def outcome_of(error: BaseException) -> tuple[Outcome, str]:
    """What an error tells about the reader."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return "refused (machine)", ""  # `Engine.connection` tells it so
    if not isinstance(error, LakeglassError):
        return "fault", f"{type(error).__name__}: {error!s:.200}"
    if error.status >= 500:
        return "refused (machine)", ""
    return ("refused (parser died)" if "gave up" in error.message else "refused"), ""


def read_mutants(names: Sequence[str], seed: int, first: int, count: int) -> None:
    """Read the mutants of some formats, of the first one from `first` on; a line before and after each."""
    apart.ask = ask
    for module in ("fastexcel", "pyarrow.feather"):
        __import__(module)
    with tempfile.TemporaryDirectory(prefix="lakeglass-fuzz-") as home:
        folder = Path(home) / "own"
        folder.mkdir()
        engine = Engine(_SETTINGS, spill=Path(home) / "spill")
        for name in names:
            print(f"format {name}", flush=True)
            for begin in range(first, count, _PER_CONNECTION):
                with engine.connection() as connection:
                    for number in range(begin, min(begin + _PER_CONNECTION, count)):
                        chance = random.Random(f"{name} {seed} {number}")  # noqa: S311  the same again, no secret
                        (folder / "in").write_bytes(mutant(seeds()[name], chance))
                        print(f"begin {number}", flush=True)
                        outcome, note = read_one(folder, engine, connection)
                        print(f"end {outcome} {note}".replace("\n", " "), flush=True)
            first = 0


def read_one(folder: Path, engine: Engine, connection: duckdb.DuckDBPyConnection) -> tuple[Outcome, str]:
    """Read the file `in` of a folder, and leave nothing else in it."""
    source, target = folder / "in", folder / "out.parquet"
    outcome: Outcome = "table"
    note = ""
    try:
        check(source)
        with engine.scratch() as scratch:
            read(source, target, Reading(connection, scratch, unpacked_bytes=_UNPACKED))
    except BaseException as error:  # noqa: BLE001  a panic of a parser is no Exception
        outcome, note = outcome_of(error)
    target.unlink(missing_ok=True)
    left = [path.name for path in folder.iterdir() if path != source]
    return ("fault", f"left {left}") if left else (outcome, note)


# The process that watches.


@dataclass
class Told:
    """What became of the mutants of a format."""

    name: str
    seed: int
    began: float = field(default_factory=time.perf_counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def fault(self, number: int, what: str) -> None:
        """A mutant that became neither a table nor an error of ours."""
        self.faults.append(f"{self.name} mutant {number} of seed {self.seed}: {what}")
        print(self.faults[-1], flush=True)

    def count(self, outcome: str) -> None:
        """One mutant more."""
        self.outcomes[outcome] += 1
        if self.outcomes.total() % _TOLD_EVERY == 0:
            print(f"{self.name}: {self.outcomes.total():,} so far", flush=True)

    def show(self) -> None:
        """Everything in a line."""
        words = ", ".join(f"{found:,} {what}" for what, found in sorted(self.outcomes.items()))
        print(
            f"{self.name:8} {self.outcomes.total():7,} mutants in {time.perf_counter() - self.began:6.0f} s: "
            f"{words}; slowest {self.slowest_s:.2f} s; {len(self.faults)} faults",
            flush=True,
        )


def lines_of(child: subprocess.Popen[bytes]) -> Iterator[str | None]:
    """The child's lines; None when it says nothing for the time limit."""
    assert child.stdout is not None
    rest = b""
    descriptor = child.stdout.fileno()
    while True:
        if not select.select([descriptor], [], [], _SLOW_S)[0]:
            yield None
            return
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            return
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)


def watch(names: Sequence[str], told: Told, first: int, count: int) -> list[Told]:
    """Follow a child that goes on with `told` at mutant `first`; the last that it gives back may not be done."""
    child = subprocess.Popen(
        [sys.executable, __file__, "--child", str(told.seed), str(first), str(count), *names],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    done: list[Told] = []
    number, busy, began = first, False, 0.0
    hung = False
    for line in lines_of(child):
        if line is None:
            hung = True
            os.killpg(child.pid, signal.SIGKILL)
            break
        word, _, rest = line.partition(" ")
        match word:
            case "format":
                told = told if rest == told.name else Told(rest, told.seed)
                done.append(told)
            case "begin":
                number, busy, began = int(rest), True, time.perf_counter()
            case "end":
                busy = False
                told.slowest_s = max(told.slowest_s, time.perf_counter() - began)
                told.count(next(outcome for outcome in _OUTCOMES if rest.startswith(outcome)))
                if rest.startswith("fault"):
                    told.fault(number, rest[6:])
            case _:
                continue  # a parser's own words
    code = child.wait()
    if hung or code:
        told.fault(number, f"longer than {_SLOW_S} s" if hung else f"the process ended with {code}")
        if busy:
            told.count("fault")
    return done or [told]


def fuzz(names: Sequence[str], count: int, seed: int) -> list[str]:
    """Read `count` mutants of each format and tell what was neither a table nor an error of ours."""
    faults: list[str] = []
    left, told = list(names), Told(names[0], seed)
    while left:
        done = watch(left, told, told.outcomes.total(), count)
        died = done[-1].outcomes.total() < count
        for over in done[:-1] if died else done:
            over.show()
            faults += over.faults
            left.remove(over.name)
        told = done[-1] if died else Told(left[0] if left else "", seed)
    return faults


_OUTCOMES: tuple[Outcome, ...] = (
    "refused (machine)", "refused (parser died)", "refused", "table", "fault",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Every format, or those that are named behind the seed."""
    if arguments[0] == "--child":
        seed, first, count = map(int, arguments[1:4])
        read_mutants(arguments[4:], seed, first, count)
        return 0
    count = int(arguments[0])
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    faults = fuzz(arguments[2:] or list(seeds()), count, seed)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
