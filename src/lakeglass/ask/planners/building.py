"""Questions that Build answers: they are handed over with what is known, and nothing runs before a person says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lakeglass.ask.language.building import Modelled, read_modelled
from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.link import Schema
from lakeglass.ask.model import Understanding
from lakeglass.ask.plan.model import StatisticKind
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import ForBuild, NotPlanned, Planned

_OPENINGS = {
    "predict": "Predicting {target} is work for Build",
    "chance": "Telling who or what that will happen to is work for Build, which predicts {target}",
    "drivers": "What drives {target} is work for Build",
    "model": "A model of {target} is work for Build",
}
_REST = (
    ": it looks for faults in the data, lets kinds of models compete with a simple guess, explains the best one and "
    "says how far to trust it."
)
# Statistics that say something of what drives a column.
_RELATING: frozenset[StatisticKind] = frozenset({"correlation", "regression", "test", "difference", "model"})


def for_build(
    question: str,
    outcome: Planned | NotPlanned,
    schemas: Iterable[Schema],
    *,
    plans: Callable[[str, Schema], bool],
) -> Planned | NotPlanned:
    """The outcome, or, where the question wants a model that nothing here makes, the way to Build.

    What has a plan keeps it, except where the plan leaves those words out, or relates nothing to a column although the
    question asks what drives it. `plans` says whether another question can be answered here.
    """
    if isinstance(outcome, NotPlanned) and (outcome.answer or outcome.learned or outcome.joined):
        return outcome
    first: tuple[Modelled, Schema] | None = None
    for schema in schemas:
        read = read_modelled(question, schema)
        if read is not None and (first is None or (first[0].target is None and read.target is not None)):
            first = read, schema
    if first is None:
        return outcome
    read, schema = first
    if isinstance(outcome, Planned) and not _misses(outcome, read):
        return outcome
    return _handed_over(read, schema, plans)


def _misses(planned: Planned, read: Modelled) -> bool:
    """Whether the plan says nothing of what the question wants modelled."""
    unused = {word for said in planned.understanding.ignored for word in said.lower().split()}
    if read.words <= unused:
        return True
    kinds = {task.statistic.kind for task in planned.plan.tasks if task.statistic is not None}
    return read.why == "drivers" and not kinds & _RELATING


def _handed_over(read: Modelled, schema: Schema, plans: Callable[[str, Schema], bool]) -> NotPlanned:
    column = read.target
    if column is None:
        message = (
            "A model is work for Build"
            + _REST
            + " Say there which column it should predict, or let it propose one."
        )
    else:
        message = (
            _OPENINGS[read.why].format(target=f"“{plain(column.name)}”") + _REST + " Nothing has run yet."
        )
    return NotPlanned(
        message=message,
        reason="build",
        near_questions=_quick(column, schema, plans),
        understanding=Understanding(restatement="", chips=(), confidence=0.9 if column is not None else 0.6),
        build=ForBuild(table=schema.table.name, target=None if column is None else column.name),
    )


def _quick(
    column: ColumnModel | None, schema: Schema, plans: Callable[[str, Schema], bool]
) -> tuple[str, ...]:
    """One small model that is fitted here at once."""
    if column is None:
        return ()
    question = f'predict "{column.name}" with a decision tree'
    return (question,) if plans(question, schema) else ()
