"""Figures of a run over all its questions, and what changed between two runs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lakeglass.ask.evaluation.runner import Outcome
from lakeglass.core.errors import InvalidInput
from lakeglass.llm.use import ModelUse, used

SURE = 0.8


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Frozen):
    """Questions of one operation or difficulty."""

    name: str
    questions: int
    right: int


class Agreement(_Frozen):
    """Where both planners read a question: how often they agree, and how often that is right.

    `agree` has the same plan or the same values. The other four are over questions with an answer by both.
    """

    both: int
    agree: int
    agree_right: int
    only_answered_right: int
    only_beside_right: int
    both_right: int


class Summary(_Frozen):
    """Shares are 0..1. `answered` is over the questions that have an answer, `right_when_answered` over those
    answered, everything else over all; `sure_and_wrong` had a confidence of at least 0.8. Times are seconds.

    With a model: `by_model` questions were answered or refused in its reading, `fell_back` in the built-in planner's
    although it was asked, `corrected` needed more than one attempt at their code."""

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
    by_model: int = 0
    fell_back: int = 0
    corrected: int = 0
    model: ModelUse | None = None
    agreement: Agreement | None = None


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
        by_model=sum(o.author == "model" for o in outcomes),
        fell_back=sum(bool(o.fallback) for o in outcomes),
        corrected=sum(o.attempts > 1 for o in outcomes),
        model=used(calls) if (calls := [call for o in outcomes for call in o.calls]) else None,
        agreement=_agreement(outcomes),
    )


def _agreement(outcomes: Sequence[Outcome]) -> Agreement | None:
    """None where no question was read by two planners."""
    both = [o for o in outcomes if o.beside is not None]
    if not both:
        return None
    agree = [o for o in both if o.verdict in {"same plan", "same values"}]
    pairs = [(o.state == "right", o.beside == "right") for o in both]
    return Agreement(
        both=len(both),
        agree=len(agree),
        agree_right=sum(o.state == "right" for o in agree),
        only_answered_right=pairs.count((True, False)),
        only_beside_right=pairs.count((False, True)),
        both_right=pairs.count((True, True)),
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
