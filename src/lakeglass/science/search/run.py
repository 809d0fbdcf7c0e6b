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
from lakeglass.science.candidates.base import problem_of
from lakeglass.science.features.preparation import usable
from lakeglass.science.metrics import MeasuredValue, measured, measures_of
from lakeglass.science.model import Member, Modeling, ModelingRequest, SavedModel, Timing
from lakeglass.science.roles import ColumnRole, roles_of
from lakeglass.science.search.clock import Clock
from lakeglass.science.search.entries import Contest, Entry
from lakeglass.science.search.schedule import Search
from lakeglass.science.search.store import FitStore, write_json
from lakeglass.science.search.work import Bench
from lakeglass.science.splits import Split, choose_split
from lakeglass.science.table import Floats, Table, read_table
from lakeglass.science.tasks import Task, TaskChoice, detect_task, target_values

_PACKAGES = ("lakeglass", "numpy", "scipy", "scikit-learn", "lightgbm", "interpret-core", "pyarrow")
_ALWAYS = ("baseline", "linear", "lightgbm", "forest", "neighbours")
"""Candidates that take part unless the request names its own."""


@dataclass
class _Run:
    request: ModelingRequest
    table: Table
    roles: tuple[ColumnRole, ...]
    choice: TaskChoice
    target: Floats
    split: Split
    folder: Path
    clock: Clock
    first_model: float = 0.0
    publishing: list[float] = field(default_factory=list)


def model_table(request: ModelingRequest, *, started: float | None = None) -> Modeling:
    """Search as `request` says and leave the artifacts in its folder, each replaced in one step.

    A folder with fits of the same request, table and versions is resumed: no finished fit is done again.
    Raises InvalidInput for a target, task or column that does not fit, UnprocessableFile for a broken table.
    """
    begun = time.monotonic() if started is None else started
    table = read_table(Path(request.table)).without(request.leave_out)
    roles = roles_of(table, request.target)
    choice = detect_task(table, roles, target=request.target, time=request.time, task=request.task)
    if not measures_of(choice.task):
        raise InvalidInput(f"{choice.task} has no models to compare, expected a target to predict")
    roles = _without_group(roles, request.group)
    usable(roles)
    target = target_values(table, choice)
    split = choose_split(
        table, choice, target=target, roles=roles, folds=request.folds, holdout=request.holdout, group=request.group,
        time=request.time, seed=request.seed,
    )  # fmt: skip
    roles = _without_group(roles, split.choice.column if split.choice.strategy == "grouped" else None)
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    store = FitStore(folder, about=_about(request, split))
    clock = Clock(request.budget, begun, before=store.longest() if request.budget.seconds else 0.0)
    run = _Run(request, table, roles, choice, target, split, folder, clock)
    return _search(run, store)


def _search(run: _Run, store: FitStore) -> Modeling:
    learned = run.target[run.split.learn]
    measure = measures_of(run.choice.task)[0]
    bench = Bench(
        table=run.table, task=run.choice, target=run.target, split=run.split,
        problem=problem_of(run.choice.task, len(run.choice.classes), learned, roles=run.roles, seed=run.request.seed),
        measure=measure, clock=run.clock, store=store, threads=run.request.threads,
    )  # fmt: skip
    judged = np.sort(np.concatenate([fold.judge for fold in run.split.folds]))
    search = Search(
        bench=bench,
        contest=Contest(truth=run.target, rows=judged, folds=len(run.split.folds), measure=measure),
        names=run.request.candidates or _ALWAYS,
        improved=lambda found: _provisional(run, found),
        fits_left=run.request.budget.fits,
    )
    try:
        search.run()
    finally:
        bench.close()
    if not search.weights:
        raise InvalidInput(
            f"no model was finished within {run.request.budget.seconds or run.request.budget.fits}; "
            "allow a larger budget"
        )
    return _publish(run, search, "complete")


def _provisional(run: _Run, search: Search) -> None:
    """Save what there is: the model at once, the report from the first whole configuration on."""
    whole = {entry.key for entry in search.contest.finished()}
    if search.weights.keys() <= whole:
        _publish(run, search, "provisional")
        return
    write_json(run.folder / "model.json", _saved(run, search))
    run.first_model = run.first_model or run.clock.elapsed()


