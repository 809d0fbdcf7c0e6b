"""Questions of an analysis at the terminal, and the schemas that its artifacts hold to."""

from __future__ import annotations

import io
import json
import sys

import pytest
from typer.testing import CliRunner

from lakeglass.cli import questioning
from lakeglass.cli.commands import app
from lakeglass.science.pipeline.model import Choice, Question
from lakeglass.science.schemas import ARTIFACTS, schema_of

QUESTION = Question(
    id="target",
    question="Which column is asked for?",
    why="Several could be.",
    options=(
        Choice(value="price", label="price", reason="it is the last one"),
        Choice(value="", label="No model\x1b[2J", reason="only look for faults"),
    ),
    default="price",
)


def answer(typed: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return questioning.ask((QUESTION,))["target"]


# req: D4
@pytest.mark.parametrize(
    ("typed", "value"),
    [("2\n", ""), ("\n", None), ("", None), ("price\n", "price"), ("7\nwhat\n1\n", "price")],
)
def test_a_number_or_a_name_answers_and_nothing_takes_the_default(
    typed: str, value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(typed, monkeypatch) == value
    told = capsys.readouterr()
    assert not told.out
    assert "Which column is asked for?" in told.err
    assert "1. price (default): it is the last one" in told.err
    assert "\x1b[2J" not in told.err  # names out of a file steer no terminal
    assert told.err.count("is none of them") == (2 if "what" in typed else 0)


def test_nobody_is_asked_where_no_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert not questioning.is_answerable()


# req: D10
def test_schemas_are_printed_one_or_all_and_an_unknown_name_is_refused() -> None:
    every = json.loads(CliRunner().invoke(app, ["schemas"]).stdout)
    assert set(every) == set(ARTIFACTS)
    one = CliRunner().invoke(app, ["schemas", "repairs"])
    assert json.loads(one.stdout) == schema_of("repairs") == every["repairs"]
    assert CliRunner().invoke(app, ["schemas", "weather"]).exit_code != 0
