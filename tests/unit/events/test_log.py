"""The log: numbers without gaps in commit order, keys that say a fact once, tenants apart."""

from __future__ import annotations

import threading
from typing import Literal

import pytest

from lakeglass.core.errors import Conflict
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.store.database import Database


class Said(EventBody):
    type: Literal["said"] = "said"
    text: str
    value: float = 0


def test_an_empty_log_is_read_as_nothing(database: Database) -> None:
    log = EventLog(database)
    assert log.read("t1") == []
    assert log.last_seq("t1") == 0
    assert log.last_seq("t1", subject="s1") == 0


def test_lines_are_numbered_from_one_and_read_back_whole(database: Database) -> None:
    log = EventLog(database)
    assert log.append("t1", "s1", Said(text="größer ✓ \x00"), run_id="r1") == 1
    assert log.append("t1", "s2", Said(text="b")) == 2
    first, second = log.read("t1")
    assert (first.seq, first.subject, first.run_id) == (1, "s1", "r1")
    assert first.body == {"type": "said", "text": "größer ✓ \x00", "value": 0}
    assert first.at.tzinfo is not None
    assert (second.seq, second.run_id) == (2, None)


def test_a_number_that_json_does_not_know_becomes_null(database: Database) -> None:
    log = EventLog(database)
    log.append("t1", "s1", Said(text="a", value=float("nan")))
    assert log.read("t1")[0].body["value"] is None


def test_reading_goes_on_after_a_cursor_and_selects(database: Database) -> None:
    log = EventLog(database)
    for number in range(10):
        log.append("t1", f"s{number % 2}", Said(text=str(number)), run_id=f"r{number % 5}")
    assert [line.seq for line in log.read("t1", after=7)] == [8, 9, 10]
    assert [line.seq for line in log.read("t1", subject="s1", limit=2)] == [2, 4]
    assert [line.seq for line in log.read("t1", run_id="r0")] == [1, 6]
    assert log.read("t1", after=10) == []
    assert log.last_seq("t1", subject="s0") == 9


def test_another_tenants_lines_are_neither_seen_nor_counted(database: Database) -> None:
    log = EventLog(database)
    log.append("t1", "s1", Said(text="a"), run_id="r1", key="k")
    assert log.append("t2", "s1", Said(text="b"), run_id="r1", key="k") == 1
    assert [line.body["text"] for line in log.read("t2", subject="s1", run_id="r1")] == ["b"]


def test_the_same_key_adds_nothing_and_gives_the_old_number(database: Database) -> None:
    log = EventLog(database)
    first = log.append("t1", "s1", Said(text="a"), key="k")
    assert log.append("t1", "s1", Said(text="again"), key="k") == first
    assert log.append("t1", "s1", Said(text="b")) == first + 1
    assert [line.body["text"] for line in log.read("t1")] == ["a", "b"]


def test_a_line_joins_the_callers_transaction_and_goes_with_it(database: Database) -> None:
    log = EventLog(database)
    with pytest.raises(Conflict), database.transaction() as session:  # noqa: PT012
        log.append("t1", "s1", Said(text="lost"), session=session)
        raise Conflict("the caller gives up")
    with database.transaction() as session:
        log.append("t1", "s1", Said(text="a"), session=session)
        log.append("t1", "s1", Said(text="b"), session=session)
    assert [(line.seq, line.body["text"]) for line in log.read("t1")] == [(1, "a"), (2, "b")]


def test_writers_at_once_leave_no_gap_and_keep_their_own_order(database: Database) -> None:
    log = EventLog(database)
    writers, lines = 20, 10

    def write(writer: int) -> None:
        for number in range(lines):
            log.append("t1", f"s{writer}", Said(text=str(number)))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [line.seq for line in log.read("t1")] == list(range(1, writers * lines + 1))
    for writer in range(writers):
        texts = [line.body["text"] for line in log.read("t1", subject=f"s{writer}")]
        assert texts == [str(number) for number in range(lines)]


def test_the_same_key_from_writers_at_once_is_one_line(database: Database) -> None:
    log = EventLog(database)
    numbers: list[int] = []
    start = threading.Barrier(8)

    def write() -> None:
        start.wait()
        numbers.append(log.append("t1", "s1", Said(text="a"), key="k"))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers == [1] * 8
    assert log.last_seq("t1") == 1


def test_a_reader_never_sees_a_number_before_a_smaller_one(database: Database) -> None:
    """The order of commits is the order of numbers, even when a transaction stays open for long."""
    log = EventLog(database)
    appended, seen_meanwhile = threading.Event(), threading.Event()

    def slow() -> None:
        with database.transaction() as session:
            log.append("t1", "s1", Said(text="slow"), session=session)
            appended.set()
            seen_meanwhile.wait(timeout=60)

    thread = threading.Thread(target=slow)
    thread.start()
    assert appended.wait(timeout=60)
    quick = threading.Thread(target=log.append, args=("t1", "s1", Said(text="quick")))
    quick.start()
    assert log.read("t1") == []  # quick waits its turn instead of being seen as number 2 without number 1
    seen_meanwhile.set()
    thread.join()
    quick.join()
    assert [line.body["text"] for line in log.read("t1")] == ["slow", "quick"]