def _publish(run: _Run, search: Search, state: Literal["provisional", "complete"]) -> Modeling:
    """Write `model.json` and `modeling.json` for the ensemble as it is now, and learn how long that takes."""
    begun = time.monotonic()
    write_json(run.folder / "model.json", _saved(run, search))
    run.first_model = run.first_model or run.clock.elapsed()
    report = _report(run, search, state)
    write_json(run.folder / "modeling.json", report)
    run.publishing.append(time.monotonic() - begun)
    search.reserve = 0.3 + 2.5 * max(run.publishing)
    return report


def _saved(run: _Run, search: Search) -> SavedModel:
    members: list[Member] = []
    for key, weight in search.weights.items():
        used = search.contest.entries[key].used(search.contest.folds)
        members += [
            Member(
                fit=f"fits/{one.record.key}.{one.record.repeat}.{one.record.fold}", candidate=one.record.candidate,
                preparation=f"preparations/{one.record.preparation}.json", weight=weight / len(used),
            )
            for one in used
        ]  # fmt: skip
    return SavedModel(
        task=run.choice.task, target=run.request.target, classes=run.choice.classes, columns=usable(run.roles),
        members=tuple(members),
    )  # fmt: skip


def _report(run: _Run, search: Search, state: Literal["provisional", "complete"]) -> Modeling:
    contest, task = search.contest, run.choice.task
    entries = list(contest.entries.values())
    standings = [
        entry.standing(
            folds=contest.folds, loss_of_all=contest.loss(entry), weight=search.weights.get(entry.key, 0.0)
        )
        for entry in entries
        if entry.done
    ]
    draws = 200 if state == "complete" else 20
    truth = run.target
    together = _together(search, contest.predicted)
    held = run.split.holdout
    unseen = _together(search, lambda entry: entry.held(contest.folds)) if held.size else None
    baseline = next((e for e in contest.finished() if e.configuration.candidate == "baseline"), None)
    return Modeling(
        state=state,
        task=run.choice, measure=contest.measure.name, roles=run.roles, skipped=run.table.skipped,
        split=run.split.choice, budget=run.request.budget, seed=run.request.seed, threads=run.request.threads,
        versions=_versions(), rows=run.table.rows, fits=sum(len(e.done) for e in entries),
        leaderboard=tuple(sorted(standings, key=lambda s: (s.state != "finished", s.loss, s.key))),
        ensemble=search.weights,
        out_of_fold=_told(task, truth[contest.rows], together, draws),
        holdout=_told(task, truth[held], unseen, draws) if unseen is not None else (),
        baseline=_told(task, truth[contest.rows], contest.predicted(baseline), draws) if baseline else (),
        declined=search.declined, decisions=tuple(search.decisions),
        timing=Timing(
            first_model=run.first_model, total=run.clock.elapsed(),
            fits={e.key: round(sum(d.record.seconds for d in e.done.values()), 4) for e in entries},
        ),
    )  # fmt: skip


def _together(search: Search, predicted: Callable[[Entry], Floats]) -> Floats:
    parts = [weight * predicted(search.contest.entries[key]) for key, weight in search.weights.items()]
    return np.asarray(np.sum(parts, axis=0))


def _told(task: Task, truth: Floats, predicted: Floats, draws: int) -> tuple[MeasuredValue, ...]:
    return measured(task, truth, predicted, draws=draws)


def _without_group(roles: tuple[ColumnRole, ...], group: str | None) -> tuple[ColumnRole, ...]:
    """The column that rows are grouped by teaches nothing about rows of a new group."""
    kept = {"role": "identifier", "reason": "rows are grouped by it: a new group has a value never seen"}
    return tuple(role.model_copy(update=kept) if role.name == group else role for role in roles)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _about(request: ModelingRequest, split: Split) -> str:
    """What fits depend on: the table's bytes, the split, the seed and the versions."""
    digest = hashlib.sha256()
    with Path(request.table).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    for part in (split.holdout, *(rows for fold in split.folds for rows in (fold.train, fold.judge))):
        digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes())
    asked = request.model_dump_json(exclude={"folder", "table", "budget", "threads", "candidates"})
    return f"{digest.hexdigest()} {asked} {sorted(_versions().items())}"
