"""The published attacks as data: complete, readable, and judged so that what proves nothing is an escape."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from lakeglass.sandbox.attacks.case import GROUPS, WALLS, Case, Group, Wall, load_cases
from lakeglass.sandbox.attacks.expectations import (
    Answer,
    AtMost,
    Differs,
    Drops,
    Ends,
    FindsNothing,
    LeavesNothing,
    NotServed,
    Refused,
    Seen,
    StaysTrue,
)
from lakeglass.sandbox.attacks.suite import LIMITS
from lakeglass.sandbox.base import Execution, RichResult

CASES = load_cases()


def seen(answer: Answer, **more: object) -> Seen:
    told = {"execution": Execution(status="ok", seconds=1.0), "printed": 0, "late": 0, "usable": True, **more}
    return Seen(answer=answer, limits=LIMITS, **told)  # type: ignore[arg-type]


def test_there_are_a_hundred_attacks_in_ten_groups() -> None:
    groups = Counter(case.group for case in CASES)
    assert len(CASES) >= 100
    assert set(groups) == set(GROUPS) == set(get_args(Group))
    assert min(groups.values()) >= 8


def test_every_wall_is_attacked() -> None:
    assert {wall for case in CASES for wall in case.walls} == set(WALLS) == set(get_args(Wall))


def test_names_are_unique_and_code_compiles() -> None:
    assert len({(case.group, case.name) for case in CASES}) == len(CASES)
    for case in CASES:
        compile(case.code, case.name, "exec")
        compile(case.then, case.name, "exec")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}-{case.name}")
def test_an_attack_that_breaks_is_no_proof(case: Case) -> None:
    broken = Execution(status="error", seconds=99.0)
    outcome = case.expect.judge(
        seen(Answer("broken", "NameError"), execution=broken, served=("x",), leaked=("x",))
    )
    assert outcome.verdict == "escaped"


def test_a_refusal_counts_only_with_the_right_error() -> None:
    expect = Refused(kind="refused", errors=frozenset({"EPERM"}))
    assert expect.judge(seen(Answer("refused", "EPERM"))).verdict == "held"
    assert expect.judge(seen(Answer("refused", "EFAULT"))).verdict == "escaped"
    assert expect.judge(seen(Answer("done", True))).verdict == "escaped"


def test_a_find_is_an_escape() -> None:
    expect = FindsNothing(kind="finds nothing")
    assert [expect.judge(seen(Answer("done", found))).verdict for found in ([], 0, False)] == ["held"] * 3
    assert expect.judge(seen(Answer("done", ["x"]))).verdict == "escaped"
    assert expect.judge(seen(Answer("refused", "EFAULT"))).verdict == "escaped"


def test_an_amount_is_compared_with_the_limit() -> None:
    expect = AtMost(kind="at most", most="processes", unit="processes")
    assert expect.judge(seen(Answer("done", LIMITS.processes))).verdict == "contained"
    assert expect.judge(seen(Answer("done", LIMITS.processes + 1))).verdict == "escaped"
    assert expect.judge(seen(Answer("refused", "EPERM"))).verdict == "escaped"
    killed = Execution(status="memory", seconds=1.0, state_lost=True)
    assert expect.judge(seen(Answer("broken", ""), execution=killed)).verdict == "contained"


def test_an_end_has_to_come_in_time_and_as_announced() -> None:
    expect = Ends(kind="ends", statuses=frozenset({"timeout"}), within_s=3, usable=False)
    late = Execution(status="timeout", seconds=4.0)
    soon = Execution(status="timeout", seconds=2.0)
    assert expect.judge(seen(Answer("broken", ""), execution=soon, usable=False)).verdict == "contained"
    assert expect.judge(seen(Answer("broken", ""), execution=soon, usable=True)).verdict == "escaped"
    assert expect.judge(seen(Answer("broken", ""), execution=late, usable=False)).verdict == "escaped"
    assert expect.judge(seen(Answer("done", 1), usable=False)).verdict == "escaped"


def test_a_flood_has_to_be_cut_counted_and_survived() -> None:
    expect = Drops(kind="drops")
    dropped = Execution(status="ok", seconds=1.0, dropped_bytes=5)
    many = tuple(RichResult(data={"text/plain": "x"}) for _ in range(LIMITS.max_results + 1))
    assert expect.judge(seen(Answer("done", 0), execution=dropped)).verdict == "contained"
    assert expect.judge(seen(Answer("done", 0))).verdict == "escaped"
    assert expect.judge(seen(Answer("done", 0), execution=dropped, usable=False)).verdict == "escaped"
    assert expect.judge(seen(Answer("done", 0), execution=dropped, printed=1 << 30)).verdict == "escaped"
    flooded = dropped.model_copy(update={"results": many})
    assert expect.judge(seen(Answer("done", 0), execution=flooded)).verdict == "escaped"


def test_the_truth_has_to_come_through() -> None:
    expect = StaysTrue(kind="stays true", truth="t")
    assert expect.judge(seen(Answer("done", "t"))).verdict == "held"
    assert expect.judge(seen(Answer("done", "lie"))).verdict == "escaped"


def test_a_file_that_is_handed_out_is_an_escape() -> None:
    strict, lenient = NotServed(kind="not served"), NotServed(kind="not served", only_the_secret=True)
    assert strict.judge(seen(Answer("done", True))).verdict == "held"
    assert strict.judge(seen(Answer("done", True), served=("f",))).verdict == "escaped"
    assert lenient.judge(seen(Answer("done", True), served=("f",))).verdict == "held"
    assert lenient.judge(seen(Answer("done", True), served=("f",), leaked=("f",))).verdict == "escaped"


def test_what_the_next_session_finds_is_an_escape() -> None:
    expect = LeavesNothing(kind="leaves nothing")
    assert expect.judge(seen(Answer("done", True), after=Answer("done", []))).verdict == "held"
    assert expect.judge(seen(Answer("done", True), after=Answer("refused", "ENOENT"))).verdict == "held"
    assert expect.judge(seen(Answer("done", True), after=Answer("done", ["x"]))).verdict == "escaped"
    assert expect.judge(seen(Answer("done", True), after=Answer("broken", "x"))).verdict == "escaped"
    differs = Differs(kind="differs")
    assert differs.judge(seen(Answer("done", 1), after=Answer("done", 2))).verdict == "held"
    assert differs.judge(seen(Answer("done", 1), after=Answer("done", 1))).verdict == "escaped"
