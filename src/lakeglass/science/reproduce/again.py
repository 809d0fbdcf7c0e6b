"""The leaderboard fitted again, from the table, the request and the settings that were tried: same rows, same seeds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.core.errors import InvalidInput
from lakeglass.science.assess.calibration import calibration_of
from lakeglass.science.candidates.base import (
    NEVER,
    Candidate,
    Configuration,
    Examples,
    Problem,
    Setting,
    Stop,
    problem_of,
)
from lakeglass.science.metrics import MeasuredValue, as_probabilities, loss, measured
from lakeglass.science.model import FoldRecord, ModelingRequest
from lakeglass.science.search.entries import Contest, Entry
from lakeglass.science.search.work import Done
from lakeglass.science.splits import Fold, folds_again
from lakeglass.science.study import Study, study_of
from lakeglass.science.table import Floats
from lakeglass.science.tasks import CLASSES

TOLERANCE = 1e-9


class PlannedFit(BaseModel):
    """One fold of a configuration: how many steps the fit took, and whether the clock had ended it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repeat: int
    fold: int
    steps: int
    cut: bool


class PlannedStanding(BaseModel):
    """A line of the leaderboard with the fits that it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    candidate: str
    settings: dict[str, Setting]
    loss: float
    fold_losses: tuple[float, ...]
    fits: tuple[PlannedFit, ...]


class Plan(BaseModel):
    """What to fit again, and the numbers that must come out. `level` repeats of the folds count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    request: ModelingRequest
    level: int
    standings: tuple[PlannedStanding, ...]
    weights: dict[str, float]
    out_of_fold: tuple[MeasuredValue, ...]
    holdout: tuple[MeasuredValue, ...]


@dataclass(frozen=True)
class Line:
    """A number as it was recorded, and as it came out again."""

    what: str
    recorded: float
    again: float

    @property
    def same(self) -> bool:
        """Whether the two differ by no more than 1e-9 of their size."""
        apart = abs(self.recorded - self.again)
        return bool(apart <= TOLERANCE * max(1.0, abs(self.recorded)))


def compared(plan: Plan, kinds: Mapping[str, Callable[[], Candidate]], *, folder: Path) -> list[Line]:
    """Every loss of the leaderboard and every measure of the final model, recorded and again.

    Raises InvalidInput when the table in `folder` is not the one that was learned from.
    """
    table = folder / plan.request.table
    with table.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != plan.sha256:
            raise InvalidInput(f"{table.name} is not the table that the leaderboard was made from")
    study = study_of(plan.request.model_copy(update={"table": str(table)}))
    contest = _fitted(plan, study, kinds)
    lines = []
    for standing in plan.standings:
        entry = contest.entries[standing.key]
        lines.append(Line(f"{entry.configuration.title}: loss", standing.loss, contest.loss(entry)))
        done = [entry.done[each.repeat, each.fold].record for each in standing.fits]
        lines += [
            Line(
                f"{entry.configuration.title}: repeat {record.repeat} fold {record.fold}",
                recorded,
                record.loss,
            )
            for recorded, record in zip(standing.fold_losses, done, strict=True)
        ]
    return lines + _ensemble(plan, study, contest)


