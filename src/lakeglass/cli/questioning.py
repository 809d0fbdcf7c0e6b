"""Questions of an analysis put to whoever sits at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from rich.text import Text

from lakeglass.cli.terminal import err, plain
from lakeglass.science.pipeline.model import Question


def is_answerable() -> bool:
    """Whether a person sits at the other end: both what is asked and what is answered go by a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(questions: tuple[Question, ...]) -> Mapping[str, str | None]:
    """An answer to each question: a number of the list, or nothing for the default."""
    return {question.id: _answer(question) for question in questions}


def _answer(question: Question) -> str | None:
    _say(question.question, "bold")
    _say(question.why, "dim")
    for place, option in enumerate(question.options, start=1):
        mark = " (default)" if option.value == question.default else ""
        _say(f"  {place}. {option.label}{mark}: {option.reason}")
    while True:
        err.print(f"1 to {len(question.options)}, or Enter for the default: ", end="")
        line = sys.stdin.readline()
        typed = line.strip()
        if not typed:
            if not line:
                _say("")
            return None
        named = [
            option.value
            for place, option in enumerate(question.options, start=1)
            if typed in {str(place), option.value, option.label}
        ]
        if named:
            return named[0]
        _say(f"{typed!r} is none of them.")


def _say(text: str, style: str = "") -> None:
    err.print(Text(plain(text), style=style), soft_wrap=True)
