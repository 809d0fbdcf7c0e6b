"""A search from a table to artifacts: `modeling.json`, `model.json` and the fits that it names."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np

from lakeglass.core.errors import InvalidInput
from lakeglass.science.assess.calibration import Calibration, calibration_of
from lakeglass.science.assess.intervals import Coverage, Intervals, crossed_coverage, intervals_of
from lakeglass.science.candidates.base import problem_of
from lakeglass.science.features.preparation import usable
from lakeglass.science.metrics import measured
from lakeglass.science.model import Member, Modeling, ModelingRequest, SavedModel, Timing
from lakeglass.science.search.clock import Clock
from lakeglass.science.search.entries import Contest, Entry
from lakeglass.science.search.progress import OVER, ProgressFile
from lakeglass.science.search.schedule import Search
from lakeglass.science.search.store import FitStore, write_json
from lakeglass.science.search.work import Bench
from lakeglass.science.study import Study, study_of
from lakeglass.science.table import Flags, Floats
from lakeglass.science.tasks import CLASSES

_PACKAGES = ("lakeglass", "numpy", "scipy", "scikit-learn", "lightgbm", "interpret-core", "pyarrow")
_ALWAYS = ("baseline", "linear", "lightgbm", "forest", "neighbours")
"""Candidates that take part unless the request names its own."""
_ROWS_A_SECOND = 40_000
"""Rows that the last report takes a second for, corrections and intervals included."""
_SMALL = 5_000
"""Rows up to which every improvement is corrected and given intervals; above, only the last."""
State = Literal["provisional", "complete"]


@dataclass
class _Run:
    study: Study
    folder: Path
    clock: Clock
    first_model: float = 0.0
    publishing: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _Trust:
    """What is added to a complete model: a correction of chances, or intervals around amounts."""

    calibration: Calibration | None = None
    intervals: Intervals | None = None
    coverage: tuple[Coverage, ...] = ()


def model_table(request: ModelingRequest, *, started: float | None = None) -> Modeling:
    """Search as `request` says and leave the artifacts in its folder, each replaced in one step.

    A folder with fits of the same request, table and versions is resumed: no finished fit is done again.
    Raises InvalidInput for a target, task or column that does not fit, UnprocessableFile for a broken table.
    """
    begun = time.monotonic() if started is None else started
    study = study_of(request)
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    store = FitStore(folder, about=_about(study))
    clock = Clock(request.budget, begun, before=store.longest() if request.budget.seconds else 0.0)
    return _search(_Run(study, folder, clock), store)


def _search(run: _Run, store: FitStore) -> Modeling:
    study, request = run.study, run.study.request
    learned = study.target[study.split.learn]
    bench = Bench(
        table=study.table, task=study.choice, target=study.target, split=study.split,
        problem=problem_of(study.choice.task, len(study.choice.classes), learned, roles=study.roles, seed=request.seed),
        measure=study.measure, clock=run.clock, store=store, threads=request.threads,
    )  # fmt: skip
    judged = np.sort(np.concatenate([fold.judge for fold in study.split.folds]))
    kept: Literal["all", "last"] = "last" if study.split.choice.strategy == "time-ordered" else "all"
    progress = ProgressFile(run.folder)
    search = Search(
        bench=bench,
        contest=Contest(
            truth=study.target, rows=judged, folds=len(study.split.folds), measure=study.measure, kept=kept
        ),
        names=request.candidates or _ALWAYS,
        improved=lambda found: _provisional(run, found),
        watched=lambda found: _watched(run, found, progress),
        fits_left=request.budget.fits,
    )
    for step in request.repairs:
        search.say(f"Repaired before anything was learned ({step.id}): {step.told}")
    search.reserve += judged.size / _ROWS_A_SECOND
    try:
        search.run()
    finally:
        bench.close()
    if not search.weights:
        raise InvalidInput(
            f"no model was finished within {request.budget.seconds or request.budget.fits}; allow a larger budget"
        )
    report = _publish(run, search, "complete")
    search.phase = OVER
    search.watched(search)
    return report


def _watched(run: _Run, search: Search, progress: ProgressFile) -> None:
    budget = run.study.request.budget
    progress.write(
        search.contest,
        search.weights,
        phase=search.phase,
        seconds=run.clock.elapsed(),
        budget=(budget.seconds, budget.fits),
    )


def _provisional(run: _Run, search: Search) -> None:
    """Save what there is: the model at once, the report from the first whole configuration on."""
    whole = {entry.key for entry in search.contest.finished()}
    if search.weights.keys() <= whole:
        _publish(run, search, "provisional")
        return
    write_json(run.folder / "model.json", _saved(run, search, _Trust()))
    run.first_model = run.first_model or run.clock.elapsed()


def _publish(run: _Run, search: Search, state: State) -> Modeling:
    """Write `model.json` and `modeling.json` for the ensemble as it is now, and learn how long that takes."""
    begun = time.monotonic()
    together = _together(search, search.contest.predicted)
    # A budget that ends within the first configuration leaves rows that no fit has judged.
    judged: Flags = np.isfinite(together).reshape(together.shape[0], -1).min(axis=1)
    quick = state == "provisional" and together.shape[0] > _SMALL
    trust = (
        _Trust()
        if quick
        else _trust(run.study, together[judged], run.study.target[search.contest.rows[judged]])
    )
    write_json(run.folder / "model.json", _saved(run, search, trust))
    run.first_model = run.first_model or run.clock.elapsed()
    report = _report(run, search, state, trust=trust, together=together, judged=judged)
    write_json(run.folder / "modeling.json", report)
    run.publishing.append(time.monotonic() - begun)
    search.reserve = 0.3 + 2.5 * max(run.publishing) + together.shape[0] / _ROWS_A_SECOND
    return report


def _trust(study: Study, together: Floats, truth: Floats) -> _Trust:
    seed = study.request.seed
    if study.choice.task in CLASSES:
        return _Trust(calibration=calibration_of(together, truth, seed=seed))
    lowest = 0.0 if study.choice.task == "count" else None
    return _Trust(
        intervals=intervals_of(together, truth, lowest=lowest),
        coverage=crossed_coverage(together, truth, seed=seed, lowest=lowest),
    )


def _saved(run: _Run, search: Search, trust: _Trust) -> SavedModel:
    members: list[Member] = []
    for key, weight in search.weights.items():
        used = search.contest.saved(search.contest.entries[key])
        members += [
            Member(
                fit=f"fits/{one.record.key}.{one.record.repeat}.{one.record.fold}", candidate=one.record.candidate,
                preparation=f"preparations/{one.record.preparation}.json", weight=weight / len(used),
            )
            for one in used
        ]  # fmt: skip
    choice = run.study.choice
    return SavedModel(
        task=choice.task, target=run.study.request.target, classes=choice.classes, columns=usable(run.study.roles),
        members=tuple(members), calibrator=trust.calibration.calibrator if trust.calibration else None,
        intervals=trust.intervals,
    )  # fmt: skip


def _report(
    run: _Run, search: Search, state: State, *, trust: _Trust, together: Floats, judged: Flags
) -> Modeling:
    study, contest = run.study, search.contest
    task, truth, held = study.choice.task, study.target, study.split.holdout
    entries = list(contest.entries.values())
    standings = [
        entry.standing(
            contest.used(entry), loss_of_all=contest.loss(entry), weight=search.weights.get(entry.key, 0.0)
        )
        for entry in entries
        if entry.done
    ]
    draws = 200 if state == "complete" else 20
    baseline = next((e for e in contest.finished() if e.configuration.candidate == "baseline"), None)
    rows = contest.rows[judged]
    corrected, unseen = together[judged], _together(search, contest.held) if held.size else None
    if trust.calibration:
        corrected = trust.calibration.calibrator.apply(corrected)
        unseen = trust.calibration.calibrator.apply(unseen) if unseen is not None else None
    request = study.request
    return Modeling(
        state=state, task=study.choice, measure=contest.measure.name, roles=study.roles, skipped=study.table.skipped,
        split=study.split.choice, budget=request.budget, seed=request.seed, threads=request.threads,
        versions=_versions(), rows=study.table.rows, fits=sum(len(e.done) for e in entries),
        leaderboard=tuple(sorted(standings, key=lambda s: (s.state != "finished", s.loss, s.key))),
        ensemble=search.weights,
        out_of_fold=measured(task, truth[rows], corrected, draws=draws),
        holdout=measured(task, truth[held], unseen, draws=draws) if unseen is not None else (),
        baseline=measured(task, truth[rows], contest.predicted(baseline)[judged], draws=draws) if baseline else (),
        baseline_holdout=(
            measured(task, truth[held], contest.held(baseline), draws=draws) if baseline and held.size else ()
        ),
        calibration=trust.calibration, coverage=trust.coverage,
        declined=search.declined, decisions=tuple(search.decisions),
        timing=Timing(
            first_model=run.first_model, total=run.clock.elapsed(),
            fits={e.key: round(sum(d.record.seconds for d in e.done.values()), 4) for e in entries},
        ),
    )  # fmt: skip


def _together(search: Search, predicted: Callable[[Entry], Floats]) -> Floats:
    parts = [weight * predicted(search.contest.entries[key]) for key, weight in search.weights.items()]
    return np.asarray(np.sum(parts, axis=0))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _about(study: Study) -> str:
    """What fits depend on: the table's bytes, the split, the seed and the versions."""
    digest = hashlib.sha256()
    with Path(study.request.table).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    folds = (rows for fold in study.split.folds for rows in (fold.train, fold.judge))
    for part in (study.split.holdout, *folds):
        digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes())
    asked = study.request.model_dump_json(exclude={"folder", "table", "budget", "threads", "candidates"})
    return f"{digest.hexdigest()} {asked} {sorted(_versions().items())}"
