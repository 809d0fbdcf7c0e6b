"""Tables of the command line: cut to a terminal, whole in a pipe."""

from __future__ import annotations

import json

import pytest

from lakeglass.cli import attacking, terminal
from lakeglass.sandbox.attacks.case import load_cases
from lakeglass.sandbox.attacks.expectations import Outcome, Verdict
from lakeglass.sandbox.attacks.suite import Result
from lakeglass.sandbox.base import Capabilities

HELD, MOVED, OUT = load_cases()[:3]
LONG = "it succeeded: " + "x" * 150


def report(*verdicts: Verdict) -> attacking.Report:
    results = tuple(
        Result(case, Outcome(verdict, LONG), 0.5)
        for case, verdict in zip((HELD, MOVED, OUT), verdicts, strict=False)
    )
    known = Capabilities(
        name="local", tier="namespaces", isolation="walls", hard_memory_limit=True, warnings=("no Landlock",)
    )
    machine = attacking.Machine(user="somebody", uid=1234, kernel="Linux 6.1 x86_64")
    return attacking.Report(machine, known, results)


def test_every_line_of_a_piped_table_is_whole_and_has_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    attacking.show_report(report("held", "contained", "escaped"))
    lines = capsys.readouterr().out.splitlines()
    for case, verdict in ((HELD, "held"), (MOVED, "contained"), (OUT, "escaped")):
        line = next(line for line in lines if case.name in line)
        assert verdict in line
        assert case.group in line
        assert LONG in line


def test_the_head_names_tier_user_and_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    attacking.show_report(report("held"))
    told = capsys.readouterr().out
    for fact in ("tier namespaces", "somebody", "1234", "Linux 6.1 x86_64", "no Landlock"):
        assert fact in told


def test_a_terminal_cuts_the_table_and_tells_escapes_in_full(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = terminal.Console(width=80, force_terminal=True, color_system=None, highlight=False)
    monkeypatch.setattr(terminal, "out", narrow)
    monkeypatch.setattr(attacking, "out", narrow)
    attacking.show_report(report("held", "escaped"))
    told = capsys.readouterr().out
    assert told.count(LONG) == 1
    assert f"✗ escaped / {MOVED.group} / {MOVED.name} / {LONG}" in told


@pytest.mark.parametrize(("verdicts", "status"), [(("held", "contained"), 0), (("held", "escaped"), 1)])
def test_an_escape_is_the_exit_code(
    verdicts: tuple[Verdict, ...], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attacking.told(report(*verdicts), as_json=True) == status
    document = json.loads(capsys.readouterr().out)
    assert document["machine"] == {"user": "somebody", "uid": 1234, "kernel": "Linux 6.1 x86_64"}
    assert [case["verdict"] for case in document["cases"]] == list(verdicts)
