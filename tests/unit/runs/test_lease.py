"""Worker leases: who works under which name, and who takes over."""

from __future__ import annotations

import os
import subprocess
import threading

import pytest
from sqlalchemy import text

from lakeglass.runs.lease import Lease, describe_process, is_dead
from lakeglass.store.database import Database


def lease(database: Database, *, ttl_s: float = 60, process: str = "") -> Lease:
    """A lease of an imagined worker; an unknown process is judged by time alone."""
    return Lease(database, ttl_s, process=process)


def expire(database: Database, name: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE run_lease SET until = until - 1000 WHERE slot = :slot"), {"slot": name})


def nobody(name: str) -> None:
    raise AssertionError(f"{name} is not to be recovered")


def test_no_worker_ever_gets_the_name_of_another(database: Database) -> None:
    first = lease(database)
    names = [first.acquire(), lease(database).acquire(), first.acquire()]
    assert len(set(names)) == 3


def test_workers_that_start_at_once_get_different_names(database: Database) -> None:
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
    assert lease(database).known() == set(taken)
    assert len(set(taken)) == 6


def test_a_held_name_is_renewed_and_nobody_adopts_it(database: Database) -> None:
    holder, other = lease(database), lease(database)
    holder.acquire()
    other.acquire()
    assert holder.renew()
    assert other.adopt(nobody) == []


def test_a_silent_workers_runs_are_adopted_once_and_its_name_is_removed(database: Database) -> None:
    silent, first, second = lease(database), lease(database), lease(database)
    name, *others = [worker.acquire() for worker in (silent, first, second)]
    expire(database, name)
    recovered: list[str] = []
    assert first.adopt(recovered.append) == [name]
    assert second.adopt(nobody) == []
    assert recovered == [name]
    assert first.known() == set(others)


def test_who_is_patient_waits_longer_for_the_silent_but_not_for_who_left(database: Database) -> None:
    silent, leaving, patient = lease(database), lease(database), lease(database)
    names = [worker.acquire() for worker in (silent, leaving, patient)]
    expire(database, names[0])
    leaving.release()
    assert patient.adopt(lambda name: None, patience_s=2000) == [names[1]]
    assert patient.adopt(lambda name: None) == [names[0]]


def test_a_released_name_is_adopted_at_once_and_lost_to_its_holder(database: Database) -> None:
    leaving, staying = lease(database), lease(database)
    name = leaving.acquire()
    staying.acquire()
    leaving.release()
    assert not leaving.renew()
    assert staying.adopt(lambda name: None) == [name]


def test_a_sleeper_keeps_its_name_only_until_it_is_adopted(database: Database) -> None:
    sleeper, other = lease(database), lease(database)
    name = sleeper.acquire()
    other.acquire()
    expire(database, name)
    assert sleeper.renew()  # nobody had noticed
    expire(database, name)
    other.adopt(lambda name: None)
    assert not sleeper.renew()
    assert sleeper.acquire() != name
    assert sleeper.renew()


def test_an_adopter_that_dies_half_way_leaves_the_name_to_be_adopted_again(database: Database) -> None:
    dead, adopter, other = lease(database), lease(database), lease(database)
    name, *_ = [worker.acquire() for worker in (dead, adopter, other)]
    expire(database, name)

    def die(name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopter.adopt(die)
    expire(database, name)
    assert other.adopt(lambda name: None) == [name]


def test_a_dead_process_of_this_machine_is_not_waited_for(database: Database) -> None:
    child = subprocess.Popen(["sleep", "3600"])
    process = describe_process(child.pid)
    name, other = lease(database, process=process).acquire(), lease(database)
    other.acquire()
    assert not is_dead(process)
    assert other.adopt(nobody) == []
    child.kill()
    child.wait()
    assert is_dead(process)
    assert other.adopt(lambda name: None, patience_s=2000) == [name]


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
