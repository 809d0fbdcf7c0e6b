"""Worker leases: who works under which name, and who takes over when a worker dies.

The durable engine keeps with each piece of work the name of the worker that has it, and hands it on only when told
that this worker is gone. So every start of a worker has a name of its own, never used again, that it holds by
renewing a row. The runs under a name that was not renewed for `ttl_s` seconds, or whose process is known to be dead,
are adopted by a living worker, and so are those under a name that has no row any more. A worker that slept through
that begins anew under another name. All times are the database's: machines need no common clock.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from lakeglass.core.ids import new_id
from lakeglass.runs.tables import LeaseRow
from lakeglass.store.database import Database


@dataclass
class Lease:
    """This process's hold on a name."""

    database: Database
    ttl_s: float
    owner: str = field(default_factory=lambda: new_id("wrk"))
    process: str = field(default_factory=lambda: describe_process(os.getpid()))
    slot: str = ""

    def acquire(self) -> str:
        """Take a fresh name."""
        name = f"w{secrets.token_hex(8)}"
        with self.database.transaction() as session:
            session.add(
                LeaseRow(
                    slot=name,
                    owner=self.owner,
                    process=self.process,
                    until=self.database.rules.clock() + self.ttl_s,
                )
            )
        self.slot = name
        return name

    def renew(self) -> bool:
        """Keep the name; False when others took its runs over: then nothing may go on under it."""
        with self.database.transaction() as session:
            return self._swap(session, self.slot, self.owner)

    def adopt(self, recover: Callable[[str], None], *, patience_s: float = 0.0) -> list[str]:
        """Hand the unfinished runs of dead workers to the living, and remove their names.

        A worker counts as dead when it is silent `patience_s` longer than it may be.
        """
        adopted = []
        with self.database.transaction() as session:
            abandoned = self._abandoned(session, patience_s)
        for name, owner in abandoned.items():
            with self.database.transaction() as session:
                won = self._swap(session, name, owner)
            # Ours until it is gone: should we die now, it is abandoned again and nothing is lost.
            if won:
                recover(name)
                with self.database.transaction() as session:
                    session.execute(
                        delete(LeaseRow).where(LeaseRow.slot == name, LeaseRow.owner == self.owner)
                    )
                adopted.append(name)
        return adopted

    def known(self) -> set[str]:
        """Every name that somebody holds, or held until a moment ago."""
        with self.database.transaction() as session:
            return set(session.execute(select(LeaseRow.slot)).scalars())

    def release(self) -> None:
        """Leave the name, as abandoned: what is unfinished is adopted at once."""
        with self.database.transaction() as session:
            session.execute(
                update(LeaseRow)
                .where(LeaseRow.slot == self.slot, LeaseRow.owner == self.owner)
                .values(owner="", until=0.0)
            )

    def _abandoned(self, session: Session, patience_s: float) -> dict[str, str]:
        """Names that were not renewed in time or whose process is dead, with the owner who left them."""
        over = LeaseRow.until + patience_s < self.database.rules.clock()
        rows = session.execute(select(LeaseRow.slot, LeaseRow.owner, LeaseRow.process, over)).all()
        return {
            slot: owner
            for slot, owner, process, is_over in rows
            if slot != self.slot and (is_over or is_dead(process))
        }

    def _swap(self, session: Session, name: str, owner: str) -> bool:
        """Take or keep a name if `owner` still has it."""
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
