"""Worker slots: who works under which name, and who takes over when a worker dies.

The durable engine resumes what a worker of the same name left unfinished, and nothing else. So names are
slots (`w0`, `w1`, …) that a worker holds by renewing a row; a slot that was not renewed for `ttl_s` seconds,
or whose process is known to be dead, is taken by a starting worker or its runs are adopted by a living one.
All times are the database's: machines need no common clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from lakeglass.core.errors import Unavailable
from lakeglass.core.ids import new_id
from lakeglass.runs.tables import LeaseRow
from lakeglass.store.database import Database

SLOTS = 256


@dataclass
class Lease:
    """This process's hold on a slot."""

    database: Database
    ttl_s: float
    owner: str = field(default_factory=lambda: new_id("wrk"))
    process: str = field(default_factory=lambda: describe_process(os.getpid()))
    slot: str = ""

    def acquire(self) -> str:
        """Take the lowest slot that nobody holds; raises Unavailable when there is none."""
        with self.database.transaction() as session:
            held = {row.slot: row for row in session.execute(select(LeaseRow)).scalars()}
            abandoned = self._abandoned(session)
            for name in (f"w{number}" for number in range(SLOTS)):
                free = name not in held
                if (free and self._insert(session, name)) or (
                    name in abandoned and self._swap(session, name, abandoned[name])
                ):
                    self.slot = name
                    return name
        raise Unavailable(f"All {SLOTS} worker slots are taken; end a worker before starting another.")

    def renew(self) -> Literal["held", "retaken", "lost"]:
        """Stay in the slot. `retaken`: others took our runs over while we slept, but left us the name."""
        with self.database.transaction() as session:
            if self._swap(session, self.slot, self.owner):
                return "held"
            return "retaken" if self._insert(session, self.slot) else "lost"

    def adopt(self, recover: Callable[[str], None]) -> list[str]:
        """Hand the unfinished runs of dead workers to the living, and free their slots."""
        adopted = []
        with self.database.transaction() as session:
            abandoned = self._abandoned(session)
        for name, owner in abandoned.items():
            with self.database.transaction() as session:
                won = self._swap(session, name, owner)
            if (
                won
            ):  # ours until it is free: should we die now, the slot is abandoned again and nothing is lost
                recover(name)
                with self.database.transaction() as session:
                    session.execute(
                        delete(LeaseRow).where(LeaseRow.slot == name, LeaseRow.owner == self.owner)
                    )
                adopted.append(name)
        return adopted

    def release(self) -> None:
        """Leave the slot, as abandoned: what is unfinished is adopted at once."""
        with self.database.transaction() as session:
            session.execute(
                update(LeaseRow)
                .where(LeaseRow.slot == self.slot, LeaseRow.owner == self.owner)
                .values(until=0.0)
            )

    def _abandoned(self, session: Session) -> dict[str, str]:
        """Slots that were not renewed in time or whose process is dead, with the owner who left them."""
        over = LeaseRow.until < self.database.rules.clock()
        rows = session.execute(select(LeaseRow.slot, LeaseRow.owner, LeaseRow.process, over)).all()
        return {
            slot: owner
            for slot, owner, process, is_over in rows
            if owner != self.owner and (is_over or is_dead(process))
        }

    def _insert(self, session: Session, name: str) -> bool:
        values = {
            "slot": name,
            "owner": self.owner,
            "process": self.process,
            "until": self.database.rules.clock() + self.ttl_s,
        }
        insert = self.database.rules.insert_if_absent(LeaseRow, values).returning(LeaseRow.slot)
        return session.execute(insert).scalar_one_or_none() is not None

    def _swap(self, session: Session, name: str, owner: str) -> bool:
        """Take or keep a slot if `owner` still has it."""
        done = session.execute(
            update(LeaseRow)
            .where(LeaseRow.slot == name, LeaseRow.owner == owner)
            .values(owner=self.owner, process=self.process, until=self.database.rules.clock() + self.ttl_s)
        )
        return isinstance(done, CursorResult) and done.rowcount == 1


def describe_process(pid: int) -> str:
    """A process so that others on the same machine can tell whether it lives: boot, PID namespace, PID, start.

    Empty where there is no /proc (proc(5)); then only time tells.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()} {pid} {_started(pid)}"
    except OSError:
        return ""


def is_dead(process: str) -> bool:
    """True only when the process was of this boot and PID namespace and exists no more."""
    here = describe_process(os.getpid()).split(" ")
    there = process.split(" ")
    if len(here) != 4 or len(there) != 4 or here[:2] != there[:2]:
        return False
    try:
        return _started(int(there[2])) != there[3]
    except OSError:
        return True


def _started(pid: int) -> str:
    """The start time in clock ticks since boot, field 22 of /proc/<pid>/stat; `gone` for a zombie."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return "gone" if fields[0] in {"Z", "X"} else fields[19]
