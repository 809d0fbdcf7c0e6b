"""Figures of a run over all its questions, and what changed between two runs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lakeglass.ask.evaluation.runner import Outcome
from lakeglass.core.errors import InvalidInput

SURE = 0.8


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Frozen):
    """Questions of one operation or difficulty."""

    name: str
    questions: int
    right: int


class Summary(_Frozen):
    """Shares are 0..1. `answered` is over the questions that have an answer, `right_when_answered` over those
    answered, everything else over all; `sure_and_wrong` had a confidence of at least 0.8. Times are seconds."""

    questions: int
    right: int
    refused: int
    failed: int
    accuracy: float
    answered: float
    right_when_answered: float
    sure_and_wrong: float
    fields_right: float
    planning_p50: float
    planning_p95: float
    seconds_p50: float
    seconds_p95: float
    by_operation: tuple[Part, ...]
    by_difficulty: tuple[Part, ...]


class Run(_Frozen):
    """What is kept of a run."""

    planner: str
    summary: Summary
    outcomes: tuple[Outcome, ...]


class Comparison(_Frozen):
    """Ids of the questions whose outcome differs from an earlier run, by direction."""

    accuracy_before: float
    accuracy_after: float
    better: tuple[str, ...]
    worse: tuple[str, ...]
    compared: int


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The figures of a run; `outcomes` is not empty."""
    total = len(outcomes)
    right = sum(o.state == "right" for o in outcomes)
    answered = [o for o in outcomes if o.answered]
    answerable = [o for o in outcomes if not o.question.unanswerable]
    fields = [f.right for o in outcomes for f in o.fields]
    sure = sum(o.confidence >= SURE for o in answered if o.state == "wrong")
    planning = sorted(o.planning for o in outcomes)
    seconds = sorted(o.seconds for o in outcomes)
    return Summary(
        questions=total,
        right=right,
        refused=sum(o.state == "refused" for o in outcomes),
        failed=sum(o.state == "failed" for o in outcomes),
        accuracy=right / total,
        answered=sum(o.answered for o in answerable) / max(len(answerable), 1),
        right_when_answered=sum(o.state == "right" for o in answered) / max(len(answered), 1),
        sure_and_wrong=sure / total,
        fields_right=sum(fields) / max(len(fields), 1),
        planning_p50=_at(planning, 0.5),
        planning_p95=_at(planning, 0.95),
        seconds_p50=_at(seconds, 0.5),
        seconds_p95=_at(seconds, 0.95),
        by_operation=_parts(outcomes, lambda o: o.question.operation),
        by_difficulty=_parts(outcomes, lambda o: o.question.difficulty),
    )


def _at(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values do not exceed."""
    place = min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))
    return ordered[place]


def _parts(outcomes: Iterable[Outcome], name_of: Callable[[Outcome], str]) -> tuple[Part, ...]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[name_of(outcome)].append(outcome)
    parts = [
        Part(name=name, questions=len(some), right=sum(o.state == "right" for o in some))
        for name, some in groups.items()
    ]
    return tuple(sorted(parts, key=lambda p: (-p.questions, p.name)))


def compare(before: Run, after: Run) -> Comparison:
    """Which of the questions that both runs share went from wrong to right, and back."""
    old = {(o.question.id, o.question.table): o.state == "right" for o in before.outcomes}
    shared = [o for o in after.outcomes if (o.question.id, o.question.table) in old]
    was = {o.question.id: old[(o.question.id, o.question.table)] for o in shared}
    now = {o.question.id: o.state == "right" for o in shared}
    return Comparison(
        accuracy_before=sum(was.values()) / max(len(shared), 1),
        accuracy_after=sum(now.values()) / max(len(shared), 1),
        better=tuple(name for name in now if now[name] and not was[name]),
        worse=tuple(name for name in now if was[name] and not now[name]),
        compared=len(shared),
    )


def read_run(path: Path) -> Run:
    """A run as it was written. Raises InvalidInput for anything else."""
    try:
        return Run.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise InvalidInput(
            f"{str(path)!r} is no results file of an evaluation. Give the results.json of an earlier run."
        ) from error