def _fitted(plan: Plan, study: Study, kinds: Mapping[str, Callable[[], Candidate]]) -> Contest:
    learned = study.target[study.split.learn]
    problem = problem_of(
        study.choice.task, len(study.choice.classes), learned, roles=study.roles, seed=plan.request.seed
    )
    folds = {
        repeat: folds_again(study.table, study.choice, study.split, target=study.target, repeat=repeat)
        for repeat in range(max((fit.repeat for one in plan.standings for fit in one.fits), default=0) + 1)
    }
    examples = {
        (repeat, fold.number): _examples(study, problem, repeat, fold)
        for repeat, several in folds.items()
        for fold in several
    }
    contest = Contest(
        truth=study.target,
        rows=np.sort(np.concatenate([fold.judge for fold in study.split.folds])),
        folds=len(study.split.folds),
        measure=study.measure,
        level=plan.level,
        kept="last" if study.split.choice.strategy == "time-ordered" else "all",
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for standing in plan.standings:
            configuration = Configuration(candidate=standing.candidate, settings=standing.settings)
            entry = contest.entries.setdefault(standing.key, Entry(configuration, "plan"))
            waiting = [
                pool.submit(
                    _fit, kinds[standing.candidate](), standing, fit, examples[fit.repeat, fit.fold], study
                )
                for fit in standing.fits
            ]
            for fit, one in zip(standing.fits, waiting, strict=True):
                record, judged, held = one.result()
                rows = folds[fit.repeat][fit.fold].judge
                entry.done[fit.repeat, fit.fold] = Done(record, rows, judged, held)
    return contest


def _examples(study: Study, problem: Problem, repeat: int, fold: Fold) -> Examples:
    return Examples(
        problem=problem,
        train=study.table.take(fold.train),
        target=study.target[fold.train],
        judge=study.table.take(fold.judge),
        judged=study.target[fold.judge],
        seed=problem.seed * 1009 + repeat * 31 + fold.number,
    )


def _fit(
    candidate: Candidate, standing: PlannedStanding, planned: PlannedFit, examples: Examples, study: Study
) -> tuple[FoldRecord, Floats, Floats]:
    """Fit once more; one that the clock had cut goes as far as it went then."""
    settings, stop = dict(standing.settings), NEVER
    if planned.cut:
        asked = iter(range(planned.steps))
        stop = Stop(expired=lambda: next(asked, None) is None)
        for name in ("rounds", "trees"):
            if name in settings:
                settings[name], stop = planned.steps, NEVER
    fit = candidate.fit(settings, examples, stop)
    preparation, _, judge = examples.prepared(fit.style)
    task = study.choice.task
    judged = as_probabilities(task, fit.core.predict(judge))
    held = np.zeros((0, *judged.shape[1:]))
    if study.split.holdout.size:
        matrix = preparation.transform(study.table.take(study.split.holdout))
        held = as_probabilities(task, fit.core.predict(matrix))
    record = FoldRecord(
        key=standing.key, candidate=standing.candidate, settings=standing.settings, repeat=planned.repeat,
        fold=planned.fold, loss=loss(study.measure, examples.judged, judged), steps=fit.steps, cut=fit.cut,
        seconds=0.0, elapsed=0.0, style=fit.style, preparation="",
    )  # fmt: skip
    return record, judged, held


def _ensemble(plan: Plan, study: Study, contest: Contest) -> list[Line]:
    """The measures of the weighted mean, its chances corrected as they were."""
    members = {key: contest.entries.get(key) for key in plan.weights}
    used = [(plan.weights[key], entry) for key, entry in members.items() if entry is not None]
    if len(used) < len(members) or not used:
        return []
    task = study.choice.task
    together = np.asarray(np.sum([weight * contest.predicted(entry) for weight, entry in used], axis=0))
    judged = np.isfinite(together).reshape(together.shape[0], -1).min(axis=1)
    rows, together = contest.rows[judged], together[judged]
    held = study.split.holdout
    unseen = np.asarray(np.sum([weight * contest.held(entry) for weight, entry in used], axis=0))
    if task in CLASSES:
        calibrator = calibration_of(together, study.target[rows], seed=plan.request.seed).calibrator
        together = calibrator.apply(together)
        unseen = calibrator.apply(unseen) if held.size else unseen
    found = [("within folds", plan.out_of_fold, measured(task, study.target[rows], together))]
    if held.size:
        found.append(("kept back", plan.holdout, measured(task, study.target[held], unseen)))
    return [
        Line(
            f"model, {where}: {one.measure}",
            one.value,
            next(x.value for x in again if x.measure == one.measure),
        )
        for where, recorded, again in found
        for one in recorded
    ]


def told(lines: list[Line]) -> str:
    """The comparison as a table of text, the verdict last."""
    width = max((len(line.what) for line in lines), default=0)
    rows = [
        f"{line.what:<{width}}  {line.recorded:.12g}  {line.again:.12g}  {'same' if line.same else 'DIFFERS'}"
        for line in lines
    ]
    same = sum(line.same for line in lines)
    return "\n".join([*rows, f"{same} of {len(lines)} numbers are the same within {TOLERANCE:g}."])
