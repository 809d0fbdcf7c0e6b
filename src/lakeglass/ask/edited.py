"""What can be said of a result whose code a person changed before it ran: what is there, and no more."""

from __future__ import annotations

from lakeglass.ask.formats import value_text
from lakeglass.ask.model import Answer, KeyNumber
from lakeglass.ask.result import TableData

_BASE = "You edited the code before it ran, so the result isn't checked against the plan."
_FEW = 4


def compose_edited(table: TableData | None) -> Answer:
    """The answer of edited code; `table` is its `result`, None when it left none.

    The plan's sentence would claim what the code may no longer compute; only a result of one row is restated.
    """
    if table is None:
        sentence = "Your edited code ran. It left no table named `result`; the log shows what it printed."
        return Answer(sentence=sentence, base=_BASE)
    shape = f"{_count(table.total, 'row')} and {_count(len(table.columns), 'column')}"
    numbers = tuple(_numbers(table)) if table.total == 1 and len(table.columns) <= _FEW else ()
    return Answer(sentence=f"Your edited code ran; its result has {shape}.", base=_BASE, numbers=numbers)


def _numbers(table: TableData) -> list[KeyNumber]:
    return [
        KeyNumber(label=column, value=table.cell(column), text=value_text(table.cell(column)))
        for column in table.columns
    ]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
