"""Worker slots: who holds which, and who takes over."""

from __future__ import annotations

import os
import subprocess
import threading

from sqlalchemy import text

from lakeglass.runs.lease import Lease, describe_process, is_dead
from lakeglass.store.database import Database


def lease(database: Database, *, ttl_s: float = 60, process: str = "") -> Lease:
    """A lease of an imagined worker; an unknown process is judged by time alone."""
    return Lease(database, ttl_s, process=process)


def expire(database: Database, slot: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE run_lease SET until = until - 1000 WHERE slot = :slot"), {"slot": slot})


def slots(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(text("SELECT slot FROM run_lease ORDER BY slot")).scalars())


def test_workers_get_different_slots_lowest_first(database: Database) -> None:
    assert [lease(database).acquire() for _ in range(3)] == ["w0", "w1", "w2"]


def test_workers_that_start_at_once_get_different_slots(database: Database) -> None:
    start = threading.Barrier(6)
    taken: list[str] = []

    def begin() -> None:
        start.wait()
        taken.append(lease(database).acquire())

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"w{number}" for number in range(6)]


def test_a_held_slot_is_renewed_and_nobody_adopts_it(database: Database) -> None:
    holder, other = lease(database), lease(database)
    holder.acquire()
    other.acquire()
    assert holder.renew() == "held"
    assert other.adopt(lambda slot: None) == []


def test_a_silent_workers_runs_are_adopted_once_and_its_slot_is_freed(database: Database) -> None:
    silent, first, second = lease(database), lease(database), lease(database)
    for worker in (silent, first, second):
        worker.acquire()
    expire(database, "w0")
    recovered: list[str] = []
    assert first.adopt(recovered.append) == ["w0"]
    assert second.adopt(recovered.append) == []
    assert recovered == ["w0"]
    assert slots(database) == ["w1", "w2"]
    assert lease(database).acquire() == "w0"


def test_a_starting_worker_takes_an_abandoned_slot_itself(database: Database) -> None:
    lease(database).acquire()
    expire(database, "w0")
    assert lease(database).acquire() == "w0"


def test_a_released_slot_is_adopted_at_once(database: Database) -> None:
    leaving, staying = lease(database), lease(database)
    leaving.acquire()
    staying.acquire()
    leaving.release()
    assert staying.adopt(lambda slot: None) == ["w0"]


def test_a_sleeper_takes_its_free_slot_again_but_not_from_another(database: Database) -> None:
    sleeper, other = lease(database), lease(database)
    sleeper.acquire()
    other.acquire()
    expire(database, "w0")
    assert sleeper.renew() == "held"  # nobody had noticed
    expire(database, "w0")
    other.adopt(lambda slot: None)
    assert sleeper.renew() == "retaken"
    expire(database, "w0")
    other.adopt(lambda slot: None)
    assert lease(database).acquire() == "w0"
    assert sleeper.renew() == "lost"


def test_an_adopter_that_dies_half_way_leaves_the_slot_to_be_adopted_again(database: Database) -> None:
    dead, adopter, other = lease(database), lease(database), lease(database)
    for worker in (dead, adopter, other):
        worker.acquire()
    expire(database, "w0")

    def die(slot: str) -> None:
        raise KeyboardInterrupt

    try:
        adopter.adopt(die)
    except KeyboardInterrupt:
        expire(database, "w0")
    assert other.adopt(lambda slot: None) == ["w0"]


def test_a_dead_process_of_this_machine_is_not_waited_for(database: Database) -> None:
    child = subprocess.Popen(["sleep", "3600"])
    process = describe_process(child.pid)
    lease(database, process=process).acquire()
    assert not is_dead(process)
    assert lease(database).acquire() == "w1"
    child.kill()
    child.wait()
    assert is_dead(process)
    assert lease(database).acquire() == "w0"


def test_a_zombie_is_dead_and_a_stranger_is_not_judged() -> None:
    child = subprocess.Popen(["true"])
    alive = describe_process(os.getpid())
    process = alive.rsplit(" ", 2)[0] + f" {child.pid} 1"
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, not yet reaped
    assert is_dead(process)
    child.wait()
    assert not is_dead(alive)
    boot, namespace, *_ = alive.split(" ")
    assert not is_dead(f"another-boot {namespace} {child.pid} 1")
    assert not is_dead(f"{boot} pid:[1] {child.pid} 1")
    assert not is_dead("")
