"""Two readings of one question: the plan that was not chosen runs as well, and the values are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import ValidationError

from lakeglass.ask import codegen, lint
from lakeglass.ask.answer import compose
from lakeglass.ask.execution import base_of, table_of_result
from lakeglass.ask.model import SecondOpinion
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.explain import restate
from lakeglass.ask.result import TableData, Value
from lakeglass.ask.verify import verify
from lakeglass.sandbox.base import Execution

_DIGITS = 9

Run = Callable[[str], Awaitable[Execution]]
"""Runs code in a session of its own."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the other plan says, and the result that it says it of."""

    opinion: SecondOpinion
    table: TableData


async def beside(
    plan: AnalysisPlan, own: TableData, tables: tuple[TableContext, ...], *, run: Run
) -> Compared | None:
    """What `plan` brings, beside the result `own` of the plan that was chosen; None where it brings nothing.

    Raises what `run` raises, and InvalidInput for a plan that no code can be written for.
    """
    code = codegen.generate(plan, tables)
    if any(one.severity == "error" for one in lint.check(code, tables, origin="planner")):
        return None
    execution = await run(code)
    try:
        other = table_of_result(execution)
    except ValidationError:
        other = None
    if other is None:
        return None
    base = base_of(execution)
    answer = compose(plan, other, verify(plan, other, tables, base=base), tables, base=base)
    opinion = SecondOpinion(
        verdict="same values" if same_values(own, other) else "differs",
        restatement=restate(plan),
        sentence=answer.sentence,
        numbers=answer.numbers,
    )
    return Compared(opinion, other)


def same_values(one: TableData, other: TableData) -> bool:
    """Whether two results say the same: equal rows, whatever their order, or the names and the order of columns.

    Numbers are compared to nine digits. A column that only one of them has is looked past where everything else is
    the same, such as a count beside a mean.
    """
    if one.total != other.total or not (one.complete and other.complete):
        return False
    few, many = sorted((one, other), key=lambda table: len(table.columns))
    if not few.columns:
        return False
    columns = Counter(_column(few, place) for place in range(len(few.columns)))
    others = Counter(_column(many, place) for place in range(len(many.columns)))
    if columns - others:
        return False
    if len(few.columns) == len(many.columns):
        return _rows(few) == _rows(many)
    return True


def _column(table: TableData, place: int) -> tuple[str, ...]:
    return tuple(sorted(_plain(row[place]) for row in table.rows))


def _rows(table: TableData) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sorted(_plain(cell) for cell in row)) for row in table.rows)


def _plain(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.{_DIGITS}g}"
